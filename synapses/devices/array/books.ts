import type { DeviceContext } from '../../../core/factories.ts';
import { type Edges, rowLength, rowSize } from '../../../core/graph/edges.ts';
import type { State } from '../../../core/kernels/arena.ts';
import { TotalsPlaces as TOTALS } from '../../../core/kernels/records.ts';
import type { DeviceUsage, PeripheralEnergy, Programmed } from '../../../core/usage.ts';
import type { CellRange } from './range.ts';

/** What is looked up when it is asked for, and what has to be done before. */
interface Doors {
  failures(): Uint8Array | null;
  inRows?(): void;
}

/**
 * What the devices of one projection did, and what it cost in their crossbar. Read: V² G t; write: V² (G_before + G_after)/2 t,
 * or ∫ V I dt of models that know their current.
 * Devices that are not selected see a part of the write voltage: V/2 along the row and the column, or V/3 everywhere, at
 * the conductances that they were last programmed to. Sums of conductances are in S, or in weights of `unit` S each.
 */
export class Books {
  readonly state: State;
  readonly totals: Float64Array;
  /** Pulses of each device; empty when they are not counted. */
  readonly pulses: Uint32Array;
  /** Joules spent on the pulses of each device; empty unless itemised. */
  readonly joules: Float64Array;
  /** As programmed: sum of each row, of each column (V/2), and of all (V/3); rows are empty where there is no conductance. */
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly all: Float64Array;
  /** How many rows were read, for their drivers; empty where these cost nothing. */
  readonly rowReads: Float64Array;
  /** Voltage² × time of an upward pulse, V² s, of a downward one, and what the first costs per unit of conductance before and after. */
  readonly square: number;
  readonly squareDown: number;
  readonly perUnit: number;
  /** See `DeviceUsage`. */
  disturbance = 0;
  readonly #electrical: CellRange['electrical'];
  readonly #edges: Edges;
  /** Joules of a read per unit, as a product of two: sums in S and in weights round differently. */
  readonly #read: readonly [number, number];
  readonly #inColumn: Uint32Array;

  constructor({ electrical: e }: CellRange, counted: boolean, unit: number | null, context: DeviceContext) {
    const { edges, arena, itemised = false } = context;
    this.#electrical = e;
    this.#edges = edges;
    this.totals = arena.f64(TOTALS.LENGTH);
    this.pulses = arena.u32(counted || itemised ? edges.count : 0);
    this.joules = arena.f64(itemised ? edges.count : 0).fill(e ? 0 : Number.NaN);
    this.rows = arena.f64(e ? edges.rows : 0);
    this.columns = arena.f64(e?.selection === 'half' ? edges.columns : 0);
    this.all = arena.f64(e ? 1 : 0);
    this.#inColumn = new Uint32Array(this.columns.length);
    const rowReads = arena.f64(e?.peripherals ? 1 : 0);
    this.rowReads = rowReads;
    const { totals, pulses, joules } = this;
    this.state = { totals, pulses, joules, ...(rowReads.length > 0 && { rowReads }) };
    this.square = e ? e.pulse.up * e.pulse.up * e.pulse.time : Number.NaN;
    this.squareDown = e ? e.pulse.down * e.pulse.down * e.pulse.timeDown : Number.NaN;
    this.perUnit = (this.square * (unit ?? 1)) / 2;
    const read = e ? e.readVoltage * e.readVoltage : Number.NaN;
    const time = e?.readTime ?? Number.NaN;
    this.#read = unit === null ? [read, time] : [read * time * unit, 1];
  }

