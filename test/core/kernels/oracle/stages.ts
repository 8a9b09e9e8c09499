/** Stages of pulses and reads device by device, with the same operations in the same order as the SIMD kernels. */
import { pow } from '../../../../core/elementary.ts';
import {
  computeCurvePosition,
  computeCurveState,
  QUANTILE_INDEX_OFFSET,
  STEP_TABLE_ROW_LENGTH,
  type StepTable,
} from '../../../../core/kernels/devices.ts';
import type { PulseKernels } from '../../../../core/kernels/pulseKernels.ts';
import { getDeviceConstantIndices } from '../../../../core/kernels/pulses.ts';
import {
  DeviceTotalsPlaces as AT,
  type DevicesRecord,
  type PulseBatchRecord,
} from '../../../../core/kernels/records.ts';
import { interpolateWeight, roundStateToLevel } from '../../../../core/kernels/scalarPulses.ts';
import { exp } from '../../../../core/math.ts';
import { CounterRandom } from '../../../../core/random/random.ts';

const collectPulses: PulseKernels['collectPulses'] = (d, b, targets, from, to, trace, scale) => {
  const { firstEdge, edgeStride, edges, traceIndices, listOffset } = targets;
  let n = 0;
  for (let i = from; i < to; i++) {
    const other = traceIndices === null ? i : traceIndices[listOffset + i]!;
    const strength = scale * trace[other]!;
    if (strength === 0) continue;
    const edge = edges === null ? firstEdge + i * edgeStride : edges[listOffset + i]!;
    b.edgeIndices[n] = edge;
    b.traceIndices[n] = other;
    const state = b.firstStateIndex < 0 ? edge : b.firstStateIndex + other;
    b.pulseNumbers[n] = d.pulseCounts[state]!;
    b.strengths[n] = strength;
    b.statesBefore[n++] = d.g[state]!;
  }
  b.count = n;
};

const scalePulses: PulseKernels['scalePulses'] = (b) => {
  const { firstConstant, strengths, count, upFactors, downFactors } = b;
  const indices = getDeviceConstantIndices(b);
  for (let i = 0; i < count; i++)
    strengths[i]! *= (strengths[i]! > 0 ? upFactors! : downFactors!)[firstConstant + indices[i]!]!;
};

function step({ family, aUp, bUp, aDown, bDown }: DevicesRecord, g: number, amount: number): number {
  const up = amount > 0;
  const decay = up ? bUp : bDown;
  const size = (up ? aUp : aDown) * amount;
  return g + size * (family === 2 ? (up ? 1 - g : g) : decay === 0 ? 1 : exp(-decay * (up ? g : 1 - g)));
}

const computeStates: PulseKernels['computeStates'] = (record, b) => {
  const { cycleToCycle, writeNoise, levels, family } = record;
  const {
    count,
    statesBefore,
    statesAfter,
    strengths,
    lowerBounds,
    upperBounds,
    stepFractions,
    cycleDraws,
    writeDraws,
    roundingDraws,
  } = b;
  for (let i = 0; i < count; i++) {
    const g = statesBefore[i]!;
    const within = (x: number) => Math.min(Math.max(x, lowerBounds[i]!), upperBounds[i]!);
    let x = family === 0 ? statesAfter[i]! : step(record, g, strengths[i]!);
    if (cycleToCycle > 0) x = g + (x - g) * (1 + cycleToCycle * cycleDraws[i]!);
    if (writeNoise > 0) x += writeNoise * Math.sqrt(Math.abs(strengths[i]!)) * writeDraws[i]!;
    x = within(g + (x - g) * stepFractions[i]!);
    if (levels > 0) x = within(roundStateToLevel(x, levels, roundingDraws[i]!));
    statesAfter[i] = x;
  }
};

const followPulseCurves: PulseKernels['followPulseCurves'] = (
  { count, statesBefore, strengths, statesAfter, joulesPerSiemens },
  up,
  down,
) => {
  for (let i = 0; i < count; i++) {
    const curve = strengths[i]! > 0 ? up : down;
    const x = computeCurvePosition(curve, statesBefore[i]!) + strengths[i]! / curve.pulseCount;
    if (joulesPerSiemens !== null) joulesPerSiemens[i] = curve.joulesPerSiemens * Math.abs(strengths[i]!);
    statesAfter[i] = computeCurveState(curve, Math.min(Math.max(x, 0), 1));
  }
};

