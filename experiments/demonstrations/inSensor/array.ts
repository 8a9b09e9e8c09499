import { lif, linear, Network, poisson, Stream, transmission } from '../../index.ts';
import { type Learned, type MnistConfig, RateEncoder } from '../../mnist/index.ts';

/** What opens the synapses: nothing, they always are; the light of each pixel; that of another image. */
export const LIGHTS = ['none', 'own', 'other'] as const;
export type Light = (typeof LIGHTS)[number];

export interface Scene {
  readonly light: Light;
  /** Share of the pixels that show black or white at random. */
  readonly noise: number;
  /** Whether the noise is the same in all frames. */
  readonly fixed?: boolean;
  /** What all weights are multiplied by; 1 if left out. */
  readonly gain?: number;
  /** Humid moments a second, which close all synapses; none if left out. */
  readonly humidity?: number;
  readonly seed: number;
}

export interface Images {
  readonly images: Uint8Array;
  readonly pixels: number;
}

const FRAME = 20; // ms
export const FRAMES = 12;
const LIGHT = 5; // light spikes/ms an image: photons that matter
/** What light does to the synapses of a pixel, and humidity to all of them. */
const PHOTO = { dark: 0.1, bright: 2, eta: 0.1, tau: 200, reaches: 'row' } as const;
const HUMID = { dark: 1, bright: 0, eta: 0.1, tau: 200, reaches: 'all' } as const;

/** The frame that the array sees: pixels of `image`, some of them black or white. */
export function noisy(images: Uint8Array, offset: number, noise: number, stream: Stream, out: Uint8Array): void {
  for (let i = 0; i < out.length; i++) {
    const drawn = stream.uniform();
    out[i] = drawn < noise / 2 ? 0 : drawn < noise ? 255 : images[offset + i]!;
  }
}

/**
 * An array of photoelectric memristors, one a pixel and neuron, before neurons that have learned digits. It sees each image as twelve frames of
 * 20 ms, each with noise of its own; frames are rates of input spikes and of the light that raises what the synapses of a pixel transmit. Returns the spikes of
 * each neuron for each of `count` images.
 */
export function counts(
  config: MnistConfig,
  learned: Learned,
  { images, pixels }: Images,
  count: number,
  scene: Scene,
): Uint32Array {
  const neurons = config.neurons as number;
  const { gain = 1, humidity } = scene;
  const net = new Network({ seed: `${scene.seed} ${scene.light} ${scene.noise}` });
  const sensor = net.population('sensor', poisson({ size: pixels }));
  const light = net.population('light', poisson({ size: pixels }));
  const water = net.population('water', poisson({ size: 1, rate: humidity ?? 0 }));
  const cells = net.population(
    'cells',
    lif({ size: neurons, tau: config.neuron.tau, threshold: config.neuron.threshold, refractory: 0 }),
    { winnerTakeAll: { hold: 10 } },
  );
  const most = learned.weights.reduce((a, b) => Math.max(a, b));
  net.projection(sensor, cells, {
    connect: { matrix: { weights: Float64Array.from(learned.weights, (w) => w * gain) } },
    device: linear({ gMin: 0, weightAtGMax: most * gain }),
    ...(scene.light !== 'none'
      ? { modulator: { from: light, model: transmission(PHOTO) } }
      : humidity !== undefined && { modulator: { from: water, model: transmission(HUMID) } }),
  });
  learned.thresholds.forEach((mV, j) => {
    cells.model.setThreshold(j, 0, mV * config.neuron.readThreshold);
  });
  const spikes = net.recordSpikes([cells]);
  const stream = new Stream(scene.seed, 'inSensor/noise');
  const encoder = new RateEncoder(pixels, config);
  const total = config.stimulus.rate / 1000; // spikes/ms
  const [seen, lit] = [new Uint8Array(pixels), new Uint8Array(pixels)];
  const found = new Uint32Array(count * neurons);
  for (let image = 0; image < count; image++) {
    const other = (image + 1) % count;
    for (let frame = 0; frame < FRAMES; frame++) {
      if (frame === 0 || !scene.fixed) {
        noisy(images, image * pixels, scene.noise, stream, seen);
        noisy(images, other * pixels, scene.noise, stream, lit);
      }
      const shining = scene.light === 'other' ? lit : seen;
      const lights = encoder.encode(shining, 0).map((hz) => (hz * LIGHT) / total);
      net.change(light, (model) => model.setRates(lights));
      net.change(sensor, (model) => model.setRates(encoder.encode(seen, 0)));
      net.run(FRAME);
    }
    net.rest();
  }
  const { times, neurons: fired } = spikes.of('cells');
  times.forEach((t, k) => {
    found[Math.min(Math.floor(t / (FRAME * FRAMES)), count - 1) * neurons + fired[k]!]!++;
  });
  return found;
}
