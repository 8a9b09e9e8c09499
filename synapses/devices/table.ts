import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { described, object } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
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
interface Drawn {
  /** States of the rows, two at least. */
  readonly at: Float64Array;
  /** Quantiles of each row, two at least; and one number more, for the draw that is 1. */
  readonly values: Float64Array;
  readonly size: number;
  /** Mean of what is drawn from each row. */
  readonly means: Float64Array;
  /** The row at or below the lower end of each cell. */
  readonly first: Uint32Array;
}

function drawnFrom(given: readonly Row[], where: string): Drawn {
  check(given, where);
  const full = given.map(([g, ...values]) => [g!, ...(values.length > 1 ? values : [values[0]!, values[0]!])]);
  const rows = full.length > 1 ? full : [0, 1].map((g) => [g, ...full[0]!.slice(1)]);
  const at = rows.map(([g]) => g!);
  return {
    at: Float64Array.from(at),
    values: Float64Array.from([...rows.flatMap(([, ...values]) => values), 0]),
    size: rows[0]!.length - 1,
    means: Float64Array.from(rows, ([, ...values]) => meanOf(values)),
    first: Uint32Array.from({ length: CELLS + 1 }, (_, cell) =>
      Math.min(
        Math.max(
          at.findLastIndex((g) => g <= cell / CELLS),
          0,
        ),
        rows.length - 2,
      ),
    ),
  };
}

/** Change of g by `pulses` pulses, of which each brings what level u says. */
function draw({ at, values, size, means, first }: Drawn, g: number, u: number, pulses: number): number {
  let row = first[(g * CELLS) | 0]!;
  while (row < at.length - 2 && g > at[row + 1]!) row++;
  const low = at[row]!;
  const share = Math.min(Math.max((g - low) / (at[row + 1]! - low), 0), 1);
  const level = u * (size - 1);
  const place = level | 0;
  const rest = level - place;
  const here = row * size + place;
  const next = here + size;
  const a = values[here]! + rest * (values[here + 1]! - values[here]!);
  const b = values[next]! + rest * (values[next + 1]! - values[next]!);
  const drawn = a + share * (b - a);
  if (pulses === 1) return drawn;
  const mean = means[row]! + share * (means[row + 1]! - means[row]!);
  return pulses * mean + Math.sqrt(pulses) * (drawn - mean);
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
    const [up, down] = [drawnFrom(steps.up, 'steps.up'), drawnFrom(steps.down, 'steps.down')];
    return ({ random, arena: { kernels } }) => {
      const draws = random('steps');
      return {
        state: {},
        pulses({ edges, numbers, count, before, amounts, after }, room) {
          kernels.uniforms(draws, edges, numbers, count, room);
          for (let i = 0; i < count; i++) {
            const [g, strength] = [before[i]!, amounts[i]!];
            after[i] = g + (strength > 0 ? draw(up, g, room[i]!, strength) : draw(down, g, room[i]!, -strength));
          }
        },
      };
    };
  },
});
