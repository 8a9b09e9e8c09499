import { lif, linear, Network, poisson, type RowSink } from '../../index.ts';
import { type LabelledImages, mnistConfig, RateEncoder } from '../../mnist/index.ts';

const DURATION = 100; // ms an image
const [TAU, THRESHOLD] = [20, 5]; // ms, mV

export interface Hidden {
  readonly neurons: number;
  /** Relative sd between devices. */
  readonly spread: number;
  readonly seed: number;
}

/**
 * Weights (mV) of pairs of devices, the conductance of the one less that of the other, that were all programmed alike: what they
 * differ by is the spread. Pixels × neurons, row-major.
 */
function projectionOf(pixels: number, { neurons, spread, seed }: Hidden): Float64Array {
  const net = new Network({ seed });
  const input = net.population('pixels', poisson({ size: pixels }));
  const output = net.population('hidden', lif({ size: neurons }));
  const highest = { all: { weight: { uniform: [1e9, 1e9] as const } } }; // brought to the top of each device's range
  const [plus, minus] = ['plus', 'minus'].map(
    (name) =>
      net.projection(input, output, { name, connect: highest, device: linear({ deviceToDevice: spread }) }).edges
        .weights!,
  );
  return Float64Array.from(plus!, (w, k) => w - minus![k]!);
}

/**
 * Spikes of each pixel and of each hidden neuron for each of the first `count` images, image by image. Neurons do not act on
 * each other, so that the first n of them are a layer of n. `pause` is called after each hundred images.
 */
export async function responses(
  { images, rows, columns }: LabelledImages,
  count: number,
  hidden: Hidden,
  name: string,
  pause: () => Promise<void>,
): Promise<{ readonly input: Uint16Array; readonly hidden: Uint16Array }> {
  const pixels = rows * columns;
  const { neurons, seed } = hidden;
  const weights = projectionOf(pixels, hidden);
  const net = new Network({ seed: `${seed} ${name}` });
  const input = net.population('pixels', poisson({ size: pixels }));
  const output = net.population(
    'hidden',
    lif({ size: neurons, tau: TAU, threshold: THRESHOLD, refractory: 0, precision: 'f32' }),
  );
  net.projection(input, output, { connect: { matrix: { weights } } });
  const counted = { input: new Uint16Array(count * pixels), hidden: new Uint16Array(count * neurons) };
  const sink: RowSink = {
    write({ time, neuron, population }, spikes) {
      for (let k = 0; k < spikes; k++) {
        const image = Math.min(Math.floor(time![k]! / DURATION), count - 1);
        if (population![k] === output.id) counted.hidden[image * neurons + neuron![k]!]!++;
        else counted.input[image * pixels + neuron![k]!]!++;
      }
    },
  };
  net.recordSpikes([input, output], sink);
  const encoder = new RateEncoder(pixels, mnistConfig({}));
  for (let i = 0; i < count; i++) {
    const rates = encoder.encode(images, i * pixels);
    net.change(input, (model) => model.setRates(rates));
    net.run(DURATION);
    net.rest();
    if (i % 100 === 99) await pause();
  }
  net.flush();
  return counted;
}

/** The first `n` of `neurons` columns. */
export function firstOf(counts: Uint16Array, neurons: number, n: number): Uint16Array {
  const images = counts.length / neurons;
  const kept = new Uint16Array(images * n);
  for (let i = 0; i < images; i++) kept.set(counts.subarray(i * neurons, i * neurons + n), i * n);
  return kept;
}
