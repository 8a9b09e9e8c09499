import type { PartColumn } from '../characterise/part.ts';
import { FAMILY_NAMES } from './families.ts';
import type { PulseFit } from './fit.ts';
import { DIRECTIONS, type Train } from './readPulses.ts';

/** A column of codes for texts. */
function coded(texts: readonly string[]): PartColumn {
  const names = [...new Set(texts)];
  const codes = new Map(names.map((name, i) => [name, i]));
  return { type: 'uint32', unit: '1', values: texts.map((text) => codes.get(text)!), names };
}

/** Every reading in the order of the file's trains, and by how much it lies above the curve of each model. */
export function residuals(trains: readonly Train[], { details }: PulseFit): Record<string, PartColumn> {
  const each = <T>(of: (train: Train, i: number) => T): T[] =>
    trains.flatMap((train) => train.elapsed.map((_, i) => of(train, i)));
  const siemens = (values: readonly number[]): PartColumn => ({ type: 'float64', unit: 'S', values });
  return {
    device: coded(each(({ device }) => device)),
    cycle: coded(each(({ cycle }) => cycle)),
    direction: {
      type: 'uint8',
      unit: '1',
      values: each(({ direction }) => DIRECTIONS.indexOf(direction)),
      names: DIRECTIONS,
    },
    pulse: { type: 'uint32', unit: '1', values: each(({ elapsed }, i) => elapsed[i]!) },
    conductance: siemens(each(({ conductance }, i) => conductance[i]!)),
    ...Object.fromEntries(
      FAMILY_NAMES.map((name) => [
        name,
        siemens(trains.flatMap(({ conductance }, t) => conductance.map((g, i) => g - details[name].curves[t]![i]!))),
      ]),
    ),
  };
}
