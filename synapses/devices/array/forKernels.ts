import type { Arena, Floats, TypedArray } from '../../../core/kernels/arena.ts';
import type { Stages, StatefulDevices } from '../../../core/kernels/devices.ts';
import { DevicesRecord, recordsIn } from '../../../core/kernels/records.ts';
import type { Books } from './books.ts';
import type { CellRange } from './range.ts';
import type { Signal } from './signal.ts';

interface States {
  readonly g: Float64Array;
  readonly weights: Floats;
  readonly programmed: Float64Array | null;
  /** Whether they change between pulses. */
  readonly fades: boolean;
  readonly stages: Stages;
}

/** Null where an array is empty: what is not kept. */
export const some = <T extends TypedArray>(array: T): T | null => (array.length > 0 ? array : null);

/** Devices in states as kernels take them: what they are, how they are read, where their pulses are booked. */
export function forKernels(
  { fades, stages, ...states }: States,
  signal: Signal,
  books: Books,
  range: CellRange,
  arena: Arena,
): StatefulDevices {
  const { joules, rows } = books;
  const alone = range.electrical === null || range.electrical.selection === 'transistor';
  const fields = { ...states, ...books, ...signal };
  const record = recordsIn(arena, DevicesRecord, 1)[0]!;
  const single = states.weights instanceof Float32Array;
  const { family } = stages;
  Object.assign(record, fields, stages.straying, { single, fades, rows: some(rows), joules: some(joules) });
  if (family !== null) {
    const { soft, up, down } = family;
    Object.assign(record, { family: soft ? 2 : 1, aUp: up.a, bUp: up.b, aDown: down.a, bDown: down.b });
  }
  return {
    ...fields,
    ...{ record, stages },
    disturb: alone ? null : (row, column, v2t, stored) => books.disturb(row, column, v2t, stored),
  };
}
