/** Several devices a synapse: pairs that both learn, one-sided pairs and their refresh, means of devices that take turns. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceFactory } from '../../../core/factories.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import { exponential, ideal, linear, softBound } from '../../../synapses/devices/index.ts';
import { pairStdp } from '../../../synapses/rules/index.ts';
import { type KernelSet, newNetwork } from '../../core/kernels/oracle/index.ts';
import { runs } from '../../support.ts';
import { bench, mean, sd } from './bench.ts';

const near = (found: number, expected: number, tolerance = 1e-12, what = '') =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what} ${found}, not ${expected}`);
const range = { gMin: 1e-5, gMax: 1.1e-4, weightAtGMax: 2 } as const; // 1e-4 S are a weight of 2
const volts = { readVoltage: 0.5, readTime: 1e-6, writeVoltage: 2, writeTime: 1e-7 };
const steps = { etaUp: 0.1, etaDown: 0.1 };

test('a pair by hand: weights, conductances, energies, pulses', () => {
  const b = bench(linear({ ...range, ...volts, ...steps, reading: 'differential' }), { weight: -0.4 });
  const { devices } = b;
  const at = (plus: number, minus: number) => {
    near(devices.weight(0, 0), 2 * (plus - minus));
    near(b.weights()[0]!, 2 * (plus - minus));
    near(devices.conductance(0, 0), 2e-5 + 1e-4 * (plus + minus), 1e-18);
  };
  at(0, 0.2);
  b.pulse(1);
  at(0.1, 0.1);
  b.pulse(2);
  at(0.3, 0);
  b.pulse(-1);
  at(0.2, 0.1);
  const G = (g: number) => 1e-5 + 1e-4 * g;
  const pulse = (from: number, to: number) => (4e-7 * (G(from) + G(to))) / 2;
  const spent = pulse(0, 0.1) + pulse(0.1, 0.3) + pulse(0.3, 0.2) + pulse(0.2, 0.1) + pulse(0.1, 0) + pulse(0, 0.1);
  near(devices.energy.write, spent, 1e-22);
  devices.readRow(0, 0);
  near(devices.energy.read, 0.25e-6 * (G(0.2) + G(0.1)), 1e-22); // of both, and no reference
  const { devices: count, reads, writesUp, writesDown, wear } = devices.usage;
  assert.equal([count, reads, writesUp, writesDown, [...wear!]], [2, 2, 4, 2, [3, 3]]);
});

test('a one-sided pair by hand: each side only rises, and a refresh costs the pulses that it takes', () => {
  const oneSided = { refreshAt: 0.75, maxPulses: 20 };
  const b = bench(linear({ ...range, ...volts, ...steps, reading: 'differential', oneSided }), { weight: 1 });
  const { devices } = b;
  b.pulse(-1, 1); // + 0.5, - 0.1
  near(devices.weight(0, 1), 0.8);
  b.pulse(1, 2);
  b.pulse(1, 3); // + 0.7, - 0.1
  near(devices.conductance(0, 3), 2e-5 + 0.8e-4, 1e-18);
  assert.equal([...devices.usage.wear!], [2, 1]);
  assert.is(devices.usage.reads, 0);
  b.pulse(1, 4); // + 0.8: reset by one pulse each, 0.7 written back by seven, each after a read
  near(devices.weight(0, 4), 1.4);
  near(devices.conductance(0, 4), 2e-5 + 0.7e-4, 1e-18);
  const { wear, writesUp, writesDown, reads, energy } = devices.usage;
  assert.equal([...wear!], [3 + 1 + 7, 1 + 1]);
  assert.equal([writesUp, writesDown], [3 + 7 + 1, 1 + 1]);
  assert.is(reads, 2 + 2 + 2 + 2 * 8); // the difference; each side before and after its reset; both before each pulse and at the end
  const G = (g: number) => 1e-5 + 1e-4 * g;
  const between = (gs: number[]) => gs.slice(1).reduce((sum, g, i) => sum + (4e-7 * (G(g) + G(gs[i]!))) / 2, 0);
  near(energy.write, between([0.5, 0.6, 0.7, 0.8, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]) + between([0, 0.1, 0]), 1e-20);
});

test('a refresh keeps what other synapses of the row and column hold; pulses along a column refresh too', () => {
  const oneSided = { refreshAt: 0.75 };
  const device = linear({ ...range, ...steps, reading: 'differential', oneSided });
  const b = bench(device, { weight: 1, rows: 2, columns: 2 });
  const { devices } = b;
  const only = Float64Array.of(0, 1);
  devices.pulseColumn(1, only, -1, 0, 0);
  for (let n = 0; n < 3; n++) devices.pulseColumn(1, only, 1, 0, 0);
  near(devices.weight(3, 0), 1.4);
  assert.equal([...devices.usage.wear!], [0, 0, 0, 11, 0, 0, 0, 2]);
  for (const k of [0, 1, 2]) near(b.devices.edges.weights![k]!, 1);
});

test('a pair of which one side is stuck at the top is tried once and then left alone', () => {
  const oneSided = { refreshAt: 0.75, maxPulses: 5 };
  const b = bench(linear({ ...range, ...steps, reading: 'differential', oneSided, stuck: { high: 1 } }));
  const pulses = () => b.devices.writes;
  b.pulse(1, 1);
  const tried = pulses();
  assert.ok(tried > 5, `${tried}`);
  b.pulse(1, 2);
  assert.is(pulses(), tried + 1);
});

test('several devices take turns, one at an instant; the weight is their mean', () => {
  const b = bench(linear({ gMin: 0, ...steps, levels: { count: 1001 }, devicesPerSynapse: 3 }), {
    weight: 0.3,
    rows: 2,
  });
  b.pulse(1, 0); // the first ones
  b.pulse(1, 0, 1);
  assert.equal([...b.devices.usage.wear!], [1, 1, 0, 0, 0, 0]);
  near(b.devices.weight(0, 0), 0.3 + 0.1 / 3);
  b.pulse(-1, 1); // the second ones
  b.pulse(-1, 2); // the third ones
  b.pulse(1, 3); // the first ones again
  assert.equal([...b.devices.usage.wear!], [2, 1, 1, 0, 1, 0]);
  near(b.devices.weight(0, 3), 0.3);
  near(b.weights()[0]!, 0.3);
});

const N = 4000;
for (const [name, flaw, sdOf] of [
  ['spread of steps', { stepSpread: 0.5 }, 'the same sd after any number of pulses'],
  ['cycle-to-cycle noise', { cycleToCycle: 0.5 }, 'sd falls with the number of pulses of a device'],
  ['noise of reading', { readNoise: { sd: 0.1 } }, 'of each read'],
] as const)
  test(`${name} averages out as 1/√n (${sdOf})`, () => {
    const spreadOf = (devicesPerSynapse: number) => {
      const device = linear({ gMin: 0, etaUp: 0.05, devicesPerSynapse, ...flaw });
      const b = bench(device, { weight: 0.2, columns: N });
      for (let t = 0; t < 4 * devicesPerSynapse; t++) b.pulse(1, t); // four each
      b.devices.readRow(0, 1e3);
      near(mean(b.weights()), 0.4, 0.01);
      return sd(b.weights());
    };
    const one = spreadOf(1);
    for (const n of [4, 16]) near((spreadOf(n) * Math.sqrt(n)) / one, 1, 0.06, `n = ${n}`);
  });

test('spread between the ends of the range: both sides of a pair count, at the weight 0 with independent noise', () => {
  const made = (given: object, weight: number) => {
    const b = bench(linear({ ...range, readNoise: { sd: 0.05 }, ...given }), { weight, columns: N });
    b.devices.readRow(0, 0);
    return b.weights();
  };
  const pair = made({ reading: 'differential' }, 0); // both at gMin: 0.05 × gMin each
  near(mean(pair), 0, 0.002);
  near(sd(pair), ((0.05 * 1e-5) / 1e-4) * 2 * Math.SQRT2, 6e-4);
});

const everything = {
  deviceToDevice: 0.3,
  cycleToCycle: 0.5,
  writeNoise: 0.05,
  retention: { tau: 50, rest: 0.3 },
  endurance: { cycles: 200, spread: 0.5 },
  stuck: { low: 0.05, high: 0.05 },
  readNoise: { sd: 0.05 },
  telegraph: { amplitude: 0.2, tauHigh: 10, tauLow: 5 },
  levels: { count: 50 },
} as const;
const groups = {
  pair: { reading: 'differential' },
  'one-sided': { reading: 'differential', oneSided: { refreshAt: 0.6, maxPulses: 20 } },
  'mean of three': { devicesPerSynapse: 3 },
  'pair of means': { reading: 'differential', devicesPerSynapse: 2 },
  'one-sided pair of means': { reading: 'differential', oneSided: {}, devicesPerSynapse: 2 },
} as const;

/** Weights and books of a projection after 200 ms of learning. */
function learned(device: DeviceFactory, kernels: KernelSet, p: number, precision: 'f32' | 'f64') {
  const net = newNetwork(kernels, { seed: 5 });
  const input = net.population('input', poisson({ size: 9, rate: 200 }));
  const output = net.population('output', lif({ size: 11, precision, threshold: 3 }));
  const weight = { uniform: [0.3, 0.9] as [number, number] };
  const connect = p < 1 ? { probability: { p, weight } } : { all: { weight } };
  const rule = pairStdp({ aPlus: 0.1, aMinus: 0.1 });
  const { devices, edges } = net.projection(input, output, { connect, device, rule });
  net.run(200);
  devices!.refreshWeights(net.now);
  const { energy, ...counts } = devices!.usage;
  return { weights: [...edges.weights!], counts: JSON.stringify(counts), energy };
}

