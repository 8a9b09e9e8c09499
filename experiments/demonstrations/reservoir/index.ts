/**
 * Volatile memristors as a reservoir: the state of a device depends on the pulses that it got and on their order, because it
 * relaxes between them. Tasks: streams that differ in order alone, and MNIST, with rows of images cut into sections of a few
 * pixels. Three devices of different time constants get each stream; only a linear readout of their states is trained.
 */
import type * as z from 'zod';
import { integer, type LabelledImages, number, object, Stream } from '../../index.ts';
import { curve, overSeeds } from '../../look/plots/index.ts';
import { imagesOf, loadMnist, mnistConfig, mnistSchema } from '../../mnist/index.ts';
import { defineDemonstration, mapSeeds, SEED_PARAMS } from '../demonstration.ts';
import { column, inUnit, mergeRecords, percent, ResultGrid, zipPoints } from '../findings.ts';
import { testLinear } from '../readouts.ts';
import {
  balancedPatterns,
  countDistinct,
  countSections,
  imageFeatures,
  imagePulses,
  readPatterns,
  testOrder,
} from './reservoir.ts';

const positive = { min: 0, exclusiveMin: true };
const parameters = object({
  ...SEED_PARAMS,
  bits: integer({ default: 4, min: 2, max: 8, help: 'number of pixels of a row that a device gets as a stream' }),
  interval: number({ default: 10, ...positive, unit: 'ms', help: 'interval between pulses (assumed)' }),
  tau: number({ default: 17, ...positive, unit: 'ms', help: 'relaxation time, of three the middle one (assumed)' }),
  factor: number({ default: 3, min: 1, help: 'ratio of neighbouring relaxation times of three devices (assumed)' }),
  eta: number({ default: 0.3, ...positive, max: 1, help: 'share of the way to saturation per pulse (assumed)' }),
  deviceToDevice: number({ default: 0.1, min: 0, help: 'relative sd of tau between devices (assumed)' }),
  jitter: number({ default: 0.1, min: 0, help: 'sd of pulse times in the order task, in intervals (assumed)' }),
  levels: integer({ default: 256, min: 2, max: 65536, help: 'number of levels of the converter' }),
  train: integer({ default: 20000, min: 100, help: 'number of training images of the readout' }),
  test: integer({ default: 10000, min: 10, help: 'number of test images' }),
  split: mnistSchema.shape.split,
});
type Settings = z.output<typeof parameters>;

const SEPARATED_BITS = [4, 5];
/** Time constants for the separation of patterns, in intervals. */
const RATIOS = [0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.4, 1.7, 2, 3, 5, 10, 20, 50, 100, 300, 1000];
/** Time constant of a device that never relaxes and therefore counts pulses, ms. */
const COUNTING = 1e9;

const RESERVOIRS = {
  three: { name: 'three time constants', taus: ({ tau, factor }: Settings) => [tau / factor, tau, tau * factor] },
  one: { name: 'one time constant', taus: ({ tau }: Settings) => [tau] },
  counting: { name: 'devices that only count', taus: () => [COUNTING] },
};
type Kind = keyof typeof RESERVOIRS;
const KINDS = Object.keys(RESERVOIRS) as Kind[];

