/** Parameters of each neuron: as a population of one neuron would do it, the same bits in any way of running, drawn from the seed. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../../core/checkpoint/state.ts';
import { UserError } from '../../../core/declare/errors.ts';
import type { StrategyName } from '../../../core/engine/engine.ts';
import { Network } from '../../../core/network.ts';
import { checkNeuron } from '../../../experiments/contract/index.ts';
import { lif, poisson, spikeTrains } from '../../../neurons/index.ts';
import { bits } from '../../core/zoo.ts';
import { atLeast, Rows, runs } from '../../support.ts';

type LifInput = Parameters<typeof lif>[0];
const N = 4;
const four = (of: fc.Arbitrary<number>) => fc.tuple(of, of, of, of);
const MIXED = {
  tau: four(fc.constantFrom(3, 5, 10, 20.5)),
  capacitance: four(fc.constantFrom(100, 250, 400)),
  threshold: four(fc.constantFrom(5, 8, 12)),
  reset: four(fc.constantFrom(-3, 0, 2)),
  refractory: four(fc.constantFrom(0, 0.5, 1, 3)),
  current: four(fc.constantFrom(-50, 0, 150, 500)),
  initial: four(fc.constantFrom(0, 1.5, 4)),
};
const KINDS: readonly Partial<LifInput>[] = [
  { synapse: 'delta' },
  { synapse: 'delta', refractoryInput: 'integrate' },
  { synapse: 'delta', refractoryPotential: 'free' },
  { synapse: 'exponential', refractoryPotential: 'free' },
  { synapse: 'delta', adaptive: { increment: 1, tau: 20 } },
  { synapse: 'exponential', tauSynExc: 2, tauSynInh: 5 },
  { synapse: 'exponential', tauSynExc: [2, 4, 2, 10], tauSynInh: 5 },
  { synapse: 'multiExponential', receptors: { excitatory: { tau: 3, rise: 1 }, inhibitory: { tau: 4, rise: 4 } } },
  { synapse: 'conductance', tauSyn: 3 },
  { synapse: 'conductance', tauSyn: { excitatory: 3, inhibitory: 8 } },
];

/** Spikes of each neuron, and its potential at the end, of one population or of as many as there are neurons. */
function trains(given: Partial<LifInput>, arrivals: readonly (readonly [number, number])[], apart: boolean) {
  const net = new Network({ seed: 1 });
  const of = (j: number) =>
    Object.fromEntries(Object.entries(given).map(([key, v]) => [key, Array.isArray(v) && apart ? v[j] : v]));
  const cells = apart
    ? Array.from({ length: N }, (_, j) => net.population(`n${j}`, lif({ ...of(j), size: 1 })))
    : [net.population('n', lif({ ...given, size: N }))];
  const source = net.population('source', spikeTrains({ trains: arrivals.map(([t]) => [t]) }));
  for (const to of cells)
    net.projection(source, to, {
      connect: { list: arrivals.flatMap(([, w], i) => Array.from({ length: to.size }, (_, j) => [i, j, w] as const)) },
    });
  const spikes = new Rows();
  net.recordSpikes(cells, spikes);
  net.run(40);
  net.flush();
  return Array.from({ length: N }, (_, j) => {
    const population = cells[apart ? j : 0]!;
    const index = apart ? 0 : j;
    const own = spikes.rows.filter((row) => row.population === population.id && row.neuron === index);
    return { times: own.map(({ time }) => time!), v: population.model.potential(index, 40) };
  });
}

for (const kind of KINDS)
  test(`neurons that differ are what each would be alone: ${JSON.stringify(kind)}`, () => {
    const weight = kind.synapse === 'delta' ? 4 : kind.synapse === 'conductance' ? 20 : 500;
    const arrival = fc.tuple(
      fc.nat(320).map((k) => k / 8),
      fc.constantFrom(1, 1, 0.4, -0.5).map((w) => w * weight),
    );
    let spikes = 0;
    const run = fc.property(
      fc.record(MIXED, { requiredKeys: [] }),
      fc.array(arrival, { minLength: 1, maxLength: 25 }),
      (mixed, arrivals) => {
        const given = { ...kind, ...mixed };
        const [together, apart] = [trains(given, arrivals, false), trains(given, arrivals, true)];
        together.forEach(({ times, v }, j) => {
          const alone = apart[j]!;
          spikes += times.length;
          // A crossing at an arrival may be found at it or a tick earlier.
          assert.is(times.length, alone.times.length, `neuron ${j}: ${times} and ${alone.times}`);
          times.forEach((t, k) => {
            assert.ok(Math.abs(t - alone.times[k]!) < 1e-6, `neuron ${j} fires at ${t}, alone at ${alone.times[k]}`);
          });
          assert.ok(Math.abs(v - alone.v) < 1e-6, `neuron ${j} is at ${v}, alone at ${alone.v}`);
        });
      },
    );
    fc.assert(run, runs(40));
    assert.ok(spikes > atLeast(50), `${spikes} spikes`);
  });

