/** States in the order of columns, where one column is pulsed after the other: nobody can tell. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceFactory } from '../../../../core/factories.ts';
import { connectNeurons } from '../../../../core/graph/connect.ts';
import type { Precision } from '../../../../core/kernels/arrays.ts';
import { RandomStream } from '../../../../core/random/random.ts';
import { linear, neuroSim, softBound } from '../../../../synapses/devices/index.ts';
import { KERNEL_SETS, type KernelSet, newArena } from '../../../core/kernels/oracle/index.ts';
import { runs } from '../../../support.ts';

const RANGE = { gMin: 1e-6, gMax: 1e-4 };
const DEVICES: readonly DeviceFactory[] = [
  softBound({ ...RANGE, levels: {}, writeOnChange: true, endurance: { cycles: 6 }, stuck: { low: 0.1 } }),
  softBound({ ...RANGE, reading: 'referenceColumn', apparentNoise: 0.05, writeNoise: 0.1, deviceToDevice: 0.2 }),
  softBound({ ...RANGE, selection: 'half', disturb: { threshold: 10, share: 1 }, levels: {}, apparentNoise: 0.01 }),
  neuroSim({ ...RANGE, cycleCorrelation: 0.5, cycleToCycle: 0.3, readErrors: { rate: 0, writeRate: 0.1 } }),
  linear({ levels: { rounding: 'deterministic' } }),
];

function made(
  factory: DeviceFactory,
  [rows, columns]: readonly [number, number],
  precision: Precision,
  kernels: KernelSet,
  itemised: boolean,
) {
  const arena = newArena(kernels);
  const { edges } = connectNeurons({
    preCount: rows,
    postCount: columns,
    selfMap: null,
    connect: { all: { weight: 0.5 } },
    delay: 0,
    precision,
    isPlastic: true,
    seed: 1,
    projectionPath: 'layout',
    arena,
  });
  const devices = factory.create({
    arena,
    seed: 1,
    name: 'layout',
    edges,
    transpose: null,
    hasRandomWeights: false,
    recordsUsagePerDevice: itemised,
  });
  return { arena, devices };
}

test('pulses to columns, with looks at them, rows and checkpoints in between: the same bits in either order', () => {
  const side = fc.integer({ min: 1, max: 7 });
  fc.assert(
    fc.property(
      fc.constantFrom(...DEVICES),
      fc.tuple(side, side),
      fc.constantFrom<Precision>('f32', 'f64'),
      fc.constantFrom(...KERNEL_SETS),
      fc.boolean(),
      fc.array(fc.constantFrom('column', 'column', 'column', 'column', 'row', 'look', 'load'), {
        minLength: 60,
        maxLength: 90,
      }),
      fc.nat(1e6),
      (factory, size, precision, kernels, itemised, steps, seed) => {
        let a = made(factory, size, precision, kernels, itemised);
        const b = made(factory, size, precision, 'oracle', itemised);
        const stream = new RandomStream(seed, 'layout');
        const [rows, columns] = size;
        steps.forEach((step, t) => {
          b.devices.usage.wear; // looks before each pulse
          if (step === 'look')
            assert.is(a.devices.weight(rows * columns - 1, t), b.devices.weight(rows * columns - 1, t));
          else if (step === 'load') {
            const c = made(factory, size, precision, kernels, itemised);
            for (const [key, array] of Object.entries(a.devices.state)) c.devices.state[key]!.set(array as never);
            c.devices.onCheckpointLoaded?.();
            a = c;
          } else {
            const line = stream.integerBelow(step === 'row' ? rows : columns);
            const strengths = Array.from({ length: step === 'row' ? columns : rows }, () => stream.integerBelow(4) - 1);
            for (const { arena, devices } of [a, b]) {
              const trace = arena.f64(strengths.length);
              trace.set(strengths);
              if (step === 'row') devices.pulseRow(line, trace, 0.7, 0, t);
              else devices.pulseColumn(line, trace, 0.7, 0, t);
            }
          }
        });
        assert.equal(a.devices.edges.weights, b.devices.edges.weights);
        for (const [key, array] of Object.entries(b.devices.state)) assert.equal(a.devices.state[key], array, key);
        assert.equal({ ...a.devices.usage }, { ...b.devices.usage });
      },
    ),
    runs(150),
  );
});

test.run();
