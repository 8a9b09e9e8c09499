/**
 * Light raises the transmission of a pixel for some 200 ms, so steady pixels count more than flickering ones. Devices: MXene-ZnO.
 */
import { mean } from 'simple-statistics';
import { accuracy, lif, linear, Network, poisson, RandomStream, transmission } from '../../index.ts';
import { filmStrip } from '../../look/plots/index.ts';
import { type Learned, type MnistConfig, RateEncoder } from '../../training/unsupervised/index.ts';
import { declareCounts, defineDemonstration, isDecreasing, isGreaterPerSeed, listSeeds } from '../demonstration.ts';
import { countSpikes } from '../readouts.ts';
import { fitReadout, trainMnistLayer } from '../trainedLayer.ts';

/** Image that lights the pixels: `none` (no light, constant transmission), `own` (the input image) or `other` (another image). */
const LIGHTS = ['none', 'own', 'other'] as const;
type LightSource = (typeof LIGHTS)[number];

export const UNDISTURBED_SCENE = {
  light: 'none' as LightSource,
  noise: 0, // share of the pixels that show black or white at random
  fixed: false, // true if the noise is the same in all frames
  gain: 1, // factor of all weights
  humidity: 0, // rate of events that close all synapses, Hz
};
type SceneSettings = typeof UNDISTURBED_SCENE;

const FRAME_DURATION = 20; // ms
const FRAME_COUNT = 12;
const LIGHT_RATE = 5; // spikes/ms of light, summed over the pixels of an image
const LIGHT_TRANSMISSION = { dark: 0.1, bright: 2, eta: 0.1, tau: 200, reaches: 'row' } as const;
const HUMIDITY_TRANSMISSION = { dark: 1, bright: 0, eta: 0.1, tau: 200, reaches: 'all' } as const;

function drawFrame(images: Uint8Array, offset: number, noise: number, stream: RandomStream, frame: Uint8Array): void {
  for (let i = 0; i < frame.length; i++) {
    const drawn = stream.uniform();
    frame[i] = drawn < noise / 2 ? 0 : drawn < noise ? 255 : images[offset + i]!;
  }
}

/** Sums per image pixel. `input`: number of input spikes; `transmitted`: sum over these spikes of the transmitted share of the weight. */
type PixelSums = Readonly<Record<'input' | 'transmitted', Float64Array>>;

/**
 * Spike counts, images × neurons. An image is shown as 12 frames of 20 ms, each with its own noise. A frame sets the rates of input spikes
 * and of light events per pixel. @param sums arrays to which the input of all images is added
 */
export function countSpikesPerImage(
  { config, learned }: { readonly config: MnistConfig; readonly learned: Learned },
  images: Uint8Array,
  count: number,
  { light: source, noise, fixed, gain, humidity }: SceneSettings,
  seed: number,
  sums?: PixelSums,
): Uint32Array {
  const pixels = learned.weights.length / learned.thresholds.length;
  const neurons = config.neurons as number;
  const { tau, threshold, readThreshold } = config.neuron;
  const net = new Network({ seed: `${seed} ${source} ${noise}` });
  const sensor = net.population('sensor', poisson({ size: pixels }));
  const light = net.population('light', poisson({ size: pixels }));
  const water = net.population('water', poisson({ size: 1, rate: humidity }));
  const model = lif({ size: neurons, tau, threshold, refractory: 0 });
  const cells = net.population('cells', model, { winnerTakeAll: { hold: 10 } });
  const largest = learned.weights.reduce((a, b) => Math.max(a, b));
  const array = net.projection(sensor, cells, {
    connect: { matrix: { weights: Float64Array.from(learned.weights, (w) => w * gain) } },
    device: linear({ gMin: 0, weightAtGMax: largest * gain }),
    ...(source !== 'none'
      ? { modulator: { from: light, model: transmission(LIGHT_TRANSMISSION) } }
      : humidity > 0 && { modulator: { from: water, model: transmission(HUMIDITY_TRANSMISSION) } }),
  });
  for (const [j, mV] of learned.thresholds.entries()) cells.model.setThreshold(j, 0, mV * readThreshold);
  const spikes = net.recordSpikes([cells]);
  const arrivals = sums && net.recordWeights(array, { on: 'pre' });
  const stream = new RandomStream(seed, 'inSensor/noise');
  const encoder = new RateEncoder(pixels, config);
  const total = config.stimulus.rate / 1000; // summed input rate of all pixels, spikes/ms
  const [seen, lit] = [new Uint8Array(pixels), new Uint8Array(pixels)];
  for (let image = 0; image < count; image++) {
    const other = (image + 1) % count;
    for (let frame = 0; frame < FRAME_COUNT; frame++) {
      if (frame === 0 || !fixed) {
        drawFrame(images, image * pixels, noise, stream, seen);
        drawFrame(images, other * pixels, noise, stream, lit);
      }
      const shining = source === 'other' ? lit : seen;
      const lights = encoder.encode(shining, 0).map((hz) => (hz * LIGHT_RATE) / total);
      net.change(light, (model) => model.setRates(lights));
      net.change(sensor, (model) => model.setRates(encoder.encode(seen, 0)));
      net.run(FRAME_DURATION);
    }
    net.resetDynamicState();
  }
  if (sums && arrivals) {
    const [weight, efficacy] = [arrivals.array('weight'), arrivals.array('efficacy')];
    const [delivered, full] = [new Float64Array(pixels), new Float64Array(pixels)];
    arrivals.array('pre').forEach((pixel, i) => {
      sums.input[pixel]! += 1 / neurons; // the log has a row for each synapse of the pixel, one per neuron
      delivered[pixel]! += efficacy[i]!;
      full[pixel]! += weight[i]!;
    });
    sums.input.forEach((count, pixel) => {
      if (full[pixel]! > 0) sums.transmitted[pixel] = (count * delivered[pixel]!) / full[pixel]!;
    });
  }
  return countSpikes(spikes.of('cells'), count, FRAME_DURATION * FRAME_COUNT, neurons);
}

