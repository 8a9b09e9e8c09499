import { UserError } from '../../../../core/declare/errors.ts';
import type { ReadingOptions } from './cells.ts';
import type { Faults } from './faults.ts';
import { columnName, type Layout } from './layout.ts';
import type { Reading } from './reading.ts';
import type { Table } from './table.ts';

/** Noise may carry a reading below 0 by this share of the largest one. */
const BELOW_ZERO = 0.05;

/** Weights in % whose largest is below are rather shares of 1. */
const LEAST_PERCENT = 0.015;

/** Weights taken to their range, currents of negative read voltage turned round, and what is below 0 by more than noise refused. */
export function inSiemens(
  table: Table,
  { series }: Layout,
  readings: readonly Reading[],
  options: ReadingOptions,
  faults: Faults,
): Reading[] {
  const { measure, at, name } = series[0]!;
  const values = readings.map(({ conductance }) => conductance);
  const turned = measure === 'current' && values.reduce((a, b) => a + b, 0) < 0 ? -1 : 1;
  const most = values.reduce((a, b) => Math.max(a, turned * b), 0);
  if (name.percent && most > 0 && most <= LEAST_PERCENT)
    throw new UserError(
      `${table.name}: the column ${columnName(table, at)} reaches no more than ${100 * most} %; if it holds shares of 1, as Excel keeps what it shows in %, name it without the %.`,
    );
  const map = measure === 'weight' ? ofWeights(table, values, options.range!) : (value: number) => turned * value;
  const scaled = readings.map((r) => ({ ...r, conductance: map(r.conductance) }));
  scaled.forEach(({ where, conductance }, i) => {
    if (measure === 'weight' || conductance >= -BELOW_ZERO * most) return;
    faults.add(
      `${where}, column ${columnName(table, at)}: ${readings[i]!.conductance} is given, but a number is needed that is 0 or larger, or below it by no more than noise (${BELOW_ZERO * 100} % of the largest)`,
    );
  });
  faults.throwIfAny();
  return scaled;
}

/** How far noise may carry weights beyond their range. */
const BEYOND = 0.5;

/** Weights of 0 to 1, or of -1 to 1 where they are negative by more than noise. */
function ofWeights(
  table: Table,
  values: readonly number[],
  [low, high]: readonly [number, number],
): (w: number) => number {
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const floor = least < -BEYOND ? -1 : 0;
  if (most > 1 + BEYOND || least < floor - BEYOND)
    throw new UserError(
      `${table.name}: weights reach from ${least} to ${most}, but --range takes those from 0 to 1 or from -1 to 1.`,
    );
  return (w) => low + ((high - low) * (w - floor)) / (1 - floor);
}
