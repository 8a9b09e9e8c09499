/**
 * Accuracy of two networks on 1S1R cells against bit errors of writing and of selectors. Read errors of a selector are one-sided
 * (a conducting cell reads as blocking) and belong to the cell, because each cell has its own switching voltage.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { mean } from 'simple-statistics';
import { binary, CrossbarLayer, type LabelledImages, object, programWeights, selectorMisses } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { readNpz } from '../../training/supervised/index.ts';
import { type Learned, loadMnist } from '../../training/unsupervised/index.ts';
import {
  defineDemonstration,
  integer,
  type LayerSize,
  layerParams,
  mapSeeds,
  number,
  type RunContext,
  SEED_PARAMS,
} from '../demonstration.ts';
import { mergeRecords, percent, pointDifferences, ResultGrid, ratio } from '../findings.ts';
import { testScores } from '../readouts.ts';
import { measureAccuracy, trainMnistLayer } from '../trainedLayer.ts';

/** Conductances of both states, S. */
const OFF = 1e-6;
const ON = 1e-4;
const LOW_WEIGHT = Math.fround(OFF / ON);

/** Read errors: of a selector, or random at each read in either direction. */
type ReadErrors = NonNullable<Pick<Parameters<typeof binary>[0], 'selector' | 'readErrors'>>;

/**
 * Binarises weights: 1 if the weight is above the mean of its neuron, else LOW_WEIGHT. Thresholds are divided by a gain that
 * preserves the sum of the weights of each neuron or, as a control, of the whole array.
 */
export function binarise({ weights, thresholds }: Learned, per: 'neuron' | 'array' = 'neuron'): Learned {
  const neurons = thresholds.length;
  const [sums, bitSums] = [new Float64Array(neurons), new Float64Array(neurons)];
  weights.forEach((w, k) => {
    sums[k % neurons]! += w;
  });
  const bits = weights.map((w, k) => (w * weights.length > sums[k % neurons]! * neurons ? 1 : LOW_WEIGHT));
  bits.forEach((bit, k) => {
    bitSums[k % neurons]! += bit;
  });
  const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const gain = (j: number) => (per === 'neuron' ? sums[j]! / bitSums[j]! : total(sums) / total(bitSums));
  return { weights: bits, thresholds: thresholds.map((theta, j) => theta / gain(j)) };
}

/** Weights of an array in which each bit was written wrongly with probability `rate`. */
const flipBits = (weights: ArrayLike<number>, low: number, rate: number, seed: number): Float64Array =>
  programWeights(Float64Array.from(weights), { low, high: 1 }, { flips: rate }, seed);

const addWriteErrors = (layer: Learned, rate: number, seed: number): Learned => ({
  ...layer,
  weights: Float32Array.from(flipBits(layer.weights, LOW_WEIGHT, rate, seed)),
});

const addReadErrors = (layer: Learned, errors: ReadErrors): Learned => ({
  ...layer,
  device: binary({ gMin: OFF, gMax: ON, weightAtGMax: 1, ...errors }),
});

const FILE = join(
  dirname(createRequire(import.meta.url).resolve('memspike/package.json')),
  'experiments/examples/binaryMlp.npz',
);

interface BinaryLayer {
  readonly inputs: number;
  /** Signs of the weights, 1 or -1; inputs × outputs, row-major. */
  readonly signs: Float64Array;
  /** Magnitude of the weights of each output. */
  readonly gains: Float64Array;
  readonly biases: Float64Array;
}

/** Imports a net with binary weights that was trained with labels elsewhere. */
export function importNet(): BinaryLayer[] {
  const arrays = readNpz(FILE);
  return ['fc1', 'fc2'].map((name) => {
    const { shape, values } = arrays.get(`${name}.weight`)!; // outputs × inputs
    const [outputs, inputs] = shape as [number, number];
    const at = (i: number, j: number) => values[j * inputs + i]!;
    return {
      inputs,
      signs: Float64Array.from(values, (_, k) => at(Math.floor(k / outputs), k % outputs)),
      gains: arrays.get(`${name}.gain`)!.values,
      biases: arrays.get(`${name}.bias`)!.values,
    };
  });
}

