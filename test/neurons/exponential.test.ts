/** LIF with exponential currents: golden values, other simulators, brute force, ties, inhibition, checkpoints. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../core/checkpoint/state.ts';
import { Network } from '../../core/network.ts';
import type { Neurons } from '../../core/population.ts';
import { snap } from '../../core/time.ts';
import { lif, poisson, spikeTrains } from '../../neurons/index.ts';
import { distance, Rows, reference } from '../support.ts';

type LifInput = Parameters<typeof lif>[0];
type Arrival = readonly [time: number, weight: number];

/** One neuron with given arrivals: when it fires, and a way to read its potential. */
function simulate(params: Partial<LifInput>, arrivals: readonly Arrival[], duration: number) {
  const { net, neuron, spikes } = network(params, arrivals);
  net.run(duration);
  net.flush();
  return { times: spikes.column('time'), potential: neuron.model.potential(0, net.now), net, neuron };
}

function network(params: Partial<LifInput>, arrivals: readonly Arrival[]) {
  const net = new Network({ seed: 1 });
  const neuron = net.population('neuron', lif({ size: 1, synapse: 'exponential', ...params }));
  if (arrivals.length > 0) {
    const source = net.population('source', spikeTrains({ trains: arrivals.map(([t]) => [t]) }));
    net.projection(source, neuron, { connect: { list: arrivals.map(([, w], i) => [i, 0, w]) } });
  }
  const spikes = new Rows();
  net.recordSpikes([neuron], spikes);
  return { net, neuron, spikes };
}

const near = (a: number, b: number, tolerance: number) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test('potential of one and two arrivals', () => {
  near(simulate({}, [[0, 100]], 4.023594781085251).potential, 0.5349922439811376, 1e-12);
  near(simulate({}, [[0, 100]], 5).potential, 0.5244456610887346, 1e-13);
  near(
    simulate(
      {},
      [
        [0, 100],
        [3, 100],
      ],
      5,
    ).potential,
    0.9752969729952741,
    1e-13,
  );
  near(simulate({ tauSynExc: 10 }, [[0, 100]], 10).potential, 1.4715177646857693, 1e-12);
});

test('exact crossings', () => {
  const first = (p: Partial<LifInput>, w: number) => simulate(p, [[0, w]], 200).times[0] ?? Number.NaN;
  near(first({}, 4000), 1.4138707963967, 2e-8);
  near(first({}, 2804), 3.96775513167, 2e-8);
  near(first({ tau: 20, tauSynExc: 10, threshold: 7 }, 400), 7.808278098926746, 2e-8);
  assert.is(simulate({}, [[0, 2803]], 200).times.length, 0);
  assert.is(simulate({ initial: 11 }, [[0, 1000]], 200).times.length, 0);
  near(simulate({ current: 500 }, [], 20).times[0]!, 13.862943611198906, 1e-8);
});

test('tangency: the smallest weight that fires is met within rounding', () => {
  const critical = 2803.7789647897885;
  assert.is(simulate({}, [[0, critical * (1 + 1e-13)]], 200).times.length, 1);
  assert.is(simulate({}, [[0, critical * (1 - 1e-13)]], 200).times.length, 0);
});

test('constant current gives the f-I curve', () => {
  const { times } = simulate({ current: 500 }, [], 2000);
  const intervals = times.slice(1).map((t, i) => t - times[i]!);
  for (const interval of intervals) near(interval, 15.862943611198906, 2e-8);
  assert.is(simulate({ current: 375 }, [], 1000).times.length, 0);
});

