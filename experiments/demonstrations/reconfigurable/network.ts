import {
  type DeviceFactory,
  loadDevice,
  MODELS,
  Network,
  poisson,
  postTriggered,
  type Seed,
  Stream,
} from '../../index.ts';
import { deviceNeurons } from './deviceNeuron.ts';

/** Au/MAPbI3/Au: volatile or not, by choice. */
export const PRESET = 'mapbi3';
export type Mode = 'volatile' | 'nonVolatile';
const RELAXATION = 100; // ms, of the volatile mode (assumed)

const { model, ...quoted } = loadDevice(PRESET).device as unknown as {
  readonly model: 'reconfigurable';
  readonly etaDown: number;
};

/** The one device file in either mode. */
export function deviceOf(mode: Mode): DeviceFactory {
  const make = MODELS.devices[model] as (p: object) => DeviceFactory;
  return make({ ...quoted, mode, relaxation: RELAXATION, weightAtGMax: 1 });
}

/** Five letters of 5 × 5 pixels, nine of them black. */
export const LETTERS = [
  '1111100100001000010000100', // T
  '1000101010001000101010001', // X
  '1000010000100001000011111', // L
  '0010000100111110010000100', // +
  '1111100001000010000100001', // a corner
].map((bits) => [...bits].map(Number));
export const PIXELS = 25;
export const NEURONS = 25;
const THRESHOLD = 0.5;
const ACTIVE = 150; // Hz of a black pixel
const SILENT = 5; // Hz of a white one
const SHOWN = 150; // ms
const HOLD = 20; // ms that a spike silences all neurons for
/** ms that a neuron pauses after a spike, in which others win: nothing else keeps one from learning several letters. */
export const PAUSE = 60;

const neuronsOf = (mode: Mode, size: number, refractory: number) =>
  deviceNeurons({ size, device: deviceOf(mode), threshold: THRESHOLD, refractory, reset: 1 / quoted.etaDown });

export interface Roles {
  readonly synapses: Mode;
  readonly neurons: Mode;
}

interface Show extends Roles {
  readonly seed: Seed;
  /** Share of the pixels that are inverted, drawn anew each time. */
  readonly noise: number;
  /** Default: PAUSE. */
  readonly pause?: number;
  /** Weights that stay as they are; learned, if left out. */
  readonly frozen?: Float64Array;
}

/** Letters in random order. */
export function order(count: number, seed: Seed, purpose: string): number[] {
  const stream = new Stream(seed, purpose);
  return Array.from({ length: count }, () => stream.below(LETTERS.length));
}

/** Shows letters; returns the spikes of each neuron for each, and the weights a second after the last one. */
export function present(
  shown: readonly number[],
  { seed, noise, synapses: mode, neurons, frozen, pause = PAUSE }: Show,
) {
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size: PIXELS }));
  const output = net.population('output', neuronsOf(neurons, NEURONS, pause), { winnerTakeAll: { hold: HOLD } });
  const synapses = net.projection(
    input,
    output,
    frozen
      ? { connect: { matrix: { weights: frozen } } }
      : {
          connect: { all: { weight: { uniform: [0.4, 0.8] } } },
          device: deviceOf(mode),
          rule: postTriggered({ window: 20 }),
        },
  );
  const spikes = net.recordSpikes([output]);
  const stream = new Stream(seed, 'reconfigurable/noise');
  for (const letter of shown) {
    const rates = LETTERS[letter]!.map((black) => ((black === 1) !== stream.uniform() < noise ? ACTIVE : SILENT));
    net.change(input, (m) => m.setRates(rates));
    net.run(SHOWN);
    net.rest();
  }
  const counts = new Uint32Array(shown.length * NEURONS);
  const { times, neurons: fired } = spikes.of('output');
  times.forEach((t, k) => {
    counts[Math.min(Math.floor(t / SHOWN), shown.length - 1) * NEURONS + fired[k]!]!++;
  });
  const weights =
    frozen ?? Float64Array.from({ length: PIXELS * NEURONS }, (_, k) => synapses.devices!.weight(k, net.now + 1000));
  return { counts, weights };
}

/** Spikes a second of a neuron at this rate of pulses of strength 1, Hz. */
export function rateOf(mode: Mode, pulses: number, seed: Seed, size = 20): number {
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size, rate: pulses }));
  const output = net.population('output', neuronsOf(mode, size, 5));
  net.projection(input, output, { connect: { oneToOne: { weight: 1 } } });
  const spikes = net.recordSpikes([output]);
  net.run(10_000);
  return spikes.of('output').times.length / size / 10;
}
