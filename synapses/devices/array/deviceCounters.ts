import type { DeviceContext } from '../../../core/factories.ts';
import { type Edges, getRowLength, getUniformRowLength } from '../../../core/graph/edges.ts';
import type { StateArrays } from '../../../core/kernels/arena.ts';
import { type PulseBatchRecord, DeviceTotalsPlaces as TOTALS } from '../../../core/kernels/records.ts';
import type { DeviceUsage, ElectricalUsage, Programmed } from '../../../core/usage.ts';
import type { Cell } from './cell.ts';
import type { ConductanceScale } from './conductanceScale.ts';
import type { LineVoltages } from './lineVoltages.ts';
import { PARTIAL_VOLTAGE } from './passiveArray.ts';
import { type CellRange, findAssumedReadPulse, type ReadParams } from './range.ts';

interface DeferredUsage {
  listFailureCodes(): Uint8Array | null;
  useRowOrder?(): void;
}

/** Pulses of one polarity of a write: number, summed device conductance (S), energy per siemens of the longest pulse (J/S). */
interface WritePhase {
  pulses: number;
  selected: number;
  longest: number;
}

/**
 * Counters and energies of the devices of one projection. Read energy: V² G t. Write energy: V² (G_before +
 * G_after)/2 t, or ∫ V I dt for models that know their current. Half-selected devices see V/2 or V/3 at the
 * conductance of their last update. Summed conductances are in S or, with `unit`, in multiples of `unit` S.
 */
export class DeviceCounters {
  readonly state: StateArrays;
  readonly totals: Float64Array;
  /** Number of pulses of each device; empty if pulses are not counted per device. */
  readonly pulseCounts: Uint32Array;
  /** Write energy of each device, J; empty unless itemised per device. */
  readonly writeEnergies: Float64Array;
  /** Sum of the programmed conductances of each row; empty without conductances. */
  readonly rowConductances: Float64Array;
  /** Sum of the programmed conductances of each column, for half-select scheme `half`. */
  readonly columnConductances: Float64Array;
  /** Sum of the programmed conductances of all devices, for half-select scheme `third`. */
  readonly totalConductance: Float64Array;
  /** Number of row reads; empty without conductances. */
  readonly rowReadCount: Float64Array;
  /** Voltage² × duration of an upward pulse, V² s. */
  readonly joulesPerSiemens: number;
  readonly joulesPerSiemensDown: number;
  /** Write energy of an upward pulse, per unit of the sum of conductances before and after it. */
  readonly joulesPerConductance: number;
  readonly #conductanceParams: CellRange['conductanceParams'];
  readonly #edges: Edges;
  /**
   * Factors that convert a summed conductance to read energy, J: [V², read time] for sums in S, otherwise
   * [V² × read time × `unit`, 1].
   */
  readonly #readEnergyFactors: readonly [number, number];
  readonly #columnCounts: Uint32Array;

  constructor({ conductanceParams: e }: CellRange, counted: boolean, unit: number | null, context: DeviceContext) {
    const { edges, arena, recordsUsagePerDevice: itemised = false } = context;
    this.#conductanceParams = e;
    this.#edges = edges;
    this.totals = arena.f64(TOTALS.LENGTH);
    this.pulseCounts = arena.u32(counted || itemised ? edges.count : 0);
    this.writeEnergies = arena.f64(itemised ? edges.count : 0).fill(e ? 0 : Number.NaN);
    this.rowConductances = arena.f64(e ? edges.rows : 0);
    this.columnConductances = arena.f64(e?.selection === 'half' ? edges.columns : 0);
    this.totalConductance = arena.f64(e ? 1 : 0);
    this.#columnCounts = new Uint32Array(this.columnConductances.length);
    const rowReads = arena.f64(e ? 1 : 0);
    this.rowReadCount = rowReads;
    const { totals, pulseCounts: pulses, writeEnergies: joules } = this;
    this.state = { totals, pulses, joules, ...(rowReads.length > 0 && { rowReads }) };
    this.joulesPerSiemens = e ? e.pulse.upVoltage * e.pulse.upVoltage * e.pulse.upDuration : Number.NaN;
    this.joulesPerSiemensDown = e ? e.pulse.downVoltage * e.pulse.downVoltage * e.pulse.downDuration : Number.NaN;
    this.joulesPerConductance = (this.joulesPerSiemens * (unit ?? 1)) / 2;
    const squaredVoltage = e ? e.readVoltage * e.readVoltage : Number.NaN;
    const time = e?.readTime ?? Number.NaN;
    this.#readEnergyFactors = unit === null ? [squaredVoltage, time] : [squaredVoltage * time * unit, 1];
  }

