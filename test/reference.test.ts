/** Every fixture of another simulator is compared with in some test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const tests = fileURLToPath(new URL('../../test', import.meta.url));
const all = readdirSync(tests, { recursive: true, encoding: 'utf8' });

test('no fixture is left aside', () => {
  const fixtures = all.filter((file) => file.startsWith('reference') && file.endsWith('.json'));
  const sources = all
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(tests, file), 'utf8'))
    .join('\n');
  assert.ok(fixtures.length >= 11);
  for (const fixture of fixtures) {
    const name = fixture.replace(/^.*[\\/]/, '').replace('.json', '');
    assert.ok(new RegExp(`['/]${name.replaceAll('.', '\\.')}['.]`).test(sources), `${fixture} is not compared with`);
  }
});

test.run();
