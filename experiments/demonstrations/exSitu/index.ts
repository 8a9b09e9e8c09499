/** Accuracy of a trained classifier whose weights are programmed into devices, without and with verification. */
import type { Matrix, Programming } from '../../index.ts';
import {
  lif,
  Network,
  optional,
  poisson,
  RandomStream,
  READOUTS,
  readMatrix,
  softBound,
  UserError,
} from '../../index.ts';
import { type LabelledImages, loadMnist } from '../../training/unsupervised/index.ts';
import { declareCounts, defineDemonstration, isDecreasing, MNIST_CLASS_COUNT, number, text } from '../demonstration.ts';
import { programDevicePairs } from '../devicePairs.ts';
import { measureArgmaxAccuracy } from '../readouts.ts';
import { computeCurrents } from '../trainedLayer.ts';

/** Weights from pixels (0 to 255) to classes, row-major, and biases, which are added in software. */
type Classifier = Readonly<Record<'weights' | 'bias', Float64Array>>;

export function trainClassifier({ images, labels, rows, columns }: LabelledImages, n: number, seed: number) {
  const pixels = rows * columns;
  const stream = new RandomStream(seed, 'exSitu/training');
  const shown = images.subarray(0, n * pixels);
  const { evidence, bias } = READOUTS.linear(shown, labels.subarray(0, n), n, pixels, () => stream.uniform());
  return { weights: evidence, bias } satisfies Classifier;
}

/** Converts a matrix with a row per pixel and optionally a last row of biases. @throws UserError */
export function importClassifier({ values, rows, columns }: Matrix, pixels: number, path: string): Classifier {
  if (columns !== MNIST_CLASS_COUNT || (rows !== pixels && rows !== pixels + 1))
    throw new UserError(
      `${path}: the matrix must have ${pixels} × ${MNIST_CLASS_COUNT} weights, or one more row for the bias (got ${rows} × ${columns}).`,
    );
  const bias = rows > pixels ? values.slice(pixels * MNIST_CLASS_COUNT) : new Float64Array(MNIST_CLASS_COUNT);
  return { weights: values.subarray(0, pixels * MNIST_CLASS_COUNT), bias };
}

/** Programs device pairs; returns the weights as read in arrays of 128 × 64 cells. @param lineResistance Ω per segment */
export function programWeights(weights: Float64Array, programming: Programming, lineResistance: number, seed: number) {
  const lineOptions = { rows: weights.length / MNIST_CLASS_COUNT, lineResistance, tile: { rows: 128, columns: 64 } };
  return programDevicePairs(weights, { programming, seed, randomStreamName: 'exSitu', lineOptions });
}

const RANGE = { gMin: 1e-6, gMax: 1e-4, reading: 'differential' } as const;
const PULSE_STEPS = { etaUp: 0.02, etaDown: 0.02, cycleToCycle: 0.3 }; // assumed: share of the distance to the bound; relative sd of a step
const MAX_PULSES = 300;

/** Programs and verifies weights. @param tolerance share of the range @returns mean `pulses` per device, `missed`: % outside it */
export function programAndVerify(weights: Float64Array, tolerance: number, seed: number) {
  const weightAtGMax = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const net = new Network({ seed });
  const input = net.population('pixels', poisson({ size: weights.length / MNIST_CLASS_COUNT }));
  const output = net.population('classes', lif({ size: MNIST_CLASS_COUNT }));
  const programming = { tolerance, maxPulses: MAX_PULSES };
  const { devices, edges } = net.projection(input, output, {
    connect: { matrix: { weights } },
    device: softBound({ ...RANGE, ...PULSE_STEPS, weightAtGMax, programming }),
  });
  const { programming: usage } = devices!.usage;
  return {
    weights: Float64Array.from(edges.weights!),
    pulses: usage!.pulses / devices!.usage.devices,
    missed: (100 * usage!.missed) / edges.count,
  };
}