test("NEST's precise neuron, two synaptic time constants", () => {
  const c = reference<{
    simulation_ms: number;
    parameters: Record<string, number>;
    inputs: { weight: number; delay_ms: number; spike_times_ms: number[] }[];
    outputs: { spike_times_ms: number[]; sample_times_ms: number[]; samples: { V_m: number[] } };
  }>('nest/iaf_psc_exp_ps_noise.json');
  const p = c.parameters;
  const net = new Network({ seed: 1 });
  const neuron = net.population(
    'neuron',
    lif({
      size: 1,
      synapse: 'exponential',
      tau: p.tau_m!,
      capacitance: p.C_m!,
      current: p.I_e!,
      threshold: p.V_th! - p.E_L!,
      reset: p.V_reset! - p.E_L!,
      initial: p.V_m! - p.E_L!,
      refractory: p.t_ref!,
      tauSynExc: p.tau_syn_ex!,
      tauSynInh: p.tau_syn_in!,
    }),
  );
  c.inputs.forEach((input, i) => {
    const source = net.population(`input${i}`, spikeTrains({ trains: [input.spike_times_ms] }));
    net.projection(source, neuron, { connect: { list: [[0, 0, input.weight]] }, delay: input.delay_ms });
  });
  const spikes = new Rows();
  const samples = new Rows();
  net.recordSpikes([neuron], spikes);
  net.recordPotential(neuron, [0], { times: c.outputs.sample_times_ms }, samples);
  net.run(c.simulation_ms);
  net.flush();
  const expected = c.outputs.samples.V_m.map((v) => v - p.E_L!);
  assert.ok(distance(spikes.column('time'), c.outputs.spike_times_ms) < 1e-6);
  const sampled = samples.column('potential');
  assert.ok(distance(sampled, expected.slice(0, sampled.length)) < 2e-6);
  assert.ok(sampled.length >= expected.length - 1);
});

test('analytic reference with three time constants', () => {
  const c = reference<{
    params: Record<string, number>;
    input_times_ms: number[];
    input_weights_mV: number[];
    spike_times_exact_ms: number[];
    final_exact: { v: number };
  }>('brian2/lif_exp.json');
  const p = c.params;
  const capacitance = 250;
  const { times, potential } = simulate(
    {
      tau: p.tau_m!,
      capacitance,
      threshold: p.v_th! - p.E_L!,
      reset: p.v_reset! - p.E_L!,
      initial: p.v0! - p.E_L!,
      refractory: p.t_ref!,
      tauSynExc: p.tau_e!,
      tauSynInh: p.tau_i!,
    },
    c.input_times_ms.map((t, i) => [t, (c.input_weights_mV[i]! * capacitance) / p.tau_m!] as const),
    p.t_stop!,
  );
  assert.ok(distance(times, c.spike_times_exact_ms) < 1e-6);
  near(potential, c.final_exact.v - p.E_L!, 2e-6);
});

/** Independent of the model: steps of `step` ms by the exact propagator of (V, Ie, Ii) in physical variables. */
function bruteForce(
  p: Required<Pick<LifInput, 'tau' | 'tauSynExc' | 'tauSynInh' | 'current' | 'threshold' | 'refractory'>> & {
    reset: number;
    increment: number;
    tauTheta: number;
  },
  arrivals: readonly Arrival[],
  duration: number,
  step: number,
): number[] {
  const capacitance = 250;
  const vInf = (p.current * p.tau) / capacitance;
  const response = (dt: number, ts: number) =>
    Math.abs(ts - p.tau) < 1e-9 * p.tau
      ? (dt / capacitance) * Math.exp(-dt / p.tau)
      : (Math.exp(-dt / p.tau) * Math.expm1(dt * (1 / p.tau - 1 / ts))) / (1 / p.tau - 1 / ts) / capacitance;
  let [t, v, e, i, a, release] = [0, 0, 0, 0, 0, 0];
  const times: number[] = [];
  const advance = (to: number) => {
    const dt = to - t;
    if (t < release) v = p.reset;
    else v = vInf + (v - vInf) * Math.exp(-dt / p.tau) + e * response(dt, p.tauSynExc) + i * response(dt, p.tauSynInh);
    e *= Math.exp(-dt / p.tauSynExc);
    i *= Math.exp(-dt / p.tauSynInh);
    a *= Math.exp(-dt / p.tauTheta);
    t = to;
  };
  const queue = [...arrivals].sort((x, y) => x[0] - y[0]);
  while (t < duration) {
    const [arrival, weight] = queue[0] ?? [Number.POSITIVE_INFINITY, 0];
    let to = Math.min(t + step, arrival, duration);
    if (t < release) to = Math.min(to, release);
    const before = [t, v, e, i, a] as const;
    advance(to);
    if (t > release && v >= p.threshold + a) {
      // bisection inside the step
      let [low, high] = [before[0], to];
      for (let n = 0; n < 60; n++) {
        [t, v, e, i, a] = before;
        const middle = (low + high) / 2;
        advance(middle);
        if (v >= p.threshold + a) high = middle;
        else low = middle;
      }
      times.push(t);
      v = p.reset;
      a += p.increment;
      release = t + p.refractory;
      continue;
    }
    if (t === arrival) {
      queue.shift();
      if (weight >= 0) e += weight;
      else i += weight;
    }
  }
  return times;
}

