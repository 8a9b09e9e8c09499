/**
 * Differences between memristors that are all programmed alike project images onto a hidden layer of spiking neurons, of which only
 * a linear readout is trained (an extreme learning machine).
 */
import { mean } from 'simple-statistics';
import { integer, lif, linear, Network, number, object, poisson, type RowSink, Stream } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { type LabelledImages, loadMnist, mnistConfig, RateEncoder } from '../../training/unsupervised/index.ts';
import { defineDemonstration, Interrupted, measureSeeds, SEED_PARAMS } from '../demonstration.ts';
import { isDecreasing, mergeRecords, percent, WHOLE } from '../findings.ts';
import { testLinear } from '../readouts.ts';

const DURATION = 100; // ms per image
const [TAU, THRESHOLD] = [20, 5]; // ms, mV

interface HiddenLayer {
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
async function countResponses(
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
function takeColumns(counts: Uint16Array, neurons: number, n: number): Uint16Array {
  const images = counts.length / neurons;
  const kept = new Uint16Array(images * n);
  for (let i = 0; i < images; i++) kept.set(counts.subarray(i * neurons, i * neurons + n), i * n);
  return kept;
}

const SIZES = [25, 50, 100, 200, 400, 800, 1600];

export default defineDemonstration({
  name: 'random-projection',
  title: 'Device-to-device variability as a random layer, with a trained linear readout',
  claim:
    'An array of h-BN memristors is the random layer of an extreme learning machine; only the read-out is trained.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 117',
  parameters: object({
    train: integer({ default: 4000, min: 100, max: 60_000, help: 'number of training images' }),
    test: integer({ default: 2000, min: 100, max: 10_000, help: 'number of test images' }),
    largest: integer({ default: 1600, min: 25, max: 6400, help: 'number of hidden neurons of the largest layer' }),
    spread: number({ default: 0.5, min: 0, max: 2, help: 'relative sd between devices' }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const sizes = SIZES.filter((n) => n <= p.largest);
    const { train, test } = loadMnist();
    const [trainLabels, testLabels] = [train.labels.subarray(0, p.train), test.labels.subarray(0, p.test)];
    const pause = async () => {
      if (context.signal.aborted) throw new Interrupted();
    };
    const { grid, controls } = await measureSeeds(p, context, async (seed) => {
      await context.step('hidden layer');
      const layer = { neurons: p.largest, spread: p.spread, seed };
      const training = await countResponses(train, p.train, layer, 'train', pause);
      const tested = await countResponses(test, p.test, layer, 'test', pause);
      await context.step('read-outs');
      const measure = (select: (counts: typeof tested) => Uint16Array, inputCount: number) => {
        const labelled = { counts: select(training), labels: trainLabels };
        const stream = new Stream(seed, 'read-out');
        return testLinear(labelled, { counts: select(tested), labels: testLabels }, inputCount, stream);
      };
      const grid = sizes.map((n) => {
        return { hidden: n, accuracy: measure(({ hidden }) => takeColumns(hidden, p.largest, n), n) };
      });
      return { grid, controls: { input: measure(({ input }) => input, train.rows * train.columns) } };
    });
    const means = sizes.map((hidden) => grid.mean('accuracy', { hidden }));
    const input = controls.values('input');
    return {
      figures: {
        ...mergeRecords(sizes, (hidden) => ({
          [`accuracy, ${hidden} hidden neurons`]: percent(grid.values('accuracy', { hidden })),
        })),
        'accuracy of the same read-out on the input spikes': percent(input),
      },
      expectations: {
        'accuracy rises with the size of the hidden layer': isDecreasing(means.toReversed()),
        'control: the largest layer is more accurate than a readout of the input spikes': means.at(-1)! > mean(input),
        'the largest layer is far above chance': means.at(-1)! > 50,
      },
      tables: { sizes: grid.table({ hidden: WHOLE }) },
      pictures: {
        sizes: curve({
          title: 'MNIST by a random layer of device differences and a linear read-out',
          subtitle: `devices differ by ${p.spread}; ${p.train} training and ${p.test} test images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'hidden neurons', log: true },
          y: { label: 'accuracy (%)' },
          series: [grid.line('random projection', 'hidden', 'accuracy')],
          references: [{ name: 'the same read-out on the input spikes', y: mean(input) }],
        }),
      },
    };
  },
});
