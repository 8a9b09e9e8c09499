/** The stochastic rule: its equilibrium, and draws that belong to the synapse and its n-th chance. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { Network } from '../../../core/network.ts';
import { spikeTrains } from '../../../neurons/index.ts';
import { ideal } from '../../../synapses/devices/index.ts';
import { stochasticBinary } from '../../../synapses/rules/index.ts';
import { runs } from '../../support.ts';
import { learned, TEXTBOOK, trains } from '../fixedTrains.ts';

/**
 * Share of `inputs` synapses that are on, over the second half of `steps` postsynaptic spikes of 40 neurons. Half of the
 * inputs have come before every spike, turn by turn, so q = 0.5.
 */
function shareOn(pSet: number, pReset: number, steps: number): { mean: number; error: number } {
  const [inputs, outputs] = [50, 40];
  const net = new Network({ seed: 6 });
  const every = (first: number, step: number) =>
    Array.from({ length: Math.floor(steps / step) }, (_, k) => first + k * step);
  const pre = net.population('pre', spikeTrains({ trains: Array.from({ length: inputs }, (_, i) => every(i % 2, 2)) }));
  const post = net.population('post', spikeTrains({ trains: Array.from({ length: outputs }, () => every(0.5, 1)) }));
  const { edges } = net.projection(pre, post, {
    connect: { all: { weight: 1 } },
    device: ideal({}),
    rule: stochasticBinary({ window: 0.75, pSet, pReset }),
  });
  let [sum, n] = [0, 0];
  net.at('look', { every: 10 }, (t) => {
    for (const w of edges.weights!) assert.ok(w === 0 || w === 1);
    if (t < steps / 2) return;
    sum += [...edges.weights!].reduce((a, b) => a + b) / edges.count;
    n++;
  });
  net.run(steps);
  const mean = sum / n;
  // Independent synapses; in time a state lasts for 1/(q pSet + (1 - q) pReset) spikes.
  const lasts = 2 / (pSet + pReset);
  return { mean, error: Math.sqrt((mean * (1 - mean) * 2 * lasts) / (edges.count * (steps / 2))) };
}

test('on with probability q pSet/(q pSet + (1 - q) pReset) in the end: 0.740740741, within 3 standard errors of below 0.01', () => {
  for (const [pSet, pReset, steps] of [
    [0.002, 0.0007, 12000],
    [0.04, 0.014, 2000],
  ] as const) {
    const { mean, error } = shareOn(pSet, pReset, steps);
    assert.ok(error < 0.01, `standard error ${error}`);
    assert.ok(Math.abs(mean - 0.740740741) < 3 * error, `${mean} ± ${error}`);
  }
});

test('draws belong to the synapse: other neurons, layout and kernels change nothing', () => {
  const rule = stochasticBinary({ window: 5, pSet: 0.4, pReset: 0.3, up: 0.2, down: 0.1 });
  fc.assert(
    fc.property(trains(3), trains(3), trains(1), fc.boolean(), (pre, post, [other], sparse) => {
      const [a, b, c] = post as [number[], number[], number[]];
      const whole = learned(pre, [a, b, c], { rule, sparse });
      const changed = learned(pre, [a, other!, c], { rule, sparse: !sparse, kernels: 'oracle' });
      whole.forEach((row, i) => {
        assert.is(changed[i]![0], row[0]);
        assert.is(changed[i]![2], row[2]);
      });
    }),
    runs(60),
  );
});

test('certain draws are the rectangular rule; impossible ones never pulse', () => {
  const pre = [[0], [40]];
  const post = [[41, 43]];
  const certain = stochasticBinary({ window: 5, pSet: 1, pReset: 1, up: 0.1, down: 0.05 });
  const [[old], [recent]] = learned(pre, post, { rule: certain }) as [[number], [number]];
  assert.ok(Math.abs(old - (0.5 - 2 * 2 * 0.05)) < 1e-12 && Math.abs(recent - (0.5 + 2 * 2 * 0.1)) < 1e-12);
  assert.equal(learned(pre, post, { rule: stochasticBinary({ pSet: 0, pReset: 0 }) }), [[0.5], [0.5]]);
});

test('a pair of neurons connected twice is refused', () => {
  const net = new Network({ seed: 1 });
  const pre = net.population('pre', spikeTrains({ trains: [[1]] }));
  const rule = stochasticBinary({});
  const list = [
    [0, 0, 0.5],
    [0, 0, 0.7],
  ];
  const make = () => net.projection(pre, pre, { connect: { list }, delay: 1, device: ideal(TEXTBOOK), rule });
  assert.throws(
    make,
    (e: Error) =>
      e instanceof UserError && /projections\.pre->pre\.connect: stochasticBinary draws once per pair/.test(e.message),
  );
});

test.run();