test('an arrival that uses up the threshold margin exactly leaves the crossing to be found', () => {
  // 5 mV - 5 mV/ms × 0.875 ms is the margin at 0.125 ms, and 5 mV/ms × 0.125 ms the largest rise until the check at 1 ms.
  const given = { synapse: 'exponential', tau: 10, tauSynExc: 2, capacitance: 100, threshold: 5 } as const;
  const [neuron] = trains(
    given,
    [
      [0.125, 500],
      [0.875, 500],
    ],
    false,
  );
  const response = (t: number) => (t < 0 ? 0 : (5 * (Math.exp(-t / 10) - Math.exp(-t / 2))) / (1 / 2 - 1 / 10));
  const potential = (t: number) => response(t - 0.125) + response(t - 0.875);
  assert.ok(Math.abs(potential(neuron!.times[0]!) - 5) < 1e-4, `fires at ${neuron!.times}`);
});

test('a list of equal values, in any synapse, gives the bits of one for all', () => {
  for (const kind of KINDS) {
    const one = { tau: 5, capacitance: 100, threshold: 8, reset: -1, refractory: 1, current: 150, initial: 2 };
    const each = Object.fromEntries(Object.entries(one).map(([key, v]) => [key, Array.from({ length: N }, () => v)]));
    const arrivals = Array.from({ length: 30 }, (_, k) => [k * 1.3, 3] as const);
    assert.equal(trains({ ...kind, ...each }, arrivals, false), trains({ ...kind, ...one }, arrivals, false));
  }
});

const SUBSETS: readonly (readonly StrategyName[])[] = [[], ['merged'], ['singleQueue'], ['merged', 'singleQueue']];

/** A sparse recurrent network, as `confluence` takes it where membranes have one tau. */
function recurrent(given: Partial<LifInput>, strategies: readonly StrategyName[]) {
  const net = new Network({ seed: 7, strategies });
  const noise = net.population('noise', poisson({ size: 40, rate: 900 }));
  const cells = net.population('cells', lif({ size: 40, threshold: 10, ...given }));
  net.projection(noise, cells, { connect: { oneToOne: { weight: 3 } } });
  net.projection(cells, cells, { connect: { probability: { p: 0.2, weight: 1 } }, delay: 1 });
  net.projection(cells, cells, { connect: { probability: { p: 0.1, weight: -2 } }, delay: 1.5 });
  const spikes = new Rows();
  net.recordSpikes([cells], spikes);
  return { net, spikes };
}

const OWN: Partial<LifInput> = {
  threshold: { uniform: [8, 12] },
  reset: { uniform: [-2, 2] },
  refractory: { uniform: [0, 4] },
  current: { normal: { mean: 50, sd: 30 } },
};

for (const given of [
  OWN,
  { ...OWN, refractoryInput: 'integrate' },
  { ...OWN, refractoryPotential: 'free' },
  { ...OWN, precision: 'f32' },
  { ...OWN, tau: { uniform: [5, 15] }, capacitance: { lognormal: { mean: 250, sd: 50 } } },
  {
    ...OWN,
    current: [
      [0, 50],
      [13.7, 150],
      [40, -20],
    ],
  },
  {
    refractory: 2,
    refractoryInput: 'integrate',
    current: {
      steps: [
        [0, 50],
        [3, 200],
      ],
      period: 10,
    },
  },
  {
    current: {
      steps: [
        [0, 50],
        [3, 600],
      ],
      period: 10,
    },
  },
] as readonly Partial<LifInput>[])
  test(`the same bits in all ways of the engine, cut and gone on with: ${JSON.stringify(given)}`, () => {
    const outcomes = SUBSETS.map((strategies) => {
      const make = () => recurrent(given, strategies);
      const [whole, first, rest] = [make(), make(), make()];
      whole.net.run(60);
      first.net.run(21.3);
      load(rest.net, save(first.net));
      rest.net.run(38.7);
      for (const { net } of [whole, first, rest]) net.flush();
      assert.equal([...first.spikes.rows, ...rest.spikes.rows], whole.spikes.rows);
      return { state: bits(save(whole.net)), rows: whole.spikes.rows };
    });
    assert.ok(outcomes[0]!.rows.length > 100, `${outcomes[0]!.rows.length} spikes`);
    for (const outcome of outcomes) assert.equal(outcome, outcomes[0]);
  });

