import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { described, object, withDefault } from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';
import { show } from '../../core/declare/show.ts';
import type { CellFactory } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/** A state g in [0, 1], then quantiles of the change of g by a full pulse, at equally spaced levels from 0 to 1. */
type Row = readonly number[];

const rows = (initial: number[][], help: string) =>
  withDefault(
    described(z.array(z.array(z.number()).check(minLength(2))).check(minLength(1)), { description: help }),
    initial,
  );

const ROW = 'rows of g and quantiles of the change of g';
const steps = object(
  {
    up: rows([[0, 0, 0.02]], `upwards: ${ROW} (assumed)`),
    down: rows([[0, -0.02, 0]], `downwards: ${ROW} (assumed)`),
  },
  'measured distribution of the steps; in a network file also the path of a .csv',
);

/** Number of equal intervals of g that index the rows of the table. */
const SEARCH_CELL_COUNT = 256;

/** Distribution of the steps in one direction: rows from one state to the next. */
class StepTable {
  readonly #rows: readonly Row[];
  readonly #means: readonly number[];
  /** Index of the row at or below the lower end of each search cell. */
  readonly #first: readonly number[];
  readonly #last: number;

  constructor(given: readonly Row[]) {
    const alone = given[0]!.slice(1);
    const rows =
      given.length > 1
        ? given
        : [
            [0, ...alone],
            [1, ...alone],
          ];
    this.#rows = rows;
    this.#means = rows.map(([, ...quantiles]) => computeMean(quantiles));
    this.#last = Math.max(alone.length - 1, 1); // a single quantile counts as two equal ones
    this.#first = Array.from({ length: SEARCH_CELL_COUNT + 1 }, (_, cell) => {
      const below = rows.findLastIndex(([state]) => state! <= cell / SEARCH_CELL_COUNT);
      return Math.min(Math.max(below, 0), rows.length - 2);
    });
  }

  /** Change of g by `pulses` pulses; u, uniform on (0, 1), selects the quantile. */
  draw(g: number, pulses: number, u: number): number {
    const rows = this.#rows;
    let r = this.#first[Math.floor(g * SEARCH_CELL_COUNT)]!;
    while (r + 2 < rows.length && g > rows[r + 1]![0]!) r++;
    const [here, next] = [rows[r]!, rows[r + 1]!];
    const share = Math.min(Math.max((g - here[0]!) / (next[0]! - here[0]!), 0), 1);
    const level = u * this.#last;
    const place = Math.floor(level);
    const quantile = (row: Row) => {
      const [low, high] = [row[place + 1] ?? row.at(-1)!, row[place + 2] ?? row.at(-1)!];
      return low + (level - place) * (high - low);
    };
    const a = quantile(here);
    const one = a + share * (quantile(next) - a);
    if (pulses === 1) return one;
    const mean = this.#means[r]! + share * (this.#means[r + 1]! - this.#means[r]!);
    return pulses * mean + Math.sqrt(pulses) * (one - mean);
  }
}

/** Mean of a distribution given by quantiles at equally spaced levels, linear in between. */
function computeMean(quantiles: readonly number[]): number {
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
      `${where}.${i} must hold g from 0 to 1, larger than in the row before, and ${length - 1} ascending quantiles (got ${show(row)}).`,
    );
  });
}

/**
 * Measured device: the change of state by a pulse is drawn from measured changes at similar states, with linear
 * interpolation between rows and quantiles. A pulse of strength n acts like n independent pulses: the mean change is
 * proportional to the strength, its sd to the square root.
 */
export const table = defineDevice({
  name: 'table',
  help: 'steps drawn from measurements: distribution of the change of g for each g',
  equation: 'g <- g + strength m + √strength (q - m); q drawn from the quantiles at g, m their mean',
  source: 'CrossSim, https://github.com/sandialabs/cross-sim',
  params: { steps: withDefault(steps, steps.parse({})) },
  cell: ({ steps }): CellFactory => {
    check(steps.up, 'steps.up');
    check(steps.down, 'steps.down');
    return ({ random, arena }) => {
      const draws = random('steps');
      const [up, down] = [new StepTable(steps.up), new StepTable(steps.down)];
      return {
        state: {},
        pulses({ edges, numbers, count, cycles, before, amounts, after }) {
          arena.kernels.uniforms(draws, edges, numbers, count, cycles);
          for (let i = 0; i < count; i++) {
            const g = before[i]!;
            after[i] = g + (amounts[i]! > 0 ? up : down).draw(g, Math.abs(amounts[i]!), cycles[i]!);
          }
        },
      };
    };
  },
});