const tauSyn = (tau: number) =>
  fc.oneof(
    fc.double({ min: 0.5, max: 15, noNaN: true }),
    fc.constantFrom(tau, tau * (1 + 1e-8), tau * (1 - 1e-5), tau * (1 + 5e-3), tau * 0.985, tau / 2, 2),
  );

const cases = fc.double({ min: 3, max: 25, noNaN: true }).chain((tau) =>
  fc.record({
    tau: fc.constant(tau),
    tauSynExc: tauSyn(tau),
    tauSynInh: tauSyn(tau),
    current: fc.constantFrom(0, 0, 100, -100, 500),
    threshold: fc.constantFrom(10, 15),
    reset: fc.constantFrom(0, -5),
    refractory: fc.constantFrom(0, 2, 5.5),
    increment: fc.constantFrom(0, 0, 3),
    tauTheta: fc.constantFrom(Number.POSITIVE_INFINITY, 7, 100),
    arrivals: fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 60_000 }).map((t) => snap(t / 1000)),
        fc.integer({ min: -800, max: 1500 }),
      ),
      { maxLength: 60 },
    ),
  }),
);

test('random cases against brute force', () => {
  fc.assert(
    fc.property(cases, ({ arrivals, increment, tauTheta, ...p }) => {
      const expected = bruteForce({ ...p, increment, tauTheta }, arrivals, 70, 0.01);
      const { times } = simulate({ ...p, adaptive: { increment, tau: tauTheta } }, arrivals, 70);
      // Brute force misses tops narrower than a step: a difference counts only when the margin there says so.
      const n = Math.min(times.length, expected.length);
      for (let k = 0; k < n; k++) {
        if (Math.abs(times[k]! - expected[k]!) > 1e-6)
          return assert.ok(times[k]! < expected[k]! && skimmed(p, increment, tauTheta, arrivals, times, k));
      }
      if (times.length > n) assert.ok(skimmed(p, increment, tauTheta, arrivals, times, n) || times[n]! > 69.999);
      else assert.ok(times.length === expected.length || expected[n]! > 69.999, `missed ${expected[n]}`);
    }),
    { numRuns: 300 },
  );
});

/** Whether the brute force with a much finer step finds the k-th spike too. */
function skimmed(
  p: Parameters<typeof bruteForce>[0] | object,
  increment: number,
  tauTheta: number,
  arrivals: readonly Arrival[],
  times: number[],
  k: number,
): boolean {
  const fine = bruteForce(
    { ...(p as Parameters<typeof bruteForce>[0]), increment, tauTheta },
    arrivals,
    times[k]! + 0.01,
    1e-5,
  );
  return Math.abs((fine[k] ?? Number.NaN) - times[k]!) < 1e-5;
}

test('a predicted crossing fires before arrivals of the same instant', () => {
  const at = simulate({}, [[0, 4000]], 10).times[0]!;
  const inhibited = simulate(
    {},
    [
      [0, 4000],
      [at, -1e6],
    ],
    10,
  );
  assert.equal(inhibited.times, [at]);
  assert.equal(
    simulate(
      {},
      [
        [0, 4000],
        [snap(at - 1e-7), -1e6],
      ],
      10,
    ).times,
    [],
  );
});

test('inhibition before the predicted crossing puts it off', () => {
  const alone = simulate({ current: 400, tauSynInh: 5 }, [], 100).times[0]!;
  const later = simulate({ current: 400, tauSynInh: 5 }, [[alone - 1, -300]], 100).times[0]!;
  assert.ok(later > alone + 1);
  const expected = bruteForce(
    {
      tau: 10,
      tauSynExc: 2,
      tauSynInh: 5,
      current: 400,
      threshold: 15,
      reset: 0,
      refractory: 2,
      increment: 0,
      tauTheta: Infinity,
    },
    [[snap(alone - 1), -300]],
    100,
    0.01,
  );
  near(later, expected[0]!, 1e-6);
});

