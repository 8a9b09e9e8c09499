/** 1S1R cells: a conducting cell reads as blocking if its selector does not switch (a miss); misses occur in the same cells at each read. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { binary, CrossbarLayer, type LabelledImages, programWeights, selectorMisses } from '../../index.ts';
import { readNpz } from '../../training/supervised/index.ts';
import { type Learned, loadMnist } from '../../training/unsupervised/index.ts';
import { declareCounts, defineDemonstration, integer, number } from '../demonstration.ts';
import { measureArgmaxAccuracy } from '../readouts.ts';
import { measureAccuracy, trainMnistLayer } from '../trainedLayer.ts';

const [OFF, ON] = [1e-6, 1e-4]; // conductances of the two states of a cell, S
const LOW_WEIGHT = Math.fround(OFF / ON);

/** Binarises weights at each neuron's mean. Thresholds are scaled by the ratio of weight sums, `per` neuron or (control) array. */
export function binariseWeights({ weights, thresholds }: Learned, per: 'neuron' | 'array' = 'neuron'): Learned {
  const neurons = thresholds.length;
  const sumPerNeuron = (values: Float32Array) => {
    const sums = new Float64Array(neurons);
    for (const [k, value] of values.entries()) sums[k % neurons]! += value;
    return sums;
  };
  const sums = sumPerNeuron(weights);
  const bits = weights.map((w, k) => (w * weights.length > sums[k % neurons]! * neurons ? 1 : LOW_WEIGHT));
  const bitSums = sumPerNeuron(bits);
  const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const gain = (j: number) => (per === 'neuron' ? sums[j]! / bitSums[j]! : total(sums) / total(bitSums));
  return { weights: bits, thresholds: thresholds.map((theta, j) => theta / gain(j)) };
}

const flipBits = (weights: ArrayLike<number>, low: number, rate: number, seed: number): Float64Array =>
  programWeights(Float64Array.from(weights), { low, high: 1 }, { flips: rate }, seed);

const PACKAGE = createRequire(import.meta.url).resolve('memspike/package.json');
const FILE = join(PACKAGE, '../experiments/examples/binaryMlp.npz');

/** Loads a binarised net trained with labels: per layer `signs` of weights (inputs × outputs), `gains` and `biases` of outputs. */
export function importBinaryNet() {
  const arrays = readNpz(FILE);
  return ['fc1', 'fc2'].map((name) => {
    const { shape, values } = arrays.get(`${name}.weight`)!; // outputs × inputs
    const [outputs, inputs] = shape as [number, number];
    const at = (i: number, j: number) => values[j * inputs + i]!;
    const signs = Float64Array.from(values, (_, k) => at(Math.floor(k / outputs), k % outputs));
    const [gains, biases] = ['gain', 'bias'].map((key) => arrays.get(`${name}.${key}`)!.values);
    return { inputs, signs, gains: gains!, biases: biases! };
  });
}

/** Bit errors of a test: `selector` (misses at reads), `readErrors` (random at each read), `writeErrors` (fraction of wrong bits). */
type BitErrors = Pick<Parameters<typeof binary>[0], 'selector' | 'readErrors'> & { readonly writeErrors?: number };

function testNet(
  net: ReturnType<typeof importBinaryNet>,
  { images, labels, rows, columns }: LabelledImages,
  count: number,
  seed: number,
  { writeErrors = 0, ...errors }: BitErrors = {},
): number {
  const device = { gMin: OFF, gMax: ON, weightAtGMax: 1, pSet: 1, pReset: 1, reading: 'differential' } as const;
  const layers = net.map(({ inputs, signs, gains, biases }, n) => {
    const bitsOf = (sign: 1 | -1) => {
      const bits = signs.map((one) => (one === sign ? 1 : 0));
      return flipBits(bits, 0, writeErrors, 4 * seed + 2 * n + (sign > 0 ? 1 : 0));
    };
    const [plus, minus] = [bitsOf(1), bitsOf(-1)];
    const weights = signs.map((_, k) => plus[k]! - minus[k]!);
    const options = { device: binary({ ...device, ...errors }), centred: false, name: `layer ${n}`, seed, weights };
    const layer = new CrossbarLayer({ rows: inputs, columns: gains.length, ...options });
    return { layer, gains, biases, isLast: n === net.length - 1 };
  });
  const pixels = rows * columns;
  return measureArgmaxAccuracy(labels.subarray(0, count), (i) => {
    let x: ArrayLike<number> = Float64Array.from(images.subarray(i * pixels, (i + 1) * pixels), (grey) => grey / 255);
    for (const { layer, gains, biases, isLast } of layers) {
      const y: Float64Array = layer.forward(x, new Float64Array(gains.length));
      x = y.map((v, j) => Math.max(isLast ? -Infinity : 0, v * gains[j]! + biases[j]!));
    }
    return x;
  });
}

const WRITE_ERROR_RATES = [1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3];
const FREQUENCIES = [1, 3, 10, 30, 100, 300]; // MHz; the read pulse takes half of a period
const REFERENCE_LOSS = 3; // loss of accuracy, percentage points, in the expectation on write errors
const [PER_NEURON, PER_ARRAY] = ['binarised per neuron', 'binarised per array'];
const NETS = ['unsupervised', 'supervised'] as const;

