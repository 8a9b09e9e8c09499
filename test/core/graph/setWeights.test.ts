/** Weights that are replaced during a run: every delivery strategy follows, signs may change, mistakes are refused. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { StrategyName } from '../../../core/engine/engine.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import { ideal } from '../../../synapses/devices/index.ts';
import { Rows } from '../../support.ts';

const KINDS = [
  { synapse: 'delta', weight: 2 },
  { synapse: 'exponential', weight: 400 },
  { synapse: 'conductance', weight: 8 },
] as const;

/** Spike times of a network whose weights become `factor` times the first ones at 100 ms. */
function spikesOf({ synapse, weight }: (typeof KINDS)[number], factor: number, strategies?: readonly StrategyName[]) {
  const net = new Network({ seed: 3, ...(strategies && { strategies }) });
  const input = net.population('input', poisson({ size: 40, rate: 100 }));
  const cells = net.population('cells', lif({ size: 30, synapse }));
  const uniform = { uniform: [0, weight] as const };
  const delay = { uniform: [0.5, 3] as const, step: 0.5 };
  const forward = net.projection(input, cells, { connect: { probability: { p: 0.5, weight: uniform } }, delay });
  net.projection(cells, cells, { connect: { probability: { p: 0.2, weight: uniform } }, delay });
  const spikes = new Rows();
  net.recordSpikes([cells], spikes);
  net.run(100);
  net.setWeights(
    forward,
    forward.weights.map((w, k) => (k % 3 === 0 ? factor * w : w)),
  );
  net.run(200);
  net.flush();
  return spikes.column('time');
}

test('every strategy delivers the new weights, also with other signs', () => {
  for (const kind of KINDS)
    for (const factor of [1, -1, 1.5]) {
      const expected = spikesOf(kind, factor, []);
      assert.equal(spikesOf(kind, factor), expected, `${kind.synapse}, ${factor}`);
      assert.ok(expected.filter((t) => t > 100).length > 20, kind.synapse);
      assert.is(String(expected) === String(spikesOf(kind, 1)), factor === 1);
    }
});

test('`weights` is a copy', () => {
  const net = new Network({ seed: 1 });
  const cells = net.population('cells', lif({ size: 3 }));
  const loop = net.projection(cells, cells, { connect: { all: { weight: { uniform: [0, 1] } } } });
  const before = [...loop.weights];
  loop.weights.fill(-1);
  assert.equal([...loop.weights], before);
});

test('mistakes', () => {
  const net = new Network({ seed: 1 });
  const cells = net.population('cells', lif({ size: 2 }));
  const of = (name: string, connect: object, more: object = {}) =>
    net.projection(cells, cells, { name, connect: connect as never, ...more });
  const list = {
    list: [
      [0, 1, 1],
      [1, 0, 2],
    ],
  }; // prettier-ignore
  const cases: readonly [Parameters<Network['setWeights']>, RegExp][] = [
    [[of('one', { all: { weight: 1 } }), [1, 2]], /projections\.one has one weight for all synapses/],
    [[of('plastic', { all: { weight: 0.5 } }, { device: ideal({}) }), [1]], /projections\.plastic has a device/],
    [[of('short', list), [1]], /projections\.short has 2 weights, but 1 are given/],
    [[of('nan', list), [1, Number.NaN]], /projections\.nan: weight 1 is NaN, but must be a finite number/],
    [[{} as never, [1]], /setWeights: the first argument must be a projection of this network/],
  ];
  for (const [given, message] of cases) assert.throws(() => net.setWeights(...given), message);
});

test.run();
