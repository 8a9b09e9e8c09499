// slow: simulates a tenth of the cortical microcircuit three times
/** Example microcircuit.yaml: rates, irregularity, bits, and the effect of emission on a grid. */
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildNetwork } from '../../../experiments/network/build.ts';
import { loadNetwork } from '../../../experiments/run/loadNetwork.ts';

const FILE = fileURLToPath(new URL('../../../../experiments/examples/papers/microcircuit.yaml', import.meta.url));
const NAMES = ['L23E', 'L23I', 'L4E', 'L4I', 'L5E', 'L5I', 'L6E', 'L6I'];
/** Rates of the full network, spikes/s (INM-6 microcircuit-PD14-model). */
const REFERENCE = [0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829];

async function simulate(grid: number) {
  const set = ['parameters.scale=0.1', `parameters.grid=${grid}`];
  const net = buildNetwork(await loadNetwork(FILE, { set }));
  const spikes = net.recordSpikes(NAMES.map((name) => net.populations.get(name)!));
  net.run(1500);
  return { net, trains: NAMES.map((name) => spikes.trains(name)) };
}

const rateOf = (trains: readonly Float64Array[]) =>
  trains.reduce((sum, train) => sum + train.filter((t) => t > 500).length, 0) / trains.length;

/** Mean coefficient of variation of the intervals of neurons with at least ten spikes. */
function computeCv(trains: readonly Float64Array[]): number {
  const cvs = trains
    .filter((train) => train.length >= 10)
    .map((train) => {
      const intervals = Array.from(train.slice(1), (t, k) => t - train[k]!);
      const mean = intervals.reduce((a, b) => a + b) / intervals.length;
      return Math.sqrt(intervals.reduce((sum, x) => sum + (x - mean) ** 2, 0) / intervals.length) / mean;
    });
  return cvs.reduce((a, b) => a + b) / cvs.length;
}

const exact = await simulate(0);
const again = await simulate(0);
const onGrid = await simulate(0.1);

test('size of the network', () => {
  const size = exact.trains.reduce((sum, trains) => sum + trains.length, 0);
  assert.ok(Math.abs(size - 0.1 * 77_169) < 5, `${size} neurons`);
  assert.ok(Math.abs(exact.net.windows!.synapses.synapseCount / (0.1 * 298.9e6) - 1) < 0.002);
});

test('rates and irregularity', () => {
  for (const [k, trains] of exact.trains.entries()) {
    // Shared input of a small network synchronises it, which raises the low rates.
    const rate = rateOf(trains);
    assert.ok(
      rate > 0.7 * REFERENCE[k]! && rate < 1.6 * REFERENCE[k]! + 1,
      `${NAMES[k]} ${rate}, full: ${REFERENCE[k]}`,
    );
  }
  const cv = computeCv(exact.trains[3]!);
  assert.ok(cv > 0.6 && cv < 1.1, `CV of L4I ${cv}`);
});

test('equal bits', () => assert.equal(again.trains, exact.trains));

test('emission on a grid delays spikes, not their recorded times', () => {
  const times = onGrid.trains.flatMap((trains) => trains.flatMap((train) => [...train]));
  assert.ok(times.filter((t) => Math.abs(t - 0.1 * Math.round(t / 0.1)) < 1e-6).length < 0.01 * times.length);
  assert.not.equal(onGrid.trains, exact.trains);
});

test.run();
