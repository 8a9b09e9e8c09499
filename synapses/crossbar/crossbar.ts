import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { estimateMemory, reduceToTerminals } from './nestedDissection.ts';
import { createTerminalNetwork } from './terminals.ts';

/** Size, cell conductances (S) and line resistance (Ω) of a `Crossbar`. */
export interface CrossbarOptions {
  readonly rows: number;
  readonly columns: number;
  /** Conductances of the cells, S, row-major, >= 0. */
  readonly conductances: ArrayLike<number>;
  /** Resistance of one line segment, Ω; 0: ideal line. A segment connects two cells, or a cell to the line end. */
  readonly lineResistance: number | { readonly word: number; readonly bit: number };
  /** Resistance between a word line and its voltage source, and between a bit line and its output, Ω; default 0. */
  readonly driver?: number;
  readonly load?: number;
}

/** Voltages at the ends of the lines, V; `null` for a floating line. */
export interface BiasVoltages {
  readonly wordVoltages: readonly (number | null)[];
  readonly bitVoltages: readonly (number | null)[];
}

/** Voltages (V) and line currents (A) of a crossbar with given line voltages. */
export interface CrossbarSolution {
  /** Voltage of the word node of each cell, V, row-major. */
  readonly wordVoltages: Float64Array;
  /** Voltage of the bit node of each cell, V, row-major. */
  readonly bitVoltages: Float64Array;
  /** Voltage across each cell, word node minus bit node, V. */
  readonly cells: Float64Array;
  /** Currents into the word lines, A. */
  readonly wordCurrents: Float64Array;
  /** Currents out of the bit lines, A. */
  readonly bitCurrents: Float64Array;
}

/**
 * Resistance of a segment of an ideal line, as a fraction of the smallest cell resistance. It has no effect in double
 * precision for up to 10^5 cells per line.
 */
const IDEAL_LINE_FRACTION = 1e-30;

/**
 * Passive crossbar of M × N cells with line resistance. Word lines are driven at their left ends; bit lines end at
 * the bottom. With r the resistance of a line segment, W and B the voltages of the word and the bit node of cell (i,
 * j), and G the conductance of the cell,
 *   (W_ij − W_i,j−1)/r + (W_ij − W_i,j+1)/r + G_ij (W_ij − B_ij) = 0,   W_i,−1 the source voltage,
 *   (B_ij − B_i−1,j)/r + (B_ij − B_i+1,j)/r + G_ij (B_ij − W_ij) = 0,   B_M,j the output voltage,
 * without the terms beyond the open ends. Same convention as badcrossbar (Joksas & Mehonic 2020,
 * doi:10.1016/j.softx.2020.100617).
 */
export class Crossbar {
  readonly rows: number;
  readonly columns: number;
  readonly #conductances: Float64Array;
  readonly #segments: Omit<Parameters<typeof reduceToTerminals>[0], 'rows' | 'columns' | 'conductances'>;
  readonly #terminals: ReturnType<typeof createTerminalNetwork>;
  #innerNodes: ReturnType<typeof reduceToTerminals> | undefined;
  #effectiveConductances: Float64Array | undefined;

