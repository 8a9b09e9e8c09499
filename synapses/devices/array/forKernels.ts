import type { Arena, Floats } from '../../../core/kernels/arena.ts';
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

/** Devices in states as kernels take them: what they are, how they are read, where their pulses are booked. */
export function forKernels(
  { fades, stages, ...states }: States,
  signal: Signal,
  books: Books,
  range: CellRange,
  arena: Arena,
): StatefulDevices {
  const { totals, pulses, joules, rows, columns, all, square } = books;
  const { low, top, ends, gMin, perWeight, apart, apartSd, floor } = signal;
  const alone = range.electrical === null || range.electrical.selection === 'transistor';
  const fields = {
    ...states,
    ...{ pulses, totals, all, square },
    ...{ low, top, ends, gMin, perWeight, apart, apartSd, floor },
  };
  const record = recordsIn(arena, DevicesRecord, 1)[0]!;
  const single = states.weights instanceof Float32Array;
  const { family } = stages;
  Object.assign(record, fields, stages.straying, { single: single ? 1 : 0, fades: fades ? 1 : 0 });
  if (family !== null) {
    const { soft, up, down } = family;
    Object.assign(record, { family: soft ? 2 : 1, aUp: up.a, bUp: up.b, aDown: down.a, bDown: down.b });
  }
  if (rows.length > 0) record.rows = rows;
  if (joules.length > 0) record.joules = joules;
  return {
    ...fields,
    ...{ record, joules, rows, columns, stages },
    disturb: alone ? null : (row, column, v2t, stored) => books.disturb(row, column, v2t, stored),
  };
}
