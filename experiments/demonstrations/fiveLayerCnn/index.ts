/**
 * A convolutional net of five layers on crossbars: kernels are trained in floating point and written in several copies that
 * are read together; the full layer is then trained in place (hybrid training).
 */
import { mean } from 'simple-statistics';
import { integer, type LabelledImages, loadMnist, number, object } from '../../index.ts';
import { trainFloat, untrained } from '../../learn/index.ts';
import { curve } from '../../look/plots/index.ts';
import { defineDemonstration, MNIST_CLASSES, mapSeeds, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, mergeRecords, percent, ResultGrid, WHOLE } from '../findings.ts';
import {
  averageCopies,
  measureKernelError,
  programChip,
  runModel,
  scoreAccuracy,
  shuffleKernels,
  testChip,
  trainLastLayer,
} from './arrays.ts';

const NOISES = [0, 0.05, 0.1, 0.2];
const NOISE = 0.1;
const COPIES = [1, 2, 3, 4, 8];
const MANY = 3; // copies in the original work
const RATE = 0.01; // of the full layer, in place
const NET = { hidden: [], kernels: [8, 12], kernelSize: 3, pooling: 'max' } as const;
const DESCENT = { batch: 32, rate: 0.05, momentum: 0.9, shift: 0 } as const;

const METHODS = {
  one: 'ex situ, one copy',
  three: 'ex situ, three copies',
  oneHybrid: 'hybrid, one copy',
  threeHybrid: 'hybrid, three copies',
};
const METHOD_KEYS = Object.keys(METHODS) as (keyof typeof METHODS)[];

const takeImages = (images: LabelledImages, n: number): LabelledImages => ({ ...images, n });