for (const [name, given] of Object.entries(groups))
  for (const [flaws, flawed] of [
    ['flawless', {}],
    ['with every flaw', everything],
    ['half-selected', { selection: 'half', disturb: { threshold: 0.3, thresholdSpread: 0.5, share: 0.2 } }],
  ] as const)
    test(`${name}, ${flaws}: the kernels and the oracle leave the same bits`, () => {
      for (const [p, precision] of [
        [1, 'f64'],
        [1, 'f32'],
        [0.5, 'f64'],
      ] as const) {
        const device = exponential({ gMin: 1e-5, gMax: 1e-4, alphaUp: 0.1, alphaDown: 0.1, ...given, ...flawed });
        const [simd, oracle] = [learned(device, 'simd', p, precision), learned(device, 'oracle', p, precision)];
        assert.equal(oracle, simd);
        assert.ok(simd.energy.write > 0 && Number.isNaN(simd.energy.halfSelected) === false);
        assert.is(simd.energy.halfSelected > 0, flaws === 'half-selected');
      }
    });

test('whatever is done to pairs, books only grow and weights keep between -weightAtGMax and weightAtGMax', () => {
  const op = fc.record({
    strength: fc.double({ min: -3, max: 3, noNaN: true }),
    row: fc.nat(2),
    wait: fc.double({ min: 0, max: 50, noNaN: true }),
    read: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(op, { maxLength: 40 }),
      fc.constantFrom(...Object.values(groups)),
      fc.constantFrom('transistor' as const, 'half' as const, 'third' as const),
      fc.integer(),
      (ops, given, selection, seed) => {
        const device = softBound({
          gMin: 2e-5,
          ...everything,
          rangeSpread: 0,
          gMinSpread: 0,
          ...given,
          selection,
          disturb: { threshold: 0.3, thresholdSpread: 0.5, share: 0.2 },
        });
        const b = bench(device, { weight: 0.3, rows: 3, columns: 2, seed });
        const books = () => {
          const { reads, writesUp, writesDown, halfSelected, stuck, wornOut, energy, wear } = b.devices.usage;
          return [reads, writesUp, writesDown, halfSelected, stuck, wornOut, energy.read, energy.write, ...wear!];
        };
        let before = books();
        let t = 0;
        for (const { strength, row, wait, read } of ops) {
          t += wait;
          if (read) b.devices.readRow(row, t);
          else b.pulse(strength, t, row);
          const now = books();
          assert.ok(now.every((x, i) => x >= before[i]!));
          before = now;
          for (let k = 0; k < 6; k++) assert.ok(Math.abs(b.devices.weight(k, t)) <= 1);
        }
      },
    ),
    runs(150),
  );
});