test('what is drawn belongs to the seed and to the name, not to an order', () => {
  const drawn = { tau: { uniform: [5, 15] }, threshold: { normal: { mean: 15, sd: 1 } }, initial: 10 } as const;
  const values = (names: readonly string[], seed: number) => {
    const net = new Network({ seed });
    const models = new Map(names.map((name) => [name, net.population(name, lif({ size: 5, ...drawn })).model]));
    net.run(5);
    const of = (name: string) =>
      [0, 1, 2, 3, 4].flatMap((j) => [models.get(name)!.potential(j, 5), models.get(name)!.overshoot(j, 5)]);
    return { a: of('a'), b: of('b') };
  };
  const found = values(['a', 'b'], 1);
  assert.equal(values(['b', 'a'], 1), found);
  assert.not.equal(values(['a', 'b'], 2), found);
  assert.not.equal(found.a, found.b);
  assert.is(new Set(found.a).size, 10);
});

test('neurons that differ keep the contract', () => {
  const own = {
    tau: [5, 10, 10, 20],
    threshold: { uniform: [10, 14] },
    refractory: [0, 1, 2, 3],
    reset: [0, -1, 1, 0],
  };
  const steps = {
    steps: [
      [0, 400],
      [3, 700],
      [11, 300],
    ],
    period: 17,
  };
  for (const synapse of ['delta', 'exponential', 'multiExponential', 'conductance'])
    for (const current of [steps, 500]) {
      const faults = checkNeuron(lif, { synapse, ...own, current });
      assert.equal(
        faults.filter((fault) => !/cells\.(precision|refractoryInput) "/.test(fault)),
        [],
      );
    }
});

test('what does not fit is refused by its path', () => {
  const refused = (given: Partial<LifInput>, pattern: RegExp) =>
    assert.throws(
      () => new Network({ seed: 1 }).population('a', lif({ size: 3, ...given })),
      (e: unknown) => e instanceof UserError && pattern.test(e.message),
    );
  for (const synapse of ['delta', 'exponential', 'multiExponential', 'conductance'] as const) {
    refused({ synapse, tau: [1, 2] }, /a\.tau has 2 values, but needs one for each of 3 neurons/);
    refused({ synapse, reset: [0, 1, 20] }, /a\.reset\.2 is 20, but must be < the threshold of 15 mV/);
  }
  refused({ tau: [1, -2, 3] }, /tau\.1 is -2, but must be a number > 0/);
  refused({ tau: { normal: { mean: 1, sd: 9 } } }, /a\.tau is \{.*\}: the value drawn for neuron \d is -.*must be > 0/);
  refused({ threshold: [10, 5, 20], reset: 7 }, /a\.reset is 7, but must be < the threshold of 5 mV of neuron 1/);
  refused({ threshold: [10, -5, 20], reset: -7 }, /a\.threshold\.1 is -5 mV, but potentials are relative to rest/);
  refused(
    {
      current: [
        [0, 1],
        [0, 2],
      ],
    },
    /a\.current\.1 is at 0 ms, but must be later than the previous time/,
  );
  refused(
    { current: { steps: [[1, 2]], period: 10 } },
    /a\.current\.steps\.0 is at 1 ms, but a periodic schedule must start at 0/,
  );
  refused(
    {
      current: {
        steps: [
          [0, 2],
          [12, 3],
        ],
        period: 10,
      },
    },
    /a\.current\.steps\.1 is at 12 ms.*period of 10 ms/,
  );
  refused({ current: { period: 3 } }, /current is \{.*must be a mapping with one of steps, file and sine/);
  refused({ current: { file: 'x.csv' } }, /a\.current\.file is "x\.csv", but only `memspike run` reads files/);
  refused({ precision: 'f32', current: [[0, 2]] }, /a\.precision "f32" is for a constant current/);
});

test.run();
