/** Delivery strategies, recorders, cuts and checkpoints do not change spikes or state: the bits are those of reference delivery. */
// isolated: counts the calls of every strategy, through their prototypes
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BatchedDelivery } from '../../../core/engine/batchedDelivery.ts';
import { MergedDelivery } from '../../../core/engine/mergedDelivery.ts';
import { RecurrentDelivery } from '../../../core/engine/recurrentDelivery.ts';
import { SingleQueueDelivery } from '../../../core/engine/singleQueueDelivery.ts';
import type { DeliveryStrategy } from '../../../core/engine/targetState.ts';
import { atLeast, runs } from '../../support.ts';
import { type NetworkSpec, networkAndWay, RECURRENT_CASES, REFERENCE_WAY, run, type Way } from './waysToRun.ts';

/** Number of calls that each faster strategy served. */
const served = { singleQueue: 0, merged: 0, recurrent: 0, batched: 0 };
const counted = (prototype: DeliveryStrategy, name: keyof typeof served): void => {
  const { processEvents } = prototype;
  prototype.processEvents = function (first, horizon) {
    const reached = processEvents.call(this, first, horizon);
    if (reached >= 0) served[name]++;
    return reached;
  };
};
counted(SingleQueueDelivery.prototype, 'singleQueue');
counted(MergedDelivery.prototype, 'merged');
counted(RecurrentDelivery.prototype, 'recurrent');
counted(BatchedDelivery.prototype, 'batched');

/** True if energies are equal up to the order of their summation. */
const closeTo = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((x, i) => Math.abs(x - b[i]!) <= 1e-12 * Math.abs(b[i]!));

/**
 * A spike of the batch reaches its own population before arrivals without synapses, which the batch leaves out. Neuron 7 is released
 * between the two, so that its potential after the release depends on the order.
 */
const SPIKE_BEFORE_EMPTY_ROWS: [NetworkSpec, Way] = [
  {
    seed: 1953454354,
    size: 9,
    rate: 1000,
    populations: [{ model: 'currents', hold: undefined }],
    projections: [
      { from: 1, weight: 1, delay: 0 } as const,
      { from: -1, weight: 2, delay: 0 } as const,
      { from: -1, weight: 1, delay: 0 } as const,
      { from: 0, weight: 1, delay: 0.5 } as const,
    ].map((p) => ({
      ...p,
      to: 0,
      connect: 'probability',
      delays: true,
      device: null,
      rule: null,
      shortTerm: null,
      dendriticDelay: 0,
    })),
  },
  { ...REFERENCE_WAY, network: { strategies: ['batched'] }, slice: 7.3 },
];

test('every way to run a network gives the bits of reference delivery', () => {
  let spikes = 0;
  fc.assert(
    fc.property(networkAndWay, ([s, w]) => {
      const expected = run(s, REFERENCE_WAY);
      const found = run(s, w);
      assert.equal(found.spikes, expected.spikes);
      assert.equal(found.end, expected.end);
      assert.equal(found.potentials, expected.potentials);
      assert.ok(closeTo(found.counters, expected.counters), `${found.counters} is not ${expected.counters}`);
      spikes += expected.spikes.length;
    }),
    { ...runs(250), examples: [...RECURRENT_CASES, SPIKE_BEFORE_EMPTY_ROWS].map((example) => [example]) },
  );
  assert.ok(spikes > atLeast(3000), `only ${spikes} spikes`);
  for (const [name, times] of Object.entries(served)) assert.ok(times > 0, `${name} never served`);
});

test.run();
