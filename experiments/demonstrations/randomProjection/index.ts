/** Extreme learning machine: untrained, unequal memristors project images onto spiking neurons; only a linear readout is trained. */
import { integer, lif, linear, Network, number, poisson, RandomStream, type RowSink } from '../../index.ts';
import { type LabelledImages, loadMnist, mnistConfig, RateEncoder } from '../../training/unsupervised/index.ts';
import { DEVICE_TO_DEVICE_SD_HELP, declareCounts, defineDemonstration, isDecreasing } from '../demonstration.ts';
import { measureLinearAccuracy } from '../readouts.ts';

const IMAGE_DURATION = 100; // ms per image
const [TAU, THRESHOLD] = [20, 5]; // ms, mV

/** Hidden layer; `spread`: relative sd of conductance ranges and steps across devices. */
type HiddenLayer = Readonly<Record<'neurons' | 'spread' | 'seed', number>>;

/** Weights, mV, pixels × neurons, row-major: differences of two devices, each programmed to the top of its own range. */
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

/** Spike counts per image and pixel (`input`) or hidden neuron (`hidden`). The first n neurons respond like a layer of n neurons. */
function countResponses({ images, rows, columns }: LabelledImages, count: number, layer: HiddenLayer, name: string) {
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
        const image = Math.min(Math.floor(time![k]! / IMAGE_DURATION), count - 1);
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
    net.run(IMAGE_DURATION);
    net.resetDynamicState();
  }
  net.flush();
  return counts;
}

const takeColumns = (counts: Uint16Array, neurons: number, n: number): Uint16Array =>
  counts.filter((_, k) => k % neurons < n);

export default defineDemonstration({
  parameters: {
    ...declareCounts({ train: 4000, test: 2000 }),
    largest: integer({ default: 1600, min: 25, max: 6400, help: 'number of hidden neurons in the largest network' }),
    spread: number({ default: 0.5, min: 0, max: 2, help: DEVICE_TO_DEVICE_SD_HELP }),
  },
  async simulate(p, context) {
    const sizes = [25, 50, 100, 200, 400, 800, 1600].filter((n) => n <= p.largest);
    const { train, test } = loadMnist();
    const { sizes: grid, controls } = await context.measurePerSeed(async (seed) => {
      await context.reportProgress('hidden layer');
      const layer = { neurons: p.largest, spread: p.spread, seed };
      const training = countResponses(train, p.train, layer, 'train');
      const tested = countResponses(test, p.test, layer, 'test');
      await context.reportProgress('readouts');
      const testReadout = (select: (counts: typeof tested) => Uint16Array) =>
        measureLinearAccuracy(
          { counts: select(training), labels: train.labels.subarray(0, p.train) },
          { counts: select(tested), labels: test.labels.subarray(0, p.test) },
          new RandomStream(seed, 'read-out'),
        );
      return {
        sizes: sizes.map((neurons) => {
          return { neurons, accuracy: testReadout(({ hidden }) => takeColumns(hidden, p.largest, neurons)) };
        }),
        controls: { ofInput: testReadout(({ input }) => input) },
      };
    });
    const means = grid.computeGroupMeans('accuracy', 'neurons');
    const meanOfInput = controls.mean('ofInput');
    const referenceLines = [{ name: 'the same readout on the input spikes', y: meanOfInput }];
    return {
      expectations: {
        'the largest layer is far above chance': means.at(-1)! > 50,
        'accuracy rises with the size of the hidden layer': isDecreasing(means.toReversed()),
        'control: the largest layer is more accurate than a readout of the input spikes': means.at(-1)! > meanOfInput,
      },
      pictures: { sizes: grid.plot({ x: 'neurons', y: 'accuracy', referenceLines }) },
    };
  },
});
