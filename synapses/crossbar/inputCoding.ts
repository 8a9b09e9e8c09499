import type { State } from '../../core/kernels/arrays.ts';
import type { CellCurrent } from './cellCurrent.ts';
import type { SettledPeriphery } from './layerParams.ts';

/**
 * Inputs as read pulses. Without `input` an input is as long a pulse as it says. An input of n of 2^bits − 1 levels is n pulses, a
 * pulse of n units of time, or one of n units of voltage; signs are those of the voltage.
 */
export class InputCoding {
  readonly cell: CellCurrent;
  readonly #coding: 'pulses' | 'width' | 'amplitude';
  readonly #levels: number;
  readonly #clips: boolean;
  readonly #range: Float64Array;
  #x: ArrayLike<number> = [];
  #rows = 0;
  #phased = false;

  constructor(input: SettledPeriphery['input'], cell: CellCurrent) {
    const { coding = 'width', bits, range } = input ?? {};
    this.cell = cell;
    this.#coding = coding;
    // A number of pulses is a whole one: as many as an 8-bit counter tells, if nothing else is said.
    this.#levels = bits === undefined ? (coding === 'pulses' ? 255 : 0) : (1 << bits) - 1;
    this.#clips = range !== undefined || this.#levels > 0;
    this.#range = Float64Array.of(range ?? 1);
    this.#fixed = range !== undefined || this.#levels === 0;
  }

  readonly #fixed: boolean;

  /** The largest input sets the range, if none is given. */
  calibrate(inputs: readonly ArrayLike<number>[]): void {
    if (this.#fixed) return;
    let most = 0;
    for (const x of inputs) for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]!));
    if (most > 0) this.#range[0] = most;
  }

  get state(): State {
    return { range: this.#range };
  }

  /** Starts on an input; returns in how many phases it is read, one after the other if pulses are told apart. */
  begin(x: ArrayLike<number>, rows: number, apart: boolean): number {
    this.#x = x;
    this.#rows = rows;
    this.#phased =
      apart && this.#coding !== 'amplitude' && this.#levels > 0 && (this.#coding === 'pulses' || !this.cell.ohmic);
    return this.#phased ? this.#levels : 1;
  }

  /** Puts the inputs of a phase into `out`; returns what its currents count. */
  phase(n: number, out: Float64Array): number {
    const levels = this.#levels;
    const range = this.#range[0]!;
    for (let i = 0; i < this.#rows; i++) {
      const x = this.#x[i]! / range;
      const level = this.#level(x);
      out[i] = this.#phased ? (Math.abs(level) > n ? Math.sign(level) : 0) : levels > 0 ? level / levels : level;
    }
    return this.#phased ? range / levels : range;
  }

  /** Of a full read pulse, what reading a row with this input takes. A number of pulses are full ones each. */
  energy(v: number): number {
    if (this.#coding === 'amplitude') return Math.abs(v * this.cell.current(v));
    if (this.#coding === 'width') return Math.abs(v) / (this.#phased ? this.#levels : 1);
    return this.#phased ? 1 : Math.abs(v) * this.#levels;
  }

  /** Voltages as the currents of ohmic cells that non-linear ones give; returns their sum. */
  bend(x: Float64Array, sum: number): number {
    if (this.cell.ohmic || this.#coding !== 'amplitude') return sum;
    let bent = 0;
    for (let i = 0; i < this.#rows; i++) bent += x[i] = this.cell.current(x[i]!);
    return bent;
  }

  #level(x: number): number {
    const within = this.#clips ? Math.min(Math.max(x, -1), 1) : x;
    return this.#levels > 0 ? Math.round(within * this.#levels) : within;
  }
}
