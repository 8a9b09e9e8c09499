/**
 * Each test image is presented several times with the same input spikes and noisy thresholds; each pass is a vote.
 * Control: a network without noise that emits as many output spikes in one pass as all votes together.
 */
import { accuracy, accuracyAfterRejection, auroc, integer, number, optional, votesOf } from '../../index.ts';
import * as mnist from '../../training/unsupervised/index.ts';
import { declareCounts, defineDemonstration, isGreaterPerSeed, mapRange, requireResult } from '../demonstration.ts';
import { fitReadout } from '../trainedLayer.ts';

const REJECTED = mapRange(16, (i) => i * 0.02);

/** Wrong answers among the `count` most confident ones, % of all answers. Ties at the limit count proportionally. */
function measureConfidentErrors(count: number, right: readonly boolean[], confidence: ArrayLike<number>): number {
  if (count === 0) return 0;
  const doubt = Array.from(confidence, (c) => -c);
  return ((100 - accuracyAfterRejection(right, doubt, 1 - count / right.length)) * count) / right.length;
}

/** Compares votes with a deterministic twin network: accuracies, %, AUROC of wrong answers, accuracy gains by rejection, points. */
function assessVotes(passes: readonly Uint8Array[], twin: Uint8Array, margins: readonly number[], labels: Uint8Array) {
  const votes = votesOf(passes);
  const right = Array.from(labels, (label, i) => votes.predictions[i] === label);
  const twinRight = Array.from(labels, (label, i) => twin[i] === label);
  const confident = Array.from(votes.confidence).filter((share) => share >= 0.9).length;
  const answers = [
    { method: 'by entropy of the votes', uncertainty: Array.from(votes.entropy), hits: right },
    { method: 'by margin of the deterministic twin', uncertainty: margins.map((margin) => -margin), hits: twinRight },
  ].map(({ method, uncertainty, hits }) => {
    const select = (which: boolean) => uncertainty.filter((_, i) => hits[i] === which);
    const reject = (rejected: number) => accuracyAfterRejection(hits, uncertainty, rejected);
    const rejection = REJECTED.map((rejected) => ({ method, rejected: 100 * rejected, accuracy: reject(rejected) }));
    return { auroc: auroc(select(false), select(true)), gain: reject(0.1) - reject(0), rejection };
  });
  const [own, other] = answers as [(typeof answers)[0], (typeof answers)[0]];
  const measures = {
    single: passes.reduce((sum, predictions) => sum + accuracy(labels, predictions), 0) / passes.length,
    voted: accuracy(labels, votes.predictions),
    twin: accuracy(labels, twin),
    auroc: own.auroc,
    marginAuroc: other.auroc,
    gain: own.gain,
    marginGain: other.gain,
    confident: (100 * confident) / labels.length,
    confidentlyWrong: measureConfidentErrors(confident, right, votes.confidence),
    twinConfidentlyWrong: measureConfidentErrors(confident, twinRight, margins),
  };
  return { measures, rejection: answers.flatMap(({ rejection }) => rejection) };
}

export default defineDemonstration({
  /** The default of `sd` is the largest value without loss of accuracy on the validation split, at the default of `spikes`. */
  parameters: {
    ...declareCounts({ neurons: 400, label: 20_000, test: 10_000 }),
    epochs: integer({ default: 4, min: 1, max: 100, help: 'number of epochs' }),
    train: optional(integer({ min: 1, help: 'number of training images; default: all images of the split' })),

    passes: integer({ default: 10, min: 2, max: 1000, help: 'number of passes (votes) per test image' }),
    spikes: integer({ default: 2, min: 1, max: 100, help: 'number of output spikes per pass (vote)' }),
    sd: number({
      default: 0.05,
      min: 0,
      exclusiveMin: true,
      max: 1,
      help: 'relative sd of firing thresholds, drawn at each spike',
    }),
    split: mnist.mnistSchema.shape.split,
  },
  async simulate({ passes, spikes, sd, train, seeds, ...p }, context) {
    const { measures } = await context.measurePerSeed(async (seed) => {
      const settings = { ...p, seed, testSpikes: spikes, ...(train && { train }) };
      const noisy = mnist.mnistConfig({ ...settings, neuron: { readNoise: sd } });
      const images = mnist.imagesOf(mnist.loadMnist(), noisy);
      await context.reportProgress('training');
      const { learned } = requireResult(await mnist.trainLayer(noisy, images.train, context));
      const runPasses = async (config: mnist.MnistConfig, count: number) => {
        const readout = await fitReadout({ config, learned, data: images }, context);
        const counts: (Uint8Array | Uint16Array)[] = [];
        for (let passIndex = 0; passIndex < count; passIndex++) {
          await context.reportProgress(`test, threshold sd ${config.neuron.readNoise}, pass ${passIndex + 1}`);
          const responses = await mnist.responsesOf('test', config, learned, images.test, config.test, {
            ...context,
            passIndex,
          });
          counts.push(mnist.countsOf(requireResult(responses), p.neurons));
        }
        return { readout, counts, predictions: counts.map((one) => readout.predictAll(one)) };
      };
      const { predictions } = await runPasses(noisy, passes);
      const twin = await runPasses(mnist.mnistConfig({ ...settings, testSpikes: passes * spikes }), 1);
      const margins = mapRange(p.test, (i) => twin.readout.computeMargin(twin.counts[0]!, i * p.neurons));
      return assessVotes(predictions, twin.predictions[0]!, margins, images.test.labels.subarray(0, p.test));
    });
    const better = {
      marginAuroc: 'auroc',
      marginGain: 'gain',
      twin: 'voted',
      confidentlyWrong: 'twinConfidentlyWrong',
    } as const;
    const isExceeded = (key: keyof typeof better) =>
      isGreaterPerSeed(measures.values(better[key]), measures.values(key));
    return {
      expectations: {
        'the entropy of the votes separates right from wrong answers: AUROC above 0.8': isGreaterPerSeed(
          measures.values('auroc'),
          0.8,
        ),
        'control: with equal numbers of spikes, its AUROC exceeds that of the margin of the twin':
          isExceeded('marginAuroc'),
        'control: rejecting 10 % by entropy gains more than by the margin of the twin': isExceeded('marginGain'),
        'control: the majority of the votes is more accurate than the twin': isExceeded('twin'),
        'confident answers are wrong less often than as many answers of the twin': isExceeded('confidentlyWrong'),
      },
    };
  },
});
