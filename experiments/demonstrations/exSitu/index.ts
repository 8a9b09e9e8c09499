/**
 * A single-layer classifier trained in software and programmed into pairs of devices: accuracy against programming noise,
 * number of levels and line resistance; and, with program-and-verify, accuracy and pulses against the tolerance.
 */
import { integer, loadMnist, number, object, optional, readMatrix, text } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { defineDemonstration, listSeeds, SEED_PARAMS } from '../demonstration.ts';
import { isDecreasing, mergeRecords, percent, ResultGrid, ratio } from '../findings.ts';
import {
  type Classifier,
  importClassifier,
  programClassifier,
  testClassifier,
  trainClassifier,
  verifyClassifier,
} from './classifier.ts';

const NOISES = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
const LEVELS = [2, 4, 8, 16, 32, 64];
const LINE_RESISTANCES = [0.5, 1, 2, 5, 10, 20]; // Ω per segment
const TOLERANCES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]; // share of the range
/** Tolerance of the whole range on either side of 0: no device gets a pulse. */
const NO_PULSE = 1;

interface Result {
  readonly study: 'software' | 'noise' | 'levels' | 'lines' | 'tolerance';
  readonly x: number;
  readonly seed: number;
  readonly accuracy: number;
  /** Mean number of pulses per device, and percentage of weights that miss the tolerance; NaN without verification. */
  readonly pulses: number;
  readonly missed: number;
}

export default defineDemonstration({
  name: 'ex-situ',
  title: 'A classifier trained in software and programmed into devices',
  claim:
    'A single layer on a 128 × 64 array of Ta/HfO2 devices, programmed with weights trained elsewhere, reads MNIST with 89.9 %.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 83',
  parameters: object({
    weights: optional(
      text({ help: '.npy or JSON file of weights for pixels of 0 to 255: a row per pixel, a column per class' }),
    ),
    train: integer({ default: 20_000, min: 1, max: 60_000, help: 'number of training images for the software' }),
    test: integer({ default: 10_000, min: 1, max: 10_000, help: 'number of test images' }),
    noise: number({ default: 0.02, min: 0, help: 'sd of programming noise unless it is varied, share of the range' }),
    ...SEED_PARAMS,
  }),
  steps: ({ seeds }) => (4 + TOLERANCES.length) * seeds,
  async run(p, context) {
    const { train, test } = loadMnist();
    const results: Result[] = [];
    const file = p.weights;
    const imported = file === undefined ? null : importClassifier(readMatrix(file), train.rows * train.columns, file);
    for (const seed of listSeeds(p)) {
      await context.step(`seed ${seed}: software`);
      const software = imported ?? trainClassifier(train, p.train, seed);
      const measure = (
        study: Result['study'],
        x: number,
        classifier: Classifier,
        usage = { pulses: Number.NaN, missed: Number.NaN },
      ) => results.push({ study, x, seed, accuracy: testClassifier(classifier, test, p.test), ...usage });
      measure('software', 0, software);
      await context.step(`seed ${seed}: noise`);
      for (const noise of NOISES) measure('noise', noise, programClassifier(software, { noise }, 0, seed));
      await context.step(`seed ${seed}: levels`);
      const { noise } = p;
      for (const levels of LEVELS) measure('levels', levels, programClassifier(software, { levels, noise }, 0, seed));
      await context.step(`seed ${seed}: lines`);
      for (const ohm of LINE_RESISTANCES) measure('lines', ohm, programClassifier(software, { noise }, ohm, seed));
      for (const tolerance of [...TOLERANCES, NO_PULSE]) {
        if (tolerance !== NO_PULSE) await context.step(`seed ${seed}: tolerance ${tolerance}`);
        const { classifier, ...usage } = verifyClassifier(software, tolerance, seed);
        measure('tolerance', tolerance, classifier, usage);
      }
    }
    const grid = new ResultGrid(results);
    const plotted = new ResultGrid(results.filter(({ study, x }) => study !== 'tolerance' || x !== NO_PULSE));
    const accuracies = (study: Result['study'], x: number) => percent(grid.values('accuracy', { study, x }));
    const software = grid.mean('accuracy', { study: 'software' });
    const loss = (study: Result['study'], x: number) => software - grid.mean('accuracy', { study, x });
    const pulses = TOLERANCES.map((x) => grid.mean('pulses', { study: 'tolerance', x }));
    const noPulse = { study: 'tolerance', x: NO_PULSE } as const;
    const picture = (study: Result['study'], label: string, conditions: string) =>
      curve({
        title: `Accuracy of a programmed classifier against ${study === 'lines' ? 'line resistance' : study}`,
        subtitle: `784 × 10 pairs${conditions}; mean and sd of ${p.seeds} seeds`,
        x: { label, log: true },
        y: { label: 'accuracy (%)', domain: [0, 100] },
        series: [plotted.line('on devices', 'x', 'accuracy', { study })],
        references: [{ name: 'software', y: software }],
      });
    const tiles = ' in arrays of 128 × 64';
    return {
      figures: {
        software: accuracies('software', 0),
        ...mergeRecords([0.01, 0.05, 0.1, 0.5], (noise) => ({ [`noise ${noise}`]: accuracies('noise', noise) })),
        ...mergeRecords([4, 16, 64], (levels) => ({ [`${levels} levels`]: accuracies('levels', levels) })),
        ...mergeRecords([1, 10], (ohm) => ({ [`lines of ${ohm} Ω`]: accuracies('lines', ohm) })),
        ...mergeRecords(TOLERANCES, (x) => ({
          [`tolerance ${x}`]: accuracies('tolerance', x),
          [`pulses of a device, tolerance ${x}`]: ratio(grid.values('pulses', { study: 'tolerance', x })),
          [`weights beside the tolerance ${x}`]: percent(grid.values('missed', { study: 'tolerance', x })),
        })),
        'no pulse at all': percent(grid.values('accuracy', noPulse)),
      },
      expectations: {
        'noise of 1 % costs less than 2 points': loss('noise', 0.01) < 2,
        'noise of 50 % costs more than 20 points': loss('noise', 0.5) > 20,
        '64 levels cost less than 2 points, 2 levels more': loss('levels', 64) < 2 && loss('levels', 2) > 2,
        'lines of 10 Ω cost more than lines of 0.5 Ω': loss('lines', 10) > loss('lines', 0.5),
        'a tolerance of 0.5 % costs less than 2 points': loss('tolerance', 0.005) < 2,
        'a tolerance of 10 % costs more than 20 points': loss('tolerance', 0.1) > 20,
        'wider tolerances need fewer pulses': isDecreasing(pulses),
        'control: accuracy without pulses is near chance, below 20 %':
          grid.mean('pulses', noPulse) === 0 && grid.mean('accuracy', noPulse) < 20,
      },
      tables: { accuracy: grid.table({ missed: '%' }) },
      pictures: {
        noise: picture('noise', 'programming noise (share of the range)', tiles),
        levels: picture('levels', 'levels', `${tiles}, noise ${p.noise}`),
        lines: picture('lines', 'resistance of a line segment (Ω)', `${tiles}, noise ${p.noise}`),
        tolerance: picture('tolerance', 'tolerance of write and verify (share of the range)', ''),
        pulses: curve({
          title: 'Pulses of write and verify against its tolerance',
          subtitle: `784 × 10 pairs of devices; mean and sd of ${p.seeds} seeds`,
          x: { label: 'tolerance of write and verify (share of the range)', log: true },
          y: { label: 'pulses of a device' },
          series: [plotted.line('mean of all devices', 'x', 'pulses', { study: 'tolerance' })],
        }),
      },
    };
  },
});
