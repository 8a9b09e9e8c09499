/** Quadratic integrate-and-fire: its closed forms against each other and against fine steps. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { Network } from '../../core/network.ts';
import { quadratic, spikeTrains } from '../../neurons/index.ts';
import { solveRiccati, solveRiccatiCrossing } from '../../neurons/quadratic.ts';
import { atLeast, Rows, runs } from '../support.ts';

type Input = Parameters<typeof quadratic>[0];

function simulate(given: Partial<Input>, arrivals: readonly (readonly [number, number])[], ms: number) {
  const net = new Network({ seed: 1 });
  const cells = net.population('cells', quadratic({ size: 1, ...given }));
  if (arrivals.length > 0) {
    const source = net.population('source', spikeTrains({ trains: arrivals.map(([t]) => [t]) }));
    net.projection(source, cells, { connect: { list: arrivals.map(([, w], i) => [i, 0, w]) } });
  }
  const spikes = new Rows();
  net.recordSpikes([cells], spikes);
  net.run(ms);
  net.flush();
  return { times: spikes.column('time'), v: cells.model.potential(0, ms) };
}

/** The classical fourth-order method in steps of h; a spike lies in the step in which V passes the threshold, found by the secant. */
function stepped(
  p: Record<'tau' | 'critical' | 'threshold' | 'reset' | 'refractory' | 'current', number>,
  arrivals: readonly (readonly [number, number])[],
  ms: number,
  h: number,
) {
  const f = (v: number) => ((v * (v - p.critical)) / p.critical + (p.current * p.tau) / 250) / p.tau;
  const queue = [...arrivals].sort((a, b) => a[0] - b[0]);
  const times: number[] = [];
  let [v, release] = [0, 0];
  for (let k = 0; k * h < ms - h / 2; k++) {
    const t = k * h;
    for (; queue[0] !== undefined && queue[0][0] <= t + h / 2; queue.shift())
      if (t >= release - h / 2) v += queue[0][1];
    if (v >= p.threshold) {
      times.push(t);
      [v, release] = [p.reset, t + p.refractory];
    }
    if (t < release - h / 2) continue;
    const k1 = f(v);
    const k2 = f(v + (h * k1) / 2);
    const k3 = f(v + (h * k2) / 2);
    const k4 = f(v + h * k3);
    const before = v;
    v += (h * (k1 + 2 * k2 + 2 * k3 + k4)) / 6;
    if (v < p.threshold) continue;
    times.push(t + (h * (p.threshold - before)) / (v - before));
    [v, release] = [p.reset, t + h + p.refractory];
  }
  return { times, v };
}

test('a neuron that fires by itself has the period of the arc tangent', () => {
  const { times } = simulate({ current: 300, tau: 10, critical: 15, threshold: 40, reset: -5, refractory: 2 }, [], 400);
  const w = Math.sqrt(15 * (12 - 15 / 4));
  const period = 2 + ((10 * 15) / w) * (Math.atan((40 - 7.5) / w) - Math.atan((-5 - 7.5) / w));
  const first = ((10 * 15) / w) * (Math.atan((40 - 7.5) / w) - Math.atan(-7.5 / w));
  assert.ok(times.length > 10);
  times.forEach((t, k) => {
    assert.ok(Math.abs(t - (first + k * period)) < 1e-6, `${t} is not ${first + k * period}`);
  });
});

test('below the rheobase it rests where the equation does, and above the unstable point it runs away', () => {
  const level = 7.5 - Math.sqrt(7.5 ** 2 - 15 * 2);
  const { v, times } = simulate({ current: 50 }, [], 400);
  assert.ok(Math.abs(v - level) < 1e-9);
  assert.is(times.length, 0);
  assert.is(simulate({}, [[1, 14.999]], 500).times.length, 0);
  const [fired] = simulate({}, [[1, 16]], 500).times;
  // tau ln(...) of the tanh solution from 16 to 30 mV, with fixed points at 0 and 15.
  assert.ok(Math.abs(fired! - (1 + 10 * Math.log((15 * 16) / (30 * 1)))) < 1e-6, `${fired}`);
});

