import { rowEnd, rowLength, rowStart } from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { Kernels, PulsedDevices, PulseRun } from '../../../core/kernels/kernels.ts';
import type { DeviceAccounts, DeviceContext, Devices } from '../../../core/model.ts';
import { CounterRandom } from '../../../core/random/random.ts';
import { accountsOf, COUNT, READ_ENERGY, READS, UPWARD, WRITE_ENERGY, WRITES } from './accounts.ts';
import { type CellRange, outOfRange, type SpreadParams, type Step, type StepFamily, stepOf } from './cell.ts';
import { normaliseColumn } from './normalise.ts';
import { drawSpread, type Spread } from './spread.ts';

/**
 * The devices of one projection, one a synapse. The stored weight is conductance × weightAtGMax / gMax, so that delivery
 * needs no conversion. Spread belongs to the device: its factors are drawn from its number, the noise of its n-th pulse
 * from (its number, n); nothing depends on the order of events. Read energy V² G t is booked per arrival from row sums of
 * the conductance, kept up to date by the writes; write energy is V² (G_before + G_after)/2 t.
 */
export class DeviceArray implements Devices {
  readonly steady = true;
  readonly edges;
  readonly state;
  readonly #weights: Floats;
  readonly #step: Step;
  readonly #range: CellRange;
  readonly #cycleToCycle: number;
  readonly #random: CounterRandom;
  readonly #spread: Spread | null;
  /** Pulses of each device, for the noise of the next one; empty without cycle-to-cycle spread and unless itemised. */
  readonly #pulses: Uint32Array;
  /** Joules spent on the pulses of each device; empty unless itemised. */
  readonly #joules: Float64Array;
  readonly #rowSums: Float64Array;
  readonly #totals: Float64Array;
  readonly #transpose;
  readonly #readFactor: number;
  readonly #writeFactor: number;
  readonly #pulse: Kernels['pulse'];
  /** The devices as a kernel takes them; null for those that it does not know. */
  readonly #forKernel: PulsedDevices | null = null;
  /** Postsynaptic neurons with a pulsed synapse since the last `normalise`; those whose sum need be taken again. */
  readonly #touched: Uint8Array;
  #allTouched = false;
  readonly #run: PulseRun = { start: 0, stride: 1, count: 0, edges: null, others: null, row: -1 };

  constructor(family: StepFamily, range: CellRange, spread: SpreadParams, context: DeviceContext) {
    const { edges, arena, name } = context;
    if (edges.weights === null) throw new Error('devices need a weight of their own');
    this.edges = edges;
    this.#weights = edges.weights;
    this.#step = stepOf(family);
    this.#range = range;
    this.#cycleToCycle = spread.cycleToCycle;
    this.#random = new CounterRandom(context.seed, `${name}/device`);
    this.#transpose = context.transpose;
    this.#spread = spread.deviceToDevice > 0 ? drawSpread(spread.deviceToDevice, range, context) : null;
    const { itemised = false } = context;
    this.#pulses = arena.u32(spread.cycleToCycle > 0 || itemised ? edges.count : 0);
    this.#joules = arena.f64(itemised ? edges.count : 0).fill(range.electrical ? 0 : Number.NaN);
    const e = range.electrical;
    this.#totals = arena.f64(COUNT);
    const perWeight = e ? e.gMax / e.weightAtGMax : Number.NaN;
    this.#readFactor = e ? e.readVoltage ** 2 * e.readTime * perWeight : Number.NaN;
    this.#writeFactor = e ? (e.writeVoltage ** 2 * e.writeTime * perWeight) / 2 : Number.NaN;
    this.#rowSums = arena.f64(e ? edges.rows : 0);
    this.#touched = arena.u8(edges.columns).fill(1);
    this.#fit(context);
    this.#pulse = arena.kernels.pulse;
    if (spread.cycleToCycle === 0 && !itemised) this.#forKernel = this.#describe(family, context);
    this.state = {
      weights: this.#weights,
      pulses: this.#pulses,
      joules: this.#joules,
      rowSums: this.#rowSums,
      totals: this.#totals,
      touched: this.#touched,
    };
  }

  get writes(): number {
    return this.#totals[WRITES]!;
  }

