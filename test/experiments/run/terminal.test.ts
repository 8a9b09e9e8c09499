// slow: starts a process for each case
/** Standard output holds results only; standard error holds plain lines unless it is a terminal. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CLI, EXAMPLE, json, memspike } from './cli.ts';

const test = suite('memspike run and its terminal');
const directory = mkdtempSync(join(tmpdir(), 'memspike-terminal-'));
test.after(() => rmSync(directory, { recursive: true }));
writeFileSync(join(directory, 'net.yaml'), EXAMPLE);

const run = (...words: string[]) => memspike(directory, 'run', 'net.yaml', ...words);
const shell = (script: string) =>
  spawnSync('sh', ['-c', script, process.execPath, CLI], { encoding: 'utf8', cwd: directory });

test('no terminal: plain lines, nothing that moves a cursor', () => {
  const { status, stdout, stderr } = run('--out', 'plain');
  assert.is(status, 0);
  assert.match(stdout, /^Done: plain\nEnergy: .*assumed.*\nNext step: memspike report plain\n$/);
  assert.match(stderr, /^(simulating: [\d,.]+\/1,000 ms, \d+ %, [^\n]*\n)+(Warning: [^\n]+\n)*$/);
  assert.not.match(stderr.replaceAll('\n', ''), /\p{Cc}/u);
  assert.match(stderr, /simulating: 1,000\/1,000 ms, 100 %/);
});

test('--progress json: one object a line; --progress none --quiet: nothing', () => {
  const asJson = run('--out', 'json', '--progress', 'json');
  const states = asJson.stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { label, done, total, unit, final } = states.filter((state) => 'label' in state).at(-1);
  assert.equal([label, done, total, unit, final], ['simulating', 1000, 1000, 'ms', true]);
  assert.is(run('--out', 'none', '--progress', 'none', '--quiet').stderr, '');
});

test('--json: run.json on standard output, also of a run that is already finished', () => {
  const first = run('--out', 'result', '--json', '--progress', 'none');
  assert.equal(JSON.parse(first.stdout), json(join(directory, 'result'), 'run.json'));
  assert.is(run('--out', 'result', '--json', '--resume').stdout, first.stdout);
});

test('nobody reads: quiet, and the run is whole', () => {
  const closed = shell(
    '{ "$0" "$1" run net.yaml --out unread --json; echo "status $?" >&2; } 2>status | exec 0<&-; cat status',
  );
  assert.match(closed.stdout, /status 0\n$/);
  assert.not.match(closed.stdout, /EPIPE|Error/);
  assert.ok(json(join(directory, 'unread'), 'run.json').spikesSha256);
  const both = shell(
    '{ "$0" "$1" run net.yaml --out deaf --progress json 2>&1; echo "status $?" > status; } | exec 0<&-; cat status',
  );
  assert.is(both.stdout, 'status 0\n');
  assert.ok(json(join(directory, 'deaf'), 'run.json').spikesSha256);
});

test('a terminal: a bar, and a clean line after it', () => {
  if (spawnSync('script', ['--version']).status !== 0) return; // util-linux
  const { stdout } = shell(`script -qec "'$0' '$1' run net.yaml --out bar" /dev/null </dev/null`);
  assert.match(stdout, /simulating [█░]+ 1,000\/1,000 ms, 100 %/);
  assert.match(stdout, /Done: bar\r?\n/);
});

test.run();
