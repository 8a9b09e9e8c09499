/**
 * A layer learns MNIST without labels; then each test image is shown several times with identical input spikes to neurons whose
 * thresholds are drawn at every charging, and every pass is one vote. The deterministic twin has the same weights and thresholds
 * without noise.
 */
import type * as z from 'zod';
import {
  accuracy,
  accuracyAfterRejection,
  auroc,
  integer,
  number,
  object,
  optional,
  reliability,
  votesOf,
  wilsonInterval,
} from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import * as mnist from '../../training/unsupervised/index.ts';
import { defineDemonstration, mapSeeds, type RunContext, requireResult, SEED_PARAMS } from '../demonstration.ts';
import {
  column,
  inUnit,
  isGreater,
  makeTable,
  mergeRecords,
  percent,
  pointDifferences,
  ResultGrid,
  ratio,
} from '../findings.ts';
import { fitReadout } from '../trainedLayer.ts';

/** Smallest share of the votes of a confident answer. */
const CONFIDENT = 0.9;
/** Shares of the answers that are rejected. */
const REJECTED = Array.from({ length: 16 }, (_, i) => i * 0.02);

/**
 * Errors among the `count` most confident answers, in percent of all answers. If the limit falls among equally confident answers,
 * each of them counts proportionately.
 */
function errorsAmong(count: number, right: readonly boolean[], confidence: ArrayLike<number>): number {
  if (count === 0) return 0;
  const doubt = Array.from(confidence, (c) => -c);
  return ((100 - accuracyAfterRejection(right, doubt, 1 - count / right.length)) * count) / right.length;
}

/** Measures of one seed: accuracy, separation of right from wrong answers, and gain by rejection. */
function assessVotes(passes: readonly Uint8Array[], twin: Uint8Array, margins: readonly number[], labels: Uint8Array) {
  const votes = votesOf(passes);
  const right = Array.from(labels, (label, i) => votes.predictions[i] === label);
  const twinRight = Array.from(labels, (label, i) => twin[i] === label);
  const doubt = margins.map((margin) => -margin);
  const separation = (uncertainty: ArrayLike<number>, hits: readonly boolean[]) => {
    const select = (which: boolean) => Array.from(uncertainty).filter((_, i) => hits[i] === which);
    return auroc(select(false), select(true));
  };
  const confident = Array.from(votes.confidence).filter((share) => share >= CONFIDENT).length;
  const gain = (hits: readonly boolean[], uncertainty: ArrayLike<number>) =>
    accuracyAfterRejection(hits, uncertainty, 0.1) - accuracyAfterRejection(hits, uncertainty, 0);
  return {
    votes,
    right,
    single: passes.reduce((sum, predictions) => sum + accuracy(labels, predictions), 0) / passes.length,
    voted: accuracy(labels, votes.predictions),
    twin: accuracy(labels, twin),
    auroc: separation(votes.entropy, right),
    marginAuroc: separation(doubt, twinRight),
    rejection: REJECTED.map((rejected) => ({
      rejected,
      votes: accuracyAfterRejection(right, votes.entropy, rejected),
      margin: accuracyAfterRejection(twinRight, doubt, rejected),
    })),
    gain: gain(right, votes.entropy),
    marginGain: gain(twinRight, doubt),
    confident: (100 * confident) / labels.length,
    confidentlyWrong: errorsAmong(confident, right, votes.confidence),
    twinConfidentlyWrong: errorsAmong(confident, twinRight, margins),
  };
}

/** Parameters; sd and spikes were chosen on the validation split (50,000/10,000): the largest sd tried that costs no accuracy. */
const parameters = object({
  ...SEED_PARAMS,
  neurons: integer({ default: 400, min: 10, max: 10000, help: 'number of output neurons' }),
  epochs: integer({ default: 4, min: 1, max: 100, help: 'number of epochs' }),
  train: optional(integer({ min: 1, help: 'number of training images; default: all images of the split' })),
  label: integer({ default: 20000, min: 1, help: 'number of training images for the readout' }),
  test: integer({ default: 10000, min: 10, help: 'number of test images' }),
  passes: integer({ default: 10, min: 2, max: 1000, help: 'number of votes: passes of each test image' }),
  spikes: integer({ default: 2, min: 1, max: 100, help: 'number of output spikes per vote' }),
  sd: number({ default: 0.05, min: 0, exclusiveMin: true, max: 1, help: 'relative sd of the thresholds' }),
  split: mnist.mnistSchema.shape.split,
});
type Settings = z.output<typeof parameters>;

