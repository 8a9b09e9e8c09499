import type { DeviceContext } from '../../../core/factories.ts';
import {
  columnEdge,
  columnLength,
  columnRow,
  findMaxRowLength,
  getColumn,
  rowEnd,
  rowStart,
} from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import { nullIfEmpty } from '../../../core/kernels/arrays.ts';
import type { StepFamily } from '../../../core/kernels/devices.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import { applyWeightDependence, createPulseBatch, removePulsesAtBound } from '../../../core/kernels/pulses.ts';
import {
  allocateRecords,
  DevicesRecord,
  type PulseBatchRecord,
  type PulseTargetsRecord,
  DeviceTotalsPlaces as TOTALS,
} from '../../../core/kernels/records.ts';
import { joinStates } from '../../joinStates.ts';
import { createRandomStreams } from '../../variability.ts';
import type { DeviceArrayBackend } from './array.ts';
import { type Cell, createPulseBatchStep, type DeviceKind } from './cell.ts';
import { ConductanceScale } from './conductanceScale.ts';
import { createDisturb } from './createDisturb.ts';
import { createWriteCost, DeviceCounters } from './deviceCounters.ts';
import { createEndurance, type Endurance } from './endurance.ts';
import type { HalfSelectDisturb } from './halfSelectDisturb.ts';
import { createDeviceConstants, createStateLayout } from './layout.ts';
import { createLineVoltages, type LineVoltages } from './lineVoltages.ts';
import { checkMasking, createMasking, type SynapseMasking } from './masking.ts';
import { hasExactReads, type NonIdealities } from './nonidealities.ts';
import { createPulseNoise } from './pulseNoise.ts';
import type { CellRange } from './range.ts';
import { createReadDisturb } from './readDisturb.ts';
import { createReadNoise } from './readNoise.ts';
import { createRelaxation, createRetention, type Retention } from './retention.ts';
import { drawGMinFactors, drawVariability, type VariabilityParams } from './spread.ts';

/**
 * Devices of any model with any non-idealities. State g is the normalised conductance of a device after its last
 * pulse, from 0 to 1. Pulses of a row or column pass through the stages as a batch: device-to-device variability,
 * step, noise, bounds (narrowed by wear), levels, counters.
 */
export class GeneralDeviceBackend implements DeviceArrayBackend {
  readonly counters: DeviceCounters;
  readonly weightsRecord = null;
  readonly state;
  readonly hasSteadyReads: boolean;
  readonly #params: VariabilityParams & NonIdealities;
  readonly #context: DeviceContext;
  /** Step family that a kernel computes; null if `#applySteps` computes the steps. */
  readonly #stepFamily: StepFamily | null;
  readonly #applySteps: ReturnType<typeof createPulseBatchStep>;
  readonly #cell: Cell;
  readonly #g: Float64Array;
  readonly #weights: Floats;
  readonly #scale: ConductanceScale;
  readonly #selectConstants: ReturnType<typeof createDeviceConstants>;
  readonly #endurance: Endurance;
  readonly #pulseNoise: ReturnType<typeof createPulseNoise>;
  readonly #readNoise;
  readonly #retention: Retention | null;
  readonly #relaxation;
  readonly masking: SynapseMasking | null;
  readonly #layout: ReturnType<typeof createStateLayout>;
  readonly #pulseBatch: PulseBatchRecord;
  readonly #writeCost;
  readonly #kernels: Kernels;
  readonly #devices: DevicesRecord;
  /** True if the kernel `storePulses` also applies noise, bounds and levels. */
  readonly #isNoiseAppliedByKernel: boolean;
  /** True if writes put a part of their voltage across unselected devices. */
  readonly #isPassive: boolean;
  readonly #writesSerially: boolean;
  /** Null if partial pulses move no device. */
  readonly #disturb: HalfSelectDisturb | null;
  /** Null if lines have no resistance. */
  readonly #lineVoltages: LineVoltages | null;
  /** Null if reads move no device. */
  readonly #readDisturb: ReturnType<typeof createReadDisturb>;
  /** True if the stored weights are what a read returns, once they are up to date. */
  readonly #hasStoredWeights: boolean;