/** Change of g by `pulses` pulses, of which each brings the level says. */
function drawn(
  { stepRows, quantiles, firstRowOffsets }: StepTable,
  cell: number,
  g: number,
  level: number,
  pulses: number,
): number {
  let row = firstRowOffsets[cell]!;
  while (g > stepRows[row + 5]!) row += STEP_TABLE_ROW_LENGTH;
  const share = Math.min(Math.max((g - stepRows[row]!) / stepRows[row + 1]!, 0), 1);
  const place = Math.floor(level);
  const quantile = (at: number) => quantiles[at]! + (level - place) * (quantiles[at + 2]! - quantiles[at]!);
  const here = 2 * (stepRows[row + 4]! - QUANTILE_INDEX_OFFSET + place);
  const a = quantile(here);
  const one = a + share * (quantile(here + 1) - a);
  if (pulses === 1) return one;
  const mean = stepRows[row + 2]! + share * stepRows[row + 3]!;
  return pulses * mean + Math.sqrt(pulses) * (one - mean);
}

const drawTableSteps: PulseKernels['drawTableSteps'] = (
  { count, statesBefore, strengths, statesAfter, cycleDraws: levels },
  table,
) => {
  const cells = table.firstRowOffsets.length / 2 - 1;
  for (let i = 0; i < count; i++) {
    const [g, strength] = [statesBefore[i]!, strengths[i]!];
    const down = strength > 0 ? 0 : 1;
    const cell = ((g * cells) | 0) + down * (cells + 1);
    statesAfter[i] = g + drawn(table, cell, g, levels[i]! * table.lastQuantiles[down]!, Math.abs(strength));
  }
};

const loadRow: PulseKernels['loadRow'] = (d, b, start, count) => {
  b.count = count;
  for (let i = 0; i < count; i++) {
    b.edgeIndices[i] = start + i;
    b.statesBefore[i] = d.g[start + i]!;
  }
};

const relaxStates: PulseKernels['relaxStates'] = (
  { edgeIndices: edges, statesBefore, count },
  programmed,
  rest,
  down,
) => {
  for (let i = 0; i < count; i++)
    statesBefore[i] = rest + (statesBefore[i]! - rest) * Math.min(programmed[edges[i]!]! * down, 1);
};

/** The ends of a device's range, and what is read beside its state. */
const lowOf = ({ weightRanges, lowWeight }: DevicesRecord, k: number): number =>
  weightRanges === null ? lowWeight : weightRanges[2 * k]!;
const topOf = ({ weightRanges, topWeight }: DevicesRecord, k: number): number =>
  weightRanges === null ? topWeight : weightRanges[2 * k + 1]!;
const besideOf = ({ apparentOffsets }: DevicesRecord, k: number): number =>
  apparentOffsets === null ? 0 : apparentOffsets[k]!;

const storeWeights: PulseKernels['storeWeights'] = (d, { edgeIndices: edges, statesBefore, count }) => {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const k = edges[i]!;
    const g = statesBefore[i]!;
    const [low, top, beside] = [lowOf(d, k), topOf(d, k), besideOf(d, k)];
    d.weights[k] = Math.max(interpolateWeight(low, top, g) + beside, d.minReadWeight);
    sum += g * (top - low) + (low - d.lowWeight) + beside;
  }
  return count * d.gMin + sum * d.siemensPerWeight;
};

const storeReadWeights: PulseKernels['storeReadWeights'] = (d, b, pair, reference, least) => {
  const { edgeIndices: edges, statesBefore, cycleDraws: factors, statesAfter: references, count } = b;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const k = edges[i]!;
    const g = statesBefore[i]!;
    const [low, top, beside] = [lowOf(d, k), topOf(d, k), besideOf(d, k)];
    const current = low + reference + g * (top - low) + beside;
    const taken = Math.abs(current) < least ? least : current;
    d.weights[k] = taken * factors[i]! - reference * references[pair ? i : 0]!;
    sum += d.gMin + (low - d.lowWeight + g * (top - low) + beside) * d.siemensPerWeight;
  }
  return sum;
};

