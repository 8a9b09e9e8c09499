import { exp } from '../math.ts';
import type { StepFamily } from './devices.ts';
import type { Kernels } from './kernels.ts';
import { between } from './plainShow.ts';
import { TotalsPlaces as AT } from './records.ts';

/** The stages of pulses, one device after the other; the reference of core/kernels/wasm/stages.ts. */
export const takePulses: Kernels['takePulses'] = (d, run, from, to, trace, scale, b) => {
  const { start, stride, edges, others, offset } = run;
  let n = 0;
  for (let i = from; i < to; i++) {
    const other = others === null ? i : others[offset + i]!;
    const strength = scale * trace[other]!;
    if (strength === 0) continue;
    const edge = edges === null ? start + i * stride : edges[offset + i]!;
    b.edges[n] = edge;
    b.others[n] = other;
    const state = b.statesFrom < 0 ? edge : b.statesFrom + other;
    b.numbers[n] = d.pulses[state]!;
    b.amounts[n] = strength;
    b.before[n++] = d.g[state]!;
  }
  b.count = n;
};

export const scalePulses: Kernels['scalePulses'] = ({ places, first, amounts, count }, ups, downs) => {
  for (let i = 0; i < count; i++) amounts[i]! *= (amounts[i]! > 0 ? ups : downs)[first + places[i]!]!;
};

/** The number of the level in [0, 1] that g falls on, as a share; u is uniform on (0, 1), or 0.5 for the nearest one. */
export function toLevel(g: number, count: number, u: number): number {
  return Math.min(Math.floor(g * (count - 1) + u), count - 1) / (count - 1);
}

function step({ soft, up: upward, down: downward }: StepFamily, g: number, amount: number): number {
  const up = amount > 0;
  const { a, b: decay } = up ? upward : downward;
  const size = a * amount;
  return g + size * (soft ? (up ? 1 - g : g) : decay === 0 ? 1 : exp(-decay * (up ? g : 1 - g)));
}

export const settlePulses: Kernels['settlePulses'] = ({ stages: { family, straying } }, b) => {
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

export const putPulses: Kernels['putPulses'] = (d, b, { ends, up, down }, stamp, settles) => {
  if (settles && d.stages.family && up && down) scalePulses(b, up, down);
  if (settles) settlePulses(d, b);
  const { places, first, statesFrom } = b;
  const { g, weights, totals, rows, columns, all, joules, low: lowest, gMin, perWeight, disturb, apart, floor } = d;
  for (let i = 0; i < b.count; i++) {
    const k = b.edges[i]!;
    const state = statesFrom < 0 ? k : statesFrom + b.others[i]!;
    const x = b.after[i]!;
    const place = 2 * (first + places[i]!);
    const low = ends === null ? lowest : ends[place]!;
    const top = ends === null ? d.top : ends[place + 1]!;
    const amount = b.amounts[i]!;
    const within = between(low, top, x);
    const shownBefore = apart === null ? 0 : apart[state]!;
    const shown = apart === null ? 0 : Math.max(d.apartSd * b.strays[i]!, floor - within);
    totals[AT.writes]!++;
    if (amount > 0 || Object.is(amount, 0)) totals[AT.upward]!++; // a strength that the weight dependence made 0 keeps its sign
    d.pulses[state] = b.numbers[i]! + 1;
    if (d.programmed !== null) d.programmed[k] = stamp;
    if (rows.length > 0) {
      const row = b.row < 0 ? b.others[i]! : b.row;
      const column = b.column < 0 ? b.others[i]! : b.column;
      const conductance = (g: number, more: number) => gMin + (low - lowest + g * (top - low) + more) * perWeight;
      const left = conductance(x, shown);
      const stored = conductance(g[state]!, shownBefore);
      const square = b.squares === null ? d.square : b.squares[i]!;
      const spent = square * ((conductance(b.before[i]!, shownBefore) + left) / 2);
      totals[AT.writeEnergy]! += spent;
      if (joules.length > 0) joules[k]! += spent;
      disturb?.(row, column, b.partial === null ? square : b.partial[i]!, stored);
      rows[row]! += left - stored;
      if (columns.length > 0) columns[column]! += left - stored;
      all[0]! += left - stored;
    }
    g[state] = x;
    weights[k] = within + shown;
    if (apart !== null) apart[state] = shown;
  }
};
