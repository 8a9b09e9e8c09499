/** Reports on JSON files that were edited or damaged: a page, or one sentence with the file in it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mutateText, mutateTree, randomOf } from '../../fuzz/mutate.ts';
import { inProcess } from '../cli/inProcess.ts';

const test = suite('reports on edited files');
const directory = mkdtempSync(join(tmpdir(), 'memspike-edited-'));
test.after(() => rmSync(directory, { recursive: true }));

const FILES: Readonly<Record<string, object>> = {
  'fit.json': {
    command: 'device fit',
    version: '1',
    files: [],
    report: [
      'soft fits the data.',
      [
        ['model', 'rmse (S)'],
        ['soft', '1e-7'],
      ],
    ],
    assumed: { 'device.gMin': 'no reading' },
  },
  'characterise.json': {
    parts: { pulses: { title: 'LTP', summary: { lowest: 1e-6 }, summaryUnits: { lowest: 'S' } } },
    leftOut: { retention: 'no drift' },
  },
  'run.json': {
    accuracy: { logProbability: 87.5, linear: null },
    accuracyInterval: { low: 80, high: 90 },
    energyPerImage: { read: 1e-9, write: 2e-9 },
    energy: { read: 1e-6, write: 2e-6, assumed: { voltage: 1 }, counts: { devices: 5 } },
    populations: { out: { spikes: 5, rate: 2.5 } },
    neurons: 10,
    trainImages: 100,
    testImages: 10,
    duration: 100,
    wallSeconds: 1,
    seed: 1,
    warnings: ['slow'],
  },
  'config.json': {
    populations: { out: { model: 'lif', size: 3 } },
    projections: [{ from: 'in', to: 'out', device: { model: 'soft' } }],
    duration: 100,
    seed: 1,
  },
};

/** Status and message of `report` on files with these texts. */
async function reportOn(texts: Readonly<Record<string, string>>) {
  const run = join(directory, 'run');
  rmSync(run, { recursive: true, force: true });
  mkdirSync(run);
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(run, name), text);
  return inProcess(directory, 'report', 'run', '--overwrite');
}
/** The files beside which a mutated one stands. */
const beside = (name: string): Record<string, string> =>
  name === 'run.json' || name === 'config.json'
    ? { 'run.json': JSON.stringify(FILES['run.json']), 'config.json': JSON.stringify(FILES['config.json']) }
    : {};

test('an edited value is named with its place, and what it may be', async () => {
  const edited = (name: string, change: object) =>
    reportOn({ ...beside(name), [name]: JSON.stringify({ ...FILES[name], ...change }) });
  for (const [name, change, message] of [
    ['fit.json', { report: [5] }, /fit\.json: report\.0 is 5, but must be/],
    ['fit.json', { assumed: { gMin: 5 } }, /fit\.json: assumed\.gMin is 5, but must be/],
    ['fit.json', { report: null }, /fit\.json: report is null, but must be/],
    ['characterise.json', { parts: 5 }, /characterise\.json: parts is 5, but must be/],
    ['run.json', { duration: 'long' }, /run\.json: duration is "long", but must be/],
    ['run.json', { warnings: 5 }, /run\.json: warnings is 5, but must be/],
  ] as const) {
    const { status, stderr } = await edited(name, change);
    assert.is(status, 1, stderr);
    assert.match(stderr, message);
  }
});

test('a page or one sentence for mutated files', async () => {
  for (const [name, facts] of Object.entries(FILES)) {
    const random = randomOf(name);
    const counts = [0, 0];
    assert.is((await reportOn({ ...beside(name), [name]: JSON.stringify(facts) })).status, 0, name);
    for (let i = 0; i < 40; i++) {
      const text = JSON.stringify(i % 4 === 0 ? facts : mutateTree(random, facts));
      const { status, stderr } = await reportOn({
        ...beside(name),
        [name]: i % 4 === 0 ? mutateText(random, text) : text,
      });
      assert.ok(status === 0 || status === 1, `${name}: ${status}`);
      assert.not.match(stderr, /unexpected error/, text);
      assert.ok(stderr.length <= 401, stderr);
      counts[status]!++;
    }
    assert.ok(counts[0]! + counts[1]! === 40 && counts[1]! > 0, `${name}: ${counts}`);
  }
});

test('deep nesting and large numbers are refused', async () => {
  const { status, stderr } = await reportOn({ 'fit.json': `${'['.repeat(9000)}${']'.repeat(9000)}` });
  assert.is(status, 1);
  assert.match(stderr, /fit\.json:1:65: more than 64 levels of nesting\.\n$/);
  assert.match((await reportOn({ 'fit.json': '{"best": ' })).stderr, /fit\.json is damaged: it is not JSON\.\n$/);
});

test.run();
