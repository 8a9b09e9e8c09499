/** Spike-driven plasticity against a simulation of its equations, tick by tick; a rule reads the same potentials with every strategy. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../../core/network.ts';
import { lif, spikeTrains } from '../../../neurons/index.ts';
import { ideal } from '../../../synapses/devices/index.ts';
import { spikeDriven } from '../../../synapses/rules/index.ts';
import { runs } from '../../support.ts';
import { near, trains } from '../fixedTrains.ts';

const [TAU, THRESHOLD, DRIVE, POTENTIAL, CALCIUM_TAU] = [10, 15, 9, 6, 60];
const [UP, DOWN] = [
  [1, 3],
  [0, 2],
] as const;
const rule = spikeDriven({
  up: 0.1,
  down: 0.05,
  potential: POTENTIAL,
  tau: CALCIUM_TAU,
  upRange: [...UP],
  downRange: [...DOWN],
});

function learned(drive: number[][], pre: number[][], strategies?: []) {
  const net = new Network({ seed: 1, ...(strategies && { strategies }) });
  const cell = net.population('cell', lif({ size: 1, tau: TAU, threshold: THRESHOLD, refractory: 0 }));
  const [driver, input] = [drive, pre].map((all, i) => net.population(`in${i}`, spikeTrains({ trains: all })));
  net.projection(driver!, cell, { name: 'a', connect: { all: { weight: DRIVE } } });
  const options = { name: 'b', connect: { all: { weight: 2 } }, device: ideal({ wMin: 0, wMax: 4 }), rule };
  const plastic = net.projection(input!, cell, options);
  net.run(200);
  net.resetDynamicState();
  assert.is(plastic.quantities.calcium!.read(0, 200), 0);
  return { weights: [...plastic.weights], spikes: cell.spikes };
}

function simulate(drive: readonly number[][], pre: readonly number[][]) {
  const weights = pre.map(() => 2);
  let [v, c, last, spikes] = [0, 0, 0, 0];
  for (const t of [...new Set([...drive, ...pre].flat())].sort((a, b) => a - b)) {
    v *= Math.exp((last - t) / TAU);
    c *= Math.exp((last - t) / CALCIUM_TAU);
    last = t;
    for (const train of drive) if (train.includes(t)) v += DRIVE;
    for (const [i, train] of pre.entries()) {
      if (!train.includes(t)) continue;
      const [isUp, [low, high]] = v > POTENTIAL ? [true, UP] : [false, DOWN];
      if (c >= low && c < high) weights[i] = Math.min(Math.max(weights[i]! + 4 * (isUp ? 0.1 : -0.05), 0), 4);
      v += weights[i]!;
    }
    if (v < THRESHOLD) continue;
    v = 0;
    c++;
    spikes++;
  }
  return { weights, spikes };
}

test('weights follow potential and calcium at arrivals', () => {
  let all = 0;
  fc.assert(
    fc.property(trains(3, 20), trains(2, 20), (drive, pre) => {
      const [found, expected] = [learned(drive, pre), simulate(drive, pre)];
      assert.is(found.spikes, expected.spikes);
      for (const [i, weight] of expected.weights.entries()) near(found.weights[i]!, weight, 1e-9);
      assert.equal(learned(drive, pre, []), found);
      all += found.spikes;
    }),
    runs(150),
  );
  assert.ok(all > 100, `${all} spikes`);
});

test('a stimulus has no potential', () => {
  const net = new Network({ seed: 1 });
  const [a, b] = ['a', 'b'].map((name) => net.population(name, spikeTrains({ trains: [[1]] })));
  net.projection(a!, b!, { connect: { all: { weight: 0.5 } }, device: ideal({}), rule: spikeDriven({}) });
  assert.throws(() => net.run(2), /projections\.a->b\.rule reads potentials of b, but a stimulus has none/);
});

test.run();