const drawNoise: PulseKernels['drawNoise'] = (random, entities, counts, n, out, other) => {
  for (let i = 0; i < n; i++) {
    out[i] = random.noise(entities[i]!, counts[i]!);
    if (other) other[i] = random.secondNoise(entities[i]!, counts[i]!);
  }
};

const drawUniforms: PulseKernels['drawUniforms'] = (random, entities, counts, n, out) => {
  for (let i = 0; i < n; i++) out[i] = random.uniform(entities[i]!, counts[i]!);
};

const convertToNoiseFactors: PulseKernels['convertToNoiseFactors'] = (x, n, sd) => {
  for (let i = 0; i < n; i++) x[i] = Math.max(0, 1 + sd * x[i]!);
};

const random = new CounterRandom(0, '');

/** Pulses a run of devices that are their weights; arguments as in `Kernels.pulse`. */
const pulse: PulseKernels['pulse'] = (d, targets, trace, scale, mu) => {
  const { weights, soft, aUp, bUp, aDown, bDown, wMaxs, wMins, ups, downs, rowSums, totals, pulses, joules } = d;
  random.key.set([d.key0, d.key1, 0x1bd11bda ^ d.key0 ^ d.key1]);
  const { wMin: commonMin, wMax: commonMax, perWeight, scatter } = d;
  const { firstEdge, edgeStride, deviceCount, edges, traceIndices, listOffset } = targets;
  for (let i = 0; i < deviceCount; i++) {
    const other = traceIndices === null ? i : traceIndices[listOffset + i]!;
    const strength = scale * trace[other]!;
    if (strength === 0) continue;
    const edge = edges === null ? firstEdge + i * edgeStride : edges[listOffset + i]!;
    const wMin = wMins?.[edge] ?? commonMin;
    const wMax = wMaxs?.[edge] ?? commonMax;
    const before = weights[edge]!;
    const g = Math.min(Math.max((before - wMin) * (1 / (wMax - wMin)), 0), 1); // a stored bound may round past itself
    const up = strength > 0;
    const distance = up ? 1 - g : g;
    let amount = strength;
    if (mu !== 0) amount *= pow(distance, mu);
    if (wMaxs !== null) amount *= (up ? ups : downs)[edge]!;
    const b = up ? bUp : bDown;
    const step = (up ? aUp : aDown) * amount;
    let after = g + step * (soft ? distance : b === 0 ? 1 : exp(-b * (up ? g : 1 - g)));
    if (scatter > 0) after = g + (after - g) * (1 + scatter * random.noise(edge, pulses![edge]!));
    if (pulses !== null) pulses[edge]!++;
    weights[edge] = after <= 0 ? wMin : after >= 1 ? wMax : Math.min(wMin + after * (wMax - wMin), wMax);
    totals[AT.writes]!++;
    if (up) totals[AT.upward]!++;
    if (rowSums === null) continue;
    const stored = weights[edge]!;
    rowSums[targets.row < 0 ? other : targets.row]! += stored - before;
    const spent = (before + stored) * perWeight;
    totals[AT.writeEnergy]! += spent;
    if (joules !== null) joules[edge]! += spent;
  }
};

/** Share of its range that a device has left after n of N pulses of its lifetime. */
function rangeLeft(n: number, N: number, wear: number): number {
  if (n >= N) return 0; // 1 ** Infinity is NaN
  const worn = n / N;
  return 1 - (wear === 2 ? worn * worn : pow(worn, wear)); // `pow` only where needed: V8 does not inline it
}

