/** LIF with delta currents: golden values, thresholds that move, extreme time constants. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { Network } from '../../core/network.ts';
import { TICK } from '../../core/time.ts';
import { lif, quadratic, spikeTrains } from '../../neurons/index.ts';
import { Rows } from '../support.ts';

type LifInput = Parameters<typeof lif>[0];

/** Spike times of one neuron with given arrivals [time, weight]. */
function fire(params: Partial<LifInput>, arrivals: readonly (readonly [number, number])[], duration: number): number[] {
  const net = new Network({ seed: 1 });
  const neuron = net.population('neuron', lif({ size: 1, ...params }));
  if (arrivals.length > 0) {
    const source = net.population('source', spikeTrains({ trains: arrivals.map(([t]) => [t]) }));
    net.projection(source, neuron, { connect: { list: arrivals.map(([, w], i) => [i, 0, w]) } });
  }
  const rows = new Rows();
  net.recordSpikes([neuron], rows);
  net.run(duration);
  net.flush();
  return rows.column('time');
}

test('f-I curve: periods 29.7259, 15.8629, 6.7000 ms at 400, 500, 1000 pA; never at the rheobase of 375', () => {
  for (const [current, period] of [
    [400, 29.725887222397812],
    [500, 15.862943611198906],
    [1000, 6.700036292457356],
  ] as const) {
    const times = fire({ current }, [], 1000);
    const first = period - 2; // no refractoriness before the first spike
    assert.is(times.length, Math.floor((1000 - first) / period) + 1);
    times.forEach((t, k) => {
      assert.ok(Math.abs(t - first - k * period) <= (k + 1) * TICK, `${current} pA, spike ${k}: ${t}`);
    });
  }
  assert.equal(fire({ current: 375 }, [], 100_000), []);
});

test('the first crossing at 500 pA is at 10 ln 4 ms', () => {
  assert.ok(Math.abs(fire({ current: 500 }, [], 20)[0]! - 13.862943611198906) <= TICK);
});

test('8 mV at 0 and 5 ms give 12.852245277701067 mV; two inputs fire if and only if their gap is at most 1.33531 ms', () => {
  const net = new Network({ seed: 1 });
  const neuron = net.population('neuron', lif({ size: 1 }));
  const source = net.population('source', spikeTrains({ trains: [[0, 5]] }));
  net.projection(source, neuron, { connect: { all: { weight: 8 } } });
  net.run(5);
  assert.ok(Math.abs(neuron.model.potential(0, 5) - 12.852245277701067) < 1e-13);
  const gap = 1.3353139262452263;
  assert.is(
    fire(
      {},
      [
        [0, 8],
        [gap - TICK, 8],
      ],
      5,
    ).length,
    1,
  );
  assert.is(
    fire(
      {},
      [
        [0, 8],
        [gap + TICK, 8],
      ],
      5,
    ).length,
    0,
  );
});

test('a threshold that decays much faster than the membrane stays finite through long silence', () => {
  for (const precision of ['f64', 'f32'] as const) {
    const params = { tau: 100, refractory: 2, adaptive: { increment: 5, tau: 0.5 }, precision };
    const pulses = Array.from({ length: 20 }, (_, k) => [10 + 150 * k, 20] as const);
    assert.is(fire(params, pulses, 4000).length, 20);
  }
});

test('refractoriness may be thousands of time constants long', () => {
  const times = fire(
    { tau: 0.1, refractory: 100 },
    [
      [0, 20],
      [50, 20],
      [99, 20],
      [150, 20],
      [400, 20],
      [450, 20],
    ],
    500,
  );
  assert.equal(times, [0, 150, 400]);
});

test('the shift of homeostasis stays while the increments of an adaptive threshold decay', () => {
  const receptors = { e: { tau: 2 }, i: { tau: 2 } };
  for (const synapse of ['delta', 'exponential', 'multiExponential', 'conductance'] as const) {
    const net = new Network({ seed: 1 });
    const adaptive = { increment: 3, tau: 5 };
    const homeostasis = { gain: 2, minimum: 14.5 };
    const pair = net.population(
      'pair',
      lif({ size: 2, synapse, adaptive, homeostasis, ...(synapse === 'multiExponential' && { receptors }) }),
    );
    const source = net.population('source', spikeTrains({ trains: [[1]] }));
    net.projection(source, pair, { connect: { list: [[0, 0, 1e5]] } });
    net.run(1.5);
    const [first] = pair.spikes > 0 ? [pair.model.thresholds.thresholdAt(0, net.now)] : [Number.NaN];
    assert.ok(first > 16 && first < 19, `${synapse}: ${first}`);
    net.run(998.5);
    assert.ok(Math.abs(pair.model.thresholds.thresholdAt(0, net.now) - 15 - pair.spikes) < 1e-9, synapse);
    assert.equal(pair.model.thresholds.thresholdAt(1, net.now), 14.5, synapse);
  }
});

