/**
 * Binarised synapses of 1S1R cells: accuracy against the rate of write errors, and against the read frequency, at which a
 * selector has less and less time to open. Read errors of a selector are one-sided (a conducting cell reads as blocking) and
 * belong to the cell, because each cell has its own switching voltage. Two networks: one learns without labels and is binarised
 * neuron by neuron; the other is trained with labels on binary weights and imported.
 */
import { mean } from 'simple-statistics';
import { integer, number, object, selectorMisses } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { type Learned, loadMnist, testLayer } from '../../mnist/index.ts';
import {
  defineDemonstration,
  type LayerSize,
  layerParams,
  mapSeeds,
  type RunContext,
  requireResult,
  SEED_PARAMS,
} from '../demonstration.ts';
import { mergeRecords, percent, pointDifferences, ResultGrid, ratio } from '../findings.ts';
import { trainMnistLayer } from '../trainedLayer.ts';
import { addReadErrors, addWriteErrors, binarise, importNet, type ReadErrors, testNet } from './nets.ts';

const RATES = [1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3];
const FREQUENCIES = [1, 3, 10, 30, 100, 300]; // MHz; the read pulse takes half of a period
const KNEE = 3; // points of accuracy

const NETS = ['unsupervised', 'supervised'] as const;
/** Write errors; read errors of selectors; random read errors of the same rate, at each read and in either direction. */
type ErrorKind = 'write' | 'selector' | 'anew';

interface ErrorResult {
  readonly net: (typeof NETS)[number];
  readonly kind: ErrorKind;
  readonly rate: number;
  /** Read frequency, MHz; 0 for write errors. */
  readonly frequency: number;
  readonly seed: number;
  readonly accuracy: number;
}

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
  const binary = binarise(learned);
  const imported = importNet();
  const test = async (tested: Learned, images: number, labelled = binary) => {
    const options = { ...context, tested };
    const result = requireResult(await testLayer({ ...config, test: images }, labelled, data, options));
    return result.accuracy.logProbability;
  };
  const testSupervised = (errors: ReadErrors & { readonly wrong?: number }) =>
    testNet(imported, data.test, study.testRead, { ...errors, seed });
  const results: ErrorResult[] = [];
  const measure = async (
    kind: ErrorKind,
    rate: number,
    frequency: number,
    tested: Learned,
    errors: Parameters<typeof testSupervised>[0],
  ) => {
    await context.step(`seed ${seed}: ${kind}, ${rate.toPrecision(2)}`);
    const setting = { kind, rate, frequency, seed };
    results.push({ net: 'unsupervised', ...setting, accuracy: await test(tested, study.testRead) });
    results.push({ net: 'supervised', ...setting, accuracy: testSupervised(errors) });
  };
  for (const rate of rates) await measure('write', rate, 0, addWriteErrors(binary, rate, seed), { wrong: rate });
  for (const frequency of frequencies) {
    const { pulse, rate } = pulseAt(frequency, study, seed);
    const readErrors = { rate };
    await measure('selector', rate, frequency, addReadErrors(binary, { selector: pulse }), { selector: pulse });
    await measure('anew', rate, frequency, addReadErrors(binary, { readErrors }), { readErrors });
  }
  const byArray = binarise(learned, 'array');
  return {
    graded: await testWeights(learned.weights),
    byNeuron: await test(binary, study.test),
    byArray: await test(byArray, study.test, byArray),
    clean: { unsupervised: await test(binary, study.testRead), supervised: testSupervised({}) },
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
  steps: ({ seeds }) => seeds * (1 + RATES.length + 2 * FREQUENCIES.length),
  async run(p, context) {
    const runs = await mapSeeds(p, (seed) => measureErrors(p, RATES, FREQUENCIES, seed, context));
    const results = runs.flatMap((run) =>
      run.results.map((result) => ({ ...result, loss: run.clean[result.net] - result.accuracy })),
    );
    const errors = new ResultGrid(results);
    const { test } = loadMnist();
    const supervised = testNet(importNet(), test, test.n, { seed: p.seed }); // deterministic without errors
    const ratesAt = (frequency: number) => runs.map((_, s) => pulseAt(frequency, p, p.seed + s).rate);
    const missed = new Map(FREQUENCIES.map((frequency) => [frequency, ratesAt(frequency)]));
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
              [`${net}: lost by as many errors anew at ${frequency} MHz`]: lost('anew'),
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
              FREQUENCIES.every((f) => Math.abs(readLoss('selector', f) - readLoss('anew', f)) < 2),
          };
        }),
        'the net trained with labels reaches 97 %': supervised >= 97,
        'control: binarising per neuron is more accurate than one pair of values for the array':
          mean(byNeuron) > mean(byArray),
      },
      tables: { accuracy: new ResultGrid(results.map(({ loss, ...row }) => row)).table({ frequency: 'MHz' }) },
      pictures: {
        frequency: curve({
          title: 'Accuracy against the frequency of reading',
          subtitle: `read pulses of ${p.voltage} V; MNIST, ${p.testRead} test images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'frequency (MHz)', log: true },
          y: { label: 'accuracy less that without errors (points)' },
          series: NETS.flatMap((net) => [
            errors.line(`${net}, selectors`, 'frequency', ({ loss }) => -loss, { net, kind: 'selector' }),
            errors.line(`${net}, errors anew`, 'frequency', ({ loss }) => -loss, { net, kind: 'anew' }),
          ]),
        }),
        accuracy: curve({
          title: 'Accuracy against bits that were written wrongly',
          subtitle: `MNIST, ${p.testRead} test images; mean and sd of ${p.seeds} seeds`,
          x: { label: 'share of the bits', log: true },
          y: { label: 'accuracy less that without errors (points)' },
          series: NETS.map((net) => errors.line(net, 'rate', ({ loss }) => -loss, { net, kind: 'write' })),
        }),
      },
    };
  },
});
