import type { Arena, Floats } from '../../../core/kernels/arena.ts';
import type { StatefulDevices } from '../../../core/kernels/devices.ts';
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
}

/** Devices in states as kernels take them: what they are, how they are read, where their pulses are booked. */
export function forKernels(
  { fades, ...states }: States,
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
  Object.assign(record, fields, { single: single ? 1 : 0, fades: fades ? 1 : 0 });
  if (rows.length > 0) record.rows = rows;
  if (joules.length > 0) record.joules = joules;
  return {
    ...fields,
    ...{ record, joules, rows, columns },
    disturb: alone ? null : (row, column, v2t, stored) => books.disturb(row, column, v2t, stored),
  };
}