/** Accuracy (%) of the net on pairs of binary devices on the first `count` images, with a share `wrong` of bits written wrongly. */
function testNet(
  net: readonly BinaryLayer[],
  { images, labels, rows, columns }: LabelledImages,
  count: number,
  { wrong = 0, seed, ...errors }: ReadErrors & { readonly wrong?: number; readonly seed: number },
): number {
  const device = { gMin: OFF, gMax: ON, weightAtGMax: 1, pSet: 1, pReset: 1, reading: 'differential' } as const;
  const layers = net.map(({ inputs, signs, gains, biases }, n) => {
    const bitsOf = (sign: 1 | -1) => {
      const bits = signs.map((one) => (one === sign ? 1 : 0));
      return flipBits(bits, 0, wrong, 4 * seed + 2 * n + (sign > 0 ? 1 : 0));
    };
    const [plus, minus] = [bitsOf(1), bitsOf(-1)];
    const layer = new CrossbarLayer({
      rows: inputs,
      columns: gains.length,
      seed,
      name: `layer ${n}`,
      centred: false,
      device: binary({ ...device, ...errors }),
      weights: signs.map((_, k) => plus[k]! - minus[k]!),
    });
    return { layer, gains, biases, isLast: n === net.length - 1 };
  });
  const pixels = rows * columns;
  return testScores(labels.subarray(0, count), (i) => {
    let x: ArrayLike<number> = Float64Array.from(images.subarray(i * pixels, (i + 1) * pixels), (grey) => grey / 255);
    for (const { layer, gains, biases, isLast } of layers) {
      const y: Float64Array = layer.forward(x, new Float64Array(gains.length));
      x = y.map((v, j) => Math.max(isLast ? -Infinity : 0, v * gains[j]! + biases[j]!));
    }
    return x;
  });
}

const RATES = [1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3];
const FREQUENCIES = [1, 3, 10, 30, 100, 300]; // MHz; the read pulse takes half of a period
const KNEE = 3; // points of accuracy

const NETS = ['unsupervised', 'supervised'] as const;
/** Write errors; read errors of selectors; random read errors of the same rate, at each read and in either direction. */
type ErrorKind = 'write' | 'selector' | 'random';

interface Study extends LayerSize {
  readonly testRead: number;
  readonly voltage: number;
  readonly devices: number;
}

/** Read pulse at a frequency, and the share of conducting cells that it misses. */
export function pulseAt(frequency: number, { voltage, devices }: Pick<Study, 'voltage' | 'devices'>, seed: number) {
  const pulse = { voltage, time: 500 / frequency };
  return { pulse, rate: selectorMisses(pulse, {}, { devices, seed }) };
}

/** Tests both networks without errors and with every kind of errors. */
export async function measureErrors(
  study: Study,
  rates: readonly number[],
  frequencies: readonly number[],
  seed: number,
  context: RunContext,
) {
  const { config, data, learned, testWeights } = await trainMnistLayer(study, seed, context);
  const bits = binarise(learned);
  const imported = importNet();
  const test = (tested: Learned, images: number, labelled = bits) =>
    measureAccuracy({ ...config, test: images }, labelled, data, { ...context, tested });
  const testSupervised = (errors: ReadErrors & { readonly wrong?: number }) =>
    testNet(imported, data.test, study.testRead, { ...errors, seed });
  /** Accuracies of both networks with errors; the read frequency is 0 for write errors. */
  const measure = async (
    setting: { readonly kind: ErrorKind; readonly rate: number; readonly frequency: number },
    tested: Learned,
    errors: Parameters<typeof testSupervised>[0],
  ) => {
    await context.step(`${setting.kind}, ${setting.rate.toPrecision(2)}`);
    const accuracies = { unsupervised: await test(tested, study.testRead), supervised: testSupervised(errors) };
    return NETS.map((net) => ({ net, ...setting, seed, accuracy: accuracies[net] }));
  };
  const results = [];
  for (const rate of rates) {
    const setting = { kind: 'write', rate, frequency: 0 } as const;
    results.push(...(await measure(setting, addWriteErrors(bits, rate, seed), { wrong: rate })));
  }
  for (const frequency of frequencies) {
    const { pulse: selector, rate } = pulseAt(frequency, study, seed);
    const setting = { rate, frequency };
    for (const [kind, errors] of [
      ['selector', { selector }],
      ['random', { readErrors: { rate } }],
    ] as const)
      results.push(...(await measure({ kind, ...setting }, addReadErrors(bits, errors), errors)));
  }
  const byArray = binarise(learned, 'array');
  return {
    graded: await testWeights(learned.weights),
    byNeuron: await test(bits, study.test),
    byArray: await test(byArray, study.test, byArray),
    clean: { unsupervised: await test(bits, study.testRead), supervised: testSupervised({}) },
    results,
  };
}

