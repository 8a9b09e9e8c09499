import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { integer, number, object } from '../../../../core/declare/params.ts';
import { loadConfig, readConfig } from '../../../../experiments/network/config/load.ts';

const test = suite('load');
const home = process.cwd();
const directory = mkdtempSync(join(tmpdir(), 'memspike-load-'));

test.before(() => process.chdir(directory));
test.after(() => {
  process.chdir(home);
  rmSync(directory, { recursive: true });
});

const schema = object({
  seed: integer({ default: 1, help: 'seed' }),
  tau: number({ default: 20, min: 0, unit: 'ms', help: 'tau' }),
  size: integer({ default: 3, help: 'size' }),
  delay: number({ default: 4, help: 'delay' }),
});

function fault(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.instance(error, UserError);
    return (error as UserError).message;
  }
  return 'no fault';
}

const reading = (name: string, content: string | Uint8Array) => {
  writeFileSync(name, content);
  return fault(() => readConfig(name));
};

test('defaults give way to the file, that to --set, that to flags', () => {
  writeFileSync('net.yaml', 'tau: 10\nsize: 10\ndelay: 10\n');
  const sources = { file: 'net.yaml', set: ['size=20', 'delay=20'], flagValues: { delay: 30, seed: undefined } };
  assert.equal(loadConfig(schema, sources, 'run'), { seed: 1, tau: 10, size: 20, delay: 30 });
  assert.equal(loadConfig(schema, {}, 'run'), { seed: 1, tau: 20, size: 3, delay: 4 });
});

test('errors say where the value comes from', () => {
  writeFileSync('bad.yaml', 'tau: -1');
  assert.is(
    fault(() => loadConfig(schema, { file: 'bad.yaml' }, 'run')),
    'bad.yaml: tau is -1, but must be a number >= 0 (ms).',
  );
  assert.is(
    fault(() => loadConfig(schema, { set: ['tua=1'] }, 'run')),
    'run with --set: tua is unknown, did you mean "tau"?',
  );
});

test('files that cannot be read', () => {
  writeFileSync('network.yaml', 'a: 1');
  mkdirSync('folder.yaml');
  assert.is(
    fault(() => readConfig('network.yml')),
    'cannot read "network.yml": there is no such file, did you mean "network.yaml"?',
  );
  assert.is(
    fault(() => readConfig('nowhere/x.yaml')),
    'cannot read "nowhere/x.yaml": there is no such file.',
  );
  assert.is(
    fault(() => readConfig('folder.yaml')),
    'cannot read folder.yaml: it is a directory (EISDIR)',
  );
  assert.match(
    fault(() => readConfig('network.yaml/x')),
    /^cannot read network\.yaml\/x: not a directory \(ENOTDIR\)/,
  );
  assert.match(
    fault(() => readConfig('a\0b')),
    /^cannot read "a\\u0000b": /,
  );
});

test('files that hold no configuration', () => {
  assert.is(reading('a.yaml', ''), 'a.yaml is empty, but must be a mapping of keys to values.');
  assert.is(reading('a.yaml', '# only a note\n'), 'a.yaml is empty, but must be a mapping of keys to values.');
  assert.is(reading('a.yaml', '[1, 2]'), 'a.yaml holds [1, 2], but must be a mapping of keys to values.');
  assert.is(reading('a.yaml', 'hello'), 'a.yaml holds "hello", but must be a mapping of keys to values.');
  assert.is(reading('a.yaml', Uint8Array.of(0x61, 0x3a, 0x20, 0xe9)), 'a.yaml is not UTF-8 text.');
  assert.is(reading('a.yaml', 'a: 1\na: 2'), 'a.yaml:2:1: the key "a" appears twice in one mapping.');
  assert.is(reading('a.json', new Uint8Array(64 * 2 ** 20 + 1)), 'a.json is larger than 64 MB, the size limit.');
});

test('a byte order mark is no part of the text', () => {
  writeFileSync('bom.json', '\ufeff{"seed": 2}');
  assert.equal(readConfig('bom.json'), { seed: 2 });
});

test.run();