/** Fits a readout to the responses to labelling images, and counts the responses to the test images in each pass. */
async function runPasses(
  config: mnist.MnistConfig,
  learned: mnist.Learned,
  images: mnist.Mnist,
  passes: number,
  context: RunContext,
) {
  const { neurons, neuron } = config;
  await context.step(`labels, threshold sd ${neuron.readNoise}`);
  const readout = await fitReadout(config, learned, images.train, context);
  const counts: (Uint8Array | Uint16Array)[] = [];
  for (let pass = 0; pass < passes; pass++) {
    await context.step(`test, threshold sd ${neuron.readNoise}, pass ${pass + 1}`);
    const options = { ...context, pass };
    const responses = requireResult(
      await mnist.responsesOf('test', config, learned, images.test, config.test, options),
    );
    counts.push(mnist.countsOf(responses, neurons));
  }
  return { readout, counts };
}

async function runSeed(seed: number, p: Settings, context: RunContext) {
  const { neurons, epochs, split, test, label, train } = p;
  const settings = { seed, neurons, epochs, split, test, label, testSpikes: p.spikes, ...(train && { train }) };
  const noisy = mnist.mnistConfig({ ...settings, neuron: { readNoise: p.sd } });
  const images = mnist.imagesOf(mnist.loadMnist(), noisy);
  await context.step('training');
  const { learned } = requireResult(await mnist.trainLayer(noisy, images.train, context));
  const { readout, counts } = await runPasses(noisy, learned, images, p.passes, context);
  const twin = await runPasses(mnist.mnistConfig(settings), learned, images, 1, context);
  const [twinCounts] = twin.counts as [Uint8Array | Uint16Array];
  const margins = Array.from({ length: test }, (_, i) => twin.readout.margin(twinCounts, i * neurons));
  const predictions = counts.map((one) => readout.predictAll(one));
  const labels = images.test.labels.subarray(0, test);
  return { seed, ...assessVotes(predictions, twin.readout.predictAll(twinCounts), margins, labels) };
}

/** Bins of the reliability diagram, and of the histogram of entropies. */
const RELIABILITY_BINS = 10;
const ENTROPY_BIN = 0.25; // bit
const ENTROPY_CENTRES = Array.from({ length: 13 }, (_, k) => (k + 0.5) * ENTROPY_BIN);

/** Percentage of the entropies in each bin. */
function entropyHistogram(entropies: readonly number[]): number[] {
  const shares = ENTROPY_CENTRES.map(() => 0);
  for (const entropy of entropies) {
    const bin = Math.min(shares.length - 1, Math.floor(entropy / ENTROPY_BIN));
    shares[bin]! += 100 / entropies.length;
  }
  return shares;
}