export default defineDemonstration({
  name: 'binary-1s1r',
  title: 'Binarised synapses with bit errors of selectors and of writing',
  claim:
    'A binarised network of 1S1R cells reads with few bit errors at high frequency (97 % of MNIST at 1 MHz), and tolerates error rates of about 1e-3.',
  source:
    'Minguet Lopez et al. (HfO2 OxRAM with an ovonic selector), ref. 90 of Cao et al., Nanoscale Horiz. 2023, 8, 716',
  parameters: object({
    ...layerParams({ neurons: 100, train: 20_000, label: 1000, test: 1000 }),
    testRead: integer({ default: 300, min: 1, max: 10_000, help: 'number of test images with errors' }),
    voltage: number({ default: 1.1, min: 0, unit: 'V', help: 'read voltage; selectors switch at 1 V (assumed)' }),
    devices: integer({ default: 20_000, min: 1, help: 'number of selectors that the rate of misses is estimated on' }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const runs = await mapSeeds(p, context, (seed) => measureErrors(p, RATES, FREQUENCIES, seed, context));
    const results = new ResultGrid(runs.flatMap((run) => run.results));
    const errors = new ResultGrid(
      runs.flatMap(({ clean, results }) => results.map((row) => ({ ...row, loss: clean[row.net] - row.accuracy }))),
    );
    const { test } = loadMnist();
    const supervised = testNet(importNet(), test, test.n, { seed: p.seed }); // deterministic without errors
    const ratesAt = (frequency: number) => runs.map((_, s) => pulseAt(frequency, p, p.seed + s).rate);
    const missed = new Map(FREQUENCIES.map((frequency) => [frequency, ratesAt(frequency)]));
    const conditions = `MNIST, ${p.testRead} test images; mean and sd of ${p.seeds} seeds`;
    const y = { label: 'accuracy less that without errors (points)' };
    const gain = ({ loss }: { readonly loss: number }) => -loss;
    const [byNeuron, byArray] = [runs.map((run) => run.byNeuron), runs.map((run) => run.byArray)];
    return {
      figures: {
        'without labels, graded weights': percent(runs.map(({ graded }) => graded)),
        'without labels, binarised neuron by neuron': percent(byNeuron),
        'without labels, one pair of values for the array': percent(byArray),
        'with labels, imported, all test images': percent(supervised),
        ...mergeRecords(FREQUENCIES, (f) => ({ [`cells missed at ${f} MHz`]: ratio(missed.get(f)!) })),
        ...mergeRecords(NETS, (net) => ({
          ...mergeRecords([1e-3, 1e-2, 0.1, 0.3], (rate) => {
            const lost = errors.values('loss', { net, kind: 'write', rate });
            return { [`${net}: lost by ${rate} of the bits written wrongly`]: pointDifferences(lost) };
          }),
          ...mergeRecords(FREQUENCIES, (frequency) => {
            const lost = (kind: ErrorKind) => pointDifferences(errors.values('loss', { net, kind, frequency }));
            return {
              [`${net}: lost by selectors at ${frequency} MHz`]: lost('selector'),
              [`${net}: lost by random errors of the same rate at ${frequency} MHz`]: lost('random'),
            };
          }),
        })),
      },
      expectations: {
        ...mergeRecords(NETS, (net) => {
          const writeLoss = (rate: number) => errors.mean('loss', { net, kind: 'write', rate });
          const readLoss = (kind: ErrorKind, frequency: number) => errors.mean('loss', { net, kind, frequency });
          return {
            [`${net}: a write error rate of 1e-3 costs less than 1 point`]: writeLoss(1e-3) < 1,
            [`${net}: a loss of ${KNEE} points occurs at a write error rate between 1e-2 and 1e-1`]:
              writeLoss(1e-2) < KNEE && writeLoss(0.1) >= KNEE,
            [`${net}: reading at 1 MHz costs less than 1 point`]: readLoss('selector', 1) < 1,
            [`${net}, control: misses of selectors cost the same, within 2 points, as random errors of the same rate`]:
              FREQUENCIES.every((f) => Math.abs(readLoss('selector', f) - readLoss('random', f)) < 2),
          };
        }),
        'the net trained with labels reaches 97 %': supervised >= 97,
        'control: binarising per neuron is more accurate than per array': mean(byNeuron) > mean(byArray),
      },
      tables: { accuracy: results.table({ frequency: 'MHz' }) },
      pictures: {
        frequency: curve({
          title: 'Accuracy against the frequency of reading',
          subtitle: `read pulses of ${p.voltage} V; ${conditions}`,
          x: { label: 'frequency (MHz)', log: true },
          y,
          series: NETS.flatMap((net) => [
            errors.line(`${net}, selectors`, 'frequency', gain, { net, kind: 'selector' }),
            errors.line(`${net}, random errors`, 'frequency', gain, { net, kind: 'random' }),
          ]),
        }),
        accuracy: curve({
          title: 'Accuracy against bits that were written wrongly',
          subtitle: conditions,
          x: { label: 'share of the bits', log: true },
          y,
          series: NETS.map((net) => errors.line(net, 'rate', gain, { net, kind: 'write' })),
        }),
      },
    };
  },
});
