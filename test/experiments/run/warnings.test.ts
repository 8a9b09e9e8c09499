/** A run tells what it has done that is hardly meant, and a silent log says who was silent. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inProcess } from '../cli/inProcess.ts';
import { json } from './cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-warnings-'));
test.after(() => rmSync(directory, { recursive: true }));

/** `weak` is driven below its threshold of 15 mV, so that no spike of it moves a device. */
const NETWORK = {
  memspike: 1,
  seed: 1,
  duration: 100,
  populations: {
    input: { model: 'spikeTrains', trains: [[10, 50]] },
    weak: {
      model: 'lif',
      size: 2,
      threshold: 15,
      record: { potential: { neurons: [0, 1], times: [9, 10, 30] } },
    },
    strong: { model: 'lif', size: 1, threshold: 0.5 },
  },
  projections: [
    {
      name: 'still',
      from: 'input',
      to: 'weak',
      connect: { all: { weight: 1 } },
      device: { model: 'softBound', gMin: 0, gMax: 1e-4 },
      rule: { model: 'postTriggered', window: 20 },
    },
    {
      name: 'upwards',
      from: 'input',
      to: 'strong',
      connect: { all: { weight: 1 } },
      device: { model: 'softBound', gMin: 0, gMax: 1e-4 },
      rule: { model: 'postTriggered', window: 20 },
    },
  ],
};
const WARNINGS = [
  'Population weak never fired.',
  'The devices of still were never written: no pulses reached them.',
  'The devices of upwards never went down: all their 2 pulses were upwards.',
];

async function run(name: string, set: readonly string[] = [], ...words: string[]) {
  writeFileSync(join(directory, 'net.json'), JSON.stringify(NETWORK));
  return await inProcess(directory, 'run', 'net.json', '--out', name, ...set.flatMap((s) => ['--set', s]), ...words);
}
const of = (name: string) => json(join(directory, name), 'run.json').warnings as string[];

test('what never fired, was never written or went in one direction only is told, in run.json and in the report', async () => {
  const { stderr, status } = await run('odd');
  assert.is(status, 0, stderr);
  assert.equal(of('odd'), WARNINGS);
  for (const warning of WARNINGS) assert.ok(stderr.includes(`Warning: ${warning}\n`), stderr);
  assert.is((await inProcess(directory, 'report', 'odd')).status, 0);
  const page = readFileSync(join(directory, 'odd', 'report.html'), 'utf8');
  for (const warning of WARNINGS) assert.ok(page.includes(`<p>${warning}</p>`), warning);
});

test('--progress none keeps warnings on stderr, --quiet removes them from stderr only', async () => {
  const { stderr } = await run('unshown', [], '--progress', 'none');
  assert.is(stderr, WARNINGS.map((warning) => `Warning: ${warning}\n`).join(''));
  const json = await run('json', [], '--progress', 'json');
  assert.ok(json.stderr.includes(`${JSON.stringify({ warning: WARNINGS[0] })}\n`), json.stderr);
  const quiet = await run('quiet', [], '--progress', 'none', '--quiet');
  assert.is(quiet.stderr, '');
  assert.equal(of('quiet'), WARNINGS);
});

test('a sweep prints each warning once, with the number of runs that it applies to', async () => {
  const parameters = { duration: { path: 'duration', grid: [100, 110, 120] } };
  const sweep = {
    memspike: 1,
    experiment: 'run',
    network: 'net.json',
    seed: 1,
    parameters,
    metrics: ['events.spikes'],
  };
  writeFileSync(join(directory, 'sweep.json'), JSON.stringify(sweep));
  const planned = await inProcess(directory, 'sweep', 'plan', 'sweep.json', '--out', 'sweep', '--no-timed');
  assert.is(planned.status, 0, planned.stderr);
  const words = ['sweep', 'run', 'sweep', '--workers', '1', '--progress', 'none'];
  const { stderr, status } = await inProcess(directory, ...words);
  assert.is(status, 0, stderr);
  const expected = WARNINGS.map(
    (warning) => `Warning: run 0 of sweep: ${warning} The same warning applies to 2 more.\n`,
  );
  assert.is(stderr, expected.join(''));
});

test('demonstrations write the expectations that were not met as warnings', async () => {
  const words = [
    'demo',
    'run',
    'pulse-arithmetic',
    '--set',
    'seeds=1',
    '--set',
    'forgetting=1e9',
    '--progress',
    'none',
  ];
  const { stderr, status } = await inProcess(directory, ...words, '--out', 'demo');
  assert.is(status, 0, stderr);
  assert.ok(of('demo').length > 0);
  assert.is(
    stderr,
    of('demo')
      .map((warning) => `Warning: ${warning}\n`)
      .join(''),
  );
});

test('a run whose devices go both ways warns of nothing', async () => {
  const { stderr } = await run('fine', ['populations.weak.threshold=0.5', 'populations.input.trains=[[10],[50]]']);
  assert.equal(of('fine'), []);
  assert.not.match(stderr, /Warning/);
});

test('a parameter without effect is warned of', async () => {
  await run('capacitance', ['populations.strong.capacitance=100']);
  const [warning] = of('capacitance') as string[];
  assert.match(warning!, /^The capacitance of populations.strong has no effect: with synapse "delta" /);
  await run('driven', ['populations.strong.capacitance=100', 'populations.strong.current=1']);
  assert.equal(of('driven'), WARNINGS);
});

test('a silent population is named by raster, analyse and report, with its potential', async () => {
  await run('silent', ['populations.strong.threshold=40']);
  const told = /weak never fired \(its highest recorded potential is 1 mV, neuron 0 at 10 ms, its threshold is 15 mV\)/;
  for (const command of ['raster', 'analyse', 'report']) {
    const { stderr, status } = await inProcess(directory, command, 'silent');
    assert.is(status, 1);
    assert.match(stderr, told, command);
    assert.match(stderr, /strong never fired[.,:]/, command);
  }
  await run('mixed');
  const { stdout } = await inProcess(directory, 'analyse', 'mixed');
  assert.match(stdout, new RegExp(`Note: ${told.source}`));
  const chosen = await inProcess(directory, 'raster', 'mixed', '--population', 'weak');
  assert.match(chosen.stderr, told);
  const both = await inProcess(directory, 'raster', 'mixed');
  assert.is(both.status, 0);
  assert.match(both.stderr, new RegExp(`Note: ${told.source}`));
});

test.run();