export function testClassifier({ weights, bias }: Classifier, { images, labels }: LabelledImages, count: number) {
  const shown = images.subarray(0, (count * weights.length) / MNIST_CLASS_COUNT);
  const scores = computeCurrents(weights, shown, MNIST_CLASS_COUNT);
  return measureArgmaxAccuracy(labels.subarray(0, count), (n) =>
    bias.map((b, c) => b + scores[n * MNIST_CLASS_COUNT + c]!),
  );
}

/** Values of each varied non-ideality. Noise sd and tolerance: share of the range; line resistance: Ω per segment. */
const STUDIES = {
  noise: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  levels: [2, 4, 8, 16, 32, 64],
  'line resistance': [0.5, 1, 2, 5, 10, 20],
  tolerance: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
};
const NO_PULSE_TOLERANCE = 1; // tolerance equal to the whole range: no device gets a pulse
type StudyName = keyof typeof STUDIES | 'software';
type WrittenWeights = Pick<Classifier, 'weights'> & Partial<Readonly<Record<'pulses' | 'missed', number>>>;

export default defineDemonstration({
  parameters: {
    weights: optional(
      text({ help: '.npy or JSON file of weights for pixels of 0 to 255: a row per pixel, a column per class' }),
    ),
    ...declareCounts({ train: 20_000, test: 10_000 }),
    noise: number({ default: 0.02, min: 0, help: 'sd of programming noise relative to the range, if not varied' }),
  },
  async simulate(p, context) {
    const { train, test } = loadMnist();
    const file = p.weights;
    const imported = file === undefined ? null : importClassifier(readMatrix(file), train.rows * train.columns, file);
    const { accuracy: grid } = await context.measurePerSeed((seed) => {
      const software = imported ?? trainClassifier(train, p.train, seed);
      const testOn = (study: StudyName, x: number, written: WrittenWeights) => {
        const { weights, pulses = Number.NaN, missed = Number.NaN } = written;
        return { study, x, accuracy: testClassifier({ ...software, weights }, test, p.test), pulses, missed };
      };
      const program = (how: Programming, ohm = 0) => ({ weights: programWeights(software.weights, how, ohm, seed) });
      return {
        accuracy: [
          testOn('software', 0, software),
          ...STUDIES.noise.map((x) => testOn('noise', x, program({ noise: x }))),
          ...STUDIES.levels.map((x) => testOn('levels', x, program({ levels: x, noise: p.noise }))),
          ...STUDIES['line resistance'].map((x) => testOn('line resistance', x, program({ noise: p.noise }, x))),
          ...[...STUDIES.tolerance, NO_PULSE_TOLERANCE].map((x) =>
            testOn('tolerance', x, programAndVerify(software.weights, x, seed)),
          ),
        ],
      };
    });
    const software = grid.mean('accuracy', { study: 'software' });
    const loss = (study: StudyName, x: number) => software - grid.mean('accuracy', { study, x });
    const tolerances = { study: 'tolerance', x: STUDIES.tolerance } as const;
    const noPulse = { study: 'tolerance', x: NO_PULSE_TOLERANCE } as const;
    return {
      expectations: {
        'the classifier recognises more than 85 % in software': software > 85,
        'noise of 1 % costs less than 2 points': loss('noise', 0.01) < 2,
        'noise of 50 % costs more than 20 points': loss('noise', 0.5) > 20,
        '64 levels cost less than 2 points, 2 levels more': loss('levels', 64) < 2 && loss('levels', 2) > 2,
        'lines of 10 Ω cost more than lines of 0.5 Ω': loss('line resistance', 10) > loss('line resistance', 0.5),
        'a tolerance of 0.5 % costs less than 2 points': loss('tolerance', 0.005) < 2,
        'a tolerance of 10 % costs more than 20 points': loss('tolerance', 0.1) > 20,
        'wider tolerances need fewer pulses': isDecreasing(grid.computeGroupMeans('pulses', 'x', tolerances)),
        'control: without pulses accuracy is near chance (< 20 %)':
          grid.mean('pulses', noPulse) === 0 && grid.mean('accuracy', noPulse) < 20,
      },
    };
  },
});