/** Sets the bounds and step shares of worn devices; arguments as in `Kernels.applyWear`. */
const applyWear: PulseKernels['applyWear'] = (b, stuck, failureType, wearExponent) => {
  const {
    edgeIndices: edges,
    firstConstant,
    lifetimes,
    pulseNumbers,
    count,
    lowerBounds,
    upperBounds,
    stepFractions,
    failingPulses,
  } = b;
  const indices = getDeviceConstantIndices(b);
  const bounds = failureType === 'low' ? upperBounds : stepFractions;
  let n = 0;
  for (let i = 0; i < count; i++) {
    let last = false;
    if (lifetimes !== null) {
      const lifetime = lifetimes[firstConstant + indices[i]!]!;
      const left = rangeLeft(pulseNumbers[i]! + 1, lifetime, wearExponent);
      if (failureType === 'high') lowerBounds[i] = 1 - left;
      else bounds[i] = left;
      last = pulseNumbers[i]! + 1 >= lifetime;
    }
    if (last || (stuck !== null && stuck[edges[i]!] !== 0)) failingPulses[n++] = i;
  }
  b.failingCount = n;
};

function storePulsesScalar(record: DevicesRecord, b: PulseBatchRecord, stamp: number) {
  const { firstConstant, firstStateIndex, weightRanges } = b;
  const constantIndices = getDeviceConstantIndices(b);
  const {
    g,
    weights,
    totals,
    rowSums,
    columnSums,
    arraySum,
    writeEnergies,
    lowWeight: commonLow,
    gMin,
    siemensPerWeight,
    apparentOffsets,
    minReadWeight,
  } = record;
  for (let i = 0; i < b.count; i++) {
    const k = b.edgeIndices[i]!;
    const state = firstStateIndex < 0 ? k : firstStateIndex + b.traceIndices[i]!;
    const x = b.statesAfter[i]!;
    const place = 2 * (firstConstant + constantIndices[i]!);
    const low = weightRanges === null ? commonLow : weightRanges[place]!;
    const top = weightRanges === null ? record.topWeight : weightRanges[place + 1]!;
    const amount = b.strengths[i]!;
    const weight = interpolateWeight(low, top, x);
    const offsetBefore = apparentOffsets === null ? 0 : apparentOffsets[state]!;
    const offset =
      apparentOffsets === null ? 0 : Math.max(record.apparentSd * b.apparentNoiseDraws[i]!, minReadWeight - weight);
    totals[AT.writes]!++;
    if (amount > 0 || Object.is(amount, 0)) totals[AT.upward]!++; // +0 and -0 from the weight dependence keep the direction
    record.pulseCounts[state] = b.pulseNumbers[i]! + 1;
    if (record.timeStamps !== null) record.timeStamps[k] = stamp;
    if (rowSums !== null) {
      const row = b.row < 0 ? b.traceIndices[i]! : b.row;
      const column = b.column < 0 ? b.traceIndices[i]! : b.column;
      const conductance = (g: number, more: number) =>
        gMin + (low - commonLow + g * (top - low) + more) * siemensPerWeight;
      const left = conductance(x, offset);
      const stored = conductance(g[state]!, offsetBefore);
      const square = b.joulesPerSiemens === null ? record.joulesPerSiemens : b.joulesPerSiemens[i]!;
      const spent = square * ((conductance(b.statesBefore[i]!, offsetBefore) + left) / 2);
      totals[AT.writeEnergy]! += spent;
      if (writeEnergies !== null) writeEnergies[k]! += spent;
      rowSums[row]! += left - stored;
      if (columnSums !== null) columnSums[column]! += left - stored;
      arraySum[0]! += left - stored;
    }
    g[state] = x;
    weights[k] = weight + offset;
    if (apparentOffsets !== null) apparentOffsets[state] = offset;
  }
}

export const STAGES: PulseKernels = {
  collectPulses,
  followPulseCurves,
  drawTableSteps,
  scalePulses,
  pulse,
  applyWear,
  computeStates,
  storePulses: (d, b, stamp, settles) => {
    if (settles && d.family > 0 && b.upFactors) scalePulses(b);
    if (settles) computeStates(d, b);
    storePulsesScalar(d, b, stamp);
  },
  loadRow,
  relaxStates,
  storeWeights,
  storeReadWeights,
  drawNoise,
  drawUniforms,
  convertToNoiseFactors,
};
