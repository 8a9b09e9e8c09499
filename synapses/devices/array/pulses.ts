import type { Arena } from '../../../core/kernels/arena.ts';
import type { PulseRun } from '../../../core/kernels/kernels.ts';

/** The pulses of one row or column on their way through the stages; element i of each array is about the i-th of them. */
export class Pulses {
  count = 0;
  readonly edges: Uint32Array;
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
  /** How many pulses the device took before. */
  readonly numbers: Uint32Array;
  /** Strength; > 0 is upwards. */
  readonly amounts: Float64Array;
  /** States that the pulse finds and leaves. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Bounds of the state, and the share of a step that is left, as wear has it. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly share: Float64Array;
  /** Voltage² × time of each pulse, V² s; null: all have the same. */
  readonly squares: Float64Array | null;
  readonly draws: Float64Array;
  /** What stands when some are left out. */
  readonly #kept: readonly (Uint32Array | Float64Array)[];

  /** @param room for so many pulses; kernels that draw for them take four at a time */
  constructor(room: number, squares: boolean, arena: Arena) {
    const length = Math.ceil(room / 4) * 4;
    this.edges = arena.u32(length);
    this.rows = arena.u32(length);
    this.columns = arena.u32(length);
    this.numbers = arena.u32(length);
    this.amounts = arena.f64(length);
    this.before = arena.f64(length);
    this.after = arena.f64(length);
    this.low = arena.f64(length);
    this.high = arena.f64(length).fill(1);
    this.share = arena.f64(length).fill(1);
    this.squares = squares ? arena.f64(length) : null;
    this.draws = arena.f64(length);
    const { edges, rows, columns, numbers, amounts, before, low, high, share } = this;
    this.#kept = [edges, rows, columns, numbers, amounts, before, low, high, share];
  }

  /** Devices `from` … `to - 1` of a run, without those that get no pulse. */
  take(run: PulseRun, from: number, to: number, trace: Float64Array, scale: number): void {
    const { start, stride, edges, others, offset, row, column } = run;
    let n = 0;
    for (let i = from; i < to; i++) {
      const other = others === null ? i : others[offset + i]!;
      const strength = scale * trace[other]!;
      if (strength === 0) continue;
      this.edges[n] = edges === null ? start + i * stride : edges[offset + i]!;
      this.rows[n] = row < 0 ? other : row;
      this.columns[n] = column < 0 ? other : column;
      this.amounts[n++] = strength;
    }
    this.count = n;
  }

  /** Leaves out those whose device is at the bound already that they push it to; returns how many. */
  leaveOutIdle(): number {
    let n = 0;
    for (let i = 0; i < this.count; i++) {
      const g = this.before[i]!;
      if (this.amounts[i]! > 0 ? g >= this.high[i]! : g <= this.low[i]!) continue;
      if (n < i) for (const values of this.#kept) values[n] = values[i]!;
      n++;
    }
    const left = this.count - n;
    this.count = n;
    return left;
  }
}