  addDevice(row: number, column: number, conductance: number) {
    if (this.#columnCounts.length > 0) this.#columnCounts[column]!++;
    this.updateConductanceSums(row, column, conductance);
  }

  updateConductanceSums(row: number, column: number, difference: number) {
    if (this.rowConductances.length === 0) return;
    this.rowConductances[row]! += difference;
    if (this.columnConductances.length > 0) this.columnConductances[column]! += difference;
    this.totalConductance[0]! += difference;
  }

  /**
   * Counts one read of a row: number of devices, total conductance (default: as programmed), and fraction of the energy
   * of a full read pulse.
   */
  countRead(row: number, deviceCount: number, conductance = this.rowConductances[row]!, energyFraction = 1) {
    this.totals[TOTALS.reads]! += deviceCount;
    if (this.#conductanceParams === null) return;
    if (this.rowReadCount.length > 0) this.rowReadCount[0]!++;
    const [square, time] = this.#readEnergyFactors;
    this.totals[TOTALS.readEnergy]! +=
      (conductance + this.#sumReferenceConductance(deviceCount)) * square * time * energyFraction;
  }

  /** Counts reads of rows. `sums`: total conductance that each read sees; default: the programmed conductance. */
  countReads(rows: Uint32Array, from: number, to: number, sums?: Float64Array) {
    const { totals, rowConductances: programmed } = this;
    const edges = this.#edges;
    const [square, time] = this.#readEnergyFactors;
    const length = getUniformRowLength(edges);
    let references = this.#sumReferenceConductance(length);
    let reads = totals[TOTALS.reads]!;
    let energy = totals[TOTALS.readEnergy]!;
    const alike = !Number.isNaN(length);
    const isElectrical = programmed.length > 0;
    if (alike) reads += (to - from) * length;
    for (let i = from; i < to && (isElectrical || !alike); i++) {
      const row = rows[i]!;
      if (!alike) {
        const devices = getRowLength(edges, row);
        references = this.#sumReferenceConductance(devices);
        reads += devices;
      }
      if (isElectrical)
        energy += ((sums === undefined ? programmed[row]! : sums[i - from]!) + references) * square * time;
    }
    totals[TOTALS.reads] = reads;
    totals[TOTALS.readEnergy] = energy;
    if (this.rowReadCount.length > 0) this.rowReadCount[0]! += to - from;
  }

  #sumReferenceConductance(devices: number): number {
    if (this.#conductanceParams === null) return 0;
    const { reading, gMin } = this.#conductanceParams;
    return (reading === 'pair' ? devices : reading === 'referenceColumn' ? 1 : 0) * gMin;
  }

  /**
   * Counts the partially selected devices of the pulses of a batch, before the pulses, and their energy at the
   * conductances of their last update. A phase of upward or downward pulses lasts as long as its longest pulse.
   * @param g states at the last update of each device; null: the states before the pulses
   */
  countHalfSelected(p: PulseBatchRecord, g: Float64Array | null, scale: ConductanceScale) {
    const { count, row, column, strengths, edgeIndices, traceIndices, statesBefore } = p;
    const isHalf = this.columnConductances.length > 0;
    const isColumn = column >= 0;
    const rowLength = (r: number) => getRowLength(this.#edges, r);
    const columnLength = (c: number) => this.#columnCounts[c]!;
    const [crossings, lengthOf] = isColumn
      ? ([this.rowConductances, rowLength] as const)
      : ([this.columnConductances, columnLength] as const);
    const energies = p.halfSelectJoulesPerSiemens ?? p.joulesPerSiemens;
    let devices = 0;
    let energy = 0;
    const up: WritePhase = { pulses: 0, selected: 0, longest: 0 };
    const down: WritePhase = { pulses: 0, selected: 0, longest: 0 };
    for (let i = 0; i < count; i++) {
      const strength = strengths[i]!;
      const phase = strength > 0 || Object.is(strength, 0) ? up : down;
      const k = edgeIndices[i]!;
      const own = scale.conductance(k, g === null ? statesBefore[i]! : g[k]!);
      const square = energies === null ? this.joulesPerSiemens : energies[i]!;
      phase.pulses++;
      phase.selected += own;
      phase.longest = Math.max(phase.longest, square);
      if (!isHalf) continue;
      devices += lengthOf(traceIndices[i]!) - 1;
      energy += Math.max(crossings[traceIndices[i]!]! - own, 0) * square; // negative only by rounding of the sums
    }
    for (const { pulses, selected, longest } of [up, down]) {
      if (pulses === 0) continue;
      const [all, sum] = !isHalf
        ? [this.#edges.count, this.totalConductance[0]!]
        : isColumn
          ? [columnLength(column), this.columnConductances[column]!]
          : [rowLength(row), this.rowConductances[row]!];
      devices += all - pulses;
      energy += Math.max(sum - selected, 0) * longest;
    }
    this.totals[TOTALS.halfSelected]! += devices;
    this.totals[TOTALS.halfEnergy]! += energy * (isHalf ? PARTIAL_VOLTAGE.half ** 2 : PARTIAL_VOLTAGE.third ** 2);
  }

  #getElectricalUsage(): ElectricalUsage | null {
    if (this.#conductanceParams === null) return null;
    const { readVoltage, readTime, pulse, array } = this.#conductanceParams;
    return {
      rowReads: this.rowReadCount[0]!,
      readVoltage,
      readTime,
      writeVoltage: Math.max(pulse.upVoltage, pulse.downVoltage),
      writeTimeUp: pulse.upDuration,
      writeTimeDown: pulse.downDuration,
      hasSerialWrites: array.writes === 'serial',
    };
  }

  createUsage(deferred: DeferredUsage, programming: Programmed | null): DeviceUsage {
    const { totals, pulseCounts: pulses } = this;
    const joules = (of: number) => (this.#conductanceParams ? totals[of]! : Number.NaN);
    return {
      devices: this.#edges.count,
      reads: totals[TOTALS.reads]!,
      writesUp: totals[TOTALS.upward]!,
      writesDown: totals[TOTALS.writes]! - totals[TOTALS.upward]!,
      skipped: totals[TOTALS.skipped]!,
      halfSelected: totals[TOTALS.halfSelected]!,
      hidden: totals[TOTALS.hidden]!,
      stuck: totals[TOTALS.stuck]!,
      wornOut: totals[TOTALS.wornOut]!,
      energy: {
        read: joules(TOTALS.readEnergy),
        write: joules(TOTALS.writeEnergy),
        halfSelected: joules(TOTALS.halfEnergy),
      },
      assumed: this.#conductanceParams?.pulse.assumedPulse ?? null,
      assumedRead: this.#conductanceParams && findAssumedReadPulse(this.#conductanceParams),
      electrical: this.#getElectricalUsage(),
      get wear() {
        deferred.useRowOrder?.();
        return pulses.length > 0 ? pulses : null;
      },
      writeEnergies: this.writeEnergies.length > 0 ? this.writeEnergies : null,
      get failures() {
        return deferred.listFailureCodes();
      },
      programming,
    };
  }
}

/** Creates `fill`, which computes the write cost (voltage² × duration) of pulses if it differs between pulses. */
export function createWriteCost(
  counters: DeviceCounters,
  cell: Cell,
  lineVoltages: LineVoltages | null,
  selection: ReadParams['selection'] = 'transistor',
) {
  const { joulesPerSiemens, joulesPerSiemensDown } = counters;
  const { joulesPerSiemens: own, fillsJoulesPerSiemens: fillsSquares } = cell;
  const voltageShare = PARTIAL_VOLTAGE[selection === 'third' ? 'third' : 'half'];
  const alike = Object.is(joulesPerSiemens, joulesPerSiemensDown); // NaN without conductances
  const isPulseDependent = own !== undefined || fillsSquares === true || !alike || lineVoltages !== null;
  return {
    /** True if the write energy per conductance differs between pulses. */
    isPulseDependent,
    isHalfSelectDependent: isPulseDependent && selection !== 'transistor',
    fill({
      count,
      edgeIndices,
      strengths,
      statesBefore,
      joulesPerSiemens: squares,
      halfSelectJoulesPerSiemens: partial,
    }: PulseBatchRecord) {
      if (squares === null) return;
      const fractionAt = (i: number) => lineVoltages?.writeFractions[edgeIndices[i]!] ?? 1;
      if (own) {
        for (let i = 0; i < count; i++) {
          const fraction = fractionAt(i);
          squares[i] = own(statesBefore[i]!, strengths[i]!, fraction) * fraction ** 2;
        }
        if (partial) for (let i = 0; i < count; i++) partial[i] = own(statesBefore[i]!, strengths[i]!, voltageShare);
        return;
      }
      if (!fillsSquares)
        for (let i = 0; i < count; i++) squares[i] = strengths[i]! > 0 ? joulesPerSiemens : joulesPerSiemensDown;
      if (partial) for (let i = 0; i < count; i++) partial[i] = squares[i]!;
      if (lineVoltages) for (let i = 0; i < count; i++) squares[i]! *= fractionAt(i) ** 2;
    },
  };
}
