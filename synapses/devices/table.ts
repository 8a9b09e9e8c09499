import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { described, object } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import type { StepTable } from '../../core/kernels/devices.ts';
import { recordsIn, TableRecord } from '../../core/kernels/records.ts';
import type { CellFactory } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/** A state g in [0, 1], then quantiles of the change of g by one full pulse from there, at equally spaced levels from 0 to 1. */
type Row = readonly number[];

const rows = (initial: number[][], help: string) =>
  z._default(
    described(z.array(z.array(z.number()).check(z.minLength(2))).check(z.minLength(1)), { description: help }),
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

/** The quantiles of one direction, ready to draw from. */
export function tableOf(given: readonly Row[], arena: Arena): StepTable {
  const full = given.map(([g, ...values]) => [g!, ...(values.length > 1 ? values : [values[0]!, values[0]!])]);
  const rows = full.length > 1 ? full : [0, 1].map((g) => [g, ...full[0]!.slice(1)]);
  const states = rows.map(([g]) => g!);
  const list = (numbers: readonly number[]) => {
    const there = arena.f64(numbers.length);
    there.set(numbers);
    return there;
  };
  const first = arena.u32(CELLS + 1);
  for (let cell = 0; cell <= CELLS; cell++) {
    const below = states.findLastIndex((g) => g <= cell / CELLS);
    first[cell] = Math.min(Math.max(below, 0), rows.length - 2);
  }
  const table = {
    at: list(states),
    values: list([...rows.flatMap(([, ...values]) => values), 0]),
    size: rows[0]!.length - 1,
    means: list(rows.map(([, ...values]) => meanOf(values))),
    first,
    cells: CELLS,
  };
  const record = recordsIn(arena, TableRecord, 1)[0]!;
  return { ...table, record: Object.assign(record, table, { rows: rows.length, last: table.size - 1 }) };
}

/** Mean of what is drawn by levels that are uniform, between quantiles in a straight line. */
function meanOf(quantiles: readonly number[]): number {
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
  source: 'lookup tables of CrossSim, https://github.com/sandialabs/cross-sim',
  params: { steps: z._default(steps, steps.parse({})) },
  cell: ({ steps }): CellFactory => {
    check(steps.up, 'steps.up');
    check(steps.down, 'steps.down');
    return ({ random, arena }) => {
      const draws = random('steps');
      const [up, down] = [tableOf(steps.up, arena), tableOf(steps.down, arena)];
      return {
        state: {},
        pulses(b) {
          arena.kernels.uniforms(draws, b.edges, b.numbers, b.count, b.cycles);
          arena.kernels.tablePulses(b, up, down);
        },
      };
    };
  },
});