const SIDE = 28;
const PICTURE_NOISE_LEVELS = [0, 0.2, 0.4];
const NOISES = [0, 0.1, 0.2, 0.3, 0.4, 0.5];
const NOISY_SCENE = { ...UNDISTURBED_SCENE, noise: 0.4 };
const SCENES = [
  ...NOISES.flatMap((noise) => LIGHTS.map((light) => ({ ...UNDISTURBED_SCENE, noise, light }))),
  ...[0.5, 0.7, 1.5, 2, 4].map((gain) => ({ ...NOISY_SCENE, gain })),
  ...(['none', 'own'] as const).map((light) => ({ ...NOISY_SCENE, light, fixed: true })),
  ...[30, 100, 300, 1000].map((humidity) => ({ ...UNDISTURBED_SCENE, humidity })),
];

function drawTransmission(strips: readonly PixelSums[]): string {
  const frames = (key: keyof PixelSums) => strips.map((sums) => ({ values: sums[key], rows: SIDE, columns: SIDE }));
  const rows = [
    { label: 'input spikes', frames: frames('input') },
    { label: 'transmitted', frames: frames('transmitted') },
  ];
  const largest = Math.max(...rows.flatMap((row) => row.frames.flatMap(({ values }) => [...values])));
  return filmStrip({
    title: 'The array transmits steady pixels more than flickering ones',
    subtitle: 'first test image, light on each pixel; transmitted: spikes weighted with the transmitted share',
    rows,
    moments: PICTURE_NOISE_LEVELS.map((noise) => `noise ${noise}`),
    colours: { label: 'spikes', domain: [0, largest] },
  });
}

export default defineDemonstration({
  parameters: declareCounts({ neurons: 100, train: 20_000, label: 2000, test: 200 }),
  async simulate(p, context) {
    const { scenes, strips } = await context.measurePerSeed(async (seed) => {
      const layer = await trainMnistLayer(p, seed, context);
      const readout = await fitReadout(layer, context);
      const { test } = layer.data;
      const scenes = [];
      for (const scene of SCENES) {
        await context.reportProgress(`noise ${scene.noise}, light ${scene.light}, humidity ${scene.humidity}`);
        const counts = countSpikesPerImage(layer, test.images, p.test, scene, seed);
        const correct = accuracy(test.labels.subarray(0, p.test), readout.predictAll(counts));
        scenes.push({ ...scene, accuracy: correct, spikes: counts.reduce((a, b) => a + b, 0) / p.test });
      }
      const strips = PICTURE_NOISE_LEVELS.map((noise) => {
        const sums = { input: new Float64Array(SIDE ** 2), transmitted: new Float64Array(SIDE ** 2) };
        countSpikesPerImage(layer, test.images, 1, { ...UNDISTURBED_SCENE, light: 'own', noise }, seed, sums);
        return sums;
      });
      return { scenes, strips: { strips } };
    });
    const flickering = scenes.filter(({ fixed, gain, humidity }) => !fixed && gain === 1 && humidity === 0);
    const humid = scenes.filter(({ noise, light }) => noise === 0 && light === 'none');
    const accuracies = (given: Partial<SceneSettings>) => scenes.values('accuracy', { ...NOISY_SCENE, ...given });
    const [own, dark] = [accuracies({ light: 'own' }), accuracies({})];
    const bestGain = listSeeds(p).map((seed) =>
      Math.max(...scenes.values('accuracy', { seed, light: 'none', noise: NOISY_SCENE.noise, fixed: false })),
    );
    return {
      figures: {
        ...flickering.computeFiguresOfMerit('accuracy', { noise: [0, NOISY_SCENE.noise], light: LIGHTS }),
        'control: no light, the best of six gains': { unit: '%', values: bestGain },
        ...scenes.computeFiguresOfMerit('accuracy', { fixed: true, light: LIGHTS }),
        ...humid.computeFiguresOfMerit(['spikes', 'accuracy'], { humidity: [0, 300, 1000] }),
      },
      expectations: [
        {
          'light on the pixels improves accuracy at noise 0.4 in every seed': isGreaterPerSeed(own, dark),
          'control: no gain without light reaches that accuracy': isGreaterPerSeed(own, bestGain),
          'control: light of another image is worse than no light': isGreaterPerSeed(
            dark,
            accuracies({ light: 'other' }),
          ),
          'control: light does not help against constant noise':
            mean(accuracies({ light: 'own', fixed: true })) <= mean(accuracies({ fixed: true })),
          'light costs less than 3 points without noise':
            mean(accuracies({ light: 'own', noise: 0 })) > mean(accuracies({ noise: 0 })) - 3,
        },
        { 'the number of spikes falls with humidity': isDecreasing(humid.computeGroupMeans('spikes', 'humidity')) },
      ],
      pictures: {
        noise: flickering.plot({ x: 'noise', y: 'accuracy', groupBy: ['light'] }),
        humidity: humid.plot({ x: 'humidity', y: 'spikes' }),
        transmitted: drawTransmission(strips.rows[0]!.strips),
      },
    };
  },
});
