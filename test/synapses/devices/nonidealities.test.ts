/** What devices lack to ideal ones: each effect alone, against its closed form or its distribution. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ideal, linear, softBound } from '../../../synapses/devices/index.ts';
import { bench, mean, sd } from './bench.ts';

const N = 8000;
const near = (found: number, expected: number, tolerance: number, what = '') =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what} ${found}, not ${expected}`);

test('levels: nearest rounding freezes what stochastic rounding learns', () => {
  const step = 0.01; // a third of a level of 1/31
  const after = (rounding: 'deterministic' | 'stochastic') => {
    const b = bench(linear({ gMin: 0, etaUp: step, levels: { count: 32, rounding } }), { weight: 10 / 31, columns: N });
    for (let n = 0; n < 20; n++) b.pulse(1, n);
    assert.ok(b.weights().every((w) => Math.abs(w * 31 - Math.round(w * 31)) < 1e-12));
    return b.weights();
  };
  assert.ok(after('deterministic').every((w) => Math.abs(w - 10 / 31) < 1e-12));
  const drawn = after('stochastic');
  near(mean(drawn), 10 / 31 + 20 * step, (4 * sd(drawn)) / Math.sqrt(N));
});

test('levels: initial weights lie on them; two levels are the bounds', () => {
  assert.equal(bench(linear({ gMin: 0, levels: { count: 5 } }), { weight: 0.4 }).weights(), [0.5]);
  assert.equal(bench(linear({ gMin: 0, levels: { count: 2 } }), { weight: 0.4 }).weights(), [0]);
});

test('cycle-to-cycle and write noise: mean and spread of a step', () => {
  const steps = (noise: object, strength: number) => {
    const b = bench(linear({ gMin: 0, etaUp: 0.1, ...noise }), { weight: 0.5, columns: N });
    b.pulse(strength);
    return b.weights().map((w) => w - 0.5);
  };
  const relative = steps({ cycleToCycle: 0.3, endurance: { cycles: 1e9, wear: Infinity } }, 1);
  near(mean(relative), 0.1, (4 * 0.03) / Math.sqrt(N));
  near(sd(relative), 0.03, 0.03 * 0.02);
  const absolute = steps({ writeNoise: 0.02 }, 4);
  near(mean(absolute), 0.4, (4 * 0.04) / Math.sqrt(N));
  near(sd(absolute), 0.04, 0.04 * 0.02); // grows with the root of the strength
});

test('retention, power law: (1e4 s / 20 s)^-0.05 of the conductance is left, whenever it is looked at', () => {
  const retention = { model: 'powerLaw', nu: 0.05, t0: 20_000 } as const;
  const b = bench(linear({ gMin: 1e-9, gMax: 1e-4, retention }), { weight: 0.8 });
  const G = 0.8 * 1e-4;
  near(b.devices.conductance(0, 20_000), G, 1e-18);
  near(b.devices.conductance(0, 1e7) / G, 0.732911438554, 1e-12);
  for (let t = 0; t < 1e7; t += 1e6) {
    b.devices.readRow(0, t); // reading restarts nothing
    near(b.weights()[0]!, (b.devices.conductance(0, t) / 1e-4) * 1, 1e-15);
  }
  near(b.devices.conductance(0, 1e7) / G, 0.732911438554, 1e-12);
  b.pulse(1, 1e7); // but a pulse does: the time of programming is kept
  const after = b.devices.conductance(0, 1e7);
  near(b.devices.conductance(0, 2e7) / after, 0.732911438554, 1e-12);
  near(b.devices.conductance(0, 1e300), 1e-9, 1e-22); // and no further than gMin
});

test('retention, exponential: 90 % are left after 1e4 s by default; it falls to `rest`', () => {
  const b = bench(ideal({ retention: {} }), { weight: 1 });
  near(b.devices.weight(0, 1e7), 0.9, 1e-4);
  const half = bench(ideal({ retention: { tau: 50, rest: 0.5 } }), { weight: 0.1 });
  near(half.devices.weight(0, 100), 0.5 - 0.4 * Math.exp(-2), 1e-15);
  half.devices.refreshWeights(100);
  near(half.weights()[0]!, 0.5 - 0.4 * Math.exp(-2), 1e-15);
});

test('retention, spread: log-normal time constants and exponents, drawn once for each device', () => {
  const sigma = Math.sqrt(Math.log1p(0.5 ** 2));
  const drawn = (logs: number[]) => {
    near(mean(logs), -(sigma ** 2) / 2, (4 * sigma) / Math.sqrt(N)); // mean 1
    near(sd(logs), sigma, 0.03 * sigma);
  };
  const exponential = bench(ideal({ retention: { tau: 50, rest: 0.2, spread: 0.5 } }), { weight: 0.9, columns: N });
  exponential.devices.refreshWeights(30);
  const taus = exponential.weights().map((w) => -30 / Math.log((w - 0.2) / 0.7));
  drawn(taus.map((tau) => Math.log(tau / 50)));
  exponential.devices.readRow(0, 80); // the same of each device later on
  exponential.weights().forEach((w, k) => {
    near(w, 0.2 + 0.7 * Math.exp(-80 / taus[k]!), 1e-9);
  });
  const retention = { model: 'powerLaw', nu: 0.05, t0: 10, spread: 0.5 } as const;
  const power = bench(linear({ gMin: 0, retention }), { weight: 0.8, columns: N });
  power.devices.refreshWeights(1e6);
  drawn(power.weights().map((w) => Math.log(-Math.log(w / 0.8) / Math.log(1e5) / 0.05)));
  power.pulse(-1, 1e6);
  const [before] = power.weights();
  near(power.devices.weight(0, 1e6 + 10), before!, 1e-15); // a pulse starts the time anew
});

test('endurance: lifetimes are log-normal with the mean and spread asked for, and each failure ends where it says', () => {
  for (const [failure, end] of [
    ['low', 0],
    ['high', 1],
    ['last', 0.5],
  ] as const) {
    const endurance = { cycles: 50, spread: 0.3, failure, wear: Infinity };
    const many = 4000;
    const b = bench(linear({ gMin: 0, etaUp: 0.01, etaDown: 0.01, endurance }), { weight: 0.5, columns: many });
    const died = new Float64Array(many);
    let worn = 0;
    for (let n = 1; n <= 200; n++) {
      b.pulse(n % 2 === 0 ? 1 : -1, n);
      const { wornOut } = b.devices.usage;
      died.fill(n, worn, wornOut);
      worn = wornOut;
    }
    assert.is(worn, many);
    near(mean([...died]), 50, (4 * 15) / Math.sqrt(many), failure);
    near(sd([...died]), 15, 0.8);
    const off = b.weights().filter((w) => !(Math.abs(w - end) < (failure === 'last' ? 0.011 : 1e-15)));
    assert.equal(off, [], failure);
  }
});

test('endurance: the range shrinks by (n/N)^2 towards the failure', () => {
  const endurance = { cycles: 100, spread: 0, failure: 'low' } as const;
  const b = bench(linear({ gMin: 0, endurance }), { weight: 1 });
  for (let n = 1; n <= 99; n++) {
    b.pulse(1, n);
    near(b.weights()[0]!, 1 - (n / 100) ** 2, 1e-14);
  }
  assert.is(b.devices.usage.wornOut, 0);
  b.pulse(1, 100);
  assert.is(b.devices.usage.wornOut, 1);
  b.pulse(1, 101);
  assert.equal(b.weights(), [0]);
  assert.equal([...b.devices.usage.wear!], [101]);
});

test('stuck: the shares asked for, at the ends, for good', () => {
  const b = bench(linear({ gMin: 0, stuck: { low: 0.1, high: 0.05 } }), { weight: 0.5, columns: N });
  const share = (value: number) => b.weights().filter((w) => w === value).length / N;
  near(share(0), 0.1, 4 * Math.sqrt(0.09 / N));
  near(share(1), 0.05, 4 * Math.sqrt(0.0475 / N));
  assert.is(b.devices.usage.stuck, Math.round((share(0) + share(1)) * N));
  const [low, high] = [share(0), share(1)];
  b.pulse(20, 0);
  b.devices.normaliseWeights(0.3, 1); // each column has one device
  near(share(0), low, 1e-12);
  near(share(1), high, 1e-12);
  assert.throws(() => linear({ stuck: { low: 0.7, high: 0.5 } }), /stuck.*add up to at most 1/);
});

test('read noise: relative, new at each read, gone from what is stored', () => {
  const b = bench(softBound({ gMin: 1e-6, readNoise: { sd: 0.05 } }), { weight: 0.6, columns: N });
  b.devices.readRow(0, 1);
  const first = b.weights();
  b.devices.readRow(0, 1);
  const second = b.weights();
  for (const seen of [first, second]) {
    near(mean(seen), 0.6, (4 * 0.03) / Math.sqrt(N));
    near(sd(seen), 0.03, 0.03 * 0.02);
  }
  const product = mean(first.map((w, k) => (w - 0.6) * (second[k]! - 0.6)));
  near(product, 0, (4 * 0.03 ** 2) / Math.sqrt(N));
  near(b.devices.weight(7, 2), 0.6, 1e-15);
});

test('read noise of the range: the same in every state, not below no current, beside a pair as one alone', () => {
  const readNoise = { sd: 0.05, of: 'range' as const };
  for (const weight of [0.3, 0.6]) {
    const b = bench(softBound({ gMin: 1e-5, gMax: 1e-4, readNoise }), { weight, columns: N });
    b.devices.readRow(0, 1);
    near(mean(b.weights()), weight, (4 * 0.045) / Math.sqrt(N));
    near(sd(b.weights()), 0.045, 0.045 * 0.03);
  }
  const low = bench(softBound({ gMin: 0, gMax: 1e-4, readNoise }), { weight: 0, columns: N });
  low.devices.readRow(0, 1);
  assert.ok(low.weights().every((w) => w >= 0));
  const pair = bench(softBound({ gMin: 5e-5, gMax: 1e-4, reading: 'pair', readNoise }), { weight: 0.5, columns: N });
  pair.devices.readRow(0, 1);
  near(sd(pair.weights()), 0.05 * Math.SQRT2, 0.05 * 0.05);
});

test('read noise is normal: Kolmogorov-Smirnov', () => {
  const b = bench(ideal({ readNoise: { sd: 0.1 } }), { weight: 0.5, columns: N });
  b.devices.readRow(0, 0);
  const z = b
    .weights()
    .map((w) => (w / 0.5 - 1) / 0.1)
    .sort((x, y) => x - y);
  const phi = (x: number) => {
    let sum = x; // the series of erf, exact enough for |x| < 6
    let term = x;
    for (let i = 1; i < 150; i++) {
      term *= (-x * x) / (2 * i);
      sum += term / (2 * i + 1);
    }
    return 0.5 + sum / Math.sqrt(2 * Math.PI);
  };
  const D = Math.max(...z.map((x, i) => Math.max(Math.abs(phi(x) - i / N), Math.abs(phi(x) - (i + 1) / N))));
  assert.ok(D < 1.63 / Math.sqrt(N), `D = ${D}`); // 1 %
});

test('telegraph noise: two levels, occupied in proportion to their dwell times, correlated by e^(-t/tau)', () => {
  const telegraph = { amplitude: 0.4, tauHigh: 30, tauLow: 10 };
  const b = bench(ideal({ telegraph }), { weight: 1, columns: N });
  const look = (t: number) => {
    b.devices.readRow(0, t);
    return b.weights().map((w) => (w === 1 ? 1 : 0) as number);
  };
  const first = look(0);
  assert.equal([...new Set(b.weights())].sort(), [0.6, 1]);
  near(mean(first), 0.75, 4 * Math.sqrt(0.1875 / N));
  assert.equal(look(0), first); // the same instant, the same traps
  const second = look(5);
  near(mean(second), 0.75, 4 * Math.sqrt(0.1875 / N));
  const covariance = mean(first.map((x, k) => (x - 0.75) * (second[k]! - 0.75)));
  near(covariance, 0.1875 * Math.exp(-5 * (1 / 30 + 1 / 10)), 4 * (0.1875 / Math.sqrt(N)));
});

test('read errors: mirrored for one read, or by a pulse for good', () => {
  const b = bench(ideal({ readErrors: { rate: 0.02 } }), { weight: 0.9, columns: N });
  for (const t of [0, 1]) {
    b.devices.readRow(0, t);
    const wrong = b.weights().filter((w) => Math.abs(w - 0.1) < 1e-12).length;
    near(wrong / N, 0.02, 4 * Math.sqrt(0.0196 / N));
    assert.is(b.weights().filter((w) => Math.abs(w - 0.9) < 1e-12).length, N - wrong);
  }
  const lasting = bench(ideal({ readErrors: { rate: 0, writeRate: 0.1 } }), { weight: 0.5, columns: N });
  assert.is(lasting.devices.hasSteadyWeights, true);
  lasting.pulse(0.4, 0);
  const wrong = lasting.weights().filter((w) => Math.abs(w - 0.1) < 1e-12).length;
  near(wrong / N, 0.1, 4 * Math.sqrt(0.09 / N));
});

test('on/off ratio: a reference takes the offset away, for the current of one more device a synapse or a row', () => {
  const weights = (reading: 'single' | 'pair' | 'referenceColumn') => {
    const factory = linear({ gMin: 2.5e-5, gMax: 1e-4, etaUp: 0.5, reading, readVoltage: 1, readTime: 1 });
    const b = bench(factory, { weight: reading === 'single' ? 0.25 : 0, columns: 4 });
    const G = b.devices.conductance(0, 0);
    near(G, 2.5e-5, 1e-19);
    b.devices.readRow(0, 0);
    const { read } = b.devices.usage.energy;
    b.pulse(1);
    return { w: b.weights()[0]!, read };
  };
  near(weights('single').w, 0.25 + 0.5 * 0.75, 1e-15);
  near(weights('pair').w, 0.5, 1e-15);
  near(weights('referenceColumn').w, 0.5, 1e-15);
  near(weights('single').read, 4 * 2.5e-5, 1e-18);
  near(weights('pair').read, 8 * 2.5e-5, 1e-18);
  near(weights('referenceColumn').read, 5 * 2.5e-5, 1e-18);
});

test('on/off ratio: the noise of a pair is of two devices, that of a reference column is shared by its row', () => {
  const seen = (reading: 'pair' | 'referenceColumn') => {
    const readNoise = { sd: 0.1 };
    const b = bench(linear({ gMin: 5e-5, gMax: 1e-4, reading, readNoise }), { weight: 0, columns: N });
    b.devices.readRow(0, 0);
    return b.weights(); // (f - f') gMin/(gMax - gMin)
  };
  near(sd(seen('pair')), 0.1 * Math.SQRT2, 0.1 * 0.03);
  near(sd(seen('referenceColumn')), 0.1, 0.1 * 0.03);
});

test('spread of the smallest conductance: log-normal, the largest stays; reads, energy and a reference see it', () => {
  const p = { gMin: 1e-5, gMax: 1e-4, etaUp: 1, etaDown: 1, readVoltage: 1, readTime: 1, gMinSpread: 0.4 };
  const conductances = ({ devices }: ReturnType<typeof bench>) =>
    Array.from({ length: N }, (_, k) => devices.conductance(k, 0));
  const b = bench(linear(p), { weight: 0.1, columns: N });
  b.pulse(-1);
  const lowest = conductances(b);
  near(mean(lowest), 1e-5, (4 * 0.4e-5) / Math.sqrt(N));
  near(sd(lowest), 0.4e-5, 0.4e-5 * 0.05);
  b.devices.readRow(0, 0);
  const total = lowest.reduce((sum, g) => sum + g, 0);
  near(b.devices.usage.energy.read, total, total * 1e-12);
  for (const [k, w] of b.weights().entries()) near(w, lowest[k]! / 1e-4, 1e-12);
  b.pulse(1);
  for (const g of conductances(b)) near(g, 1e-4, 1e-18);

  const fading = bench(linear({ ...p, retention: { tau: 1e3 } }), { weight: 0.5, columns: N });
  fading.devices.readRow(0, 1e6);
  near(fading.devices.usage.energy.read, total, total * 1e-12); // all have come down to the same conductances

  const beside = bench(linear({ ...p, reading: 'referenceColumn' }), { weight: 0, columns: N });
  beside.pulse(-1);
  for (const [k, w] of beside.weights().entries()) near(w, (lowest[k]! - 1e-5) / 9e-5, 1e-12);

  const wide = bench(linear({ ...p, gMinSpread: 5, deviceToDevice: 0.5 }), { weight: 0.1, columns: N });
  wide.pulse(-1);
  const floors = conductances(wide);
  wide.pulse(1);
  for (const [k, g] of conductances(wide).entries()) assert.ok(g > floors[k]!, `${k}: up to ${g} from ${floors[k]}`);
});

test('draws belong to the device and its pulse, not to what other devices do', () => {
  const p = { gMin: 0, writeNoise: 0.1, levels: { count: 20 }, deviceToDevice: 0.2, cycleToCycle: 0.2 };
  const run = (order: readonly number[]) => {
    const b = bench(linear(p), { weight: 0.5, rows: 3, columns: 2 });
    for (const row of order) b.pulse(1, 0, row);
    return [0, 1, 2].flatMap((row) => b.weights(row));
  };
  assert.equal(run([0, 1, 2, 0, 1, 2]), run([2, 2, 1, 0, 0, 1]));
});

test('up and down steps of one device share a factor unless stepCorrelation says otherwise', () => {
  const ratios = (stepCorrelation: number) => {
    const spread = { stepSpread: 0.5, stepCorrelation };
    const b = bench(linear({ gMin: 0, etaUp: 0.01, etaDown: 0.01, ...spread }), { weight: 0.5, columns: 400 });
    b.pulse(1);
    const up = b.weights().map((w) => w - 0.5);
    b.pulse(-1);
    return b.weights().map((w, i) => Math.log((0.5 + up[i]! - w) / up[i]!));
  };
  assert.ok(ratios(1).every((r) => Math.abs(r) < 1e-9));
  const sigma = Math.sqrt(Math.log(1.25));
  for (const rho of [0, 0.5, 0.9]) {
    const expected = sigma * Math.sqrt(2 - 2 * rho);
    assert.ok(Math.abs(sd(ratios(rho)) / expected - 1) < 0.15, `rho ${rho}`);
  }
});

test('deviceToDevice stands for the spread of range, floor and steps, each of which can be set apart', () => {
  const of = (p: object) => {
    const b = bench(softBound({ gMin: 2e-5, ...p }), { weight: 0.6, columns: 50 });
    const start = b.weights();
    b.pulse(0.5);
    const step = b.weights();
    b.pulse(1e3);
    const top = b.weights();
    b.pulse(-1e3);
    return [b.weights(), top, step.map((w, i) => w - start[i]!)].map((ws) => sd(ws) > 1e-9);
  };
  assert.equal(of({}), [false, false, false]);
  assert.equal(of({ deviceToDevice: 0.1 }), [true, true, true]);
  assert.equal(of({ deviceToDevice: 0.1, gMinSpread: 0 }), [false, true, true]);
  assert.equal(of({ gMinSpread: 0.1 }), [true, false, false]); // a step is a share of the way to the top
  assert.equal(of({ stepSpread: 0.1 }), [false, false, true]);
  assert.equal(of({ deviceToDevice: 0.1, rangeSpread: 0, gMinSpread: 0 }), [false, false, true]);
});

test.run();
