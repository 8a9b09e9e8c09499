/** Letters are learned in place, whatever the spread; labels that no plane tells apart are not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('arrays learn, spread and small steps cost epochs, shuffled labels are not learned', async () => {
  const { figures, expectations } = await findingsOf('perceptron', { seeds: 20, epochs: 150 });
  for (const { text, shown } of expectations) assert.ok(shown, text);
  assert.ok(expectations.length >= 3);
  assert.ok(
    figures['epochs until no pattern is wrong, sign, spread 0, step 0.03']!.values.every(
      (epochs) => epochs > 1 && epochs < 40,
    ),
  );
});

test.run();
