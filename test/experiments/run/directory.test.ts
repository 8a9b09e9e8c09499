import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { readJson } from '../../../experiments/logs/runJson.ts';
import { listDifferences } from '../../../experiments/network/config/override.ts';
import { lockDirectory } from '../../../experiments/output/lock.ts';
import { RunDirectory } from '../../../experiments/run/runDirectory.ts';

const test = suite('run directory');
const root = mkdtempSync(join(tmpdir(), 'memspike-directory-'));
test.after(() => rmSync(root, { recursive: true }));

let count = 0;
function fresh(files: Record<string, string> = {}): string {
  const path = join(root, String(count++));
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const config = { seed: 1, populations: { a: { tau: 20 } } };
const begun = { 'config.json': JSON.stringify(config) };

function fault(path: string, resume: boolean, given: unknown = config): string {
  try {
    new RunDirectory(path, given, resume).close();
  } catch (error) {
    assert.instance(error, UserError);
    return (error as Error).message.replaceAll(path, 'DIR');
  }
  return 'no fault';
}

test('a finished or unfinished run is not written over', () => {
  const unfinished = fresh(begun);
  assert.is(fault(unfinished, false), 'DIR holds an unfinished run; resume it with --resume, or choose another --out.');
  assert.is(fault(unfinished, true), 'no fault');
  const finished = fresh({ ...begun, 'run.json': '{}' });
  for (const resume of [false, true]) {
    assert.is(fault(finished, resume), 'DIR holds a finished run; choose another --out or remove it.');
  }
  assert.equal(readdirSync(finished).sort(), ['config.json', 'run.json']); // and no lock stays behind
});

test('another configuration is refused, checkpoint or not, naming the first difference', () => {
  const path = fresh(begun);
  const other = { seed: 1, populations: { a: { tau: 30 } } };
  assert.is(
    fault(path, true, other),
    'DIR holds a run of another configuration: populations.a.tau is 30, but 20 there; choose another --out.',
  );
  assert.equal(readJson(path, 'config.json'), config);
  const found = (here: unknown, there: unknown) => [...listDifferences(here, there)];
  assert.equal(found({ a: [1, 2] }, { a: [1] }), ['a.1 is 2, but not set there']);
  assert.equal(found({ a: 1, c: 1 }, { a: 2, b: 'x', c: 1 }), ['a is 1, but 2 there', 'b is not set, but "x" there']);
  assert.equal(found({ a: { b: [] } }, { a: { b: [] } }), []);
  assert.equal(found([], {}), ['the whole is [], but {} there']);
});

test('files of others are not touched', () => {
  for (const resume of [false, true]) {
    const path = fresh({ 'spikes.arrows': 'precious', 'notes.txt': 'mine' });
    assert.is(
      fault(path, resume),
      'DIR holds "notes.txt", which is not a result of this command; choose another --out.',
    );
    assert.equal(readdirSync(path).sort(), ['notes.txt', 'spikes.arrows']);
    assert.is(readFileSync(join(path, 'spikes.arrows'), 'utf8'), 'precious');
  }
  const killed = 'config.json.00000000-0000-4000-8000-000000000000.tmp';
  assert.is(fault(fresh({ [killed]: '{"se' }), false), 'no fault');
});

test('damage is told', () => {
  assert.is(fault(fresh({ 'config.json': '{"seed":' }), true), 'DIR/config.json is damaged: it is not JSON.');
  const path = fresh({ ...begun, 'checkpoint.bin': 'nothing' });
  assert.is(fault(path, true), 'DIR/checkpoint.bin is not a memspike checkpoint.');
});

test('a checkpoint of another run is refused', () => {
  const path = fresh();
  const directory = new RunDirectory(path, config, false);
  directory.saveCheckpoint(new Map());
  directory.close();
  assert.is(fault(path, true), 'no fault');
  const other = { ...config, seed: 2 };
  writeFileSync(join(path, 'config.json'), JSON.stringify(other));
  assert.is(fault(path, true, other), 'checkpoint.bin and config.json in DIR belong to different runs.');
});

test('what a kill left of a file half written is cleared away, and nothing else', () => {
  const id = '8b9cd1f0-4f2f-4f3c-9d39-000000000000';
  const path = fresh({ ...begun, [`checkpoint.bin.${id}.tmp`]: 'half', 'my.tmp': 'mine' });
  assert.is(fault(path, true), 'no fault');
  assert.equal(readdirSync(path).sort(), ['config.json', 'my.tmp']);
  const early = fresh({ [`lock.${id}.tmp`]: 'before any config.json' });
  assert.is(fault(early, true), 'no fault');
  assert.equal(readdirSync(early), ['config.json']);
  assert.not.ok(RunDirectory.hasFinishedRun(path));
  const dead = JSON.stringify({ pid: 2 ** 30, host: hostname(), since: 'then', ticks: null });
  const over = fresh({ ...begun, 'run.json': '{}', 'checkpoint.bin': '', lock: dead });
  assert.ok(RunDirectory.hasFinishedRun(over));
  assert.equal(readdirSync(over).sort(), ['config.json', 'run.json']);
});

test('a directory in use by a living process is refused, and named', async () => {
  const path = fresh();
  const lock = lockDirectory(path);
  const child = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { RunDirectory } from ${JSON.stringify(new URL('../../../experiments/run/runDirectory.js', import.meta.url))};
     try { new RunDirectory(${JSON.stringify(path)}, {}, true); } catch (e) { console.log(e.message); }`,
  ]);
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await new Promise((resolve) => child.on('close', resolve));
  assert.match(output, `is in use by process ${process.pid} on `);
  lock.unlock();
  assert.is(fault(path, false), 'no fault');
});

test('rows are on the disk about a second after they were recorded', async () => {
  const path = fresh();
  const directory = new RunDirectory(path, config, false);
  const log = directory.openLog('spikes.arrows', SPIKES, {});
  const size = () => readFileSync(join(path, 'spikes.arrows')).length;
  const empty = size();
  const collect = () =>
    log.write({ time: Float64Array.of(1), neuron: Uint32Array.of(2), population: Uint8Array.of(0) }, 1);
  directory.flushLogs(collect);
  assert.is(size(), empty);
  await new Promise((resolve) => setTimeout(resolve, 1050));
  directory.flushLogs(collect);
  assert.ok(size() > empty);
  directory.close();
});

test.run();