export default defineDemonstration({
  name: 'reservoir',
  title: 'Volatile memristors as a reservoir for pulse streams',
  claim: 'Volatile memristors separate temporal pulse patterns; with a trained linear readout they recognise digits.',
  source: 'R185 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters,
  steps: ({ seeds }) => 4 * seeds + 1,
  async run(p, context) {
    await context.step('separation');
    const readAlike = (bits: number, tau: number) =>
      readPatterns({ ...p, bits, tau, deviceToDevice: 0 }, 1, p.seed).map(([reading]) => reading!);
    const countPatterns = (bits: number, tau: number) => countDistinct(readAlike(bits, tau), p.levels);
    const separation = SEPARATED_BITS.map((bits) => RATIOS.map((ratio) => countPatterns(bits, ratio * p.interval)));
    const states = SEPARATED_BITS.map((bits) => readAlike(bits, p.tau));
    const spread = readPatterns(p, 100, p.seed);
    const [four, five] = SEPARATED_BITS.map((bits) => countPatterns(bits, p.tau)) as [number, number];

    const config = mnistConfig({ split: p.split, train: p.train, label: p.train, test: p.test });
    const { train, test } = imagesOf(loadMnist(), config);
    const testMnist = (seed: number, features: (images: LabelledImages, count: number) => Uint8Array | Uint16Array) => {
      const training = { counts: features(train, p.train), labels: train.labels.subarray(0, p.train) };
      const tested = { counts: features(test, p.test), labels: test.labels.subarray(0, p.test) };
      return testLinear(training, tested, training.counts.length / p.train, new Stream(seed, 'readout'));
    };
    const runs = await mapSeeds(p, async (seed) => {
      const results = [];
      for (const kind of KINDS) {
        const { name, taus } = RESERVOIRS[kind];
        await context.step(`seed ${seed}: ${name}`);
        const tables = taus(p).map((tau, k) =>
          readPatterns({ ...p, tau }, countSections(train, p.bits), k === 0 ? seed : `${seed}/${k}`),
        );
        const mnist = testMnist(seed, (images, count) => imageFeatures(images, count, tables, p.levels));
        results.push({ seed, kind, mnist, order: testOrder(p, taus(p), seed) });
      }
      await context.step(`seed ${seed}: the pulses themselves`);
      return { results, pulses: testMnist(seed, imagePulses) };
    });
    const grid = new ResultGrid(runs.flatMap(({ results }) => results));
    const pulses = runs.map((run) => run.pulses);
    const mnist = (kind: Kind) => grid.values('mnist', { kind });
    const chance = 100 / balancedPatterns(p.bits).length;
    const accuracies = (task: 'mnist' | 'order', title: string) =>
      mergeRecords(KINDS, (kind) => ({ [`${title}, ${RESERVOIRS[kind].name}`]: percent(grid.values(task, { kind })) }));
    return {
      figures: {
        'patterns of 4 bits told apart': inUnit('of 16')(four),
        'patterns of 5 bits told apart': inUnit('of 32')(five),
        ...accuracies('order', 'order'),
        'order, chance': percent(chance),
        ...accuracies('mnist', 'MNIST'),
        'MNIST, the pulses themselves': percent(pulses),
      },
      expectations: {
        'all 16 patterns of 4 bits lead to different states': four === 16,
        'all 32 patterns of 5 bits lead to different states': five === 32,
        'devices that relax at once or never separate at most half of the patterns': separation.every((counts, b) =>
          [counts[0]!, counts.at(-1)!].every((n) => n <= 2 ** SEPARATED_BITS[b]! / 2),
        ),
        'order: three time constants reach more than half of the way from chance to 100 %': grid
          .values('order', { kind: 'three' })
          .every((value) => value > (100 + chance) / 2),
        'MNIST: three time constants are more accurate than counting': mnist('three').every(
          (accuracy, s) => accuracy > mnist('counting')[s]!,
        ),
        'MNIST: three time constants are more accurate than one': mnist('three').every(
          (accuracy, s) => accuracy > mnist('one')[s]!,
        ),
        'control: order: devices that only count are within 5 points of chance': grid
          .values('order', { kind: 'counting' })
          .every((value) => Math.abs(value - chance) < 5),
        'control: MNIST: the reservoir is more accurate than a readout of the pulses': mnist('three').every(
          (accuracy, s) => accuracy > pulses[s]!,
        ),
      },
      tables: {
        separation: {
          tau: column('intervals', RATIOS),
          ...mergeRecords([0, 1], (b) => ({
            [`${SEPARATED_BITS[b]!} bits`]: column('1', separation[b]!, 'uint32'),
          })),
        },
        ...mergeRecords([0, 1], (b) => ({
          [`states-${SEPARATED_BITS[b]!}-bits`]: {
            pattern: column('1', [...states[b]!.keys()], 'uint32'),
            reading: column('1', states[b]!),
          },
        })),
      },
      pictures: {
        reservoir: curve({
          title: 'Pulse patterns that one volatile device tells apart',
          subtitle: `${p.levels} levels of the converter, eta ${p.eta}; all patterns of 4 and of 5 bits`,
          x: { label: 'time constant of the device / interval of the pulses', log: true },
          y: { label: 'states told apart', domain: [0, 32] },
          series: SEPARATED_BITS.map((bits, b) => ({
            name: `${bits} bits`,
            points: zipPoints(RATIOS, separation[b]!),
          })),
        }),
        states: curve({
          title: `What each pattern of ${p.bits} bits leaves behind`,
          subtitle: `band: ± sd over 100 devices whose tau (mean ${p.tau} ms) has a relative sd of ${p.deviceToDevice}`,
          x: { label: 'pattern as a binary number, first bit highest' },
          y: { label: 'reading (1: saturated)' },
          series: [{ name: 'reading', points: spread.map((values, x) => overSeeds(x, values)) }],
        }),
      },
    };
  },
});
