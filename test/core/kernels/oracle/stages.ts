/** Stages of pulses and reads device by device, with the same operations in the same order as the SIMD kernels. */
import { pow } from '../../../../core/elementary.ts';
import {
  positionOfState,
  type StepFamily,
  stateAtPosition,
  type WithDevices,
} from '../../../../core/kernels/devices.ts';
import type { Kernels } from '../../../../core/kernels/kernels.ts';
import { TotalsPlaces as AT } from '../../../../core/kernels/records.ts';
import { exp } from '../../../../core/math.ts';
import { weightInRange } from '../../../../synapses/devices/array/conductanceScale.ts';
import { type StatefulDevices, storeDisturbing, toLevel } from '../../../../synapses/devices/array/stages.ts';

const statesOf = (devices: WithDevices): StatefulDevices => devices as StatefulDevices;

const takePulses: Kernels['takePulses'] = (of, b, run, from, to, trace, scale) => {
  const { g, counters } = statesOf(of);
  const { start, stride, edges, others, offset } = run;
  let n = 0;
  for (let i = from; i < to; i++) {
    const other = others === null ? i : others[offset + i]!;
    const strength = scale * trace[other]!;
    if (strength === 0) continue;
    const edge = edges === null ? start + i * stride : edges[offset + i]!;
    b.edges[n] = edge;
    b.others[n] = other;
    b.numbers[n] = counters.pulses[edge]!;
    b.amounts[n] = strength;
    b.before[n++] = g[edge]!;
  }
  return n;
};

const scalePulses: Kernels['scalePulses'] = ({ edges, amounts, count }, ups, downs) => {
  for (let i = 0; i < count; i++) amounts[i]! *= (amounts[i]! > 0 ? ups : downs)[edges[i]!]!;
};

function step({ soft, up: upward, down: downward }: StepFamily, g: number, amount: number): number {
  const up = amount > 0;
  const { a, b: decay } = up ? upward : downward;
  const size = a * amount;
  return g + size * (soft ? (up ? 1 - g : g) : decay === 0 ? 1 : exp(-decay * (up ? g : 1 - g)));
}

const computeStates: Kernels['computeStates'] = (of, b) => {
  const { family, straying } = statesOf(of);
  const { cycleToCycle, writeNoise, levels } = straying;
  const { count, before, after, amounts, low, high, share, cycles, writes, rounding } = b;
  for (let i = 0; i < count; i++) {
    const g = before[i]!;
    const within = (x: number) => Math.min(Math.max(x, low[i]!), high[i]!);
    let x = family === null ? after[i]! : step(family, g, amounts[i]!);
    if (cycleToCycle > 0) x = g + (x - g) * (1 + cycleToCycle * cycles[i]!);
    if (writeNoise > 0) x += writeNoise * Math.sqrt(Math.abs(amounts[i]!)) * writes[i]!;
    x = within(g + (x - g) * share[i]!);
    if (levels > 0) x = within(toLevel(x, levels, rounding[i]!));
    after[i] = x;
  }
};

const curvePulses: Kernels['curvePulses'] = ({ count, before, amounts, after, squares }, up, down) => {
  for (let i = 0; i < count; i++) {
    const curve = amounts[i]! > 0 ? up : down;
    const x = positionOfState(curve, before[i]!) + amounts[i]! / curve.pulses;
    if (squares !== null) squares[i] = curve.square * Math.abs(amounts[i]!);
    after[i] = stateAtPosition(curve, Math.min(Math.max(x, 0), 1));
  }
};

const takeRow: Kernels['takeRow'] = (of, b, start, count) => {
  const { g } = statesOf(of);
  for (let i = 0; i < count; i++) {
    b.edges[i] = start + i;
    b.before[i] = g[start + i]!;
  }
};

const relaxStates: Kernels['relaxStates'] = ({ edges, before, count }, programmed, rest, down) => {
  for (let i = 0; i < count; i++) before[i] = rest + (before[i]! - rest) * Math.min(programmed[edges[i]!]! * down, 1);
};

