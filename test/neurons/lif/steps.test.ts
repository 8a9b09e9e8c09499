/** Currents that change: the closed form between changes, and two implementations of each membrane that agree. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../../core/network.ts';
import { loadNetwork } from '../../../experiments/index.ts';
import { lif, spikeTrains } from '../../../neurons/index.ts';
import { atLeast, Rows, runs } from '../../support.ts';

type LifInput = Parameters<typeof lif>[0];
const KINDS: readonly Partial<LifInput>[] = [
  { synapse: 'delta' },
  { synapse: 'delta', refractoryInput: 'integrate' },
  { synapse: 'delta', refractoryPotential: 'free' },
  { synapse: 'exponential', refractoryPotential: 'free' },
  { synapse: 'exponential' },
  { synapse: 'multiExponential', receptors: { excitatory: { tau: 3, rise: 3 }, inhibitory: { tau: 4 } } },
  { synapse: 'conductance', tauSyn: 3 },
  { synapse: 'conductance', tauSyn: { excitatory: 3, inhibitory: 8 } },
];
const STEPS = [
  [2.5, 100],
  [10, 300],
  [17.25, -200],
  [31, 0],
] as const;

/** Potential of a membrane of 10 ms and 250 pF from 0 mV under STEPS, repeated every `period`. */
function expected(t: number, period = Infinity): number {
  let [v, from, current] = [0, 0, 0];
  for (let round = 0; round === 0 || round * period < t; round++) {
    for (const [at, pA] of STEPS) {
      const change = (round === 0 ? 0 : round * period) + (period === Infinity ? at : at - STEPS[0][0]);
      if (change > t) break;
      v = current / 25 + (v - current / 25) * Math.exp(-(change - from) / 10);
      [from, current] = [change, pA];
    }
    if (period === Infinity) break;
  }
  return current / 25 + (v - current / 25) * Math.exp(-(t - from) / 10);
}

test('potentials follow in closed form', () => {
  for (const kind of KINDS) {
    const repeated = { steps: STEPS.map(([t, pA]) => [t - STEPS[0][0], pA] as [number, number]), period: 40 };
    const net = new Network({ seed: 1 });
    const once = net.population('once', lif({ size: 2, ...kind, current: STEPS.map(([t, pA]) => [t, pA]) }));
    const again = net.population('again', lif({ size: 2, ...kind, current: repeated }));
    for (const t of [1, 2.5, 4, 10, 12.25, 20, 31, 35, 50, 77.75, 130]) {
      net.run(t - net.now);
      assert.ok(Math.abs(once.model.potential(1, t) - expected(t)) < 1e-12, `${kind.synapse} at ${t}`);
      assert.ok(Math.abs(again.model.potential(1, t) - expected(t, 40)) < 1e-12, `${kind.synapse} again at ${t}`);
    }
  }
});

test('each neuron gets constant + factor × the steps, as a population of its own would', () => {
  const [factor, constant] = [
    [1, -0.5, 3],
    [50, 0, -100],
  ];
  for (const kind of KINDS) {
    const net = new Network({ seed: 1 });
    const steps = STEPS.map(([t, pA]): [number, number] => [t, pA]);
    const all = net.population('all', lif({ size: 3, ...kind, current: { steps, factor, constant } }));
    const own = factor.map((by, j) => {
      const scaled = steps.map(([t, pA]): [number, number] => [t, constant[j]! + by * pA]);
      return net.population(`own${j}`, lif({ size: 1, ...kind, current: [[0, constant[j]!], ...scaled] }));
    });
    for (const t of [1, 4, 12.25, 20, 35, 50]) {
      net.run(t - net.now);
      for (const [j, { model }] of own.entries()) assert.is(all.model.potential(j, t), model.potential(0, t));
    }
    assert.is(all.spikes, own[0]!.spikes + own[1]!.spikes + own[2]!.spikes);
    assert.ok(all.spikes > 0, kind.synapse);
  }
});

