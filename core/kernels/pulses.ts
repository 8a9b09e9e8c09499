import { UserError } from '../declare/errors.ts';
import { PulsesRecord, recordsIn } from './records.ts';

/** Batch of pulses to one row or column, processed in stages; element i of each array belongs to pulse i. */
export class Pulses {
  count = 0;
  /** Common row (column) of the devices; -1 if `others` gives it for each device. */
  row = -1;
  column = -1;
  /** Index of per-device constants: `first` + row index if `byColumn`, otherwise the edge index. */
  byColumn = false;
  first = 0;
  /** Index of device states: `statesFrom` + `others`, or the edge index if `statesFrom` < 0. */
  statesFrom = -1;
  readonly edges: Uint32Array;
  readonly others: Uint32Array;
  /** Number of earlier pulses of each device. */
  readonly numbers: Uint32Array;
  /** Strength of each pulse; > 0: upward. */
  readonly amounts: Float64Array;
  /** State of each device before and after its pulse, in [0, 1]. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Effects of wear: bounds of the state, and fraction of the step that remains. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly share: Float64Array;
  /** Random numbers: for cycle-to-cycle noise, write noise, rounding to levels, and apparent noise. */
  readonly cycles: Float64Array;
  readonly writes: Float64Array;
  readonly rounding: Float64Array;
  readonly strays: Float64Array;
  /** Indices of pulses whose device is stuck or fails by this pulse; the first `markedCount` entries are valid. */
  readonly marked: Uint32Array;
  markedCount = 0;
  /** Voltage² × duration of each pulse, V² s; null if it is the same for all pulses. */
  readonly squares: Float64Array | null;
  /** Voltage² × duration of each pulse at half-selected devices, V² s; null if the same as at selected devices. */
  readonly partial: Float64Array | null;
  /** Kernel record with the fields of this class. */
  readonly record: PulsesRecord;

  /** @param capacity maximum number of pulses; array lengths are rounded up to a multiple of eight for kernels */
  constructor(
    capacity: number,
    squares: boolean,
    partial: boolean,
    arena: { u32(length: number): Uint32Array; f64(length: number): Float64Array },
  ) {
    const length = Math.ceil(capacity / 8) * 8;
    const list = () => arena.u32(length);
    const values = () => arena.f64(length);
    this.edges = list();
    this.others = list();
    this.numbers = list();
    this.marked = list();
    this.amounts = values();
    this.before = values();
    this.after = values();
    this.low = values();
    this.high = values().fill(1);
    this.share = values().fill(1);
    this.cycles = values();
    this.writes = values();
    this.rounding = values().fill(0.5);
    this.strays = values();
    this.squares = squares ? values() : null;
    this.partial = partial ? values() : null;
    const [record] = recordsIn(arena, PulsesRecord, 1) as [PulsesRecord];
    this.record = Object.assign(record, this);
  }

  get places(): Uint32Array {
    return this.byColumn ? this.others : this.edges;
  }

  /** Removes pulses whose device is already at the bound in their direction; returns the number removed. */
  removePulsesAtBound(): number {
    const { edges, others, numbers, amounts, before, low, high } = this;
    const kept = [edges, others, numbers, amounts, before];
    let n = 0;
    for (let i = 0; i < this.count; i++) {
      const g = before[i]!;
      if (amounts[i]! > 0 ? g >= high[i]! : g <= low[i]!) continue;
      if (n < i) for (const values of kept) values[n] = values[i]!;
      n++;
    }
    const left = this.count - n;
    this.count = n;
    return left;
  }

  /** Checks the new states for NaN, which would otherwise spread through the network unnoticed. @throws UserError */
  checkFinite(model: string): void {
    const i = this.after.subarray(0, this.count).findIndex(Number.isNaN);
    const s = this.amounts[i]!;
    if (i >= 0)
      throw new UserError(
        `${model} takes a pulse of strength ${s}${Number.isNaN(s) ? ' of the rule' : ` from g = ${this.before[i]} to NaN, but must lead to a number`}.`,
      );
  }
}
