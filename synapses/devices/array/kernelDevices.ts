import type { Arena, Floats, TypedArray } from '../../../core/kernels/arena.ts';
import type { Stages, StatefulDevices } from '../../../core/kernels/devices.ts';
import { DevicesRecord, recordsIn } from '../../../core/kernels/records.ts';
import type { ConductanceScale } from './conductanceScale.ts';
import type { DeviceCounters } from './deviceCounters.ts';
import type { CellRange } from './range.ts';

interface KernelStates {
  readonly g: Float64Array;
  readonly weights: Floats;
  readonly programmed: Float64Array | null;
  /** True if states change between pulses. */
  readonly fades: boolean;
  readonly stages: Stages;
}

/** Returns null for an empty array. */
export const nullIfEmpty = <T extends TypedArray>(array: T): T | null => (array.length > 0 ? array : null);

/** Creates the description of devices that the kernels read: states, read-out scale and counters. */
export function createKernelDevices(
  { fades, stages, ...states }: KernelStates,
  scale: ConductanceScale,
  counters: DeviceCounters,
  range: CellRange,
  arena: Arena,
): StatefulDevices {
  const { joules, rows } = counters;
  const alone = range.electrical === null || range.electrical.selection === 'transistor';
  const fields = { ...states, ...counters, ...scale };
  const record = recordsIn(arena, DevicesRecord, 1)[0]!;
  const single = states.weights instanceof Float32Array;
  const { family } = stages;
  Object.assign(record, fields, stages.straying, {
    single,
    fades,
    rows: nullIfEmpty(rows),
    joules: nullIfEmpty(joules),
  });
  if (family !== null) {
    const { soft, up, down } = family;
    Object.assign(record, { family: soft ? 2 : 1, aUp: up.a, bUp: up.b, aDown: down.a, bDown: down.b });
  }
  return {
    ...fields,
    record,
    stages,
    disturb: alone ? null : (row, column, v2t, stored) => counters.countHalfSelected(row, column, v2t, stored),
  };
}
