/**
 * Computing in the sensor: light on a pixel raises what the memristors of that pixel transmit, and stays for a while, so that what shines
 * again and again counts for more than what flickers; humidity closes all of them.
 * Source: photoelectric arrays and MXene-ZnO, Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 86 and 101.
 * Run: memspike demo in-sensor --out DIR
 * Expect: digits in flickering noise are told better with the light than without it at any gain; noise that stands still is not
 *         told from the image, and light of another image misleads.
 */
import { mean } from 'simple-statistics';
import { accuracy, object, READOUTS, Stream } from '../../index.ts';
import { curve, filmStrip } from '../../look/plots/index.ts';
import { countsOf, responsesOf } from '../../mnist/index.ts';
import { demonstration, finished, learningLayerParams, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { trainedLayer } from '../trainedLayer.ts';
import { counts, FRAMES, LIGHTS, noisy, type Scene } from './array.ts';

const NOISES = [0, 0.1, 0.2, 0.3, 0.4, 0.5]; // share of the pixels
const NOISE = 0.4; // at which all else is asked
const GAINS = [0.5, 0.7, 1.5, 2, 4]; // of synapses without light, beside 1
const HUMIDITIES = [0, 30, 100, 300, 1000]; // 1/s
const NAMES = { none: 'no light', own: 'light of each pixel', other: 'light of another image' };
const PIXELS = 28;

export default demonstration({
  name: 'in-sensor',
  title: 'Light and humidity on an array of sensors gate what it transmits: digits in flickering noise',
  claim:
    'Memristors that light or humidity act on pre-process images where they are sensed: what they transmit is gated, and noise is reduced.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 86 and 101',
  parameters: object({
    ...learningLayerParams({ neurons: 100, train: 20_000, label: 2000, test: 200 }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * (2 + NOISES.length),
  async run(p, stage) {
    const runs = await perSeed(p, async (seed) => {
      const { config, data, learned } = await trainedLayer(p, seed, stage);
      const labelling = finished(await responsesOf('label', config, learned, data.train, p.label, stage));
      const labels = data.train.labels.subarray(0, p.label);
      const readout = READOUTS.logProbability(countsOf(labelling, p.neurons), labels, p.label, p.neurons);
      const images = { images: data.test.images, pixels: data.test.rows * data.test.columns };
      const told = (scene: Omit<Scene, 'seed'>) => {
        const found = counts(config, learned, images, p.test, { ...scene, seed });
        return {
          accuracy: accuracy(data.test.labels.subarray(0, p.test), readout.predictAll(found)),
          spikes: found.reduce((a, b) => a + b, 0) / p.test,
        };
      };
      const noises: number[][] = [];
      for (const noise of NOISES) {
        await stage.step(`seed ${seed}: noise ${noise}`);
        noises.push(LIGHTS.map((light) => told({ light, noise }).accuracy));
      }
      await stage.step(`seed ${seed}: controls`);
      const ofLight = (light: (typeof LIGHTS)[number]) => noises[NOISES.indexOf(NOISE)]![LIGHTS.indexOf(light)]!;
      return {
        ...{ seed, noises, images: images.images },
        gains: Math.max(ofLight('none'), ...GAINS.map((gain) => told({ light: 'none', noise: NOISE, gain }).accuracy)),
        still: (['none', 'own'] as const).map((light) => told({ light, noise: NOISE, fixed: true }).accuracy),
        humid: HUMIDITIES.map((humidity) => told({ light: 'none', noise: 0, humidity })),
      };
    });
    const at = (noise: number, light: (typeof LIGHTS)[number]) =>
      runs.map(({ noises }) => noises[NOISES.indexOf(noise)]![LIGHTS.indexOf(light)]!);
    const gains = runs.map((run) => run.gains);
    const still = (k: 0 | 1) => runs.map((run) => run.still[k]!);
    const humid = (k: number, key: 'accuracy' | 'spikes') => runs.map((run) => run.humid[k]![key]);
    const percent = (values: readonly number[]) => ({ unit: '%', values });
    return {
      figures: {
        'no noise, no light': percent(at(0, 'none')),
        'no noise, light of each pixel': percent(at(0, 'own')),
        'noise 0.4, no light': percent(at(NOISE, 'none')),
        'noise 0.4, light of each pixel': percent(at(NOISE, 'own')),
        'control: noise 0.4, no light, the best of six gains': percent(gains),
        'control: noise 0.4, light of another image': percent(at(NOISE, 'other')),
        'control: noise 0.4 that stands still, no light': percent(still(0)),
        'control: noise 0.4 that stands still, light of each pixel': percent(still(1)),
        'spikes of an image, dry': { unit: '1', values: humid(0, 'spikes') },
        'spikes of an image, humid (300/s)': { unit: '1', values: humid(3, 'spikes') },
        'accuracy, humid (300/s)': percent(humid(3, 'accuracy')),
        'accuracy, humid (1000/s)': percent(humid(4, 'accuracy')),
      },
      expectations: {
        'at noise 0.4 light on the pixels helps in every seed': at(NOISE, 'own').every(
          (a, k) => a > at(NOISE, 'none')[k]!,
        ),
        'control: no gain without light does as well': at(NOISE, 'own').every((a, k) => a > gains[k]!),
        'control: light of another image is worse than none': at(NOISE, 'other').every(
          (a, k) => a < at(NOISE, 'none')[k]!,
        ),
        'control: noise that stands still is not told from the image: light does not help':
          mean(still(1)) <= mean(still(0)),
        'without noise light costs less than 3 points': mean(at(0, 'own')) > mean(at(0, 'none')) - 3,
        'humidity closes the synapses: fewer spikes the more there is': HUMIDITIES.slice(1).every(
          (_, k) => mean(humid(k + 1, 'spikes')) < mean(humid(k, 'spikes')),
        ),
      },
      tables: {
        noise: tableOf(
          runs.flatMap(({ seed, noises }) =>
            NOISES.map((noise, k) => {
              const [none, own, other] = noises[k]!;
              return { seed, noise, none: none!, own: own!, other: other! };
            }),
          ),
          { seed: WHOLE, noise: '1', none: '%', own: '%', other: '%' },
        ),
        humidity: tableOf(
          runs.flatMap(({ seed, humid }) => HUMIDITIES.map((humidity, k) => ({ seed, humidity, ...humid[k]! }))),
          { seed: WHOLE, humidity: 'Hz', accuracy: '%', spikes: '1' },
        ),
      },
      pictures: {
        noise: curve({
          title: 'Digits told in flickering noise, with light on the sensors and without',
          subtitle: `${p.neurons} neurons, ${p.test} images, mean and sd of ${p.seeds} seeds`,
          x: { label: 'share of pixels that show black or white at random' },
          y: { label: 'accuracy (%)', domain: [0, 100] },
          series: LIGHTS.map((light) => ({
            name: NAMES[light],
            points: overSeedsAt(NOISES, (noise) => at(noise, light)),
          })),
        }),
        humidity: curve({
          title: 'Spikes of an image against humidity',
          subtitle: `no noise, mean and sd of ${p.seeds} seeds`,
          x: { label: 'humid moments a second' },
          y: { label: 'spikes', domain: [0, 0] },
          series: [
            {
              name: 'all neurons',
              points: overSeedsAt(HUMIDITIES, (_, k) => humid(k, 'spikes')),
            },
          ],
        }),
        frames: filmStrip({
          title: `What the array sees: noise on ${100 * NOISE} % of the pixels`,
          subtitle: 'the first three test images',
          rows: [0, 1, 2].map((image) => ({
            label: `image ${image}`,
            frames: framesOf(runs[0]!.images, image, p.seed),
          })),
          moments: ['image', 'one frame', 'the next frame', `mean of ${FRAMES}`],
          colours: { label: 'grey value', domain: [0, 255] },
        }),
      },
    };
  },
});

/** An image, two frames of it and the mean of as many as there are. */
function framesOf(images: Uint8Array, image: number, seed: number) {
  const size = PIXELS ** 2;
  const stream = new Stream(seed, 'inSensor/shown');
  const frames = Array.from({ length: FRAMES }, () => {
    const out = new Uint8Array(size);
    noisy(images, image * size, NOISE, stream, out);
    return out;
  });
  const shown = [
    images.subarray(image * size, (image + 1) * size),
    frames[0]!,
    frames[1]!,
    Float64Array.from({ length: size }, (_, i) => mean(frames.map((frame) => frame[i]!))),
  ];
  return shown.map((values) => ({ values: Array.from(values), rows: PIXELS, columns: PIXELS }));
}
