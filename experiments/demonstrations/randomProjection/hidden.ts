import { lif, linear, Network, poisson, type RowSink } from '../../index.ts';
import { type LabelledImages, mnistConfig, RateEncoder } from '../../mnist/index.ts';

const DURATION = 100; // ms per image
const [TAU, THRESHOLD] = [20, 5]; // ms, mV

export interface HiddenLayer {
  readonly neurons: number;
  /** Relative sd between devices. */
  readonly spread: number;
  readonly seed: number;
}

/**
 * Weights (mV) of device pairs, the difference of two conductances, pixels × neurons, row-major. All devices are programmed
 * alike, so that their differences are the spread.
 */
function drawWeights(pixels: number, { neurons, spread, seed }: HiddenLayer): Float64Array {
  const net = new Network({ seed });
  const input = net.population('pixels', poisson({ size: pixels }));
  const output = net.population('hidden', lif({ size: neurons }));
  const connect = { all: { weight: { uniform: [1e9, 1e9] as const } } }; // to the top of the range of each device
  const [plus, minus] = ['plus', 'minus'].map((name) => {
    const device = linear({ deviceToDevice: spread });
    return net.projection(input, output, { name, connect, device }).edges.weights!;
  });
  return Float64Array.from(plus!, (w, k) => w - minus![k]!);
}

/**
 * Counts spikes per pixel and per hidden neuron for each of the first `count` images. Hidden neurons do not interact, so that
 * the first n of them are a layer of n. Calls `pause` after each hundred images.
 */
export async function countResponses(
  { images, rows, columns }: LabelledImages,
  count: number,
  layer: HiddenLayer,
  name: string,
  pause: () => Promise<void>,
): Promise<{ readonly input: Uint16Array; readonly hidden: Uint16Array }> {
  const pixels = rows * columns;
  const { neurons, seed } = layer;
  const weights = drawWeights(pixels, layer);
  const net = new Network({ seed: `${seed} ${name}` });
  const input = net.population('pixels', poisson({ size: pixels }));
  const hidden = lif({ size: neurons, tau: TAU, threshold: THRESHOLD, refractory: 0, precision: 'f32' });
  const output = net.population('hidden', hidden);
  net.projection(input, output, { connect: { matrix: { weights } } });
  const counts = { input: new Uint16Array(count * pixels), hidden: new Uint16Array(count * neurons) };
  const sink: RowSink = {
    write({ time, neuron, population }, spikes) {
      for (let k = 0; k < spikes; k++) {
        const image = Math.min(Math.floor(time![k]! / DURATION), count - 1);
        if (population![k] === output.id) counts.hidden[image * neurons + neuron![k]!]!++;
        else counts.input[image * pixels + neuron![k]!]!++;
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
  return counts;
}

/** First `n` of `neurons` columns. */
export function takeColumns(counts: Uint16Array, neurons: number, n: number): Uint16Array {
  const images = counts.length / neurons;
  const kept = new Uint16Array(images * n);
  for (let i = 0; i < images; i++) kept.set(counts.subarray(i * neurons, i * neurons + n), i * n);
  return kept;
}
