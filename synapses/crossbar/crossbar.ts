import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { Dissection } from './dissection.ts';
import { starMesh, starVoltages } from './starMesh.ts';

export interface CrossbarOptions {
  /** Word lines. */
  readonly rows: number;
  /** Bit lines. */
  readonly columns: number;
  /** Of the cells, S, row-major; at least 0. */
  readonly conductances: ArrayLike<number>;
  /** Of one segment of a line, between two cells or between a cell and the end of the line, Ω; 0: an ideal line. */
  readonly lineResistance: number | { readonly word: number; readonly bit: number };
}

/** Voltages at the ends of the lines, V; a line whose end is `null` floats. */
export interface Bias {
  readonly words: readonly (number | null)[];
  readonly bits: readonly (number | null)[];
}

export interface CrossbarSolution {
  /** At the word node and at the bit node of each cell, V, row-major. */
  readonly words: Float64Array;
  readonly bits: Float64Array;
  /** Across each cell, word node less bit node, V. */
  readonly cells: Float64Array;
  /** Into each word line and out of each bit line, A. */
  readonly wordCurrents: Float64Array;
  readonly bitCurrents: Float64Array;
}

/**
 * An ideal line is given this share of the resistance of the best conducting cell: with line lengths of up to 10^5 cells it
 * changes nothing that a double could hold, and elimination never subtracts, so that nothing is lost beside it.
 */
const IDEAL = 1e-30;

/**
 * A passive crossbar whose lines have resistance: word lines are driven at their left ends, bit lines end at the bottom.
 * With r the resistance of a segment, W and B the voltages of the word and bit node of cell (i, j) and G its conductance,
 *   (W_ij − W_i,j−1)/r + (W_ij − W_i,j+1)/r + G_ij (W_ij − B_ij) = 0,   W_i,−1 the source,
 *   (B_ij − B_i−1,j)/r + (B_ij − B_i+1,j)/r + G_ij (B_ij − W_ij) = 0,   B_M,j the output,
 * without the terms beyond the open ends. The same convention as badcrossbar (Joksas & Mehonic 2020,
 * doi:10.1016/j.softx.2020.100617). Solved exactly, once, for all voltages at the ends: `Dissection` says how.
 */
export class Crossbar {
  readonly rows: number;
  readonly columns: number;
  readonly #conductances: Float64Array;
  readonly #segments: { readonly wordSegment: number; readonly bitSegment: number };
  #dissection: Dissection;
  #kept = false;
  #effective: Float64Array | undefined;

  constructor(o: CrossbarOptions) {
    this.rows = checkedSize(o.rows, 'rows');
    this.columns = checkedSize(o.columns, 'columns');
    this.#conductances = checkedConductances(o);
    const { word, bit } =
      typeof o.lineResistance === 'number' ? { word: o.lineResistance, bit: o.lineResistance } : o.lineResistance;
    const best = this.#conductances.reduce((most, g) => Math.max(most, g), 0) || 1;
    const segment = (ohm: number) => 1 / Math.max(checkedResistance(ohm), IDEAL / best);
    this.#segments = { wordSegment: segment(word), bitSegment: segment(bit) };
    this.#dissection = this.#dissect(false);
  }