export default defineDemonstration({
  parameters: {
    ...declareCounts({ neurons: 100, train: 20_000, label: 1000, test: 1000 }),
    testRead: integer({ default: 300, min: 1, max: 10_000, help: 'number of test images of the runs with bit errors' }),
    voltage: number({ default: 1.1, min: 0, unit: 'V', help: 'read voltage; selectors switch at 1 V (assumed value)' }),
    devices: integer({ default: 20_000, min: 1, help: 'number of selectors simulated to find their failure rate' }),
  },
  async simulate(p, context) {
    const imported = importBinaryNet();
    const { layers, errors } = await context.measurePerSeed(async (seed) => {
      const { config, data, learned, testWeights } = await trainMnistLayer(p, seed, context);
      const [bits, byArray] = [binariseWeights(learned), binariseWeights(learned, 'array')];
      const test = (tested: Learned, images: number, labelled = bits) =>
        measureAccuracy({ ...config, test: images }, labelled, data, { ...context, testedState: tested });
      const accuracies = {
        graded: await testWeights(learned.weights),
        [PER_NEURON]: await test(bits, p.test),
        [PER_ARRAY]: await test(byArray, p.test, byArray),
      };
      const layers = Object.entries(accuracies).map(([weights, accuracy]) => ({ weights, accuracy }));
      const applyErrors = ({ writeErrors, ...reading }: BitErrors) => {
        if (writeErrors) return { weights: Float32Array.from(flipBits(bits.weights, LOW_WEIGHT, writeErrors, seed)) };
        return { device: binary({ gMin: OFF, gMax: ON, weightAtGMax: 1, ...reading }) };
      };
      const conducting = bits.weights.filter((w) => w === 1).length / bits.weights.length; // share of the cells that conduct
      const testBoth = async (given?: BitErrors, givenSupervised = given) => ({
        unsupervised: await test({ ...bits, ...(given && applyErrors(given)) }, p.testRead),
        supervised: testNet(imported, data.test, p.testRead, seed, givenSupervised),
      });
      const clean = await testBoth();
      const errors: (Record<'rate' | 'frequency' | 'loss', number> & Record<'net' | 'kind', string>)[] = [];
      const add = async (kind: string, rate: number, frequency: number, ...given: readonly BitErrors[]) => {
        await context.reportProgress(`${kind}, ${rate.toPrecision(2)}`);
        const accuracies = await testBoth(...given);
        for (const net of NETS) errors.push({ net, kind, rate, frequency, loss: clean[net] - accuracies[net] });
      };
      for (const rate of WRITE_ERROR_RATES) await add('write', rate, 0, { writeErrors: rate });
      for (const frequency of FREQUENCIES) {
        const selector = { voltage: p.voltage, time: 500 / frequency };
        const rate = selectorMisses(selector, {}, { devices: p.devices, seed });
        await add('selector', rate, frequency, { selector });
        await add('permanent', rate, frequency, { writeErrors: rate * conducting }, { writeErrors: rate / 2 });
        await add('random', rate, frequency, { readErrors: { rate } });
      }
      return { layers, errors };
    });
    const { test } = loadMnist();
    const supervised = testNet(imported, test, test.n, p.seed); // deterministic without errors
    return {
      figures: {
        'with labels, imported, all test images': { unit: '%', values: supervised },
      },
      expectations: [
        ...NETS.map((net) => {
          const writeLoss = (rate: number) => errors.mean('loss', { net, kind: 'write', rate });
          const readLoss = (kind: string, frequency: number) => errors.mean('loss', { net, kind, frequency });
          const accuracy = net === 'supervised' ? supervised : layers.mean('accuracy', { weights: PER_NEURON });
          return {
            [`${net}: more than 50 % without errors`]: accuracy > 50,
            [`${net}: a write error rate of 1e-3 costs less than 1 point`]: writeLoss(1e-3) < 1,
            [`${net}: a loss of ${REFERENCE_LOSS} points occurs at a write error rate between 1e-2 and 1e-1`]:
              writeLoss(1e-2) < REFERENCE_LOSS && writeLoss(0.1) >= REFERENCE_LOSS,
            [`${net}: reading at 1 MHz costs less than 1 point`]: readLoss('selector', 1) < 1,
            [`${net}, control: misses of selectors cost the same, within 2 points, as random errors of the same rate`]:
              FREQUENCIES.every((f) => Math.abs(readLoss('selector', f) - readLoss('random', f)) < 2),
            [`${net}, control: as many permanent errors in both directions cost more at 300 MHz than misses`]:
              readLoss('permanent', 300) > readLoss('selector', 300) + 2,
          };
        }),
        { 'the net trained with labels reaches 97 %': supervised >= 97 },
        {
          'control: binarising per neuron is more accurate than per array':
            layers.mean('accuracy', { weights: PER_NEURON }) > layers.mean('accuracy', { weights: PER_ARRAY }),
        },
      ],
    };
  },
});
