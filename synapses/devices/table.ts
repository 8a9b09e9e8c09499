import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { described, object, withDefault } from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';
import { show } from '../../core/declare/show.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { QUANTILE_INDEX_OFFSET, STEP_TABLE_ROW_LENGTH, type StepTable } from '../../core/kernels/devices.ts';
import type { CellFactory } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/** Row: state g in [0, 1], then quantiles of the change of g by a full pulse, at equally spaced levels 0 … 1. */
type Row = readonly number[];

const rows = (initial: number[][], help: string) =>
  withDefault(
    described(z.array(z.array(z.number()).check(minLength(2))).check(minLength(1)), { description: help }),
    initial,
  );

const ROW = 'rows of g and quantiles of the change of g';
const steps = object(
  {
    up: rows([[0, 0, 0.02]], `upwards: ${ROW} (assumed value)`),
    down: rows([[0, -0.02, 0]], `downwards: ${ROW} (assumed value)`),
  },
  'measured distribution of the steps; in a network file also the path of a .csv',
);

/** Number of equal intervals of g in a lookup table, which gives the table row where the search for g starts. */
const SEARCH_CELL_COUNT = 256;

/** Index of the last quantile of each row. A single quantile counts as two equal quantiles. */
const lastQuantileIndex = ([row]: readonly Row[]): number => Math.max(row!.length - 2, 1);

export function createStepTable(up: readonly Row[], down: readonly Row[], arena: Arena): StepTable {
  const rows: number[] = [];
  const values: number[] = [];
  const first: number[] = [];
  for (const given of [up, down]) {
    const alone = given[0]!.slice(1);
    const states =
      given.length > 1
        ? given
        : [
            [0, ...alone],
            [1, ...alone],
          ];
    const begin = rows.length;
    for (let r = 0; r + 1 < states.length; r++) {
      const [low, ...own] = states[r] as [number, ...number[]];
      const [next, ...above] = states[r + 1] as [number, ...number[]];
      rows.push(
        low,
        next - low,
        computeQuantileMean(own),
        computeQuantileMean(above) - computeQuantileMean(own),
        QUANTILE_INDEX_OFFSET + values.length / 2,
      );
      rows.push(r + 2 < states.length ? next : Infinity);
      for (let k = 0; k <= lastQuantileIndex(given) + 1; k++)
        values.push(own[k] ?? own.at(-1)!, above[k] ?? above.at(-1)!);
    }
    for (let cell = 0; cell <= SEARCH_CELL_COUNT; cell++) {
      const below = states.findLastIndex(([state]) => state! <= cell / SEARCH_CELL_COUNT);
      first.push(begin + STEP_TABLE_ROW_LENGTH * Math.min(Math.max(below, 0), states.length - 2));
    }
  }
  const lists = {
    stepRows: arena.f64(rows.length),
    quantiles: arena.f64(values.length),
    firstRowOffsets: arena.u32(first.length),
  };
  lists.stepRows.set(rows);
  lists.quantiles.set(values);
  lists.firstRowOffsets.set(first);
  return { ...lists, lastQuantiles: [lastQuantileIndex(up), lastQuantileIndex(down)] };
}

export function computeQuantileMean(quantiles: readonly number[]): number {
  if (quantiles.length === 1) return quantiles[0]!;
  const ends = (quantiles[0]! + quantiles.at(-1)!) / 2;
  return quantiles.reduce((sum, q) => sum + q, -ends) / (quantiles.length - 1);
}

function check(rows: readonly Row[], where: string) {
  const { length } = rows[0]!;
  rows.forEach((row, i) => {
    const before = i === 0 ? -1 : rows[i - 1]![0]!;
    const [g, ...quantiles] = row;
    const rises = quantiles.every((q, k) => k === 0 || q >= quantiles[k - 1]!);
    if (row.length === length && g! >= 0 && g! <= 1 && g! > before && rises) return;
    throw new UserError(
      `${where}.${i} must hold g from 0 to 1, larger than in the row before, and ${length - 1} ascending quantiles (got ${show(row)}).`,
    );
  });
}

/**
 * Device whose steps are drawn from a measured table of quantiles by linear interpolation. Mean and variance of a step
 * are proportional to the pulse strength.
 */
export const table = defineDevice({
  name: 'table',
  help: 'measured device: steps are drawn from measured distributions of the change of g in each state g',
  equation: 'g <- g + strength m + √strength (q - m); q drawn from the quantiles at g, m their mean',
  source: 'CrossSim, https://github.com/sandialabs/cross-sim',
  params: { steps: withDefault(steps, steps.parse({})) },
  cell: ({ steps }): CellFactory => {
    check(steps.up, 'steps.up');
    check(steps.down, 'steps.down');
    return ({ random, arena }) => {
      const draws = random('steps');
      const both = createStepTable(steps.up, steps.down, arena);
      return {
        state: {},
        pulses(b) {
          arena.kernels.drawUniforms(draws, b.edgeIndices, b.pulseNumbers, b.count, b.cycleDraws);
          arena.kernels.drawTableSteps(b, both);
        },
      };
    };
  },
});
