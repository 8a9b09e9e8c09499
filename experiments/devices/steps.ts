import { dirname, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { isMapping } from '../network/config/override.ts';
import { readTextGrid } from './fit/import/files.ts';
import { CellErrors } from './fit/import/grid.ts';
import { parseNumber } from './fit/import/numbers.ts';
import { DIRECTIONS, type Direction } from './fit/import/trains.ts';

/** Row of a step table: normalised conductance g, then quantiles of the change of g by one pulse. */
export type StepRow = readonly number[];
export type StepTable = Readonly<Record<Direction, readonly StepRow[]>>;

export function formatStepTable(steps: StepTable): string {
  const levels = steps.up[0]!.length - 1;
  const percentOf = (k: number) => Number(((100 * k) / Math.max(levels - 1, 1)).toPrecision(4));
  const named = Array.from({ length: levels }, (_, k) => `q${percentOf(k)}`);
  const lines = DIRECTIONS.flatMap((d) => steps[d].map((row) => [d, ...row].join()));
  return `${[['direction', 'g', ...named].join(), ...lines].join('\n')}\n`;
}

export function readStepTable(file: string): StepTable {
  const { rows } = readTextGrid(file);
  const errors = new CellErrors(file);
  const steps: Record<Direction, StepRow[]> = { up: [], down: [] };
  const names = rows[0]!.cells;
  if (names[0] !== 'direction' || names[1] !== 'g')
    throw new UserError(
      `${file} begins with ${show(names.join())}, but its header must be direction, g and one name per quantile.`,
    );
  for (const { cells, lineNumber } of rows.slice(1)) {
    const [direction, ...rest] = cells;
    const values = rest.map((cell) => parseNumber(cell));
    const wrong = rest.findIndex((_, i) => Number.isNaN(values[i]));
    if (!DIRECTIONS.includes(direction as Direction))
      errors.addError(`line ${lineNumber}: ${show(direction)} is given, but up or down is needed`);
    else if (wrong >= 0)
      errors.addError(
        `line ${lineNumber}, column ${names[wrong + 1] ?? wrong + 2}: ${show(rest[wrong])} is given, but a number is needed`,
      );
    else if (rest.length !== names.length - 1)
      errors.addError(`line ${lineNumber}: ${cells.length} cells stand under ${names.length} names`);
    else steps[direction as Direction].push(values);
  }
  errors.throwIfErrors();
  return steps;
}

/** Replaces `steps`, if it is the name of a CSV file (relative to `file`), by the step table. */
export function resolveStepTable<T>(device: T, file: string): T {
  if (!isMapping(device) || typeof device.steps !== 'string') return device;
  return { ...device, steps: readStepTable(resolve(dirname(file), device.steps)) };
}
