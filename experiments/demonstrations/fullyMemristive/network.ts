import { diffusiveNeuron, Network, poisson, postTriggered, type Seed, Stream, softBound } from '../../index.ts';
import { shuffle } from '../demonstration.ts';
import { countSpikes } from '../readouts.ts';

export const INPUTS = 8;
export const NEURONS = 8;

/** Patterns of which each activates half of the inputs; some pairs share two inputs, others none. */
export const PATTERNS = ['11110000', '00001111', '11001100', '00110011'].map((bits) => [...bits].map(Number));

const INHIBITION = 20; // ms of silence of all neurons after a spike
const ACTIVE_RATE = 500; // Hz
const PRESENTATION = 100; // ms
export const MAX_WEIGHT = 2.5; // mV at the largest conductance
const FILAMENT_DELAY = 2e4; // ms in which a filament forms without a field

/** Draws the order of presentations, in which all patterns are equally frequent. */
export function drawOrder(count: number, seed: Seed, purpose: string): number[] {
  const stream = new Stream(seed, purpose);
  const patterns = Array.from({ length: count }, (_, k) => k % PATTERNS.length);
  return shuffle(patterns, (n) => stream.below(n));
}

interface PresentationOptions {
  readonly seed: Seed;
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
  /** Constant weights, mV; by default weights are drawn and learned. */
  readonly frozen?: Float64Array;
}

/** Presents patterns; returns spike counts per presentation and neuron, and all weights before and after. */
export function presentPatterns(
  patterns: readonly number[],
  { seed, deviceToDevice, cycleToCycle, frozen }: PresentationOptions,
) {
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size: INPUTS }));
  const output = net.population('output', diffusiveNeuron({ size: NEURONS, delay: FILAMENT_DELAY }), {
    winnerTakeAll: { hold: INHIBITION },
  });
  const learned = {
    connect: { all: { weight: { uniform: [0.6 * MAX_WEIGHT, 0.8 * MAX_WEIGHT] as const } } },
    device: softBound({ weightAtGMax: MAX_WEIGHT, etaUp: 0.05, etaDown: 0.05, deviceToDevice, cycleToCycle }),
    rule: postTriggered({ window: 20 }),
  };
  const { edges } = net.projection(input, output, frozen ? { connect: { matrix: { weights: frozen } } } : learned);
  const before = Float64Array.from(edges.weights!);
  const spikes = net.recordSpikes([output]);
  for (const pattern of patterns) {
    net.change(input, (model) => model.setRates(PATTERNS[pattern]!.map((on) => on * ACTIVE_RATE)));
    net.run(PRESENTATION);
    net.rest();
  }
  const counts = countSpikes(spikes.of('output'), patterns.length, PRESENTATION, NEURONS);
  return { counts, before, after: Float64Array.from(edges.weights!) };
}

const CURRENT = 400; // pA
const RESISTANCE = 0.04; // GΩ
const [DELAY, FIELD] = [500, 4]; // ms, mV: of the filament
const MAX_TIME = 400; // ms

/** Delays from the onset of a current to the first spike of each diffusive-memristor neuron, ms, ascending. */
export function measureDelays(capacitance: number, neurons: number, seed: Seed): number[] {
  const net = new Network({ seed });
  const model = { capacitance, resistanceOff: RESISTANCE, delay: DELAY, fieldScale: FIELD, current: CURRENT };
  const population = net.population('neurons', diffusiveNeuron({ size: neurons, ...model }));
  const spikes = net.recordSpikes([population]);
  net.run(MAX_TIME);
  const first = spikes.trains('neurons').flatMap((train) => [...train.subarray(0, 1)]);
  return first.sort((a, b) => a - b);
}

/** Probability of a spike by each of these times (ascending), 1 - e^(-∫ e^(V/FIELD)/DELAY dt), by Simpson's rule. */
export function predictDelays(capacitance: number, times: readonly number[]): number[] {
  const hazard = (t: number) =>
    Math.exp((RESISTANCE * CURRENT * -Math.expm1(-t / (RESISTANCE * capacitance))) / FIELD) / DELAY;
  let [sum, last] = [0, 0];
  return times.map((t) => {
    sum += ((t - last) / 6) * (hazard(last) + 4 * hazard((last + t) / 2) + hazard(t));
    last = t;
    return -Math.expm1(-sum);
  });
}

/** Kolmogorov-Smirnov distance between measured delays and the predicted probabilities at these delays. */
export function compareDelays(delays: readonly number[], neurons: number, predicted: readonly number[]): number {
  return delays.reduce(
    (most, _, i) => Math.max(most, predicted[i]! - i / neurons, (i + 1) / neurons - predicted[i]!),
    0,
  );
}
