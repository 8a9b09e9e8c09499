/** Devices with states as kernels take them, and the last stage of pulses that disturb half-selected devices, device by device. */
import type { Arena, Floats } from '../../../core/kernels/arena.ts';
import type { StepFamily, WithDevices } from '../../../core/kernels/devices.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { DevicesRecord, recordsIn, TotalsPlaces as TOTALS } from '../../../core/kernels/records.ts';
import { type ConductanceScale, nullIfEmpty, weightInRange } from './conductanceScale.ts';
import type { DeviceCounters } from './deviceCounters.ts';
import type { ProgrammingNoise } from './pulseNoise.ts';

/** Devices with states g. */
export interface StatefulDevices extends WithDevices {
  readonly g: Float64Array;
  readonly weights: Floats;
  /** Stamp of the last programming of each device; null if none is kept. */
  readonly programmed: Float64Array | null;
  readonly scale: ConductanceScale;
  readonly counters: DeviceCounters;
  /** True if a write disturbs half-selected devices. */
  readonly disturbs: boolean;
  /** Step family that kernels compute; null if `createStepStage` computes the steps. */
  readonly family: StepFamily | null;
  readonly straying: ProgrammingNoise;
}

interface StateOptions extends Omit<StatefulDevices, 'record'> {
  /** True if states change between pulses. */
  readonly fades: boolean;
}

/** Creates the description of devices with the record that the kernels read: states, read-out scale and counters. */
export function createStatefulDevices({ fades, ...own }: StateOptions, arena: Arena): StatefulDevices {
  const { g, weights, programmed, scale, counters, family, straying } = own;
  const record = recordsIn(arena, DevicesRecord, 1)[0]!;
  Object.assign(record, counters, scale, straying, {
    g,
    weights,
    programmed,
    fades,
    single: weights instanceof Float32Array,
    rows: nullIfEmpty(counters.rows),
    joules: nullIfEmpty(counters.joules),
  });
  if (family !== null) {
    const { soft, up, down } = family;
    Object.assign(record, { family: soft ? 2 : 1, aUp: up.a, bUp: up.b, aDown: down.a, bDown: down.b });
  }
  return { ...own, record };
}

/** State in [0, 1] of the discrete level that g falls on; u is uniform on (0, 1) for stochastic rounding, or 0.5 for the nearest level. */
export const toLevel = (g: number, levelCount: number, u: number): number =>
  Math.min(Math.floor(g * (levelCount - 1) + u), levelCount - 1) / (levelCount - 1);

/**
 * Stores the states after the pulses, counts pulses and energy, and disturbs half-selected devices, which no kernel does.
 * @param stamp value stored with each programmed device
 */
export function storeDisturbing(
  { g, weights, programmed, scale, counters, disturbs }: StatefulDevices,
  b: Pulses,
  stamp: number,
): void {
  const { count, edges, others, numbers, amounts, before, after, strays, squares, partial } = b;
  const { pulses, totals, rows, columns, all, joules } = counters;
  const { ends, apart, gMin, perWeight } = scale;
  const isElectrical = rows.length > 0;
  let { low, top } = scale;
  let [offset, offsetBefore, upward, energy] = [0, 0, 0, totals[TOTALS.writeEnergy]!];
  for (let i = 0; i < count; i++) {
    const k = edges[i]!;
    const x = after[i]!;
    if (ends !== null) {
      low = ends[2 * k]!;
      top = ends[2 * k + 1]!;
    }
    const weight = weightInRange(low, top, x);
    if (apart !== null) {
      offsetBefore = apart[k]!;
      offset = Math.max(scale.apartSd * strays[i]!, scale.floor - weight);
      apart[k] = offset;
    }
    const amount = amounts[i]!;
    if (amount > 0 || Object.is(amount, 0)) upward++; // a strength that the weight dependence made 0 keeps its sign
    pulses[k] = numbers[i]! + 1;
    if (programmed !== null) programmed[k] = stamp;
    if (isElectrical) {
      const range = top - low;
      const start = low - scale.low;
      const stored = gMin + (start + g[k]! * range + offsetBefore) * perWeight;
      const found = gMin + (start + before[i]! * range + offsetBefore) * perWeight;
      const left = gMin + (start + x * range + offset) * perWeight;
      const square = squares === null ? counters.square : squares[i]!;
      const spent = square * ((found + left) / 2);
      const row = b.row < 0 ? others[i]! : b.row;
      const column = b.column < 0 ? others[i]! : b.column;
      energy += spent;
      if (joules.length > 0) joules[k]! += spent;
      if (disturbs) counters.countHalfSelected(row, column, partial === null ? square : partial[i]!, stored);
      rows[row]! += left - stored;
      if (columns.length > 0) columns[column]! += left - stored;
      all[0]! += left - stored;
    }
    g[k] = x;
    weights[k] = weight + offset;
  }
  totals[TOTALS.writes]! += count;
  totals[TOTALS.upward]! += upward;
  totals[TOTALS.writeEnergy] = energy;
}