const storeWeights: Kernels['storeWeights'] = (of, { edges, before, count }) => {
  const { scale: d, weights } = statesOf(of);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const k = edges[i]!;
    const g = before[i]!;
    const [low, top, beside] = [d.minWeight(k), d.maxWeight(k), d.apart === null ? 0 : d.apart[k]!];
    weights[k] = Math.max(weightInRange(low, top, g) + beside, d.floor);
    sum += g * (top - low) + (low - d.low) + beside;
  }
  return count * d.gMin + sum * d.perWeight;
};

const storeReadWeights: Kernels['storeReadWeights'] = (of, b, pair, reference, least) => {
  const { scale: d, weights } = statesOf(of);
  const { edges, before, cycles: factors, after: references, count } = b;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const k = edges[i]!;
    const g = before[i]!;
    const [low, top, beside] = [d.minWeight(k), d.maxWeight(k), d.apart === null ? 0 : d.apart[k]!];
    const current = low + reference + g * (top - low) + beside;
    const taken = Math.abs(current) < least ? least : current;
    weights[k] = taken * factors[i]! - reference * references[pair ? i : 0]!;
    sum += d.gMin + (low - d.low + g * (top - low) + beside) * d.perWeight;
  }
  return sum;
};

const noise: Kernels['noise'] = (random, entities, counts, n, out, other) => {
  for (let i = 0; i < n; i++) {
    out[i] = random.noise(entities[i]!, counts[i]!);
    if (other) other[i] = random.otherNoise(entities[i]!, counts[i]!);
  }
};

const uniforms: Kernels['uniforms'] = (random, entities, counts, n, out) => {
  for (let i = 0; i < n; i++) out[i] = random.uniform(entities[i]!, counts[i]!);
};

/** Pulses a run of devices that are their weights; arguments as in `Kernels.pulse`. */
const pulse: Kernels['pulse'] = (d, run, trace, scale, mu) => {
  const { weights, soft, aUp, bUp, aDown, bDown, spread, rowSums, totals, pulses, joules, random } = d;
  const { wMin: commonMin, wMax: commonMax, perWeight, scatter } = d;
  const { start, stride, count, edges, others, offset } = run;
  for (let i = 0; i < count; i++) {
    const other = others === null ? i : others[offset + i]!;
    const strength = scale * trace[other]!;
    if (strength === 0) continue;
    const edge = edges === null ? start + i * stride : edges[offset + i]!;
    const wMin = spread?.wMin ? spread.wMin[edge]! : commonMin;
    const wMax = spread === null ? commonMax : spread.wMax[edge]!;
    const before = weights[edge]!;
    const g = Math.min(Math.max((before - wMin) * (1 / (wMax - wMin)), 0), 1); // a stored bound may round past itself
    const up = strength > 0;
    const distance = up ? 1 - g : g;
    let amount = strength;
    if (mu !== 0) amount *= pow(distance, mu);
    if (spread !== null) amount *= up ? spread.up[edge]! : spread.down[edge]!;
    const b = up ? bUp : bDown;
    const step = (up ? aUp : aDown) * amount;
    let after = g + step * (soft ? distance : b === 0 ? 1 : exp(-b * (up ? g : 1 - g)));
    if (scatter > 0) after = g + (after - g) * (1 + scatter * random.noise(edge, pulses[edge]!));
    if (pulses.length > 0) pulses[edge]!++;
    weights[edge] = after <= 0 ? wMin : after >= 1 ? wMax : Math.min(wMin + after * (wMax - wMin), wMax);
    totals[AT.writes]!++;
    if (up) totals[AT.upward]!++;
    if (rowSums.length === 0) continue;
    const stored = weights[edge]!;
    rowSums[run.row < 0 ? other : run.row]! += stored - before;
    const spent = (before + stored) * perWeight;
    totals[AT.writeEnergy]! += spent;
    if (joules.length > 0) joules[edge]! += spent;
  }
};

export const STAGES = {
  takePulses,
  curvePulses,
  scalePulses,
  computeStates,
  storePulses: ((of, b, stamp) => storeDisturbing(statesOf(of), b, stamp)) as Kernels['storePulses'],
  takeRow,
  relaxStates,
  storeWeights,
  storeReadWeights,
  pulse,
  noise,
  uniforms,
};
