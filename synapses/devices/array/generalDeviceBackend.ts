import type { DeviceContext } from '../../../core/factories.ts';
import {
  findMaxRowLength,
  getColumn,
  getColumnEdge,
  getColumnLength,
  getColumnRow,
  getRowEnd,
  getRowStart,
} from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import { nullIfEmpty } from '../../../core/kernels/arrays.ts';
import { applyWeightDependence, createPulseBatch, removePulsesAtBound } from '../../../core/kernels/pulses.ts';
import {
  allocateRecords,
  DevicesRecord,
  type PulseBatchRecord,
  DeviceTotalsPlaces as TOTALS,
} from '../../../core/kernels/records.ts';
import { joinStates } from '../../joinStates.ts';
import { createRandomStreams } from '../../variability.ts';
import type { DeviceArrayBackend } from './array.ts';
import { type Cell, createPulseBatchStep, type DeviceKind } from './cell.ts';
import { ConductanceScale } from './conductanceScale.ts';
import { createDisturb, createReadDisturb } from './createDisturb.ts';
import { createWriteCost, DeviceCounters } from './deviceCounters.ts';
import { createEndurance } from './endurance.ts';
import { createDeviceConstants, createStateLayout } from './layout.ts';
import { createLineVoltages } from './lineVoltages.ts';
import { checkMasking, createMasking } from './masking.ts';
import { hasExactReads, type NonIdealities } from './nonidealities.ts';
import { createPulseNoise } from './pulseNoise.ts';
import type { CellRange } from './range.ts';
import { createReadNoise } from './readNoise.ts';
import { createRelaxation, createRetention } from './retention.ts';
import { drawGMinFactors, drawVariability, type VariabilityParams } from './spread.ts';

/**
 * Creates devices of any model with any non-idealities. State g is the normalised conductance of a device after its last
 * pulse, from 0 to 1. Pulses of a row or column pass through the stages as a batch: device-to-device variability,
 * step, noise, bounds (narrowed by wear), levels, counters.
 */