test('a sine converges to its closed form with the square of the step', () => {
  const [tau, pA, frequency, phase, capacitance] = [10, 200, 40, 0.7, 250];
  const omega = (2 * Math.PI * frequency) / 1000;
  const gain = (pA * tau) / capacitance / (1 + (omega * tau) ** 2);
  const steady = (t: number) => gain * (Math.sin(omega * t + phase) - omega * tau * Math.cos(omega * t + phase));
  const errorOf = (step: number) => {
    const net = new Network({ seed: 1 });
    const sine = { amplitude: pA, frequency, phase, step };
    const cell = net.population('cell', lif({ size: 1, tau, capacitance, current: { sine } }));
    let largest = 0;
    for (let t = 25; t < 200; t += 25) {
      net.run(t - net.now); // at ends of periods, between which the error of the steps adds up
      const exact = steady(t) - steady(0) * Math.exp(-t / tau);
      largest = Math.max(largest, Math.abs(cell.model.potential(0, t) - exact));
    }
    return largest;
  };
  assert.ok(errorOf(0.1) < 1e-3, String(errorOf(0.1)));
  assert.is(errorOf(25 / 16), errorOf(100)); // at least 16 steps
  assert.ok(Math.abs(errorOf(0.4) / errorOf(0.1) - 16) < 0.5, String(errorOf(0.4) / errorOf(0.1)));
});

test('a current that is described twice, or beside a sine with a period, is refused', () => {
  const sine = { amplitude: 1, frequency: 10 };
  for (const current of [{ sine, period: 100 }, { sine, steps: [[0, 1]] }, { factor: 2 }] as never[])
    assert.throws(() => lif({ size: 1, current }), /one of steps, file and sine/);
  const create = (frequency: number) => () =>
    new Network({ seed: 1 }).population('p', lif({ size: 1, current: { sine: { amplitude: 1, frequency } } }));
  assert.throws(
    create(1e-3),
    /p\.current\.sine\.step is 0\.1 ms, but must be at least 1 ms: a period of 1000000 ms has at most/,
  );
});

test('errors of a current are those of the form that was probably intended', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ sine: { amplitude: 1, frequency: 1e-6 } }, 'current.sine.frequency is 0.000001, but must be a number >= 0.001'],
    [{ sine: { amplitude: 1, frequenzy: 3 } }, 'current.sine.frequenzy is unknown, did you mean "frequency"?'],
    [{ steps: [[0, 'x']] }, 'current.steps.0.1 is "x", but must be a number.'],
    [{ stepz: [[0, 1]] }, 'current.stepz is unknown, did you mean "steps"?'],
    [{ uniform: [3] }, 'current.uniform is [3], but must be a list of 2 values.'],
    [{ normal: { mean: 1 } }, 'current.normal.sd is missing: it must be a number >= 0 (pA).'],
    [
      [
        [0, 1],
        [1, 'y'],
      ],
      'current.1.1 is "y", but must be a number.',
    ], // prettier-ignore
  ];
  for (const [current, message] of cases)
    assert.throws(
      () => lif({ size: 1, current: current as never }),
      (e: Error) => e.message.startsWith(`lif: ${message}`),
    );
});

test('spikes under a current that comes and goes are those of the closed form', () => {
  for (const kind of KINDS) {
    const net = new Network({ seed: 1 });
    const cells = net.population(
      'cells',
      lif({
        size: 1,
        ...kind,
        current: [
          [5, 500],
          [30, 100],
          [60, 450],
        ],
      }),
    );
    const spikes = new Rows();
    net.recordSpikes([cells], spikes);
    net.run(100);
    net.flush();
    const times: number[] = [];
    const first = (vInf: number, v: number) => 10 * Math.log((vInf - v) / (vInf - 15));
    const clamp = kind.refractoryPotential === 'free' ? 0 : 2;
    for (let t = 5 + first(20, 0); t < 30; t += clamp + first(20, 0)) times.push(t);
    const release = times.at(-1)! + clamp;
    const at30 = 20 - 20 * Math.exp(-(30 - release) / 10);
    const at60 = 4 + (at30 - 4) * Math.exp(-3);
    for (let t = 60 + first(18, at60); t < 100; t += clamp + first(18, 0)) times.push(t);
    const found = spikes.column('time');
    assert.is(found.length, times.length);
    found.forEach((t, k) => {
      assert.ok(Math.abs(t - times[k]!) < 1e-6, `${JSON.stringify(kind)}: ${t} is not ${times[k]}`);
    });
  }
});

