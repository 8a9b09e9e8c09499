import { countingStarts } from './edges.ts';
import type { NeuronPositions } from './positions.ts';

/** Cells along one axis: how many, how wide, from where on, and whether the last one meets the first. */
interface Axis {
  readonly cells: number;
  readonly width: number;
  readonly from: number;
  readonly wraps: boolean;
}

const MOST = 1024;
/** Cells are wider than the radius by more than what rounding can do. */
const SLACK = 1 + 1e-9;

function axisOf(values: Float64Array, period: number, radius: number): Axis {
  const wraps = period < Infinity;
  let [from, to] = wraps ? [0, period] : [Infinity, -Infinity];
  for (let k = 0; !wraps && k < values.length; k++) {
    from = Math.min(from, values[k]!);
    to = Math.max(to, values[k]!);
  }
  const cells = Math.min(MOST, Math.floor((to - from) / (radius * SLACK)));
  // Around fewer than three cells that meet one would be visited twice.
  return cells < (wraps ? 3 : 1)
    ? { cells: 1, width: Infinity, from, wraps: false }
    : { cells, width: (to - from) / cells, from, wraps };
}

/** The cell of a place, not limited to those that are there. */
const cellOf = ({ width, from }: Axis, value: number): number => Math.floor((value - from) / width);

/** Which neurons may lie within a radius, without looking at all: those of the cells around. */
export class Neighbourhood {
  readonly #x: Axis;
  readonly #y: Axis;
  /** Neurons of cell c, ascending, are members[starts[c]] … members[starts[c + 1] - 1]. */
  readonly #starts: Uint32Array;
  readonly #members: Uint32Array;
  readonly #found: Uint32Array;

  constructor(places: NeuronPositions, radius: number) {
    const { x, y, period } = places;
    this.#x = axisOf(x, period[0], radius);
    this.#y = axisOf(y, period[1], radius);
    const within = (axis: Axis, value: number) => Math.min(axis.cells - 1, Math.max(0, cellOf(axis, value)));
    const cells = Uint32Array.from(x, (_, k) => within(this.#y, y[k]!) * this.#x.cells + within(this.#x, x[k]!));
    this.#starts = countingStarts(cells, new Uint32Array(this.#x.cells * this.#y.cells + 1));
    const next = this.#starts.slice();
    this.#members = new Uint32Array(x.length);
    for (let k = 0; k < x.length; k++) this.#members[next[cells[k]!]!++] = k;
    this.#found = new Uint32Array(x.length);
  }

  /** Neurons that may lie within the radius of (x, y), ascending; valid until the next call. */
  around(x: number, y: number): Uint32Array {
    let count = 0;
    for (const row of near(this.#y, y)) {
      for (const column of near(this.#x, x)) {
        const cell = row * this.#x.cells + column;
        const members = this.#members.subarray(this.#starts[cell]!, this.#starts[cell + 1]!);
        this.#found.set(members, count);
        count += members.length;
      }
    }
    return this.#found.subarray(0, count).sort();
  }
}

/** The cell of a place and those beside it. */
function near(axis: Axis, value: number): number[] {
  const cell = cellOf(axis, value);
  const three = [cell - 1, cell, cell + 1];
  if (axis.wraps) return three.map((c) => (c + axis.cells) % axis.cells);
  return three.filter((c) => c >= 0 && c < axis.cells);
}
