/** Stages of pulses, SIMD kernels against the oracle: the same bits for random devices, numbers of them, and states at and between the bounds. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '../../../core/kernels/arena.ts';
import { FAILURE_TYPES } from '../../../core/kernels/devices.ts';
import type { PulseKernels } from '../../../core/kernels/pulseKernels.ts';
import { createPulseBatch } from '../../../core/kernels/pulses.ts';
import type { PulseBatchRecord } from '../../../core/kernels/records.ts';
import { RandomStream } from '../../../core/random/random.ts';
import { createPulseCurve } from '../../../synapses/devices/neuroSim.ts';
import { createStepTable } from '../../../synapses/devices/table.ts';
import { runs } from '../../support.ts';
import { ORACLE } from './oracle/index.ts';

const DEVICES = 200;
const COLUMN = 50;
const RUNS = runs(400);
const count = fc.integer({ min: 1, max: 33 });
const seed = fc.integer();

/** A batch of pulses to random devices. */
function batch(arena: Arena, n: number, stream: RandomStream): PulseBatchRecord {
  const p = createPulseBatch(n, true, false, arena);
  p.count = n;
  p.hasColumnOrder = Number(stream.uniform() < 0.5);
  p.firstConstant = p.hasColumnOrder ? DEVICES - COLUMN : 0;
  for (let i = 0; i < n; i++) {
    p.edgeIndices[i] = stream.integerBelow(DEVICES);
    p.traceIndices[i] = stream.integerBelow(COLUMN);
    p.pulseNumbers[i] = stream.integerBelow(60);
    p.strengths[i] = (stream.uniform() - 0.5) * (stream.uniform() < 0.1 ? 100 : 1);
    p.statesBefore[i] =
      [0, 1, 1e-9 * stream.uniform(), 1 - 1e-9 * stream.uniform()][stream.integerBelow(8)] ?? stream.uniform();
  }
  return p;
}

/** What a stage leaves in the batch, done by the kernels and by the oracle. */
function agree(
  n: number,
  s: number,
  act: (kernels: PulseKernels, p: PulseBatchRecord, arena: Arena, stream: RandomStream) => void,
): void {
  const results = [true, false].map((simd) => {
    const arena = new Arena();
    const stream = new RandomStream(s, 'stages');
    const p = batch(arena, n, stream);
    act(simd ? arena.kernels : ORACLE, p, arena, stream);
    const { statesAfter, strengths, lowerBounds, upperBounds, stepFractions, joulesPerSiemens } = p;
    const values = [statesAfter, strengths, lowerBounds, upperBounds, stepFractions, joulesPerSiemens!].map((list) => [
      ...list.subarray(0, n),
    ]);
    return [...values, [...p.failingPulses.subarray(0, p.failingCount)]];
  });
  assert.equal(results[0], results[1]);
}

test('pulses along curves of any nonlinearity', () => {
  const label = fc.oneof(fc.constantFrom(0, 9, -9, 1, -1), fc.double({ min: -9, max: 9, noNaN: true }));
  fc.assert(
    fc.property(count, seed, label, label, (n, s, up, down) => {
      agree(n, s, (kernels, p) =>
        kernels.followPulseCurves(
          p,
          { ...createPulseCurve(up), pulseCount: 31, joulesPerSiemens: 2 },
          { ...createPulseCurve(down), pulseCount: 7.5, joulesPerSiemens: 3 },
          0,
        ),
      );
    }),
    runs(2000),
  );
});

test('states on few levels, pulsed alike or not, give what they give by themselves, whatever was asked before', () => {
  const levels = fc.integer({ min: 2, max: 70 });
  const label = fc.constantFrom(0, 1, -3);
  fc.assert(
    fc.property(count, seed, levels, label, label, (n, s, size, up, down) => {
      agree(n, s, (kernels, p, _, stream) => {
        for (let turn = 0; turn < 4; turn++) {
          for (let i = 0; i < n; i++) {
            // One in ten lies beside its level, and one in ten is pulsed by another strength.
            p.statesBefore[i] =
              (stream.integerBelow(size) + (stream.integerBelow(10) === 0 ? 1e-3 * stream.uniform() : 0)) / size;
            p.strengths[i] =
              (stream.integerBelow(2) - 0.5) * (stream.integerBelow(10) === 0 ? stream.uniform() + 0.1 : 1);
          }
          const [first, second] = [createPulseCurve(turn === 2 ? down : up), createPulseCurve(down)];
          const pulseCount = turn === 3 ? 9 : 31;
          kernels.followPulseCurves(
            p,
            { ...first, pulseCount, joulesPerSiemens: 2 },
            { ...second, pulseCount: 7.5, joulesPerSiemens: 3 },
            size,
          );
        }
      });
    }),
    runs(500),
  );
});

test('steps from tables', () => {
  fc.assert(
    fc.property(count, seed, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 }), (n, s, rows, size) => {
      agree(n, s, (kernels, p, arena, stream) => {
        for (let i = 0; i < n; i++) {
          p.cycleDraws[i] = stream.uniform() < 0.1 ? 1 : stream.uniform();
          if (stream.uniform() < 0.3) p.strengths[i] = stream.uniform() < 0.5 ? 1 : -1;
        }
        const table = () => {
          const quantiles = Array.from({ length: size }, () => stream.uniform()).sort();
          const row = (_: unknown, i: number) => [
            (i + stream.uniform()) / rows,
            ...quantiles.map((q) => q * stream.uniform()),
          ];
          return Array.from({ length: rows }, row).map(([g, ...values]) => [g!, ...values.sort((a, b) => a - b)]);
        };
        kernels.drawTableSteps(p, createStepTable(table(), table(), arena));
      });
    }),
    RUNS,
  );
});

test('factors of each device', () => {
  fc.assert(
    fc.property(count, seed, (n, s) => {
      agree(n, s, (kernels, p, arena, stream) => {
        const [ups, downs] = [arena.f32(DEVICES), arena.f32(DEVICES)].map((list) => list.map(() => stream.uniform()));
        const own = [arena.f32(DEVICES), arena.f32(DEVICES)] as const;
        own[0].set(ups!);
        own[1].set(downs!);
        [p.upFactors, p.downFactors] = own;
        kernels.scalePulses(p);
      });
    }),
    RUNS,
  );
});

test('wear: bounds, shares, and which devices need a look', () => {
  const wear = fc.constantFrom(2, 1.5, Infinity);
  fc.assert(
    fc.property(
      count,
      seed,
      fc.constantFrom(...FAILURE_TYPES),
      wear,
      fc.boolean(),
      (n, s, failure, exponent, wears) => {
        agree(n, s, (kernels, p, arena, stream) => {
          const stuck = arena.u8(DEVICES);
          for (let k = 0; k < DEVICES; k++) stuck[k] = stream.uniform() < (s % 2 === 0 ? 0.2 : 0) ? 1 : 0;
          const lifetimes = arena.f64(wears ? DEVICES : 0);
          for (let k = 0; k < lifetimes.length; k++) lifetimes[k] = 1 + stream.integerBelow(80);
          p.lifetimes = wears ? lifetimes : null;
          kernels.applyWear(p, stuck.includes(1) ? stuck : null, failure, exponent);
        });
      },
    ),
    RUNS,
  );
});

test.run();