test('write and verify brings pairs and means to their weights, of either sign', () => {
  const wanted = Float64Array.from({ length: 40 }, (_, k) => (k % 2 ? 1 : -1) * (k / 45));
  for (const [name, given] of Object.entries(groups)) {
    const signed = 'reading' in given;
    const weights = signed ? wanted : wanted.map(Math.abs);
    const net = new Network({ seed: 2 });
    const input = net.population('input', poisson({ size: 4 }));
    const output = net.population('output', lif({ size: 10 }));
    const device = softBound({
      gMin: 0,
      gMax: 1e-4,
      etaUp: 0.04,
      etaDown: 0.04,
      cycleToCycle: 0.3,
      ...given,
      programming: { tolerance: 0.02, maxPulses: 600 },
    });
    const { devices, edges } = net.projection(input, output, { connect: { matrix: { weights } }, device });
    const { missed, pulses, energy } = devices!.usage.programming!;
    assert.is(missed, 0, name);
    edges.weights!.forEach((w, k) => {
      assert.ok(Math.abs(w - weights[k]!) <= 0.02 * (signed ? 2 : 1), `${name}: ${w}, not ${weights[k]}`);
    });
    assert.ok(pulses > 40 && energy > 0);
    if (name !== 'mean of three') continue;
    for (const i of [0, 1, 2]) {
      const taken = devices!.usage.wear!.subarray(40 * i, 40 * (i + 1)).reduce((sum, n) => sum + n, 0);
      near(taken / pulses, 1 / 3, 0.03, 'share of a turn');
    }
  }
});

