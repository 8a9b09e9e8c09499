/** Write and verify: devices are brought to their initial weights by pulses, which cost what pulses cost. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../../core/network.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import { exponential, linear, softBound } from '../../../synapses/devices/index.ts';
import { type KernelSet, newNetwork } from '../../core/kernels/oracle/index.ts';

type Device = ReturnType<typeof linear>;

/** Projection of 8 × 12 synapses, dense or sparse, with this device. */
function projected(
  device: Device,
  weights?: number[],
  kernels: KernelSet = 'simd',
  p = 1,
  precision: 'f32' | 'f64' = 'f64',
) {
  const net = newNetwork(kernels, { seed: 5 });
  const input = net.population('input', poisson({ size: 8, rate: 20 }));
  const output = net.population('output', lif({ size: 12, precision }));
  const matrix = weights && { weights: Float64Array.from(weights) };
  const weight = { uniform: [0.1, 0.9] as [number, number] };
  const connect = matrix ? { matrix } : p < 1 ? { probability: { p, weight } } : { all: { weight } };
  const { devices, edges } = net.projection(input, output, { connect, device });
  return { net, devices: devices!, weights: Array.from(edges.weights!) };
}

/** What is wanted: the same weights without programming. */
const wantedOf = (make: (programming?: object) => ReturnType<typeof projected>) => make().weights;
const even = Array.from({ length: 96 }, (_, k) => 0.05 + k / 110);
const range = { gMin: 1e-8, gMax: 1e-4 };

test('devices come within the tolerance, by as many pulses as their steps need, and these are booked', () => {
  const programming = { tolerance: 0.0051 };
  const { devices, weights } = projected(linear({ gMin: 0, etaUp: 0.01, etaDown: 0.01, programming }), even);
  for (const [k, w] of weights.entries()) assert.ok(Math.abs(w - even[k]!) <= 0.0051, `${w} for ${even[k]}`);
  const pulses = even.reduce((sum, w) => sum + Math.ceil((w - 0.0051) / 0.01 - 1e-9), 0);
  const { programming: done, writesUp, writesDown, reads } = devices.usage;
  assert.equal([done!.pulses, writesUp, writesDown, done!.missed], [pulses, pulses, 0, 0]);
  assert.ok(done!.error > 0 && done!.error < 0.0051);
  const rounds = Array.from({ length: 8 }, (_, i) => Math.max(...even.slice(12 * i, 12 * (i + 1))));
  assert.is(
    reads,
    rounds.reduce((sum, w) => sum + 12 * (1 + Math.ceil((w - 0.0051) / 0.01 - 1e-9)), 0),
  );
  assert.is(done!.energy, devices.energy.read + devices.energy.write);
});

test('the energy of a pulse is that of any other: one device by hand', () => {
  const device = linear({
    gMin: 0,
    gMax: 1e-4,
    etaUp: 0.1,
    writeVoltage: 2,
    writeTime: 1e-6,
    programming: { tolerance: 0.01 },
  });
  const { devices } = projected(
    device,
    even.map((_, k) => (k === 0 ? 0.3 : 0)),
  );
  // V² t × the mean of the conductances before and after: 0 to 1e-5, to 2e-5, to 3e-5 S
  assert.ok(Math.abs(devices.energy.write - 4e-6 * (0.5e-5 + 1.5e-5 + 2.5e-5)) < 1e-24, String(devices.energy.write));
});

test('pulses both ways, reads and joules: two devices by hand', () => {
  const device = softBound({
    gMin: 0,
    gMax: 1e-4,
    etaUp: 0.5,
    etaDown: 0.25,
    writeVoltageUp: 2,
    writeVoltageDown: 1,
    writeTime: 1e-6,
    writeTimeDown: 2e-6,
    readVoltage: 0.1,
    readTime: 1e-8,
    programming: { tolerance: 0.05 },
  });
  const { devices, weights } = projected(
    device,
    even.map((_, k) => [0.6, 0.3][k] ?? 0),
  );
  // 0 up to 0.5, up to 0.75, down to 0.5625; and 0 up to 0.5, down to 0.375, down to 0.28125
  assert.equal(weights.slice(0, 3), [0.5625, 0.28125, 0]);
  const { programming: done, writesUp, writesDown, reads } = devices.usage;
  assert.equal([done!.pulses, writesUp, writesDown, reads, done!.missed], [6, 3, 3, 4 * 12 + 7 * 12, 0]);
  const up = 2 ** 2 * 1e-6 * 1e-4 * (0.25 + 0.625 + 0.25);
  const down = 1 ** 2 * 2e-6 * 1e-4 * (0.65625 + 0.4375 + 0.328125);
  const read = 0.1 ** 2 * 1e-8 * 1e-4 * (0.5 + 0.5 + (0.75 + 0.375) + (0.5625 + 0.28125));
  for (const [found, joules] of [
    [devices.energy.write, up + down],
    [devices.energy.read, read],
    [done!.energy, up + down + read],
  ] as const)
    assert.ok(Math.abs(found / joules - 1) < 1e-9, `${found} J, not ${joules}`);
});

