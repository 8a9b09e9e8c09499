/** Errors of the packed bundle that a user's script does not catch: Node prints the source line of the throw. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const BUNDLE = fileURLToPath(new URL('../../bundle/', import.meta.url));
/** Maximum length of a source line that throws, characters: the longest message has about 250. */
const MAX_THROW_LENGTH = 500;

const SCRIPTS = {
  'a wrong parameter': 'memspike.lif({ size: -1 });',
  'a missing file': "memspike.loadDevice('no-such-device');",
  'a wrong time': 'new memspike.Network({ seed: 1 }).run(-1);',
};

for (const [name, script] of Object.entries(SCRIPTS))
  test(`${name}: Node prints the message and a short source line`, () => {
    const words = ['--input-type=module', '-e', `import * as memspike from '${BUNDLE}index.js';\n${script}`];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    assert.is(status, 1);
    assert.match(stderr, /UserError\b/);
    const longest = Math.max(...stderr.split('\n').map((line) => line.length));
    assert.ok(longest <= MAX_THROW_LENGTH, `${longest} characters`);
  });

test('no source line that throws is long', () => {
  const files = readdirSync(BUNDLE).filter((file) => file.endsWith('.js'));
  assert.ok(files.length > 20);
  for (const file of files)
    for (const line of readFileSync(join(BUNDLE, file), 'utf8').split('\n'))
      if (/\bthrow\b/.test(line)) assert.ok(line.length <= MAX_THROW_LENGTH, `${file}: ${line.length} characters`);
});

test.run();
