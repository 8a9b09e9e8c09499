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
import { countSpikes } from '../readouts.ts';
import { deviceNeurons } from './deviceNeurons.ts';

/** Au/MAPbI3/Au: volatile or non-volatile. */
export const PRESET = 'mapbi3';
export type Mode = 'volatile' | 'nonVolatile';
const RELAXATION = 100; // ms, of the volatile mode (assumed)

const { model, ...quoted } = loadDevice(PRESET).device as unknown as {
  readonly model: 'reconfigurable';
  readonly etaDown: number;
};

/** Device of the preset in either mode. */
function makeDevice(mode: Mode): DeviceFactory {
  const create = MODELS.devices[model] as (p: object) => DeviceFactory;
  return create({ ...quoted, mode, relaxation: RELAXATION, weightAtGMax: 1 });
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
const BLACK_RATE = 150; // Hz
const WHITE_RATE = 5; // Hz
const PRESENTATION = 150; // ms
const INHIBITION = 20; // ms of silence of all neurons after a spike
/** Refractory period after a spike, ms, in which other neurons win: the only mechanism against one neuron learning several letters. */
export const PAUSE = 60;

const makeNeurons = (mode: Mode, size: number, refractory: number) =>
  deviceNeurons({ size, device: makeDevice(mode), threshold: THRESHOLD, refractory, reset: 1 / quoted.etaDown });

export interface Roles {
  readonly synapses: Mode;
  readonly neurons: Mode;
}

interface PresentationOptions extends Roles {
  readonly seed: Seed;
  /** Share of the pixels that are inverted, drawn at each presentation. */
  readonly noise: number;
  /** Refractory period, ms; PAUSE by default. */
  readonly pause?: number;
  /** Constant weights; by default weights are learned. */
  readonly frozen?: Float64Array;
}

/** Draws letters at random. */
export function drawLetters(count: number, seed: Seed, purpose: string): number[] {
  const stream = new Stream(seed, purpose);
  return Array.from({ length: count }, () => stream.below(LETTERS.length));
}

/** Presents letters; returns spike counts per letter and neuron, and the weights a second after the last letter. */
export function presentLetters(letters: readonly number[], options: PresentationOptions) {
  const { seed, noise, synapses: mode, neurons, frozen, pause = PAUSE } = options;
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size: PIXELS }));
  const output = net.population('output', makeNeurons(neurons, NEURONS, pause), {
    winnerTakeAll: { hold: INHIBITION },
  });
  const learned = {
    connect: { all: { weight: { uniform: [0.4, 0.8] as const } } },
    device: makeDevice(mode),
    rule: postTriggered({ window: 20 }),
  };
  const { devices } = net.projection(input, output, frozen ? { connect: { matrix: { weights: frozen } } } : learned);
  const spikes = net.recordSpikes([output]);
  const stream = new Stream(seed, 'reconfigurable/noise');
  for (const letter of letters) {
    const rates = LETTERS[letter]!.map((bit) => ((bit === 1) !== stream.uniform() < noise ? BLACK_RATE : WHITE_RATE));
    net.change(input, (m) => m.setRates(rates));
    net.run(PRESENTATION);
    net.rest();
  }
  const counts = countSpikes(spikes.of('output'), letters.length, PRESENTATION, NEURONS);
  const weights =
    frozen ?? Float64Array.from({ length: PIXELS * NEURONS }, (_, k) => devices!.weight(k, net.now + 1000));
  return { counts, weights };
}

/** Mean firing rate, Hz, of neurons that get pulses of strength 1 at rate `pulses` (Hz). */
export function measureRate(mode: Mode, pulses: number, seed: Seed, size = 20): number {
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size, rate: pulses }));
  const output = net.population('output', makeNeurons(mode, size, 5));
  net.projection(input, output, { connect: { oneToOne: { weight: 1 } } });
  const spikes = net.recordSpikes([output]);
  net.run(10_000);
  return spikes.of('output').times.length / size / 10;
}
