/** Sweeps of nets with labels: what a point is, and that its run is that of `memspike learn`. */
// slow: trains nets; run.test.ts runs small sweeps in `npm test`
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { json } from '../run/cli.ts';
import { place, statusOf } from './support.ts';

const test = suite('sweep of nets with labels');
const p = place();
test.after(() => p.remove());

const SWEEP = {
  memspike: 1,
  experiment: 'learn',
  replicates: 2,
  metrics: ['accuracy.validation'],
  base: {
    network: 'perceptron',
    split: 'validation',
    train: 300,
    test: 200,
    device: 'neuroSim',
    inSitu: { epochs: 1 },
  },
  parameters: { nonlinearity: { path: 'device.nonlinearityUp', grid: [0.5, 4] } },
};

test('points are nets on their device; each run is the same as the command gives', async () => {
  p.write('nets.yaml', JSON.stringify(SWEEP));
  const plan = await p.call('sweep', 'plan', 'nets.yaml', '--out', 'nets');
  assert.is(plan.status, 0, plan.stderr);
  const run = await p.call('sweep', 'run', 'nets', '--workers', '1', '--progress', 'none');
  assert.is(run.status, 0, run.stderr);
  assert.is((await statusOf(p, 'nets')).done, 4);
  await p.call('sweep', 'collect', 'nets');
  const rows = readFileSync(p.at('nets/results.csv'), 'utf8').trim().split('\n');
  assert.is(rows.length, 5);
  const point = json(p.at('nets/points/000003'), 'config.json') as { seed: number };
  const words = ['--network', 'perceptron', '--device', 'neuroSim', '--seed', String(point.seed), '--no-pictures'];
  const sizes = ['--split', 'validation', '--train', '300', '--test', '200', '--epochs', '1'];
  const alone = await p.call('learn', ...words, ...sizes, '--set', 'device.nonlinearityUp=4', '--out', 'alone');
  assert.is(alone.status, 0, alone.stderr);
  assert.is(json(p.at('alone'), 'run.json').weightsSha256, json(p.at('nets/points/000003'), 'run.json').weightsSha256);
});

test('what is wrong is told by its place in the sweep', async () => {
  const wrong = { ...SWEEP, parameters: { nonlinearity: { path: 'device.nonlinearityUpp', grid: [1] } } };
  p.write('wrong.yaml', JSON.stringify(wrong));
  const { status, stderr } = await p.call('sweep', 'plan', 'wrong.yaml', '--out', 'wrong');
  assert.is(status, 1);
  assert.match(stderr, /nonlinearityUpp.*did you mean "nonlinearityUp"/);
});

test.run();
