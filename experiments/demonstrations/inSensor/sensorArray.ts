import { lif, linear, Network, poisson, Stream, transmission } from '../../index.ts';
import { type Learned, type MnistConfig, RateEncoder } from '../../mnist/index.ts';
import { countSpikes } from '../readouts.ts';

/** Light that opens the synapses: none (they are always open), light of each pixel, or light of another image. */
export const LIGHTS = ['none', 'own', 'other'] as const;
export type Light = (typeof LIGHTS)[number];

export interface Scene {
  readonly light: Light;
  /** Share of the pixels that show black or white at random. */
  readonly noise: number;
  /** True if the noise is the same in all frames. */
  readonly fixed?: boolean;
  /** Factor of all weights; 1 by default. */
  readonly gain?: number;
  /** Rate of events of humidity, which close all synapses, Hz; none by default. */
  readonly humidity?: number;
  readonly seed: number;
}

export interface Images {
  readonly images: Uint8Array;
  readonly pixels: number;
}

const FRAME = 20; // ms
export const FRAMES = 12;
const LIGHT = 5; // light spikes/ms per image
/** Effect of light on the synapses of a pixel, and of humidity on all synapses. */
const PHOTO = { dark: 0.1, bright: 2, eta: 0.1, tau: 200, reaches: 'row' } as const;
const HUMID = { dark: 1, bright: 0, eta: 0.1, tau: 200, reaches: 'all' } as const;

/** Draws a frame into `frame`: pixels of an image, some of them black or white. */
export function drawFrame(images: Uint8Array, offset: number, noise: number, stream: Stream, frame: Uint8Array): void {
  for (let i = 0; i < frame.length; i++) {
    const drawn = stream.uniform();
    frame[i] = drawn < noise / 2 ? 0 : drawn < noise ? 255 : images[offset + i]!;
  }
}

/**
 * Counts the spikes of each neuron for each of `count` images. An array of photoelectric memristors, one per pixel and neuron,
 * drives neurons that have learned digits. It sees each image as 12 frames of 20 ms, each with its own noise. A frame sets the
 * rates of the input spikes, and of the light that raises the transmission of the synapses of a pixel.
 */
export function countResponses(
  config: MnistConfig,
  learned: Learned,
  { images, pixels }: Images,
  count: number,
  scene: Scene,
): Uint32Array {
  const neurons = config.neurons as number;
  const { gain = 1, humidity } = scene;
  const { tau, threshold, readThreshold } = config.neuron;
  const net = new Network({ seed: `${scene.seed} ${scene.light} ${scene.noise}` });
  const sensor = net.population('sensor', poisson({ size: pixels }));
  const light = net.population('light', poisson({ size: pixels }));
  const water = net.population('water', poisson({ size: 1, rate: humidity ?? 0 }));
  const cells = net.population('cells', lif({ size: neurons, tau, threshold, refractory: 0 }), {
    winnerTakeAll: { hold: 10 },
  });
  const largest = learned.weights.reduce((a, b) => Math.max(a, b));
  net.projection(sensor, cells, {
    connect: { matrix: { weights: Float64Array.from(learned.weights, (w) => w * gain) } },
    device: linear({ gMin: 0, weightAtGMax: largest * gain }),
    ...(scene.light !== 'none'
      ? { modulator: { from: light, model: transmission(PHOTO) } }
      : humidity !== undefined && { modulator: { from: water, model: transmission(HUMID) } }),
  });
  learned.thresholds.forEach((mV, j) => {
    cells.model.setThreshold(j, 0, mV * readThreshold);
  });
  const spikes = net.recordSpikes([cells]);
  const stream = new Stream(scene.seed, 'inSensor/noise');
  const encoder = new RateEncoder(pixels, config);
  const total = config.stimulus.rate / 1000; // spikes/ms
  const [seen, lit] = [new Uint8Array(pixels), new Uint8Array(pixels)];
  for (let image = 0; image < count; image++) {
    const other = (image + 1) % count;
    for (let frame = 0; frame < FRAMES; frame++) {
      if (frame === 0 || !scene.fixed) {
        drawFrame(images, image * pixels, scene.noise, stream, seen);
        drawFrame(images, other * pixels, scene.noise, stream, lit);
      }
      const shining = scene.light === 'other' ? lit : seen;
      const lights = encoder.encode(shining, 0).map((hz) => (hz * LIGHT) / total);
      net.change(light, (model) => model.setRates(lights));
      net.change(sensor, (model) => model.setRates(encoder.encode(seen, 0)));
      net.run(FRAME);
    }
    net.rest();
  }
  return countSpikes(spikes.of('cells'), count, FRAME * FRAMES, neurons);
}
