import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { described, object, withDefault } from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';
import { show } from '../../core/declare/show.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { QUANTILE_ORIGIN, STEP_ROW_LENGTH, type StepTable } from '../../core/kernels/devices.ts';
import type { CellFactory } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/** A state g in [0, 1], then quantiles of the change of g by one full pulse from there, at equally spaced levels from 0 to 1. */
type Row = readonly number[];

const rows = (initial: number[][], help: string) =>
  withDefault(
    described(z.array(z.array(z.number()).check(minLength(2))).check(minLength(1)), { description: help }),
    initial,
  );

const ROW = 'rows of g and quantiles of its change';
const steps = object(
  {
    up: rows([[0, 0, 0.02]], `upwards: ${ROW} (assumed)`),
    down: rows([[0, -0.02, 0]], `downwards: ${ROW} (assumed)`),
  },
  'what pulses do; in a file also a .csv',
);

/** Cells of equal width in which the search for a state's row begins. */
const CELLS = 256;

/** Number of the last level; one quantile alone counts as two. */
const last = ([row]: readonly Row[]): number => Math.max(row!.length - 2, 1);

/** The quantiles of both directions, ready to draw from. */
export function tableOf(up: readonly Row[], down: readonly Row[], arena: Arena): StepTable {
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
      rows.push(low, next - low, meanOf(own), meanOf(above) - meanOf(own), QUANTILE_ORIGIN + values.length / 2);
      rows.push(r + 2 < states.length ? next : Infinity);
      for (let k = 0; k <= last(given) + 1; k++) values.push(own[k] ?? own.at(-1)!, above[k] ?? above.at(-1)!);
    }
    for (let cell = 0; cell <= CELLS; cell++) {
      const below = states.findLastIndex(([state]) => state! <= cell / CELLS);
      first.push(begin + STEP_ROW_LENGTH * Math.min(Math.max(below, 0), states.length - 2));
    }
  }
  const lists = { rows: arena.f64(rows.length), values: arena.f64(values.length), first: arena.u32(first.length) };
  lists.rows.set(rows);
  lists.values.set(values);
  lists.first.set(first);
  return { ...lists, last: [last(up), last(down)] };
}

/** Mean of what is drawn by levels that are uniform, between quantiles in a straight line. */
function meanOf(quantiles: readonly number[]): number {
  if (quantiles.length === 1) return quantiles[0]!;
  const ends = (quantiles[0]! + quantiles.at(-1)!) / 2;
  return quantiles.reduce((sum, q) => sum + q, -ends) / (quantiles.length - 1);
}

function check(rows: readonly Row[], where: string): void {
  const { length } = rows[0]!;
  rows.forEach((row, i) => {
    const before = i === 0 ? -1 : rows[i - 1]![0]!;
    const [g, ...quantiles] = row;
    const rises = quantiles.every((q, k) => k === 0 || q >= quantiles[k - 1]!);
    if (row.length === length && g! >= 0 && g! <= 1 && g! > before && rises) return;
    throw new UserError(
      `${where}.${i} is ${show(row)}, but must be g from 0 to 1, above the row before, and ${length - 1} ascending quantiles.`,
    );
  });
}

/**
 * A device as it was measured: by how much a pulse changes it is drawn from what pulses did to states like its own. Between rows of
 * the table, and between quantiles, in a straight line. A pulse of another strength does what so many independent ones do: the mean
 * of the change grows with the strength, its sd with the root of it.
 */
export const table = defineDevice({
  name: 'table',
  help: 'steps drawn from what was measured: the distribution of the change of g for each g',
  equation: 'g <- g + strength m + √strength (q - m); q drawn from the quantiles at g, m their mean',
  source: 'CrossSim, https://github.com/sandialabs/cross-sim',
  params: { steps: withDefault(steps, steps.parse({})) },
  cell: ({ steps }): CellFactory => {
    check(steps.up, 'steps.up');
    check(steps.down, 'steps.down');
    return ({ random, arena }) => {
      const draws = random('steps');
      const both = tableOf(steps.up, steps.down, arena);
      return {
        state: {},
        pulses(b) {
          arena.kernels.uniforms(draws, b.edges, b.numbers, b.count, b.cycles);
          arena.kernels.tablePulses(b, both);
        },
      };
    };
  },
});