const spec = fc.record({
  tau: fc.constantFrom(5, 10, 20),
  critical: fc.constantFrom(6, 10, 15),
  threshold: fc.constantFrom(20, 30, 60),
  reset: fc.constantFrom(-10, 0, 5),
  refractory: fc.constantFrom(0, 1, 3),
  current: fc.constantFrom(-100, 0, 40, 90, 93.75, 200, 700),
});

test('spikes and potentials are those of fine steps', () => {
  let spikes = 0;
  const arrival = fc.tuple(
    fc.nat(300).map((k) => k / 8),
    fc.constantFrom(2, 5, 9, -4),
  );
  fc.assert(
    fc.property(spec, fc.array(arrival, { maxLength: 12 }), (p, arrivals) => {
      const h = 2 ** -9;
      const [found, expected] = [simulate(p, arrivals, 40), stepped(p, arrivals, 40, h)];
      spikes += found.times.length;
      const n = Math.min(found.times.length, expected.times.length);
      for (let k = 0; k < n; k++) {
        // A reset in the middle of a step is late by up to h in the steps, which adds up.
        const close = Math.abs(found.times[k]! - expected.times[k]!) < 2 * h * (k + 1) + 1e-6;
        if (!close) return assert.ok(k > 0 && arrivals.length > 0, `${found.times[k]} is not ${expected.times[k]}`);
      }
      if (n === 0) {
        assert.is(found.times.length, expected.times.length);
        assert.ok(
          Math.abs(found.v - expected.v) < 1e-6 * Math.max(1, Math.abs(expected.v)),
          `${found.v} is not ${expected.v}`,
        );
      }
    }),
    runs(100),
  );
  assert.ok(spikes > atLeast(50), `${spikes} spikes`);
});

test('one solution after the other is the solution of both, and waits lead to their ends', () => {
  const number = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });
  const q = fc.oneof(number(-100, 100), fc.constantFrom(0, 1e-12, -1e-12));
  fc.assert(
    fc.property(number(-20, 20), q, number(0, 0.05), number(0, 0.05), (y, at, a, b) => {
      const [once, twice] = [solveRiccati(y, at, a + b), solveRiccati(solveRiccati(y, at, a), at, b)];
      if (once > 500) return;
      assert.ok(Math.abs(once - twice) < 1e-10 * (1 + once * once), `${once} is not ${twice}`);
    }),
  );
  fc.assert(
    fc.property(number(-20, 20), q, number(0.1, 30), (y, at, more) => {
      const wait = solveRiccatiCrossing(y, at, y + more);
      const unstable = at < 0 ? Math.sqrt(-at) : -Infinity;
      if (wait === Infinity) return assert.ok(at <= 0 && y <= Math.max(unstable, 0) + 1e-6);
      const end = solveRiccati(y, at, wait);
      const slope = 1 + Math.abs((y + more) ** 2 + at);
      if (end < Infinity)
        assert.ok(Math.abs(end - y - more) < 1e-9 * slope * Math.max(1, wait), `${end} is not ${y + more}`);
    }),
  );
});

test('lists, distributions and changes of the current', () => {
  const net = new Network({ seed: 1 });
  const given = {
    critical: [10, 15],
    current: {
      steps: [
        [0, 300],
        [30, 0],
      ],
      period: 60,
    },
    tau: { uniform: [5, 15] },
  } as const;
  const cells = net.population('cells', quadratic({ ...(given as unknown as Input), size: 2 }));
  const spikes = new Rows();
  net.recordSpikes([cells], spikes);
  net.run(240);
  net.flush();
  const times = spikes.column('time');
  assert.ok(times.length >= 8);
  assert.ok(
    times.every((t) => t % 60 > 5 && t % 60 < 50),
    `${times}`,
  );
  assert.throws(
    () => new Network({ seed: 1 }).population('a', quadratic({ size: 2, threshold: [20, 10] })),
    (e: unknown) =>
      e instanceof UserError &&
      /a\.threshold\.1 is 10, but must lie above reset and critical, 0 and 15 mV/.test(e.message),
  );
});

test.run();
