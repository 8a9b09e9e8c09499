import { UserError } from '../declare/errors.ts';
import { PulsesRecord, recordsIn } from './records.ts';

/** The pulses of one row or column on their way through the stages; element i of each array is about the i-th of them. */
export class Pulses {
  count = 0;
  /** The row (the column) they all lie in, or -1: it is the other side. */
  row = -1;
  column = -1;
  /** Where constants of the devices lie: from `first` on at their rows (`byColumn`), or at their edges. */
  byColumn = false;
  first = 0;
  /** Where what pulses change of them lies: from there on at `others`, or, below 0, at their edges. */
  statesFrom = -1;
  readonly edges: Uint32Array;
  readonly others: Uint32Array;
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
  /** Draws for the noise of steps, of writes, for levels, and for what is shown beside the state. */
  readonly cycles: Float64Array;
  readonly writes: Float64Array;
  readonly rounding: Float64Array;
  readonly strays: Float64Array;
  /** Places of those whose device is stuck or takes its last pulse, and how many these are. */
  readonly marked: Uint32Array;
  markedCount = 0;
  /** Voltage² × time of each pulse, V² s; null: all have the same. */
  readonly squares: Float64Array | null;
  /** The same as devices see it that are not selected; null: as selected ones do. */
  readonly partial: Float64Array | null;
  /** The same for kernels. */
  readonly record: PulsesRecord;

  /** @param room for so many pulses; kernels that draw for them take eight at a time */
  constructor(
    room: number,
    squares: boolean,
    partial: boolean,
    arena: { u32(length: number): Uint32Array; f64(length: number): Float64Array },
  ) {
    const length = Math.ceil(room / 8) * 8;
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

  /** Leaves out those whose device is at the bound already that they push it to; returns how many. Bounds stay where they are. */
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

  /** @throws UserError if a step came out as no number, which would spread through the network unseen */
  refuseNaN(model: string): void {
    const i = this.after.subarray(0, this.count).findIndex(Number.isNaN);
    const s = this.amounts[i]!;
    if (i >= 0)
      throw new UserError(
        `${model} takes a pulse of strength ${s}${Number.isNaN(s) ? ' of the rule' : ` from g = ${this.before[i]} to NaN, but must lead to a number`}.`,
      );
  }
}