export default defineDemonstration({
  name: 'five-layer-cnn',
  title: 'A convolutional net on crossbars: kernel copies and hybrid training',
  claim:
    'A five-layer convolutional net on eight memristor arrays recognises more than 96 % of MNIST after hybrid training; kernels are written in several copies.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 85 (Yao et al. 2020, doi:10.1038/s41586-020-1942-4)',
  parameters: object({
    train: integer({ default: 20_000, min: 1000, max: 60_000, help: 'number of images trained on in floating point' }),
    epochs: integer({ default: 2, min: 1, max: 100, help: 'number of epochs in floating point' }),
    inPlace: integer({ default: 5000, min: 10, max: 60_000, help: 'number of images trained on in place, 2 epochs' }),
    test: integer({ default: 2000, min: 10, max: 10_000, help: 'number of test images' }),
    stuck: number({ default: 0.02, min: 0, max: 1, help: 'share of stuck devices' }),
    ...SEED_PARAMS,
  }),
  steps: ({ seeds }) => seeds * (2 + NOISES.length),
  async run(p, context) {
    const data = loadMnist();
    const [train, inPlace] = [p.train, p.inPlace].map((n) => takeImages(data.train, n)) as [
      LabelledImages,
      LabelledImages,
    ];
    const test = takeImages(data.test, p.test);
    const image = { rows: train.rows, columns: train.columns, channels: 1 };
    const runs = await mapSeeds(p, async (seed) => {
      await context.step(`seed ${seed}: training in floating point`);
      const initial = untrained('cnn', image, MNIST_CLASSES, NET, seed);
      const descent = { ...DESCENT, epochs: p.epochs, seed };
      const model = await trainFloat(initial, train, { mean: 0, sd: 1 }, descent, () => {});
      const makeChip = (noise: number, k: number, of = model) =>
        programChip(of, { noise, stuck: p.stuck }, `${seed} chip ${k} ${noise}`);
      const trainHybrid = (chip: ReturnType<typeof makeChip>, kernels: typeof model) => {
        trainLastLayer(chip, kernels, inPlace, 2, RATE);
        return testChip(chip, kernels, test);
      };
      const noises = [];
      for (const noise of NOISES) {
        await context.step(`seed ${seed}: noise ${noise}`);
        const chips = Array.from({ length: MANY }, (_, k) => makeChip(noise, k));
        const copies = chips.map((chip) => chip.trained());
        const [single, several] = [averageCopies(copies.slice(0, 1)), averageCopies(copies)];
        const [one, three] = [testChip(chips[0]!, single, test), testChip(chips[0]!, several, test)];
        const oneHybrid = trainHybrid(makeChip(noise, 0), single);
        noises.push({ seed, noise, one, three, oneHybrid, threeHybrid: trainHybrid(chips[0]!, several) });
      }
      await context.step(`seed ${seed}: copies`);
      const chips = Array.from({ length: Math.max(...COPIES) }, (_, k) => makeChip(NOISE, k).trained());
      const errors = COPIES.map((copies) => {
        return { seed, copies, error: measureKernelError(averageCopies(chips.slice(0, copies)), model) };
      });
      const control = makeChip(NOISE, 0, shuffleKernels(model, seed));
      const floating = scoreAccuracy(runModel(model, test).scores, test);
      return { noises, errors, floating, shuffled: trainHybrid(control, control.trained()) };
    });
    const accuracies = new ResultGrid(runs.flatMap(({ noises }) => noises));
    const kernels = new ResultGrid(runs.flatMap(({ errors }) => errors));
    const errorsOf = (copies: number) => kernels.values('error', { copies });
    const noisy = accuracies.select({ noise: NOISE });
    const floating = runs.map((run) => run.floating);
    const shuffled = runs.map((run) => run.shuffled);
    const share = inUnit('share of the largest weight');
    return {
      figures: {
        'in floating point': percent(floating),
        ...mergeRecords([NOISE, 0.2], (noise) =>
          mergeRecords(METHOD_KEYS, (key) => ({
            [`noise ${noise}, ${METHODS[key]}`]: percent(accuracies.values(key, { noise })),
          })),
        ),
        'control: shuffled kernels, last layer trained in place': percent(shuffled),
        'error of a kernel, one copy': share(errorsOf(1)),
        'error of a kernel, four copies': share(errorsOf(4)),
      },
      expectations: {
        'hybrid training with three copies reaches more than 96 %':
          accuracies.mean('threeHybrid', { noise: NOISE }) > 96,
        'three copies are more accurate than one, ex situ, in every seed': noisy.every(({ one, three }) => three > one),
        'hybrid training recovers at least half of the loss of one copy': noisy.every(
          ({ one, oneHybrid }, k) => floating[k]! - oneHybrid < (floating[k]! - one) / 2,
        ),
        'four copies halve the error of a kernel, within 10 %': errorsOf(1).every(
          (e, k) => Math.abs(e / errorsOf(4)[k]! / 2 - 1) < 0.1,
        ),
        'control: training the last layer on shuffled kernels is less accurate': noisy.every(
          ({ threeHybrid }, k) => shuffled[k]! < threeHybrid,
        ),
      },
      tables: {
        accuracy: accuracies.table({ one: '%', three: '%', oneHybrid: '%', threeHybrid: '%' }),
        copies: kernels.table({ copies: WHOLE }),
      },
      pictures: {
        accuracy: curve({
          title: 'Accuracy against what devices stray by after they were verified',
          subtitle: `${100 * p.stuck} % stuck, ${p.test} test images, mean and sd of ${p.seeds} seeds`,
          x: { label: 'sd of programming noise (share of the range)' },
          y: { label: 'accuracy (%)', domain: [80, 100] },
          series: METHOD_KEYS.map((key) => accuracies.line(METHODS[key], 'noise', key)),
          references: [{ name: 'floating point', y: mean(floating) }],
        }),
        copies: curve({
          title: 'Error of a kernel against the number of its copies',
          subtitle: `programming noise ${NOISE}, ${100 * p.stuck} % stuck, mean and sd of ${p.seeds} seeds`,
          x: { label: 'copies', log: true },
          y: { label: 'rms error (share of the largest weight)', log: true },
          series: [
            kernels.line('found', 'copies', 'error'),
            {
              name: '1/√copies',
              reference: true,
              points: COPIES.map((n) => ({ x: n, y: mean(errorsOf(1)) / Math.sqrt(n) })),
            },
          ],
        }),
      },
    };
  },
});