test('homeostasis moves the crossings of refractory neurons too', () => {
  const net = new Network({ seed: 1 });
  const pair = net.population(
    'pair',
    lif({ size: 2, current: 600, refractory: 5, homeostasis: { gain: 2, minimum: 1 } }),
  );
  const source = net.population('source', spikeTrains({ trains: [[1], [4]] }));
  net.projection(source, pair, {
    connect: {
      list: [
        [0, 0, 20],
        [1, 1, 20],
      ],
    },
  });
  const rows = new Rows();
  net.recordSpikes([pair], rows);
  net.run(25);
  net.flush();
  // neuron 0: threshold 15 + 1 at 1, - 1 at 4, before its release at 6; the other way round for neuron 1
  assert.ok(Math.abs(rows.column('time')[2]! - (6 + 10 * Math.log(24 / (24 - 15)))) < 2 * TICK);
});

test('a reset at or above the threshold is refused', () => {
  assert.throws(
    () => fire({ threshold: 5, reset: 5 }, [], 1),
    (e: unknown) => e instanceof UserError && /populations\.neuron\.reset is 5/.test(e.message),
  );
});

test('what another kind of synapse is for is refused, in one sentence', () => {
  const refused = (make: () => unknown, pattern: RegExp) =>
    assert.throws(make, (e: unknown) => e instanceof UserError && pattern.test(e.message), String(pattern));
  for (const [given, pattern] of [
    [
      { tauSynExc: 5 },
      /^populations\.neuron\.tauSynExc is 5, but it is only for synapse "exponential", and synapse is "delta"; /,
    ],
    [{ tauSynInh: [5] }, /tauSynInh/],
    [{ synapse: 'exponential', tauSyn: 3 }, /tauSyn is 3, but it is only for synapse "conductance"/],
    [{ receptors: { a: { tau: 3 } } }, /receptors is .* for synapse "multiExponential"/],
    [{ synapse: 'multiExponential', reversalExc: 60 }, /reversalExc is 60/],
    [{ reversalInh: -20 }, /reversalInh is -20/],
    [{ leakConductance: 25 }, /leakConductance is 25/],
    [
      { synapse: 'conductance', tau: 1e-20 },
      /^populations\.neuron\.tau is 1e-20 ms, but with synapse "conductance" it must be >=/,
    ],
    [{ synapse: 'conductance', tauSyn: 1e-20 }, /tauSyn is 1e-20/],
    [{ synapse: 'exponential', adaptive: { increment: 1, tau: 1e-20 } }, /adaptive\.tau is 1e-20/],
  ] as [Partial<LifInput>, RegExp][])
    refused(() => fire(given, [[1, 20]], 5), pattern);
  fire({ tauSynExc: 2, tauSyn: 2, reversalExc: 65 }, [], 1); // as a resolved configuration has it
});

test('a current beyond the largest number of mV is refused', () => {
  const p = { size: 2, tau: 2000, capacitance: 1 };
  const synapses = ['delta', 'exponential', 'multiExponential', 'conductance'] as const;
  type Current = NonNullable<LifInput['current']>;
  const makers = [
    ...synapses.map(
      (synapse) => (net: Network, current: Current) => net.population('a', lif({ ...p, synapse, current })),
    ),
    (net: Network, current: Current) => net.population('a', quadratic({ ...p, current })),
  ];
  const currents: Current[] = [
    1e307,
    [1, -1e307],
    [
      [0, 1],
      [5, 1e307],
    ],
  ];
  for (const [i, make] of makers.entries())
    for (const current of currents)
      assert.throws(
        () => make(new Network({ seed: 1 }), current),
        (e: unknown) =>
          e instanceof UserError &&
          /^populations\.a\.current.* is -?1e\+307 pA, but with .* Use a smaller/.test(e.message),
        `${i}: ${current}`,
      );
});

test('homeostasis without competition: a neuron fires when its threshold falls below its potential', () => {
  for (const synapse of ['delta', 'exponential'] as const) {
    const net = new Network({ seed: 1 });
    const homeostasis = { gain: 8, minimum: 1 };
    const cells = net.population('cells', lif({ size: 2, threshold: 10, initial: [9, 0], synapse, homeostasis }));
    const input = net.population('input', spikeTrains({ trains: [[1]] }));
    net.projection(input, cells, { connect: { list: [[0, 1, synapse === 'delta' ? 20 : 20_000]] } });
    const spikes = net.recordSpikes([cells]);
    net.run(10);
    const [lowered, raised] = spikes.trains('cells');
    assert.is(lowered!.length, 1);
    assert.ok(Math.abs(lowered![0]! - raised![0]!) <= TICK, `${lowered![0]} ms, not ${raised![0]} ms`);
  }
});

test.run();
