import { formatDigits } from '../../../look/digits.ts';
import { pulseParams, pulsesOf } from '../reading/pulses.ts';
import { DIRECTIONS, type Direction, type Train } from '../reading/train.ts';
import type { OwnRange } from './oneRange.ts';

/** Row of the table: normalised conductance g, then quantiles of the change of g per pulse. */
export type Row = readonly number[];

/** Device with `model: table`, as measured. Read noise is separate from the steps. */
export interface FittedTable {
  /** Lowest and highest conductance of the mean device, S. */
  readonly gMin: number;
  readonly gMax: number;
  /** Relative sd of gMin and gMax between devices; 0 if it cannot be distinguished from 0. */
  readonly between: { readonly min: number; readonly max: number };
  /** Directions in which pulses still changed the conductance at the end of the trains: the range ends beyond the readings. */
  readonly open: readonly Direction[];
  readonly steps: Readonly<Record<Direction, readonly Row[]>>;
  /** Sd of a reading: as a share of gMax - gMin (`range`) or of the conductance (`value`). */
  readonly readNoise: { readonly sd: number; readonly of: 'range' | 'value' };
  /** Range of the device of each train. */
  readonly ranges: readonly OwnRange[];
  /** Normalised conductance at the start of each train: 0 at gMin, 1 at gMax of its device. */
  readonly starts: readonly number[];
}

/** Parameters that no train determines, with the reason: open ends of the range and directions without trains. */
const assumedOf = ({ open }: FittedTable, trains: readonly Train[]) =>
  Object.fromEntries([
    ...open.map((d) => [
      d === 'up' ? 'device.gMax' : 'device.gMin',
      `trains ${d} were ended while pulses still went on; as many pulses bring devices of this table so far`,
    ]),
    ...DIRECTIONS.filter((d) => trains.every((t) => t.direction !== d)).map((d) => [
      `device.steps.${d}`,
      `pulses ${d} were not measured; they keep still`,
    ]),
  ]);

/** Device section for a device file, the reasons for its assumed parameters, and the origin of the others. */
export function tableParts(fit: FittedTable, trains: readonly Train[], source: string) {
  const { gMin, gMax, between, steps, readNoise } = fit;
  const device = {
    model: 'table',
    gMin,
    gMax,
    steps,
    ...(between.min > 0 && { gMinSpread: between.min }),
    ...(between.max > 0 && { rangeSpread: between.max }),
    ...(readNoise.sd > 0 && { readNoise }),
    ...pulseParams('table', pulsesOf(trains)),
  };
  const origin = {
    source,
    formula: `distribution of the change by a pulse, scatter of reading taken out, memspike device fit ${source} --model table`,
    summary: `Steps as they were measured; a reading scatters by ${formatDigits(100 * readNoise.sd)} % of ${readNoise.of === 'range' ? 'the range' : 'its value'}.`,
  };
  return { parts: { device }, assumed: assumedOf(fit, trains), origin };
}
