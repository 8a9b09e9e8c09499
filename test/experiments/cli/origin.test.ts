/** Command lines and their results: origin of results, machine-readable output, completion, grouped help. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS } from '../../../experiments/cli/commands.ts';
import { completeWords } from '../../../experiments/cli/completion.ts';
import { inProcess } from './inProcess.ts';

const test = suite('cli, origin of results');
const directory = mkdtempSync(join(tmpdir(), 'memspike-origin-'));
test.after(() => rmSync(directory, { recursive: true }));
const call = (...words: string[]) => inProcess(directory, ...words);
const read = (file: string) => JSON.parse(readFileSync(join(directory, file), 'utf8'));

writeFileSync(
  join(directory, 'net.yaml'),
  'memspike: 1\nduration: 50\npopulations:\n  input: { model: poisson, size: 5, rate: 100 }\n  output: { model: lif, size: 2 }\nprojections:\n  - { from: input, to: output, connect: { all: { weight: 3 } } }\n',
);
writeFileSync(
  join(directory, 'sweep.yaml'),
  'memspike: 1\nexperiment: characterise\nbase: { device: softBound, devices: 2 }\nparameters:\n  up: { path: device.deviceToDevice, list: [0.1, 0.2] }\nmetrics: [wallSeconds]\n',
);

test('a run without --out goes to runs/NAME, the next one to runs/NAME-2', async () => {
  const first = await call('run', 'net.yaml', '--progress', 'none');
  assert.is(first.status, 0, first.stderr);
  assert.is(read('runs/net/run.json').commandLine, 'memspike run net.yaml --progress none');
  await call('run', 'net.yaml', '--progress', 'none');
  assert.ok(read('runs/net-2/run.json').wallSeconds > 0);
  const { status, stderr } = await call('run', '--resume');
  assert.is(status, 2);
  assert.match(stderr, /run: --resume needs --out/);
});

test('run.json and the report of a run hold the command and the date', async () => {
  const { date } = read('runs/net/run.json');
  assert.match(date, /^20\d\d-\d\d-\d\dT[\d:.]+Z$/);
  await call('report', 'runs/net');
  const page = readFileSync(join(directory, 'runs/net/report.html'), 'utf8');
  assert.ok(page.includes(`, ${date}: memspike run net.yaml --progress none`));
  const { status, stderr } = await call('device', 'characterise', 'softBound', '--out', 'sheet', '--devices', '2');
  assert.is(status, 0, stderr);
  assert.match(read('sheet/characterise.json').commandLine, /^memspike device characterise softBound --out sheet/);
});

test('commands of sweeps print only JSON', async () => {
  const parse = async (...words: string[]) => {
    const { status, stdout, stderr } = await call('sweep', ...words, '--json');
    assert.is(status, 0, stderr);
    return JSON.parse(stdout);
  };
  const plan = ['plan', 'sweep.yaml', '--out', 'swept', '--no-timed', '--quiet'];
  assert.equal(await parse(...plan), { directory: 'swept', points: 2, replicates: 1, runs: 2 });
  const outcome = await parse('run', 'swept', '--workers', '1', '--progress', 'none');
  assert.equal(outcome, { directory: 'swept', done: 2, failed: [], lockedRuns: [], unfinished: 0 });
  const { points } = await parse('collect', 'swept');
  assert.equal(
    points.map((point: { parameters: object }) => point.parameters),
    [{ up: 0.1 }, { up: 0.2 }],
  );
  assert.ok(points[0].metrics.wallSeconds.mean > 0);
  assert.is((await parse('plot', 'swept')).points.length, 2);
});

test('presets complete, and fish has a script', async () => {
  const complete = (...words: string[]) => completeWords(['memspike', ...words], COMMANDS);
  assert.equal(await complete('mnist', '--device', 'ag-ce'), ['ag-ceo2-pt']);
  assert.equal(await complete('device', 'passport', 'ag-ce'), ['ag-ceo2-pt']);
  for (const shell of ['bash', 'zsh', 'fish'])
    assert.match((await call('completion', shell)).stdout, /memspike --get-yargs-completions/);
});

test('help has options in groups; -v is the version', async () => {
  for (const words of [['mnist'], ['learn'], ['demo', 'run']]) {
    const { stdout } = await call(...words, '--help');
    const headings = stdout.split('\n').filter((line) => /^\w+:$/.test(line));
    assert.ok(headings.includes('Pictures:') && headings.includes('Terminal:') && headings[0] === 'Options:', stdout);
  }
  assert.is((await call('-v')).stdout, (await call('version')).stdout);
});

test('a format that does not exist is refused under the name of its option', async () => {
  const { stderr } = await call('mnist', '--format', 'pdf,gif');
  assert.match(stderr, /mnist: --format is "gif", but must be one of/);
});

test.run();