  constructor(o: CrossbarOptions) {
    requireSize(o.rows, 'rows');
    requireSize(o.columns, 'columns');
    this.rows = o.rows;
    this.columns = o.columns;
    this.#conductances = copyConductances(o);
    const { word, bit } =
      typeof o.lineResistance === 'number' ? { word: o.lineResistance, bit: o.lineResistance } : o.lineResistance;
    const best = this.#conductances.reduce((most, g) => Math.max(most, g), 0) || 1;
    const invert = (ohm: number, end = 0) => {
      if (!isAtLeast0(ohm)) throw createValueError('lineResistance', ohm, 'a number >= 0 (Ω)');
      return 1 / Math.max(ohm + end, IDEAL_LINE_FRACTION / best);
    };
    this.#segments = {
      wordSegmentConductance: invert(word),
      bitSegmentConductance: invert(bit),
      wordEndConductance: invert(word, o.driver),
      bitEndConductance: invert(bit, o.load),
    };
    this.#terminals = createTerminalNetwork(this.#dissect(false).terminalConductances, this.rows + this.columns);
  }

  /**
   * Effective conductances G_ij from source i to output j with all outputs at 0 V, S, row-major. For linear cells,
   * the output currents are I_j = Σ_i V_i G_ij.
   */
  get effective(): Float64Array {
    this.#effectiveConductances ??= this.#terminals.computeEffective(this.rows);
    return this.#effectiveConductances;
  }

  /**
   * Effective conductances from source i to output j if all other word lines float, S, row-major: with the sneak
   * currents through other rows.
   */
  get floatingEffective() {
    return this.#terminals.computeFloatingEffective(this.rows);
  }

  /** Output currents, A, for given source voltages, V, with all outputs at 0 V. */
  currents(voltages: ArrayLike<number>): Float64Array {
    if (voltages.length !== this.rows)
      throw new UserError(
        `Crossbar: one voltage per word line is needed, ${this.rows} in all (got ${voltages.length}).`,
      );
    const { effective } = this;
    const out = new Float64Array(this.columns);
    for (let i = 0, k = 0; i < this.rows; i++) {
      for (let j = 0; j < this.columns; j++, k++) out[j]! += voltages[i]! * effective[k]!;
    }
    return out;
  }

  solve(bias: BiasVoltages): CrossbarSolution {
    const { rows, columns } = this;
    const terminals = this.#findTerminalVoltages(bias);
    this.#innerNodes ??= this.#dissect(true);
    const words = new Float64Array(rows * columns);
    const bits = new Float64Array(rows * columns);
    this.#innerNodes.computeVoltages(terminals, words, bits);
    const into = this.#terminals.computeCurrents(terminals);
    return {
      wordVoltages: words,
      bitVoltages: bits,
      cells: words.map((v, k) => v - bits[k]!),
      wordCurrents: into.slice(0, rows),
      bitCurrents: into.subarray(rows).map((current) => (current === 0 ? 0 : -current)),
    };
  }

  /**
   * Resistance between a word line and a bit line while all other lines float, Ω: the cell in parallel with its sneak
   * paths through three or more other cells.
   */
  resistance(row: number, column: number): number {
    if (!(isIndex(row, this.rows) && isIndex(column, this.columns)))
      throw new UserError(`Crossbar: cell (${row}, ${column}) is outside the ${this.rows} × ${this.columns} cells.`);
    const one = (n: number, k: number, v: number) => Array.from({ length: n }, (_, i) => (i === k ? v : null));
    const terminals = this.#findTerminalVoltages({
      wordVoltages: one(this.rows, row, 1),
      bitVoltages: one(this.columns, column, 0),
    });
    return 1 / this.#terminals.computeCurrents(terminals)[row]!;
  }

  #dissect(keepsStars: boolean) {
    const { rows, columns } = this;
    try {
      return reduceToTerminals({ rows, columns, conductances: this.#conductances, ...this.#segments }, keepsStars);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const need = estimateMemory(this);
      const gigabytes = (
        (8 * ((keepsStars ? need.totalStarSize : need.maxStarSize) + need.networkStackSize)) /
        1e9
      ).toPrecision(3);
      throw new UserError(`A crossbar of ${rows} × ${columns} cells needs ${gigabytes} GB, more than is available.`, {
        cause: error,
      });
    }
  }

  #findTerminalVoltages({ wordVoltages: words, bitVoltages: bits }: BiasVoltages): Float64Array {
    if (words.length !== this.rows || bits.length !== this.columns)
      throw new UserError(
        `Crossbar: one voltage or null per line is needed, for ${this.rows} word and ${this.columns} bit lines (got ${words.length} and ${bits.length}).`,
      );
    const given = [...words, ...bits];
    const bad = given.find((v) => v !== null && !Number.isFinite(v));
    if (bad !== undefined) throw createValueError('a voltage', bad, 'a number or null');
    if (given.every((v) => v === null))
      throw new UserError('Crossbar: at least one line must be driven (got null for all lines).');
    return this.#terminals.findVoltages(given);
  }
}

export const createValueError = (what: string, value: unknown, allowed: string, name = 'Crossbar'): UserError =>
  new UserError(`${name}: ${what} must be ${allowed} (got ${show(value)}).`);

export function requireSize(size: number, what: string, name?: string) {
  if (!(Number.isInteger(size) && size >= 1 && size <= 65536))
    throw createValueError(what, size, 'an integer from 1 to 65536', name);
}

const isAtLeast0 = (n: number) => Number.isFinite(n) && n >= 0;

const isIndex = (k: number, n: number) => Number.isInteger(k) && k >= 0 && k < n;

function copyConductances({ rows, columns, conductances }: CrossbarOptions) {
  if (conductances.length !== rows * columns)
    throw new UserError(
      `Crossbar: one conductance per cell is needed, ${rows} × ${columns} in all (got ${conductances.length}).`,
    );
  const checked = Float64Array.from(conductances);
  const bad = checked.findIndex((g) => !isAtLeast0(g));
  if (bad >= 0)
    throw createValueError(
      `the conductance of cell (${Math.floor(bad / columns)}, ${bad % columns})`,
      conductances[bad],
      'a number >= 0 (S)',
    );
  return checked;
}

/** Voltages on unselected lines while one cell is written, in an array without selectors. */
export type SelectScheme = 'half' | 'third';

const VOLTAGE_FRACTIONS = { half: { words: 1 / 2, bits: 1 / 2 }, third: { words: 1 / 3, bits: 2 / 3 } } as const;

/**
 * Returns the line voltages for writing cell (row, column) with `voltage` V: its word line is at V, its bit line at 0
 * V. `half`: all other lines at V/2, so that cells of the same row or column see V/2, all others 0 V. `third`: other
 * word lines at V/3, other bit lines at 2V/3, so that every other cell sees ±V/3.
 */
export function selectCell(
  selection: SelectScheme,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  row: number,
  column: number,
  voltage: number,
): BiasVoltages {
  const { words, bits } = VOLTAGE_FRACTIONS[selection];
  return {
    wordVoltages: Array.from({ length: rows }, (_, i) => (i === row ? voltage : words * voltage)),
    bitVoltages: Array.from({ length: columns }, (_, j) => (j === column ? 0 : bits * voltage)),
  };
}