for (const [name, device] of Object.entries({
  softBound: (programming?: object) =>
    softBound({ ...range, etaUp: 0.02, etaDown: 0.02, ...(programming && { programming }) }),
  exponential: (programming?: object) =>
    exponential({
      ...range,
      alphaUp: 0.02,
      alphaDown: 0.02,
      betaUp: 3,
      betaDown: 3,
      ...(programming && { programming }),
    }),
  noisy: (programming?: object) =>
    softBound({
      ...range,
      etaUp: 0.02,
      etaDown: 0.02,
      cycleToCycle: 0.3,
      readNoise: { sd: 0.005 },
      rangeSpread: 0,
      stepSpread: 0.2,
      ...(programming && { programming }),
    }),
}))
  for (const p of [1, 0.4])
    for (const precision of ['f32', 'f64'] as const)
      test(`${name}, ${p < 1 ? 'sparse' : 'dense'}, ${precision}: the wanted weights within the tolerance; kernels and oracle agree`, () => {
        const made = (programming?: object, kernels: KernelSet = 'simd') =>
          projected(device(programming) as Device, undefined, kernels, p, precision);
        const wanted = wantedOf(made);
        const programming = { tolerance: 0.03, maxPulses: 400 };
        const { devices, weights } = made(programming);
        const { missed, pulses, error } = devices.usage.programming!;
        assert.ok(missed <= (name === 'noisy' ? 3 : 0), `${missed} missed`);
        assert.ok(pulses > weights.length && error < 0.03, `${pulses} pulses, error ${error}`);
        if (name !== 'noisy')
          for (const [k, w] of weights.entries())
            assert.ok(Math.abs(w - wanted[k]!) <= 0.0301, `${w} for ${wanted[k]}`);
        const oracle = made(programming, 'oracle');
        assert.equal(oracle.weights, weights);
        assert.equal(oracle.devices.usage.programming, devices.usage.programming);
      });

test('what cannot be reached is counted: steps that jump over the tolerance, stuck devices', () => {
  const coarse = projected(
    linear({ gMin: 0, etaUp: 0.3, etaDown: 0.3, programming: { tolerance: 0.01, maxPulses: 7 } }),
    even,
  );
  const { missed, pulses } = coarse.devices.usage.programming!;
  assert.ok(missed > 80 && pulses >= 7 * missed, `${missed}, ${pulses}`);
  const broken = projected(
    linear({
      gMin: 0,
      etaUp: 0.01,
      etaDown: 0.01,
      stuck: { low: 0.2 },
      programming: { tolerance: 0.01, maxPulses: 200 },
    }),
    even,
  );
  const { stuck, programming } = broken.devices.usage;
  assert.ok(stuck > 0);
  assert.is(programming!.missed, stuck);
});

test('bad input: one sentence each', () => {
  const programming = { tolerance: 0.01 };
  const device = linear({ gMin: 0, programming });
  assert.throws(
    () =>
      projected(
        device,
        even.map((w) => w + 0.9),
      ),
    /gives a weight of 1\.\d+, outside the range of its device from 0 to 1\./,
  );
  assert.throws(
    () => linear({ programming: { tolerance: 0 } }),
    /programming\.tolerance is 0, but must be a number > 0 and <= 1/,
  );
  assert.throws(() => linear({ programming: { maxPulses: 0 } }), /programming\.maxPulses is 0/);
  const net = new Network({ seed: 1 });
  const input = net.population('input', poisson({ size: 2 }));
  const output = net.population('output', lif({ size: 2 }));
  const twice = {
    list: [
      [0, 1, 0.5],
      [0, 1, 0.4],
    ] as [number, number, number][],
  };
  assert.throws(() => net.projection(input, output, { connect: twice, device }), /at most one synapse per pair/);
});

test.run();
