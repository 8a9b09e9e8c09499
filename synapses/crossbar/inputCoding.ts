import type { State } from '../../core/kernels/arrays.ts';
import type { CellCurrent } from './cellCurrent.ts';
import type { SettledPeriphery } from './layerParams.ts';

/**
 * Conversion of inputs into read pulses. Without `input`, an input is the duration of its pulse. An input of n out of
 * 2^bits − 1 levels is n pulses, one pulse of n time units, or one pulse of n voltage units; its sign is the sign of
 * the voltage.
 */
export class InputCoding {
  readonly cell: CellCurrent;
  readonly #coding: 'pulses' | 'width' | 'amplitude';
  readonly #levels: number;
  readonly #isClipped: boolean;
  readonly #range: Float64Array;
  #x: ArrayLike<number> = [];
  #rows = 0;
  #isPhased = false;

  constructor(input: SettledPeriphery['input'], cell: CellCurrent) {
    const { coding = 'width', bits, range } = input ?? {};
    this.cell = cell;
    this.#coding = coding;
    // pulse counts are integers: 8 bits by default
    this.#levels = bits === undefined ? (coding === 'pulses' ? 255 : 0) : (1 << bits) - 1;
    this.#isClipped = range !== undefined || this.#levels > 0;
    this.#range = Float64Array.of(range ?? 1);
    this.#hasFixedRange = range !== undefined || this.#levels === 0;
  }

  readonly #hasFixedRange: boolean;

  /** Sets the range to the largest input unless a range is given. */
  calibrate(inputs: readonly ArrayLike<number>[]): void {
    if (this.#hasFixedRange) return;
    let most = 0;
    for (const x of inputs) for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]!));
    if (most > 0) this.#range[0] = most;
  }

  get state(): State {
    return { range: this.#range };
  }

  /** Starts an input; returns the number of its phases, more than 1 if pulses are read one by one (`apart`). */
  startInput(x: ArrayLike<number>, rows: number, apart: boolean): number {
    this.#x = x;
    this.#rows = rows;
    this.#isPhased =
      apart && this.#coding !== 'amplitude' && this.#levels > 0 && (this.#coding === 'pulses' || !this.cell.ohmic);
    return this.#isPhased ? this.#levels : 1;
  }

  /** Writes the inputs of phase n to `out`; returns the factor of the currents of this phase. */
  fillPhase(n: number, out: Float64Array): number {
    const levels = this.#levels;
    const range = this.#range[0]!;
    for (let i = 0; i < this.#rows; i++) {
      const x = this.#x[i]! / range;
      const level = this.#toLevel(x);
      out[i] = this.#isPhased ? (Math.abs(level) > n ? Math.sign(level) : 0) : levels > 0 ? level / levels : level;
    }
    return this.#isPhased ? range / levels : range;
  }

  /** Energy of reading a row with this input, as a share of a full read pulse. */
  readShare(v: number): number {
    if (this.#coding === 'amplitude') return Math.abs(v * this.cell.current(v));
    if (this.#coding === 'width') return Math.abs(v) / (this.#isPhased ? this.#levels : 1);
    return this.#isPhased ? 1 : Math.abs(v) * this.#levels;
  }

  /** Replaces voltages by currents of a non-linear cell (coding `amplitude`); returns the sum of the inputs. */
  applyNonlinearity(x: Float64Array, sum: number): number {
    if (this.cell.ohmic || this.#coding !== 'amplitude') return sum;
    let bent = 0;
    for (let i = 0; i < this.#rows; i++) bent += x[i] = this.cell.current(x[i]!);
    return bent;
  }

  #toLevel(x: number): number {
    const within = this.#isClipped ? Math.min(Math.max(x, -1), 1) : x;
    return this.#levels > 0 ? Math.round(within * this.#levels) : within;
  }
}