test('currents go on through refractoriness while V stays at reset', () => {
  const { net, neuron } = network({ refractory: 3 }, [
    [0, 4000],
    [2, 500],
  ]);
  const fired = 1.4138707963967;
  net.run(4);
  assert.is(neuron.model.potential(0, 4), 0);
  net.run(1);
  // Ie at the release (4.41387) and V at 5 in closed form
  const release = fired + 3;
  const current = 4000 * Math.exp(-release / 2) + 500 * Math.exp(-(release - 2) / 2);
  const dt = 5 - release;
  const k = (10 * 2) / (250 * (10 - 2));
  near(neuron.model.potential(0, 5), current * k * (Math.exp(-dt / 10) - Math.exp(-dt / 2)), 1e-6);
});

test('reading potentials changes nothing', () => {
  const arrivals: Arrival[] = Array.from({ length: 200 }, (_, i) => [i * 0.7, i % 4 === 3 ? -300 : 500]);
  const plain = network({ tauSynInh: 5 }, arrivals);
  const watched = network({ tauSynInh: 5 }, arrivals);
  watched.net.recordPotential(watched.neuron, [0], { every: 0.013 }, new Rows());
  for (const { net } of [plain, watched]) {
    net.run(160);
    net.flush();
  }
  assert.equal(watched.spikes.rows, plain.spikes.rows);
  assert.ok(plain.spikes.rows.length > 5);
});

/** A recurrent network under noise, with everything switched on. */
function noisy() {
  const net = new Network({ seed: 'noise' });
  const noise = net.population('noise', poisson({ size: 50, rate: 100 }));
  const neurons = net.population(
    'neurons',
    lif({
      size: 20,
      synapse: 'exponential',
      tauSynExc: 3,
      tauSynInh: 6,
      current: 200,
      initial: { uniform: [-5, 14] },
      adaptive: { increment: 2, tau: 30 },
      homeostasis: { gain: 0.5, minimum: 5 },
    }),
  );
  net.projection(noise, neurons, { connect: { probability: { p: 0.3, weight: { uniform: [20, 200] } } } });
  net.projection(neurons, neurons, {
    connect: { probability: { p: 0.3, weight: { uniform: [-300, 200] } } },
    delay: 1.5,
  });
  const spikes = new Rows();
  net.recordSpikes([neurons], spikes);
  return { net, neurons, spikes };
}

test('a checkpoint mid-run goes on with the same bits', () => {
  const whole = noisy();
  whole.net.run(400);
  whole.net.flush();
  const first = noisy();
  first.net.run(157.3);
  first.net.flush();
  const second = noisy();
  load(second.net, save(first.net));
  second.net.run(400 - 157.3);
  second.net.flush();
  assert.ok(whole.spikes.rows.length > 100);
  assert.equal([...first.spikes.rows, ...second.spikes.rows], whole.spikes.rows);
  assert.equal([...save(second.net)], [...save(whole.net)]);
});

test('winner-take-all: one fires, all are reset and held, currents go on', () => {
  const net = new Network({ seed: 1 });
  const neurons = net.population('neurons', lif({ size: 3, synapse: 'exponential', refractory: 0 }), {
    winnerTakeAll: { hold: 4 },
  });
  const source = net.population('source', spikeTrains({ trains: [[0], [3]] }));
  net.projection(source, neurons, {
    connect: {
      list: [
        [0, 0, 3900],
        [0, 1, 4000],
        [0, 2, 100],
        [1, 0, 9000],
      ],
    },
  });
  const spikes = new Rows();
  net.recordSpikes([neurons], spikes);
  net.run(4);
  net.flush();
  const [fired] = spikes.column('time');
  near(fired!, 1.4138707963967, 2e-8);
  for (let j = 0; j < 3; j++) assert.is(neurons.model.potential(j, 4), 0);
  net.run(100);
  net.flush();
  assert.equal(spikes.column('neuron'), [1]);
  const dt = 104 - fired! - 4;
  const current = 3900 * Math.exp(-(fired! + 4) / 2);
  near(neurons.model.potential(0, 104), current * 0.01 * (Math.exp(-dt / 10) - Math.exp(-dt / 2)), 1e-9);
});

