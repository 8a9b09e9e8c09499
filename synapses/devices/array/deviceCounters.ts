import type { DeviceContext } from '../../../core/factories.ts';
import { type Edges, rowSize, uniformRowLength } from '../../../core/graph/edges.ts';
import type { State } from '../../../core/kernels/arena.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { TotalsPlaces as TOTALS } from '../../../core/kernels/records.ts';
import type { DeviceUsage, PeripheralEnergy, Programmed } from '../../../core/usage.ts';
import type { Cell } from './cell.ts';
import type { CellRange, ReadParams } from './range.ts';

/** Results that are computed only when requested. */
interface DeferredUsage {
  failures(): Uint8Array | null;
  inRows?(): void;
}

/**
 * Counters and energies of the devices of one projection. Read energy: V² G t. Write energy: V² (G_before + G_after)/2
 * t, or ∫ V I dt for models that know their current. Half-selected devices see V/2 (same row or column) or V/3 (all
 * others) at their last programmed conductance. Sums of conductances are in S, or in weights of `unit` S each.
 */
export class DeviceCounters {
  readonly state: State;
  readonly totals: Float64Array;
  /** Number of pulses of each device; empty if pulses are not counted per device. */
  readonly pulses: Uint32Array;
  /** Write energy of each device, J; empty unless itemised. */
  readonly joules: Float64Array;
  /**
   * Sums of programmed conductances: of each row, of each column (scheme `half`), of all devices (scheme `third`).
   * `rows` is empty without conductances.
   */
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly all: Float64Array;
  /** Number of row reads, for the energy of row drivers; empty without peripheral costs. */
  readonly rowReads: Float64Array;
  /**
   * Voltage² × duration of an upward and of a downward pulse, V² s. `perUnit`: write energy of an upward pulse per unit
   * of G_before + G_after.
   */
  readonly square: number;
  readonly squareDown: number;
  readonly perUnit: number;
  /** Largest change of a half-selected device by one pulse; see `DeviceUsage`. */
  disturbance = 0;
  readonly #electrical: CellRange['electrical'];
  readonly #edges: Edges;
  /** Factors of the read energy, J per S or per unit of weight: [V², t], or [V² t unit, 1] for sums in weights. */
  readonly #readFactors: readonly [number, number];
  readonly #columnCounts: Uint32Array;

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
    this.#columnCounts = new Uint32Array(this.columns.length);
    const rowReads = arena.f64(e?.peripherals ? 1 : 0);
    this.rowReads = rowReads;
    const { totals, pulses, joules } = this;
    this.state = { totals, pulses, joules, ...(rowReads.length > 0 && { rowReads }) };
    this.square = e ? e.pulse.up * e.pulse.up * e.pulse.time : Number.NaN;
    this.squareDown = e ? e.pulse.down * e.pulse.down * e.pulse.timeDown : Number.NaN;
    this.perUnit = (this.square * (unit ?? 1)) / 2;
    const squaredVoltage = e ? e.readVoltage * e.readVoltage : Number.NaN;
    const time = e?.readTime ?? Number.NaN;
    this.#readFactors = unit === null ? [squaredVoltage, time] : [squaredVoltage * time * unit, 1];
  }

  /** Adds the conductance of a device to the sums of its row, its column and the array. */
  addDevice(row: number, column: number, conductance: number): void {
    if (this.#columnCounts.length > 0) this.#columnCounts[column]!++;
    this.changeConductance(row, column, conductance);
  }

  /** Adds a change of programmed conductance to the sums of the row, the column and the array. */
  changeConductance(row: number, column: number, difference: number): void {
    if (this.rows.length === 0) return;
    this.rows[row]! += difference;
    if (this.columns.length > 0) this.columns[column]! += difference;
    this.all[0]! += difference;
  }

  /**
   * Counts one read of a row: number of devices, total conductance (default: as programmed), and fraction of the energy
   * of a full read pulse.
   */
  countRead(row: number, devices: number, conductance = this.rows[row]!, share = 1): void {
    this.totals[TOTALS.reads]! += devices;
    if (this.#electrical === null) return;
    if (this.rowReads.length > 0) this.rowReads[0]!++;
    const [square, time] = this.#readFactors;
    this.totals[TOTALS.readEnergy]! += (conductance + this.#referenceConductance(devices)) * square * time * share;
  }

  /** Counts one read of each row. `sums`: total conductance of each read; default: as programmed. */
  countReads(rows: Uint32Array, from: number, to: number, sums?: Float64Array): void {
    const { totals, rows: programmed } = this;
    const edges = this.#edges;
    const [square, time] = this.#readFactors;
    const length = uniformRowLength(edges);
    let references = this.#referenceConductance(length);
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
          references = this.#referenceConductance(devices);
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

  /** Total conductance of the reference devices that are read together with `devices` devices of a row, S. */
  #referenceConductance(devices: number): number {
    if (this.#electrical === null) return 0;
    const { reading, gMin } = this.#electrical;
    return (reading === 'pair' ? devices : reading === 'referenceColumn' ? 1 : 0) * gMin;
  }

  /** Counts half-selected devices of a pulse, and their energy; `stored`: selected device's prior conductance. */
  countHalfSelected(row: number, column: number, square: number, stored: number): void {
    const half = this.columns.length > 0;
    const inRow = rowSize(this.#edges, row);
    const others = half ? this.rows[row]! + this.columns[column]! - 2 * stored : this.all[0]! - stored;
    this.totals[TOTALS.halfSelected]! += half ? inRow + this.#columnCounts[column]! - 2 : this.#edges.count - 1;
    this.totals[TOTALS.halfEnergy]! += (Math.max(others, 0) * square) / (half ? 4 : 9); // negative only by rounding of the sums
  }

  #peripheralEnergy(): PeripheralEnergy | null {
    const cost = this.#electrical?.peripherals;
    if (!cost) return null;
    return {
      rowReads: this.rowReads[0]! * cost.rowRead,
      columnReads: this.totals[TOTALS.reads]! * cost.columnRead,
      writePulses: this.totals[TOTALS.writes]! * cost.writePulse,
    };
  }

  createUsage(deferred: DeferredUsage, programming: Programmed | null): DeviceUsage {
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
      peripheral: this.#peripheralEnergy(),
      get wear() {
        deferred.inRows?.();
        return pulses.length > 0 ? pulses : null;
      },
      writeEnergies: this.joules.length > 0 ? this.joules : null,
      get failures() {
        return deferred.failures();
      },
      programming,
    };
  }
}

/** Creates the computation of voltage² × duration of the pulses of a batch, if it depends on direction, strength or state. */
export function createWriteCost(
  counters: DeviceCounters,
  cell: Cell,
  selection: ReadParams['selection'] = 'transistor',
) {
  const { square, squareDown } = counters;
  const { square: own, fillsSquares } = cell;
  const voltageShare = selection === 'third' ? 1 / 3 : 1 / 2; // fraction of the write voltage across half-selected devices
  const alike = Object.is(square, squareDown); // NaN without conductances
  const varies = own !== undefined || fillsSquares === true || !alike;
  if (selection !== 'transistor') counters.disturbance = cell.disturbance?.(voltageShare) ?? 0;
  return {
    /** True if voltage² × duration differs between pulses; `variesHalfSelected`: also for half-selected devices. */
    varies,
    variesHalfSelected: varies && selection !== 'transistor',
    fill({ count, amounts, before, squares, partial }: Pulses): void {
      if (squares === null) return;
      if (own) {
        for (let i = 0; i < count; i++) squares[i] = own(before[i]!, amounts[i]!, 1);
        if (partial) for (let i = 0; i < count; i++) partial[i] = own(before[i]!, amounts[i]!, voltageShare);
        return;
      }
      if (!fillsSquares) for (let i = 0; i < count; i++) squares[i] = amounts[i]! > 0 ? square : squareDown;
      if (partial) for (let i = 0; i < count; i++) partial[i] = squares[i]!;
    },
  };
}
