/** Every model of ours says what it is, and refuses nonsense by name. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkModelDeclaration } from '../../experiments/contract/declaration.ts';
import { ALL } from './models.ts';

for (const [key, model] of ALL) {
  test(`${key} declares itself completely and refuses nonsense by name`, () => {
    assert.is(model.declaration.name, key);
    assert.equal(checkModelDeclaration(model), []);
  });
}

test.run();