test('membranes that are served together and one by one agree, with arrivals and refractoriness', () => {
  const run = (given: Partial<LifInput>, arrivals: readonly (readonly [number, number])[]) => {
    const net = new Network({ seed: 1 });
    const cells = net.population('cells', lif({ size: 2, threshold: 8, ...given }));
    const source = net.population('source', spikeTrains({ trains: arrivals.map(([t]) => [t]) }));
    net.projection(source, cells, { connect: { list: arrivals.map(([, w], i) => [i, 0, w]) } });
    const spikes = new Rows();
    net.recordSpikes([cells], spikes);
    net.run(50);
    net.flush();
    return {
      times: spikes.rows.filter(({ neuron }) => neuron === 0).map(({ time }) => time!),
      v: cells.model.potential(0, 50),
    };
  };
  const step = fc.tuple(fc.constant(0), fc.integer({ min: -200, max: 600 }));
  const arrival = fc.tuple(
    fc.nat(400).map((k) => k / 8),
    fc.constantFrom(1, 1, 0.5, -0.5),
  );
  let spikes = 0;
  for (const kind of KINDS) {
    const weight = kind.synapse === 'delta' ? 3 : kind.synapse === 'conductance' ? 15 : 400;
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(undefined, 12.5),
        fc.array(arrival, { minLength: 1, maxLength: 15 }),
        (steps, period, found) => {
          const current = { steps: steps.map(([, pA], k) => [3 * k, pA] as [number, number]), period };
          const arrivals = found.map(([t, w]) => [t, w * weight] as const);
          const together = run({ ...kind, tau: 10, current }, arrivals);
          const alone = run({ ...kind, tau: [10, 11], current }, arrivals);
          spikes += together.times.length;
          assert.is(together.times.length, alone.times.length);
          together.times.forEach((t, k) => {
            assert.ok(Math.abs(t - alone.times[k]!) < 1e-6);
          });
          assert.ok(Math.abs(together.v - alone.v) < 1e-6);
        },
      ),
      runs(25),
    );
  }
  assert.ok(spikes > atLeast(100), `${spikes} spikes`);
});

test('a change that falls into the silence of winner-take-all holds afterwards, and after a rest', () => {
  for (const kind of KINDS) {
    const net = new Network({ seed: 1 });
    const model = lif({
      size: 2,
      ...kind,
      current: [
        [0, 500],
        [25, 250],
      ],
    });
    const cells = net.population('cells', model, { winnerTakeAll: { hold: 12 } });
    net.run(24);
    assert.is(cells.model.potential(0, 24), 0);
    net.run(16);
    const from = 12 + 10 * Math.log(4);
    for (const j of [0, 1]) {
      // The winner is refractory for less time than all are silent.
      const found = cells.model.potential(j, 40);
      assert.ok(Math.abs(found - 10 * (1 - Math.exp(-(40 - from) / 10))) < 1e-6, `${JSON.stringify(kind)}: ${found}`);
    }
    net.resetDynamicState();
    assert.ok(Math.abs(cells.model.potential(0, 40)) < 1e-12);
    net.run(5);
    assert.ok(Math.abs(cells.model.potential(1, 45) - 10 * (1 - Math.exp(-0.5))) < 1e-9);
  }
});

test('a network file takes steps from a table', async () => {
  const at = mkdtempSync(join(tmpdir(), 'steps-'));
  const load = (table: string, current = '{ file: steps.csv, period: 50 }') => {
    writeFileSync(join(at, 'steps.csv'), table);
    writeFileSync(
      join(at, 'net.yaml'),
      `memspike: 1\npopulations: { cells: { model: lif, size: 2, current: ${current} } }\nprojections: []\nduration: 100\n`,
    );
    return loadNetwork(join(at, 'net.yaml'));
  };
  const found = await load('time,current\n0,100\n20.5,-3\n');
  assert.equal((found.populations as Record<string, { current: unknown }>).cells!.current, {
    steps: [
      [0, 100],
      [20.5, -3],
    ],
    period: 50,
  });
  for (const [table, pattern] of [
    ['time,current\n0,x\n', /populations\.cells\.current\.file: .*steps\.csv, row 1: current is "x"/],
    ['t,pA\n0,1\n', /has the header "t,pA", but must have columns time and current/],
    ['time,current\n', /steps\.csv has no rows/],
  ] as const) {
    let message = '';
    await load(table).catch((e: Error) => {
      message = e.message;
    });
    assert.match(message, pattern);
  }
});

test.run();
