/**
 * Light on a pixel raises the transmission of its memristors for a while, so that light that recurs counts for more than flicker;
 * humidity closes all memristors. Devices: photoelectric arrays, MXene-ZnO.
 */
import { mean } from 'simple-statistics';
import { accuracy, lif, linear, Network, poisson, Stream, transmission } from '../../index.ts';
import { type Learned, type MnistConfig, RateEncoder } from '../../training/unsupervised/index.ts';
import { defineDemonstration, layerParams, measureSeeds } from '../demonstration.ts';
import { isDecreasing, isGreater } from '../findings.ts';
import { countSpikes } from '../readouts.ts';
import { fitReadout, trainMnistLayer } from '../trainedLayer.ts';

/** Light that opens the synapses: none (they are always open), light of each pixel, or light of another image. */
const LIGHTS = ['none', 'own', 'other'] as const;
type Light = (typeof LIGHTS)[number];

/**
 * Light; share of the pixels that show black or white at random, the same in all frames if `fixed`; factor of all weights; rate of
 * events of humidity, which close all synapses, Hz.
 */
interface Scene extends Readonly<Partial<Record<'gain' | 'humidity', number>>> {
  readonly light: Light;
  readonly noise: number;
  readonly fixed?: boolean;
  readonly seed: number;
}

const FRAME = 20; // ms
const FRAMES = 12;
const LIGHT = 5; // light spikes/ms per image
/** Effect of light on the synapses of a pixel, and of humidity on all synapses. */
const PHOTO = { dark: 0.1, bright: 2, eta: 0.1, tau: 200, reaches: 'row' } as const;
const HUMID = { dark: 1, bright: 0, eta: 0.1, tau: 200, reaches: 'all' } as const;

/** Draws a frame into `frame`: pixels of an image, some of them black or white. */
function drawFrame(images: Uint8Array, offset: number, noise: number, stream: Stream, frame: Uint8Array): void {
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
  { images, pixels }: { readonly images: Uint8Array; readonly pixels: number },
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

const NOISES = [0, 0.1, 0.2, 0.3, 0.4, 0.5]; // share of the pixels
const NOISE = 0.4; // of the controls
const GAINS = [0.5, 0.7, 1.5, 2, 4]; // of synapses without light, beside 1
const HUMIDITIES = [0, 30, 100, 300, 1000]; // Hz
const LABELS = {
  noise: 'share of pixels that show black or white at random',
  humidity: 'humid moments per second (Hz)',
  spikes: 'spikes of an image',
};

export default defineDemonstration({
  name: 'in-sensor',
  title: 'Light and humidity gate the synapses of a sensor array: digits in flickering noise',
  claim:
    'Memristors under light or humidity pre-process images in the sensor: they gate transmission and reduce noise.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 86 and 101',
  parameters: {
    ...layerParams({ neurons: 100, train: 20_000, label: 2000, test: 200 }),
  },
  async run(p, context) {
    const measure = async (seed: number) => {
      const { config, data, learned } = await trainMnistLayer(p, seed, context);
      const readout = await fitReadout(config, learned, data.train, context);
      const images = { images: data.test.images, pixels: data.test.rows * data.test.columns };
      const test = (scene: Omit<Scene, 'seed'>) => {
        const counts = countResponses(config, learned, images, p.test, { ...scene, seed });
        const correct = accuracy(data.test.labels.subarray(0, p.test), readout.predictAll(counts));
        return { accuracy: correct, spikes: counts.reduce((a, b) => a + b, 0) / p.test };
      };
      const flicker = [];
      for (const noise of NOISES) {
        await context.step(`noise ${noise}`);
        flicker.push(...LIGHTS.map((light) => ({ noise, light, ...test({ light, noise }) })));
      }
      await context.step('controls');
      const noLight = flicker.find(({ noise, light }) => noise === NOISE && light === 'none')!.accuracy;
      const gained = GAINS.map((gain) => test({ light: 'none', noise: NOISE, gain }).accuracy);
      const fixed = (light: Light) => test({ light, noise: NOISE, fixed: true }).accuracy;
      const controls = [
        { control: 'no light, the best of six gains', accuracy: Math.max(noLight, ...gained) },
        { control: 'constant noise, no light', accuracy: fixed('none') },
        { control: 'constant noise, light of each pixel', accuracy: fixed('own') },
      ];
      const humid = HUMIDITIES.map((humidity) => ({ humidity, ...test({ light: 'none', noise: 0, humidity }) }));
      return { flicker, controls, humid };
    };
    const { flicker, humid, controls } = await measureSeeds(p, context, measure, LABELS);
    const noisy = (light: Light) => flicker.values('accuracy', { noise: NOISE, light });
    const control = (name: string) => controls.values('accuracy', { control: name });
    return {
      figures: {
        ...flicker.figures('accuracy', { noise: [0, NOISE], light: LIGHTS }),
        ...controls.figures('accuracy', { control: controls.rows.map((row) => row.control) }),
        ...humid.figures('spikes', { humidity: [0, 300] }),
        ...humid.figures('accuracy', { humidity: [300, 1000] }),
      },
      expectations: {
        'light on the pixels improves accuracy at noise 0.4 in every seed': isGreater(noisy('own'), noisy('none')),
        'control: no gain without light reaches that accuracy': isGreater(
          noisy('own'),
          control('no light, the best of six gains'),
        ),
        'control: light of another image is worse than no light': isGreater(noisy('none'), noisy('other')),
        'control: light does not help against constant noise':
          mean(control('constant noise, light of each pixel')) <= mean(control('constant noise, no light')),
        'light costs less than 3 points without noise':
          flicker.mean('accuracy', { noise: 0, light: 'own' }) >
          flicker.mean('accuracy', { noise: 0, light: 'none' }) - 3,
        'the number of spikes falls with humidity': isDecreasing(humid.means('spikes', 'humidity')),
      },
      tables: { flicker, controls, humid },
      pictures: {
        noise: flicker.picture({ x: 'noise', y: 'accuracy', by: ['light'] }),
        humidity: humid.picture({ x: 'humidity', y: 'spikes' }),
      },
    };
  },
});