test('rest: currents and potentials are gone, thresholds stay', () => {
  const { net, neuron } = network({ adaptive: { increment: 5 } }, [
    [0, 4000],
    [30, 4000],
  ]);
  net.run(3);
  net.rest();
  assert.is(neuron.model.potential(0, 3), 0);
  net.run(20);
  assert.is(neuron.model.potential(0, net.now), 0);
  assert.is((neuron as Neurons<ReturnType<ReturnType<typeof lif>['create']>>).model.thresholds.at(0, net.now), 20);
});

test('an imported threshold is met', () => {
  const { net, neuron, spikes } = network({ current: 500 }, []);
  neuron.model.setThreshold(0, 0, 10);
  neuron.next = neuron.model.next;
  net.run(8);
  net.flush();
  near(spikes.column('time')[0]!, 10 * Math.log(2), 2e-8);
});

test('Campbell: mean and variance under Poisson input', () => {
  const net = new Network({ seed: 3 });
  const size = 50;
  const neurons = net.population('neurons', lif({ size, synapse: 'exponential', threshold: 1000 }));
  const noise = net.population('noise', poisson({ size, rate: 500 }));
  net.projection(noise, neurons, { connect: { oneToOne: { weight: 100 } } });
  const samples = new Rows();
  net.recordPotential(
    neurons,
    Array.from({ length: size }, (_, j) => j),
    { every: 40 },
    samples,
  );
  net.run(8000);
  net.flush();
  const v = samples.rows.filter((row) => row.time! >= 100).map((row) => row.potential!);
  const mean = v.reduce((a, b) => a + b, 0) / v.length;
  const variance = v.reduce((a, b) => a + (b - mean) ** 2, 0) / (v.length - 1);
  near(mean, 4, 0.04 * 4);
  near(variance, 4 / 3, 0.06 * (4 / 3));
});

test('Siegert rate with coloured noise', () => {
  // mu 12 mV, sigma 4 mV, tau 10, tauSyn 0.2: threshold and reset shifted by (alpha/2) sqrt(tauSyn/tau) sigma
  const [tau, ts, mu, sigma, alpha] = [10, 0.2, 12, 4, 2.0652531522312172];
  const shift = (alpha / 2) * Math.sqrt(ts / tau);
  const integrand = (u: number) => Math.exp(u * u) * (1 + erf(u));
  const [low, high] = [(0 - mu) / sigma + shift, (15 - mu) / sigma + shift];
  let integral = 0;
  const n = 2000;
  for (let k = 0; k < n; k++) integral += (integrand(low + ((k + 0.5) * (high - low)) / n) * (high - low)) / n;
  const expected = 1000 / (2 + tau * Math.sqrt(Math.PI) * integral);
  const net = new Network({ seed: 5 });
  const size = 10;
  const w = 125; // pA: as delta current 0.1 mV
  const area = (w * tau * ts) / 250;
  // balanced input: mean lambda (1 - r) area = mu, variance (sigma^2 / 2) = lambda (1 + r) (w/C)^2 (tau ts)^2 / (2 (tau + ts))
  const square = (((w / 250) * tau * ts) ** 2 / (2 * (tau + ts))) * ((tau + ts) / tau); // diffusion limit ts -> 0
  const [difference, sum] = [mu / area, sigma ** 2 / 2 / square];
  const neurons = net.population('neurons', lif({ size, synapse: 'exponential', tauSynExc: ts, tauSynInh: ts }));
  const exc = net.population('exc', poisson({ size, rate: 500 * (sum + difference) }));
  const inh = net.population('inh', poisson({ size, rate: 500 * (sum - difference) }));
  net.projection(exc, neurons, { connect: { oneToOne: { weight: w } } });
  net.projection(inh, neurons, { connect: { oneToOne: { weight: -w } } });
  net.run(4000);
  near(neurons.spikes / (size * 4), expected, 0.07 * expected);
});

/** Error function by its series. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

test('what it cannot do is refused', () => {
  assert.throws(() => network({ precision: 'f32' }, []), /f64/);
  assert.throws(() => network({ refractoryInput: 'integrate' }, []), /refractoryInput is "integrate"/);
  assert.throws(() => network({ tauSynExc: 0 }, []), /tauSynExc/);
  assert.throws(() => network({ reset: 15 }, []), /reset is 15/);
});

test.run();
