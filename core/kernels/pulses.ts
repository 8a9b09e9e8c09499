import { UserError } from '../declare/errors.ts';
import { PulsesRecord, recordsIn } from './records.ts';

/** Batch of pulses to one row or column on its way through the stages; element i of each array belongs to pulse i. */
export class Pulses {
  count = 0;
  /** Common row (column) of the devices, or -1: it is the other side. */
  row = -1;
  column = -1;
  /** Index of per-device constants: `first` + row if `byColumn`, else the edge. */
  byColumn = false;
  first = 0;
  /** Index of states: `statesFrom` + `others`, or the edge if below 0. */
  statesFrom = -1;
  readonly edges: Uint32Array;
  readonly others: Uint32Array;
  /** Number of earlier pulses of the device. */
  readonly numbers: Uint32Array;
  /** Strength of the pulse; > 0 is upwards. */
  readonly amounts: Float64Array;
  /** States before and after the pulse. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Bounds of the state, and share of a step that is left, both by wear. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly share: Float64Array;
  /** Random numbers for the noise of steps, of writes, for rounding to levels, and for apparent noise. */
  readonly cycles: Float64Array;
  readonly writes: Float64Array;
  readonly rounding: Float64Array;
  readonly strays: Float64Array;
  /** Positions of pulses whose device is stuck or takes its last pulse, and their number. */
  readonly marked: Uint32Array;
  markedCount = 0;
  /** Voltage² × time of each pulse, V² s; null if all pulses have the same. */
  readonly squares: Float64Array | null;
  /** Voltage² × time of each pulse at half-selected devices; null if it is that of selected devices. */
  readonly partial: Float64Array | null;
  /** Record with the same fields. */
  readonly record: PulsesRecord;

  /** @param capacity maximum number of pulses; kernels that draw for them process eight at a time */
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

  /** Removes pulses whose device is already at the bound that they push it to; returns their number. Bounds are not moved. */
  leaveOutIdle(): number {
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

  /** Checks the new states. @throws UserError if a step gave NaN, which would spread through the network unseen */
  refuseNaN(model: string): void {
    const i = this.after.subarray(0, this.count).findIndex(Number.isNaN);
    const s = this.amounts[i]!;
    if (i >= 0)
      throw new UserError(
        `${model} takes a pulse of strength ${s}${Number.isNaN(s) ? ' of the rule' : ` from g = ${this.before[i]} to NaN, but must lead to a number`}.`,
      );
  }
}