  constructor(kind: DeviceKind, range: CellRange, p: VariabilityParams & NonIdealities, context: DeviceContext) {
    const { edges, arena, name } = context;
    const { count } = edges;
    const random = createRandomStreams(context);
    this.#params = p;
    this.#context = context;
    this.#weights = edges.weights as Floats;
    this.#g = arena.f64(count);
    this.#cell = kind.createCell?.({ arena, count, random }) ?? { state: {} };
    const spread = drawVariability(p, range, context);
    this.#scale = new ConductanceScale(range, spread, drawGMinFactors(p, range, context), context, p.apparentNoise);
    const retention = p.retention
      ? createRetention(p.retention, count, (k) => this.#scale.relativeMinConductance(k), random('retention'), arena)
      : null;
    this.#retention = retention;
    this.#endurance = createEndurance(p, count, context);
    this.#stepFamily = kind.step?.family ?? null;
    this.#applySteps = createPulseBatchStep(kind, this.#cell, this.#endurance, `${name}.device: ${kind.name}`);
    const { upFactors = null, downFactors = null } = spread ?? {};
    const { weightRanges } = this.#scale;
    const { lifetimes } = this.#endurance;
    const constants = { weightRanges, upFactors, downFactors, lifetimes };
    const createConstants = () => createDeviceConstants(constants, edges, arena);
    this.#selectConstants = createConstants();
    this.#relaxation = createRelaxation(this.#g, this.#cell, retention, this.#endurance, arena);
    this.counters = new DeviceCounters(range, true, null, context);
    this.#readNoise =
      p.readNoise || p.telegraph || p.readErrors || p.selector ? createReadNoise(p, edges, this.#scale, context) : null;
    this.#pulseNoise = createPulseNoise(p, count, context);
    const { programmingNoise } = this.#pulseNoise;
    this.#isNoiseAppliedByKernel = !this.#endurance.isActive && !this.#pulseNoise.hasWriteErrors;
    const electrical = range.conductanceParams;
    const findConductances = () => {
      this.#disturb?.states.updateAll();
      return this.#g.map((g, k) => this.#scale.conductance(k, g));
    };
    this.#lineVoltages = createLineVoltages(electrical, findConductances, context);
    this.#writeCost = createWriteCost(this.counters, this.#cell, this.#lineVoltages, electrical?.selection);
    const capacity = Math.max(findMaxRowLength(edges), edges.rows);
    const { isPulseDependent, isHalfSelectDependent } = this.#writeCost;
    this.#pulseBatch = createPulseBatch(capacity, isPulseDependent, isHalfSelectDependent, arena);
    this.#kernels = arena.kernels;
    const { counters } = this;
    const { pulseCounts: pulses, rowConductances: rows, columnConductances: columns, totalConductance: all } = counters;
    const record = allocateRecords(arena, DevicesRecord, 1)[0]!;
    Object.assign(record, counters, this.#scale, programmingNoise, {
      g: this.#g,
      weights: this.#weights,
      isSingle: this.#weights instanceof Float32Array,
      isRelaxing: this.#relaxation.isActive,
      timeStamps: retention?.pulseTimeStamps,
      rowSums: nullIfEmpty(rows),
      columnSums: nullIfEmpty(columns),
      arraySum: all,
      writeEnergies: nullIfEmpty(counters.writeEnergies),
    });
    if (this.#stepFamily !== null) {
      const { soft, up, down } = this.#stepFamily;
      Object.assign(record, { family: soft ? 2 : 1, aUp: up.a, bUp: up.b, aDown: down.a, bDown: down.b });
    }
    this.#devices = record;
    this.#initialiseStates();
    this.#isPassive = electrical !== null && electrical.selection !== 'transistor';
    this.#writesSerially = this.#isPassive && electrical!.array.writes === 'serial';
    const parts = { devices: record, cell: this.#cell, scale: this.#scale, endurance: this.#endurance, counters };
    this.#readDisturb = createReadDisturb(electrical, parts, edges);
    this.#disturb = this.#isPassive
      ? createDisturb({ ...p, ...electrical! }, spread, context, {
          ...parts,
          g: this.#g,
          stepFamily: this.#stepFamily,
          applySteps: this.#applySteps,
          relaxation: this.#relaxation,
          noise: this.#pulseNoise,
          selectConstants: createConstants(),
          capacity,
        })
      : null;
    const readsStates = this.#lineVoltages === null && this.#readDisturb === null;
    this.#hasStoredWeights = readsStates && hasExactReads(p) && this.#cell.relaxed === undefined;
    this.hasSteadyReads = this.#hasStoredWeights && this.#disturb === null;
    if (p.stash) checkMasking(this.hasSteadyReads, electrical, name);
    const masking = p.stash ? createMasking(p.stash, this.#g, this.#scale, counters, context) : null;
    this.masking = masking;
    this.#layout = createStateLayout(
      [this.#g, pulses, ...(this.#scale.apparentOffsets ? [this.#scale.apparentOffsets] : [])],
      edges,
      this.hasSteadyReads && masking === null && !this.#isPassive,
    );
    this.state = {
      weights: this.#weights,
      g: this.#g,
      since: this.#relaxation.lastPulseTimes,
      stuck: this.#endurance.stuck,
      ...counters.state,
      ...joinStates({
        cell: this.#cell,
        retention,
        crossbar: electrical && { state: { rows, columns, all } },
        readout: this.#readNoise,
        noise: p.cycleCorrelation ? this.#pulseNoise : null,
        stash: masking,
        disturb: this.#disturb,
        lines: this.#lineVoltages,
      }),
      ...(this.#scale.apparentOffsets && { apart: this.#scale.apparentOffsets }),
    };
  }

  onRestore() {
    this.#retention?.onRestore?.();
    this.#endurance.onRestore();
    this.#disturb?.onRestore();
  }

  listFailureCodes(): Uint8Array | null {
    return this.#endurance.listFailureCodes();
  }

  useRowOrder() {
    this.#layout.useRowOrder();
  }

  weight(k: number, t: number): number {
    this.useRowOrder();
    return this.masking?.isMasked(k) ? 0 : this.#scale.weight(k, this.#stateAt(k, t));
  }

  conductance(k: number, t: number): number {
    this.useRowOrder();
    return this.#scale.conductance(k, this.#stateAt(k, t));
  }

  #stateAt(k: number, t: number): number {
    const disturbed = this.#disturb?.states.findState(k);
    return disturbed === undefined || this.#relaxation.isActive ? this.#relaxation.stateAt(k, t) : disturbed;
  }

  readRow(row: number, t: number): number {
    const { edges } = this.#context;
    const p = this.#pulseBatch;
    this.#disturb?.states.updateRow(row);
    if (this.#hasStoredWeights) return this.counters.rowConductances[row]!;
    this.#readDisturb?.(row);
    const start = rowStart(edges, row);
    this.#kernels.loadRow(this.#devices, p, start, rowEnd(edges, row) - start);
    if (this.#relaxation.isActive) this.#relaxation.relaxBatch(p, t);
    const conductance =
      this.#readNoise === null
        ? this.#kernels.storeWeights(this.#devices, p)
        : this.#readNoise.read(row, this.#devices, p, t);
    this.#lineVoltages?.attenuateRow(row, this.#weights);
    return conductance;
  }

  relaxFully() {
    if (this.#cell.rest === undefined) return;
    this.#disturb?.states.updateAll();
    this.useRowOrder();
    for (let k = 0; k < this.#g.length; k++)
      if (!this.#endurance.isStuck(k)) this.#g[k] = this.#cell.rest(k, this.#g[k]!);
  }

  applyPulses(targets: PulseTargetsRecord, trace: Float64Array, scale: number, mu: number, t: number) {
    const p = this.#pulseBatch;
    const { row, column, deviceCount } = targets;
    if (column < 0) this.#disturb?.states.updateRow(row);
    else this.#disturb?.states.updateColumn(column);
    p.row = row;
    p.column = column;
    if (column < 0) this.useRowOrder();
    p.firstStateIndex = column < 0 ? -1 : this.#layout.findColumnStart(column);
    this.#selectConstants(p);
    const most = this.masking === null && !this.#writesSerially ? deviceCount : 1; // masking a device changes the energy of the next pulse
    for (let from = 0; from < deviceCount; from += most) {
      const to = Math.min(from + most, deviceCount);
      this.#kernels.collectPulses(this.#devices, p, targets, from, to, trace, scale);
      if (p.count > 0 && !this.masking?.skipMasked(p)) this.#applyPulseBatch(p, mu, t);
    }
  }

  normalise(sum: number, t: number) {
    const { edges, transpose } = this.#context;
    this.useRowOrder();
    this.#disturb?.states.updateAll();
    for (let column = 0; column < edges.columns; column++) {
      const count = columnLength(edges, transpose, column);
      let total = 0;
      for (let i = 0; i < count; i++) total += this.weight(columnEdge(edges, transpose, column, i), t);
      if (total === 0) continue;
      for (let i = 0; i < count; i++) {
        const k = columnEdge(edges, transpose, column, i);
        if (this.#endurance.isStuck(k) || this.masking?.isMasked(k)) continue;
        const g = this.#pulseNoise.roundToLevel(this.#scale.findState(k, (this.weight(k, t) * sum) / total));
        const difference = this.#scale.conductance(k, g) - this.#scale.conductance(k, this.#g[k]!);
        this.#g[k] = g;
        this.#weights[k] = this.#scale.weight(k, g);
        this.#relaxation.recordPulse(k, t);
        this.counters.updateConductanceSums(columnRow(transpose, column, i), column, difference);
      }
    }
  }

  #applyPulseBatch(p: PulseBatchRecord, mu: number, t: number) {
    if (this.#relaxation.isActive) this.#relaxation.relaxBatch(p, t);
    this.#endurance.limitRanges(p);
    if (this.#params.writeOnChange) this.#skipPulsesAtBounds(p);
    applyWeightDependence(p, mu);
    const lines = this.#lineVoltages;
    lines?.startWrite(p);
    this.#disturb?.startWrite(p, t);
    lines?.scaleStrengths(p);
    if (p.upFactors !== null && !(this.#isNoiseAppliedByKernel && this.#stepFamily !== null))
      this.#kernels.scalePulses(p);
    if (this.#stepFamily === null) this.#applySteps(p, t);
    lines?.stepVoltageModel(p, this.#cell);
    this.#writeCost.fill(p);
    if (this.#isPassive) this.counters.countHalfSelected(p, (k) => this.#scale.conductance(k, this.#g[k]!));
    this.#pulseNoise.drawBatchNoise(p);
    if (!this.#isNoiseAppliedByKernel) {
      this.#kernels.computeStates(this.#devices, p);
      this.#pulseNoise.applyWriteErrors(p);
      this.counters.totals[TOTALS.wornOut]! += this.#endurance.applyFailures(p);
    }
    this.#kernels.storePulses(this.#devices, p, this.#relaxation.stampBatch(p, t), this.#isNoiseAppliedByKernel);
    this.#disturb?.finishWrite(p, t);
    this.masking?.updateAfterPulse(p);
  }

  #skipPulsesAtBounds(p: PulseBatchRecord) {
    const removed = removePulsesAtBound(p);
    this.counters.totals[TOTALS.skipped]! += removed;
    if (removed > 0) this.#endurance.limitRanges(p); // indices in the batch have changed
  }

  #initialiseStates() {
    const { edges } = this.#context;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
        const w = this.#weights[k]!;
        let g = this.#pulseNoise.roundToLevel(this.#scale.findState(k, w));
        g = this.#cell.start?.(k, g) ?? g;
        if (this.#endurance.isStuck(k)) {
          g = this.#endurance.findStuckState(k, g);
          this.counters.totals[TOTALS.stuck]!++;
        }
        this.#g[k] = g;
        if (this.#scale.apparentOffsets !== null && !this.#endurance.isStuck(k))
          this.#scale.setApparentOffset(k, g, this.#pulseNoise.drawInitialApparentNoise(k));
        this.#weights[k] = this.#scale.weight(k, g);
        this.counters.addDevice(row, getColumn(edges, row, k), this.#scale.conductance(k, g));
      }
    }
    const { lowestWeight, apparentOffsets, minReadWeight, reading } = this.#scale;
    if (this.#readNoise === null)
      edges.minWeight = Math.min(apparentOffsets === null ? lowestWeight : minReadWeight, 0);
    else edges.minWeight = lowestWeight >= 0 && reading === 'single' ? 0 : -Infinity; // the noise of a reference is unbounded
  }
}