  get accounts(): DeviceAccounts {
    return accountsOf(this.#totals, this.#range.electrical !== null, {
      wear: this.#pulses.length > 0 ? this.#pulses : null,
      writeEnergies: this.#joules.length > 0 ? this.#joules : null,
      failures: () => null,
    });
  }

  get energy(): DeviceAccounts['energy'] {
    return this.accounts.energy;
  }

  weight(edge: number): number {
    return this.#weights[edge]!;
  }

  conductance(edge: number): number {
    const e = this.#range.electrical;
    return e ? (this.#weights[edge]! * e.gMax) / e.weightAtGMax : Number.NaN;
  }

  read(row: number): void {
    this.#read(row, this.#rowSums[row]!);
  }

  readAll(_times: Float64Array, rows: Uint32Array, from: number, to: number, sums?: Float64Array): void {
    const length = rowLength(this.edges);
    if (!this.#range.electrical && !Number.isNaN(length)) this.#totals[READS]! += (to - from) * length;
    else for (let k = from; k < to; k++) this.#read(rows[k]!, sums ? sums[k - from]! : this.#rowSums[rows[k]!]!);
  }

  refresh(): void {}

  rest(): void {}

  pulseRow(row: number, trace: Float64Array, scale: number, mu: number): void {
    const { targets } = this.edges;
    const start = rowStart(this.edges, row);
    const end = rowEnd(this.edges, row);
    this.#touchAll();
    const run = this.#run;
    if (targets === null && this.#forKernel !== null && this.#pulse !== null && (mu === 0 || mu === 1)) {
      run.start = start;
      run.stride = 1;
      run.count = end - start;
      run.edges = run.others = null;
      run.row = row;
      this.#pulse(this.#forKernel, run, trace, scale, mu);
      return;
    }
    for (let k = start; k < end; k++) {
      this.#pulseOne(k, row, scale * trace[targets === null ? k - start : targets[k]!]!, mu);
    }
  }

  pulseRows(): PulsedDevices | null {
    const dense = this.edges.targets === null && this.#weights instanceof Float64Array && this.edges.positive;
    if (!dense || this.#forKernel === null) return null;
    this.#touchAll();
    return this.#forKernel;
  }

  pulseColumn(column: number, trace: Float64Array, scale: number, mu: number): void {
    const { rows, columns } = this.edges;
    this.#touched[column] = 1;
    const t = this.#transpose;
    const first = t === null ? 0 : t.starts[column]!;
    const count = t === null ? rows : t.starts[column + 1]! - first;
    if (this.#forKernel !== null && this.#pulse !== null && (mu === 0 || mu === 1)) {
      const run = this.#run;
      run.start = column;
      run.stride = columns;
      run.count = count;
      run.edges = t === null ? null : t.edges.subarray(first, first + count);
      run.others = t === null ? null : t.rows.subarray(first, first + count);
      run.row = -1;
      this.#pulse(this.#forKernel, run, trace, scale, mu);
      return;
    }
    for (let i = 0; i < count; i++) {
      const row = t === null ? i : t.rows[first + i]!;
      const edge = t === null ? i * columns + column : t.edges[first + i]!;
      this.#pulseOne(edge, row, scale * trace[row]!, mu);
    }
  }

  normalise(sum: number): void {
    const touched = this.#touched;
    for (let column = 0; column < touched.length; column++) {
      if (touched[column] === 1) normaliseColumn(this.edges, this.#transpose, column, sum, this.#rowSums);
    }
    touched.fill(0);
    this.#allTouched = false;
  }

  restored(): void {
    this.#allTouched = false;
  }

  #read(row: number, sum: number): void {
    this.#totals[READS]! += rowEnd(this.edges, row) - rowStart(this.edges, row);
    if (this.#range.electrical) this.#totals[READ_ENERGY]! += sum * this.#readFactor;
  }

  #touchAll(): void {
    if (this.#allTouched) return;
    this.#touched.fill(1);
    this.#allTouched = true;
  }

  /** One pulse; the twin of the pulse kernel, and the way of all devices that it does not know. */
  #pulseOne(edge: number, row: number, strength: number, mu: number): void {
    if (strength === 0) return;
    const { wMin } = this.#range;
    const wMax = this.#spread === null ? this.#range.wMax : this.#spread.wMax[edge]!;
    const before = this.#weights[edge]!;
    const g = Math.min(Math.max((before - wMin) * (1 / (wMax - wMin)), 0), 1); // a stored bound may round past itself
    let amount = strength;
    if (mu !== 0) amount *= strength > 0 ? (1 - g) ** mu : g ** mu;
    if (this.#spread !== null) amount *= strength > 0 ? this.#spread.up[edge]! : this.#spread.down[edge]!;
    let after = this.#step(g, amount);
    if (this.#cycleToCycle > 0) {
      after = g + (after - g) * (1 + this.#cycleToCycle * this.#random.normal(edge, this.#pulses[edge]!));
    }
    if (this.#pulses.length > 0) this.#pulses[edge]!++;
    after = after <= 0 ? wMin : after >= 1 ? wMax : Math.min(wMin + after * (wMax - wMin), wMax);
    this.#weights[edge] = after;
    this.#totals[WRITES]!++;
    if (strength > 0) this.#totals[UPWARD]!++;
    if (this.#rowSums.length > 0) {
      const stored = this.#weights[edge]!;
      this.#rowSums[row]! += stored - before;
      const joules = (before + stored) * this.#writeFactor;
      this.#totals[WRITE_ENERGY]! += joules;
      if (this.#joules.length > 0) this.#joules[edge]! += joules;
    }
  }

  #describe({ soft, up, down }: StepFamily, { arena }: DeviceContext): PulsedDevices {
    const { wMin, wMax } = this.#range;
    const parameters = arena.f64(7);
    parameters.set([up.a, up.b, down.a, down.b, wMin, wMax, this.#writeFactor]);
    return {
      weights: this.#weights,
      soft,
      parameters,
      spread: this.#spread,
      rowSums: this.#rowSums,
      totals: this.#totals,
      sums: arena.f64(1024),
    };
  }

  /** Brings the initial weights into each device's range and sums up the rows. */
  #fit({ edges, name, drawn }: DeviceContext): void {
    const { wMin, wMax } = this.#range;
    const stored = this.#weights instanceof Float32Array ? Math.fround : (w: number) => w;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
        const w = this.#weights[k]!;
        if (!drawn && !(w >= stored(wMin) && w <= stored(wMax))) throw outOfRange(w, wMin, wMax, name);
        this.#weights[k] = Math.min(Math.max(w, wMin), this.#spread?.wMax[k] ?? wMax);
        if (this.#rowSums.length > 0) this.#rowSums[row]! += this.#weights[k]!;
      }
    }
    edges.positive = wMin >= 0;
  }
}