export default defineDemonstration({
  name: 'uncertainty',
  title: 'Threshold noise estimates the uncertainty of answers',
  claim:
    'A spiking network of stochastic threshold-switch neurons estimates the uncertainty of its answers, so that fatal errors of a conventional network are avoided.',
  source: 'Wang et al. 2021, PubMed 34821279 (R89 of the review Nanoscale Horiz. 2023, 8, 716)',
  parameters,
  async run(p, context) {
    const runs = await mapSeeds(p, context, (seed) => runSeed(seed, p, context));
    const grid = new ResultGrid(runs);
    const rejection = new ResultGrid(runs.flatMap((run) => run.rejection));
    const entropies = new ResultGrid(
      runs.flatMap(({ right, votes }) =>
        [true, false].flatMap((isRight) => {
          const shares = entropyHistogram([...votes.entropy].filter((_, i) => right[i] === isRight));
          return ENTROPY_CENTRES.map((entropy, k) => ({ isRight, entropy, share: shares[k]! }));
        }),
      ),
    );
    type Measure = 'auroc' | 'marginAuroc' | 'gain' | 'marginGain' | 'confidentlyWrong' | 'twinConfidentlyWrong';
    const exceeds = (a: Measure, b: Measure) => isGreater(grid.values(a), grid.values(b));
    const ofAll = inUnit('% of all images');
    const conditions = `MNIST, ${p.neurons} neurons, ${p.passes} passes, threshold sd ${100 * p.sd} %`;
    const subtitle = `${conditions}; bands: ± sd over ${p.seeds} seeds`;
    const rejectedPercent = (row: { readonly rejected: number }) => 100 * row.rejected;
    return {
      figures: {
        'accuracy, one pass': percent(grid.values('single')),
        'accuracy, majority of the passes': percent(grid.values('voted')),
        'accuracy, deterministic twin': percent(grid.values('twin')),
        'AUROC of the entropy of the votes': ratio(grid.values('auroc')),
        "AUROC of the twin's margin": ratio(grid.values('marginAuroc')),
        'gain by refusing 10 %': pointDifferences(grid.values('gain')),
        "gain by refusing 10 %, twin's margin": pointDifferences(grid.values('marginGain')),
        'at least 90 % of the votes': ofAll(grid.values('confident')),
        'of these wrong': ofAll(grid.values('confidentlyWrong')),
        'wrong among as many answers of the twin, by its margin': ofAll(grid.values('twinConfidentlyWrong')),
      },
      expectations: {
        'control: the AUROC of the entropy of votes exceeds that of the margin of the twin': exceeds(
          'auroc',
          'marginAuroc',
        ),
        'control: rejecting 10 % by entropy gains more than by the margin of the twin': exceeds('gain', 'marginGain'),
        'confident answers are wrong less often than as many answers of the twin': exceeds(
          'twinConfidentlyWrong',
          'confidentlyWrong',
        ),
      },
      tables: {
        rejection: {
          rejected: column('1', REJECTED),
          ...mergeRecords(runs, ({ seed, rejection }) => ({
            [`votes, seed ${seed}`]: column('%', new ResultGrid(rejection).values('votes')),
            [`margin, seed ${seed}`]: column('%', new ResultGrid(rejection).values('margin')),
          })),
        },
        images: makeTable(
          runs.flatMap(({ seed, votes, right }) =>
            right.map((isRight, i) => {
              return { seed, entropy: votes.entropy[i]!, confidence: votes.confidence[i]!, right: Number(isRight) };
            }),
          ),
          { entropy: 'bit', right: ['1', 'uint8'] },
        ),
      },
      pictures: {
        uncertainty: curve({
          title: 'Refusing the least certain answers',
          subtitle,
          x: { label: 'answers refused (%)' },
          y: { label: 'accuracy of the others (%)' },
          series: [
            rejection.line('by entropy of the votes', rejectedPercent, 'votes'),
            rejection.line('deterministic twin, by margin of its readout', rejectedPercent, 'margin'),
          ],
        }),
        reliability: curve({
          title: 'Reliability of the votes',
          subtitle: `${conditions}; bands: 95 % intervals`,
          x: { label: 'share of the votes for the answer', domain: [0, 1] },
          y: { label: 'share of right answers', domain: [0, 1] },
          series: [
            ...runs.map(({ seed, right, votes }) => ({
              name: `seed ${seed}`,
              points: reliability(right, votes.confidence, RELIABILITY_BINS).bins.map(
                ({ confidence, accuracy, count }) => {
                  const { low, high } = wilsonInterval(accuracy * count, count);
                  return { x: confidence, y: accuracy, low: low / 100, high: high / 100 };
                },
              ),
            })),
            { name: 'perfect', reference: true, points: [0, 1].map((x) => ({ x, y: x })) },
          ],
        }),
        entropy: curve({
          title: 'Entropy of the votes, right and wrong answers',
          subtitle,
          x: { label: 'entropy (bit)' },
          y: { label: 'share of the answers (%)' },
          series: [
            entropies.line('right answers', 'entropy', 'share', { isRight: true }),
            entropies.line('wrong answers', 'entropy', 'share', { isRight: false }),
          ],
        }),
      },
    };
  },
});
