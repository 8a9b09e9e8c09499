import { digits } from '../../../look/digits.ts';
import { pulseParams, pulsesOf } from '../reading/pulses.ts';
import { DIRECTIONS, type Train } from '../reading/train.ts';
import type { FittedTable } from './fitted.ts';

/** What no train tells, and why it is so: directions without one, and ends of the range that none came to. */
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

/** What a device file takes of a table: its section, what of it is assumed, and how it came about. */
export function tableParts(fit: FittedTable, trains: readonly Train[], source: string) {
  const { gMin, gMax, between, steps, readNoise } = fit;
  const device = {
    model: 'table',
    ...{ gMin, gMax, steps },
    ...(between.min > 0 && { gMinSpread: between.min }),
    ...(between.max > 0 && { rangeSpread: between.max }),
    ...(readNoise.sd > 0 && { readNoise }),
    ...pulseParams('table', pulsesOf(trains)),
  };
  const how = {
    source,
    formula: `distribution of the change by a pulse, scatter of reading taken out, memspike device fit ${source} --model table`,
    summary: `Steps as they were measured; a reading scatters by ${digits(100 * readNoise.sd)} % of ${readNoise.of === 'range' ? 'the range' : 'its value'}.`,
  };
  return { parts: { device }, assumed: assumedOf(fit, trains), how };
}