export function createGeneralDeviceBackend(
  kind: DeviceKind,
  range: CellRange,
  p: VariabilityParams & NonIdealities,
  context: DeviceContext,
): DeviceArrayBackend {
  const { edges, transpose, arena, name } = context;
  const { count } = edges;
  const { kernels } = arena;
  const random = createRandomStreams(context);
  const weights = edges.weights as Floats;
  const g = arena.f64(count);
  const cell: Cell = kind.createCell?.({ arena, count, random }) ?? { state: {} };
  const spread = drawVariability(p, range, context);
  const scale = new ConductanceScale(range, spread, drawGMinFactors(p, range, context), context, p.apparentNoise);
  const { weightRanges, apparentOffsets } = scale;
  const retention = p.retention
    ? createRetention(p.retention, count, (k) => scale.relativeMinConductance(k), random('retention'), arena)
    : null;
  const endurance = createEndurance(p, count, context);
  /** Step family that a kernel computes; null if `applySteps` computes the steps. */
  const stepFamily = kind.step?.family ?? null;
  const applySteps = createPulseBatchStep(kind, cell, endurance, `${name}.device: ${kind.name}`);
  const { upFactors = null, downFactors = null } = spread ?? {};
  const constants = { weightRanges, upFactors, downFactors, lifetimes: endurance.lifetimes };
  const createConstants = () => createDeviceConstants(constants, edges, arena);
  const selectConstants = createConstants();
  const relaxation = createRelaxation(g, cell, retention, endurance, arena);
  const counters = new DeviceCounters(range, true, null, context);
  const readNoise =
    p.readNoise || p.telegraph || p.readErrors || p.selector ? createReadNoise(p, edges, scale, context) : null;
  const pulseNoise = createPulseNoise(p, count, context);
  /** True if the kernel `storePulses` also applies noise, bounds and levels. */
  const isNoiseAppliedByKernel = !endurance.isActive && !pulseNoise.hasWriteErrors;
  const electrical = range.conductanceParams;
  const findConductances = () => {
    disturb?.states.updateAll();
    return g.map((state, k) => scale.conductance(k, state));
  };
  const lineVoltages = createLineVoltages(electrical, findConductances, context);
  const writeCost = createWriteCost(counters, cell, lineVoltages, electrical?.selection);
  const capacity = Math.max(findMaxRowLength(edges), edges.rows);
  const pulseBatch = createPulseBatch(capacity, writeCost.isPulseDependent, writeCost.isHalfSelectDependent, arena);
  const { pulseCounts: pulses, rowConductances: rows, columnConductances: columns, totalConductance: all } = counters;
  const devices = allocateRecords(arena, DevicesRecord, 1)[0]!;
  Object.assign(devices, counters, scale, pulseNoise.programmingNoise, {
    g,
    weights,
    isSingle: weights instanceof Float32Array,
    isRelaxing: relaxation.isActive,
    timeStamps: retention?.pulseTimeStamps,
    rowSums: nullIfEmpty(rows),
    columnSums: nullIfEmpty(columns),
    arraySum: all,
    writeEnergies: nullIfEmpty(counters.writeEnergies),
  });
  if (stepFamily !== null) {
    const { soft, up, down } = stepFamily;
    Object.assign(devices, { family: soft ? 2 : 1, aUp: up.a, bUp: up.b, aDown: down.a, bDown: down.b });
  }
  initialiseStates();
  /** True if writes put a part of their voltage across unselected devices. */
  const isPassive = electrical !== null && electrical.selection !== 'transistor';
  const writesSerially = isPassive && electrical.array.writes === 'serial';
  const parts = { devices, cell, scale, endurance, counters };
  const readDisturb = createReadDisturb(electrical, parts, edges);
  const disturbParts = { ...parts, g, stepFamily, applySteps, relaxation, noise: pulseNoise, capacity };
  /** Half-select disturb of the devices; null if partial pulses move no device. */
  const disturb = isPassive
    ? createDisturb({ ...p, ...electrical }, spread, context, { ...disturbParts, selectConstants: createConstants() })
    : null;
  /** True if the stored weights are what a read returns, once they are up to date. */
  const hasStoredWeights =
    lineVoltages === null && readDisturb === null && hasExactReads(p) && cell.relaxed === undefined;
  const hasSteadyReads = hasStoredWeights && disturb === null;
  if (p.stash) checkMasking(hasSteadyReads, electrical, name);
  const masking = p.stash ? createMasking(p.stash, g, scale, counters, context) : null;
  const layout = createStateLayout(
    [g, pulses, ...(apparentOffsets ? [apparentOffsets] : [])],
    edges,
    hasSteadyReads && masking === null && !isPassive,
  );
  const { useRowOrder } = layout;

  function initialiseStates() {
    for (let row = 0; row < edges.rows; row++) {
      for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++) {
        let state = pulseNoise.roundToLevel(scale.findState(k, weights[k]!));
        state = cell.start?.(k, state) ?? state;
        if (endurance.isStuck(k)) {
          state = endurance.findStuckState(k, state);
          counters.totals[TOTALS.stuck]!++;
        }
        g[k] = state;
        if (apparentOffsets !== null && !endurance.isStuck(k))
          scale.setApparentOffset(k, state, pulseNoise.drawInitialApparentNoise(k));
        weights[k] = scale.weight(k, state);
        counters.addDevice(row, getColumn(edges, row, k), scale.conductance(k, state));
      }
    }
    const { lowestWeight, minReadWeight, reading } = scale;
    if (readNoise === null) edges.minWeight = Math.min(apparentOffsets === null ? lowestWeight : minReadWeight, 0);
    else edges.minWeight = lowestWeight >= 0 && reading === 'single' ? 0 : -Infinity; // the noise of a reference is unbounded
  }

  const findState = (k: number, t: number): number => {
    useRowOrder();
    const disturbed = disturb?.states.findState(k);
    return disturbed === undefined || relaxation.isActive ? relaxation.stateAt(k, t) : disturbed;
  };

  const weight = (k: number, t: number): number => (masking?.isMasked(k) ? 0 : scale.weight(k, findState(k, t)));

  const skipPulsesAtBounds = (batch: PulseBatchRecord) => {
    const removed = removePulsesAtBound(batch);
    counters.totals[TOTALS.skipped]! += removed;
    if (removed > 0) endurance.limitRanges(batch); // indices in the batch have changed
  };

  const applyPulseBatch = (batch: PulseBatchRecord, mu: number, t: number) => {
    if (relaxation.isActive) relaxation.relaxBatch(batch, t);
    endurance.limitRanges(batch);
    if (p.writeOnChange) skipPulsesAtBounds(batch);
    applyWeightDependence(batch, mu);
    lineVoltages?.startWrite(batch);
    disturb?.startWrite(batch, t);
    lineVoltages?.scaleStrengths(batch);
    if (batch.upFactors !== null && !(isNoiseAppliedByKernel && stepFamily !== null)) kernels.scalePulses(batch);
    if (stepFamily === null) applySteps(batch, t);
    lineVoltages?.stepVoltageModel(batch, cell);
    writeCost.fill(batch);
    if (isPassive) counters.countHalfSelected(batch, relaxation.isActive ? g : null, scale);
    pulseNoise.drawBatchNoise(batch);
    if (!isNoiseAppliedByKernel) {
      kernels.computeStates(devices, batch);
      pulseNoise.applyWriteErrors(batch);
      counters.totals[TOTALS.wornOut]! += endurance.applyFailures(batch);
    }
    kernels.storePulses(devices, batch, relaxation.stampBatch(batch, t), isNoiseAppliedByKernel);
    disturb?.finishWrite(batch, t);
    masking?.updateAfterPulse(batch);
  };

  return {
    counters,
    weightsRecord: null,
    hasSteadyReads,
    masking,
    listFailureCodes: endurance.listFailureCodes,
    useRowOrder,
    weight,
    conductance: (k, t) => scale.conductance(k, findState(k, t)),
    state: {
      weights,
      g,
      since: relaxation.lastPulseTimes,
      stuck: endurance.stuck,
      ...counters.state,
      ...joinStates({
        cell,
        retention,
        crossbar: electrical && { state: { rows, columns, all } },
        readout: readNoise,
        noise: p.cycleCorrelation ? pulseNoise : null,
        stash: masking,
        disturb,
        lines: lineVoltages,
      }),
      ...(apparentOffsets && { apart: apparentOffsets }),
    },
    onCheckpointLoaded() {
      retention?.onCheckpointLoaded?.();
      endurance.onCheckpointLoaded();
      disturb?.onCheckpointLoaded();
    },
    readRow(row, t) {
      disturb?.states.updateRow(row);
      if (hasStoredWeights) return counters.rowConductances[row]!;
      readDisturb?.(row);
      const start = getRowStart(edges, row);
      kernels.loadRow(devices, pulseBatch, start, getRowEnd(edges, row) - start);
      if (relaxation.isActive) relaxation.relaxBatch(pulseBatch, t);
      const conductance =
        readNoise === null ? kernels.storeWeights(devices, pulseBatch) : readNoise.read(row, devices, pulseBatch, t);
      lineVoltages?.attenuateRow(row, weights);
      return conductance;
    },
    relaxFully() {
      if (cell.relaxedState === undefined) return;
      disturb?.states.updateAll();
      useRowOrder();
      for (let k = 0; k < count; k++) if (!endurance.isStuck(k)) g[k] = cell.relaxedState(k, g[k]!);
    },
    applyPulses(targets, trace, factor, mu, t) {
      const { row, column, deviceCount } = targets;
      if (column < 0) disturb?.states.updateRow(row);
      else disturb?.states.updateColumn(column);
      pulseBatch.row = row;
      pulseBatch.column = column;
      if (column < 0) useRowOrder();
      pulseBatch.firstStateIndex = column < 0 ? -1 : layout.findColumnStart(column);
      selectConstants(pulseBatch);
      const most = masking === null && !writesSerially ? deviceCount : 1; // masking a device changes the energy of the next pulse
      for (let from = 0; from < deviceCount; from += most) {
        const to = Math.min(from + most, deviceCount);
        kernels.collectPulses(devices, pulseBatch, targets, from, to, trace, factor);
        if (pulseBatch.count > 0 && !masking?.skipMasked(pulseBatch)) applyPulseBatch(pulseBatch, mu, t);
      }
    },
    normalise(sum, t) {
      useRowOrder();
      disturb?.states.updateAll();
      for (let column = 0; column < edges.columns; column++) {
        const length = getColumnLength(edges, transpose, column);
        let total = 0;
        for (let i = 0; i < length; i++) total += weight(getColumnEdge(edges, transpose, column, i), t);
        if (total === 0) continue;
        for (let i = 0; i < length; i++) {
          const k = getColumnEdge(edges, transpose, column, i);
          if (endurance.isStuck(k) || masking?.isMasked(k)) continue;
          const state = pulseNoise.roundToLevel(scale.findState(k, (weight(k, t) * sum) / total));
          const difference = scale.conductance(k, state) - scale.conductance(k, g[k]!);
          g[k] = state;
          weights[k] = scale.weight(k, state);
          relaxation.recordPulse(k, t);
          counters.updateConductanceSums(getColumnRow(transpose, column, i), column, difference);
        }
      }
    },
  };
}