  /** A device is there, at this conductance. */
  place(row: number, column: number, conductance: number): void {
    if (this.#inColumn.length > 0) this.#inColumn[column]!++;
    this.change(row, column, conductance);
  }

  /** A device was programmed to a conductance higher by this. */
  change(row: number, column: number, difference: number): void {
    if (this.rows.length === 0) return;
    this.rows[row]! += difference;
    if (this.columns.length > 0) this.columns[column]! += difference;
    this.all[0]! += difference;
  }

  /** One read of `devices` in a row with this conductance altogether (absent: as programmed), with a share of the energy of a full pulse. */
  read(row: number, devices: number, conductance = this.rows[row]!, share = 1): void {
    this.totals[TOTALS.reads]! += devices;
    if (this.#electrical === null) return;
    if (this.rowReads.length > 0) this.rowReads[0]!++;
    const [square, time] = this.#read;
    this.totals[TOTALS.readEnergy]! += (conductance + this.#references(devices)) * square * time * share;
  }

  /** One read each of these rows, with the conductances `sums` (absent: as programmed), of which sums[0] is the first row's. */
  readRows(rows: Uint32Array, from: number, to: number, sums?: Float64Array): void {
    const { totals, rows: programmed } = this;
    const edges = this.#edges;
    const [square, time] = this.#read;
    const length = rowLength(edges);
    let references = this.#references(length);
    let reads = totals[TOTALS.reads]!;
    let energy = totals[TOTALS.readEnergy]!;
    const alike = !Number.isNaN(length);
    if (alike) reads += (to - from) * length;
    if (alike && sums === undefined && programmed.length > 0) {
      for (let i = from; i < to; i++) energy += (programmed[rows[i]!]! + references) * square * time;
    } else if (!alike || programmed.length > 0) {
      for (let i = from; i < to; i++) {
        const row = rows[i]!;
        if (!alike) {
          const devices = rowSize(edges, row);
          references = this.#references(devices);
          reads += devices;
        }
        if (programmed.length > 0)
          energy += ((sums === undefined ? programmed[row]! : sums[i - from]!) + references) * square * time;
      }
    }
    totals[TOTALS.reads] = reads;
    totals[TOTALS.readEnergy] = energy;
    if (this.rowReads.length > 0) this.rowReads[0]! += to - from;
  }

  /** Conductance that is read beside that of so many devices of a row, S. */
  #references(devices: number): number {
    if (this.#electrical === null) return 0;
    const { reading, gMin } = this.#electrical;
    return (reading === 'pair' ? devices : reading === 'referenceColumn' ? 1 : 0) * gMin;
  }

  /** What the devices that are not selected see of a pulse of this voltage² × time to a device programmed to `stored`. */
  disturb(row: number, column: number, square: number, stored: number): void {
    const half = this.columns.length > 0;
    const inRow = rowSize(this.#edges, row);
    const others = half ? this.rows[row]! + this.columns[column]! - 2 * stored : this.all[0]! - stored;
    this.totals[TOTALS.halfSelected]! += half ? inRow + this.#inColumn[column]! - 2 : this.#edges.count - 1;
    this.totals[TOTALS.halfEnergy]! += (Math.max(others, 0) * square) / (half ? 4 : 9); // sums round
  }

  #peripheral(): PeripheralEnergy | null {
    const cost = this.#electrical?.peripherals;
    if (!cost) return null;
    return {
      rowReads: this.rowReads[0]! * cost.rowRead,
      columnReads: this.totals[TOTALS.reads]! * cost.columnRead,
      writePulses: this.totals[TOTALS.writes]! * cost.writePulse,
    };
  }

  accounts(doors: Doors, programming: Programmed | null): DeviceUsage {
    const { totals, pulses } = this;
    const joules = (of: number) => (this.#electrical ? totals[of]! : Number.NaN);
    return {
      devices: this.#edges.count,
      reads: totals[TOTALS.reads]!,
      writesUp: totals[TOTALS.upward]!,
      writesDown: totals[TOTALS.writes]! - totals[TOTALS.upward]!,
      skipped: totals[TOTALS.skipped]!,
      halfSelected: totals[TOTALS.halfSelected]!,
      disturbance: this.disturbance,
      hidden: totals[TOTALS.hidden]!,
      stuck: totals[TOTALS.stuck]!,
      wornOut: totals[TOTALS.wornOut]!,
      energy: {
        read: joules(TOTALS.readEnergy),
        write: joules(TOTALS.writeEnergy),
        halfSelected: joules(TOTALS.halfEnergy),
      },
      assumed: this.#electrical?.pulse.assumed ?? null,
      peripheral: this.#peripheral(),
      get wear() {
        doors.inRows?.();
        return pulses.length > 0 ? pulses : null;
      },
      writeEnergies: this.joules.length > 0 ? this.joules : null,
      get failures() {
        return doors.failures();
      },
      programming,
    };
  }
}
