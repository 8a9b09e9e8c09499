import { UserError } from '../../core/declare/errors.ts';
import type { State } from '../../core/kernels/arrays.ts';
import type { SettledPeriphery } from './layerParams.ts';

type Output = NonNullable<SettledPeriphery['output']>;

/** Converter of column currents: y ← gain · LSB · round(y / LSB), clipped to the range, LSB = 2 range/(2^bits − 2). */
export class Converter {
  readonly #bits: number | undefined;
  readonly #fixed: boolean;
  readonly #calibrated: boolean;
  readonly #energy: number;
  readonly gains: Float64Array;
  /** [range, number of conversions] */
  readonly #counts: Float64Array;

  constructor(size: number, output: Partial<Output> = {}) {
    this.#bits = output.bits;
    this.#fixed = output.range !== undefined;
    this.#counts = Float64Array.of(output.range ?? Infinity, 0);
    this.#calibrated = output.calibrated ?? false;
    this.#energy = output.energy ?? 0;
    this.gains = new Float64Array(size).fill(1);
  }

  get joules(): number {
    return this.#counts[1]! * this.#energy;
  }

  get state(): State {
    return { books: this.#counts, gains: this.gains };
  }

  calibrate(pairs: readonly { readonly ideal: Float64Array; readonly raw: Float64Array }[]): void {
    if (!this.#fixed) {
      const most = pairs.reduce((a, { raw }) => raw.reduce((b, y) => Math.max(b, Math.abs(y)), a), 0);
      this.#counts[0] = most > 0 ? most : Infinity;
    }
    if (!this.#calibrated) return;
    for (let j = 0; j < this.gains.length; j++) {
      const both = pairs.reduce((sum, { ideal, raw }) => sum + ideal[j]! * raw[j]!, 0);
      const own = pairs.reduce((sum, { raw }) => sum + raw[j]! * raw[j]!, 0);
      this.gains[j] = own > 0 ? both / own : 1;
    }
  }

  convert(y: Float64Array): void {
    this.#counts[1]! += y.length;
    const range = this.#counts[0]!;
    const bounded = Number.isFinite(range);
    if (this.#bits !== undefined && !bounded)
      throw new UserError(
        'CrossbarLayer: output.bits needs output.range, or calibrate() with inputs whose output is not 0.',
      );
    const steps = this.#bits === undefined ? 0 : (1 << (this.#bits - 1)) - 1;
    for (let j = 0; j < y.length; j++) {
      let value = y[j]!;
      if (bounded) value = Math.min(Math.max(value, -range), range);
      if (bounded && steps > 0) value = (Math.round((value / range) * steps) * range) / steps;
      y[j] = value * this.gains[j]!;
    }
  }
}
