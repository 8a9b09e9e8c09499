import { diffusiveNeuron, MemoryTable, Network, type Seed } from '../../index.ts';

const CURRENT = 400; // pA
const RESISTANCE = 0.04; // GΩ
const [DELAY, FIELD] = [500, 4]; // ms, mV: of the filament
const LONGEST = 400; // ms

/** When each of many diffusive-memristor neurons fires after a current was switched on, ms, ascending. */
export function delays(capacitance: number, neurons: number, seed: Seed): number[] {
  const net = new Network({ seed });
  const model = { capacitance, resistanceOff: RESISTANCE, delay: DELAY, fieldScale: FIELD, current: CURRENT };
  const population = net.population('neurons', diffusiveNeuron({ size: neurons, ...model }));
  const rows = new MemoryTable();
  net.recordSpikes([population], rows);
  net.run(LONGEST);
  net.flush();
  const first = new Map<number, number>();
  rows.column('neuron').forEach((neuron, i) => {
    if (!first.has(neuron)) first.set(neuron, rows.column('time')[i]!);
  });
  return [...first.values()].sort((a, b) => a - b);
}

/** Probability of having fired by each of these times (ascending), 1 - e^(-∫ e^(V/FIELD)/DELAY dt), by Simpson's rule. */
export function predicted(capacitance: number, times: readonly number[]): number[] {
  const hazard = (t: number) =>
    Math.exp((RESISTANCE * CURRENT * -Math.expm1(-t / (RESISTANCE * capacitance))) / FIELD) / DELAY;
  let [sum, last] = [0, 0];
  return times.map((t) => {
    sum += ((t - last) / 6) * (hazard(last) + 4 * hazard((last + t) / 2) + hazard(t));
    last = t;
    return -Math.expm1(-sum);
  });
}

/** Largest distance between the cumulative distributions found and predicted (Kolmogorov-Smirnov). */
export function distance(found: readonly number[], neurons: number, form: readonly number[]): number {
  return found.reduce((most, _, i) => Math.max(most, form[i]! - i / neurons, (i + 1) / neurons - form[i]!), 0);
}