  /**
   * Conductance from each source to each output, S, row-major: what a cell is worth where all outputs are at 0 V. Currents
   * are I_j = Σ_i V_i effective_ij, whichever rows are driven together, as long as cells are linear.
   */
  get effective(): Float64Array {
    const { rows, columns } = this;
    const all = rows + columns;
    this.#effective ??= Float64Array.from(
      { length: rows * columns },
      (_, k) => this.#dissection.mesh[(rows + (k % columns)) * all + Math.floor(k / columns)]!,
    );
    return this.#effective;
  }

  /** Output currents, A, of sources at these voltages, V, and outputs at 0 V. */
  currents(voltages: ArrayLike<number>): Float64Array {
    if (voltages.length !== this.rows)
      throw new UserError(`Crossbar: ${voltages.length} voltages were given for ${this.rows} word lines.`);
    const { effective } = this;
    const out = new Float64Array(this.columns);
    for (let i = 0, k = 0; i < this.rows; i++) {
      for (let j = 0; j < this.columns; j++, k++) out[j]! += voltages[i]! * effective[k]!;
    }
    return out;
  }

  /** Voltages and currents everywhere, at any voltages at the ends of the lines. Superposes. */
  solve(bias: Bias): CrossbarSolution {
    const { rows, columns } = this;
    const terminals = this.#terminals(bias);
    if (!this.#kept) {
      this.#dissection = this.#dissect(true);
      this.#kept = true;
    }
    const words = new Float64Array(rows * columns);
    const bits = new Float64Array(rows * columns);
    this.#dissection.voltages(terminals, words, bits);
    const into = this.#currents(terminals);
    return {
      words,
      bits,
      cells: words.map((v, k) => v - bits[k]!),
      wordCurrents: into.slice(0, rows),
      bitCurrents: into.subarray(rows).map((current) => (current === 0 ? 0 : -current)),
    };
  }

  /**
   * Resistance seen between a word line and a bit line while all others float, Ω: the cell in parallel with the sneak
   * paths through three or more other cells. In a 2 × 2 array with ideal lines it is R ‖ (R₁ + R₂ + R₃).
   */
  resistance(row: number, column: number): number {
    if (!(isIndex(row, this.rows) && isIndex(column, this.columns)))
      throw new UserError(`Crossbar: there is no cell (${row}, ${column}) in ${this.rows} × ${this.columns}.`);
    const one = (n: number, k: number, v: number) => Array.from({ length: n }, (_, i) => (i === k ? v : null));
    const terminals = this.#terminals({ words: one(this.rows, row, 1), bits: one(this.columns, column, 0) });
    return 1 / this.#currents(terminals)[row]!;
  }

  #dissect(keep: boolean): Dissection {
    const { rows, columns } = this;
    try {
      return new Dissection({ rows, columns, conductances: this.#conductances, ...this.#segments }, keep);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const need = Dissection.needs(this);
      const gigabytes = ((8 * ((keep ? need.stars : need.largest) + need.pending)) / 1e9).toPrecision(3);
      throw new UserError(`A crossbar of ${rows} × ${columns} cells needs ${gigabytes} GB, which is not to be had.`, {
        cause: error,
      });
    }
  }

  /** Voltages of sources and outputs; those that float are solved for. */
  #terminals({ words, bits }: Bias): Float64Array {
    if (words.length !== this.rows || bits.length !== this.columns)
      throw new UserError(
        `Crossbar: ${words.length} and ${bits.length} voltages were given for ${this.rows} word and ${this.columns} bit lines.`,
      );
    const given = [...words, ...bits];
    const bad = given.find((v) => v !== null && !Number.isFinite(v));
    if (bad !== undefined) throw wrong('a voltage', bad, 'a number or null');
    const floating = given.flatMap((v, k) => (v === null ? [k] : []));
    const driven = given.flatMap((v, k) => (v === null ? [] : [k]));
    if (driven.length === 0) throw new UserError('Crossbar: all lines float, but one at least must be driven.');
    const terminals = Float64Array.from(given, (v) => v ?? 0);
    if (floating.length === 0) return terminals;
    const order = [...floating, ...driven];
    const stars = new Float64Array(floating.length * order.length);
    for (let i = 0; i < floating.length; i++) {
      for (let j = i + 1; j < order.length; j++) stars[i * order.length + j] = this.#between(order[i]!, order[j]!);
    }
    starMesh(stars, 0, floating.length, order.length, new Float64Array(driven.length ** 2));
    const voltages = Float64Array.from(order, (k) => terminals[k]!);
    starVoltages(stars, 0, floating.length, order.length, voltages);
    for (const [i, k] of floating.entries()) terminals[k] = voltages[i]!;
    return terminals;
  }

  /** Conductance between two terminals, sources counted first, S. */
  #between(a: number, b: number): number {
    return this.#dissection.mesh[Math.max(a, b) * (this.rows + this.columns) + Math.min(a, b)]!;
  }

  /** Current into the array at each terminal, A. */
  #currents(terminals: Float64Array): Float64Array {
    const into = new Float64Array(terminals.length);
    for (let a = 1; a < terminals.length; a++) {
      for (let b = 0; b < a; b++) {
        const current = this.#between(a, b) * (terminals[a]! - terminals[b]!);
        into[a]! += current;
        into[b]! -= current;
      }
    }
    return into;
  }
}

const wrong = (what: string, value: unknown, allowed: string): UserError =>
  new UserError(`Crossbar: ${what} is ${show(value)}, but must be ${allowed}.`);

const isAtLeast0 = (n: number): boolean => Number.isFinite(n) && n >= 0;

const isIndex = (k: number, n: number): boolean => Number.isInteger(k) && k >= 0 && k < n;

function checkedSize(size: number, what: string): number {
  if (!(Number.isInteger(size) && size >= 1 && size <= 65536)) throw wrong(what, size, 'an integer from 1 to 65536');
  return size;
}

function checkedResistance(ohm: number): number {
  if (!isAtLeast0(ohm)) throw wrong('lineResistance', ohm, 'a number >= 0 (Ω)');
  return ohm;
}

function checkedConductances({ rows, columns, conductances }: CrossbarOptions): Float64Array {
  if (conductances.length !== rows * columns)
    throw new UserError(`Crossbar: ${conductances.length} conductances were given for ${rows} × ${columns} cells.`);
  const checked = Float64Array.from(conductances);
  const bad = checked.findIndex((g) => !isAtLeast0(g));
  if (bad >= 0)
    throw wrong(
      `the conductance of cell (${Math.floor(bad / columns)}, ${bad % columns})`,
      conductances[bad],
      'a number >= 0 (S)',
    );
  return checked;
}
