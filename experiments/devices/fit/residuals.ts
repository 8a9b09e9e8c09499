import { csvFormat } from 'd3-dsv';
import { FAMILY_NAMES } from './families.ts';
import type { PulseFit } from './fit.ts';
import type { Train } from './reading/train.ts';

/** Every reading, train by train, and by how many siemens it lies above the curve of each model: CSV. */
export function residualsCsv(trains: readonly Train[], { details }: PulseFit): string {
  const rows = trains.flatMap(({ device, cycle, direction, elapsed, conductance }, t) =>
    elapsed.map((pulse, i) => ({
      device,
      cycle,
      direction,
      pulse,
      conductance: conductance[i]!,
      ...Object.fromEntries(FAMILY_NAMES.map((name) => [name, conductance[i]! - details[name].curves[t]![i]!])),
    })),
  );
  return `${csvFormat(rows)}\n`;
}