test('weights are normalised to a sum as the mean of devices; those of pairs have either sign and are refused', () => {
  const b = bench(softBound({ gMin: 1e-8, devicesPerSynapse: 3 }), { weight: 0.3, rows: 4 });
  b.pulse(1, 1, 2);
  b.devices.normaliseWeights(1, 1);
  near(b.weights(0)[0]! + b.weights(1)[0]! + b.weights(2)[0]! + b.weights(3)[0]!, 1);
  const pair = bench(linear({ reading: 'differential' }));
  assert.throws(() => pair.devices.normaliseWeights(1, 0), /weights of reading "differential" can be negative/);
});

test('bad input: one sentence each', () => {
  const differential = { reading: 'differential' } as const;
  assert.throws(() => linear({ oneSided: {} }), /oneSided needs reading "differential" \(got "single"\)\./);
  assert.throws(
    () => linear({ ...differential, stash: {} }),
    /stash needs one device per synapse, but reading is "differential"\./,
  );
  assert.throws(
    () => ideal({ devicesPerSynapse: 2, stash: {} }),
    /stash needs one device per synapse, but devicesPerSynapse is 2\./,
  );
  assert.throws(() => linear({ devicesPerSynapse: 0 }), /devicesPerSynapse is 0, but must be an integer >= 1/);
  const net = new Network({ seed: 1 });
  const input = net.population('input', poisson({ size: 2 }));
  const output = net.population('output', lif({ size: 2 }));
  const all = (weight: number) => ({ connect: { all: { weight } }, device: linear(differential) });
  assert.throws(
    () => net.projection(input, output, all(-1.2)),
    /gives a weight of -1\.2, outside the range of its device from -1 to 1\./,
  );
  const twice = {
    list: [
      [0, 1, 0.5],
      [0, 1, 0.4],
    ] as [number, number, number][],
  };
  const device = linear({ ...differential, oneSided: {} });
  assert.throws(
    () => net.projection(input, output, { connect: twice, device }),
    /oneSided needs at most one synapse per pair/,
  );
  const b = bench(device, { columns: 3 });
  assert.throws(() => b.devices.pulseRow(0, Float64Array.of(1), 1, 0, 0), /sent 1 pulse strengths for 3 synapses/);
});

test.run();
