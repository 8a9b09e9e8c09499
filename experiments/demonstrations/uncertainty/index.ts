/**
 * Neurons whose thresholds scatter tell when they do not know. A layer learns MNIST without labels; then each test image is
 * shown several times with the very same input spikes to neurons whose thresholds are drawn anew for every charging, and
 * every pass is one vote. The deterministic twin has the same weights and thresholds without scatter.
 * Source: Wang et al. 2021 (R89 of the review Nanoscale Horiz. 2023, 8, 716), PubMed 34821279.
 * Run: memspike demo uncertainty --out demos/uncertainty
 * Expect: the entropy of the votes tells wrong from right answers better than the margin of the twin does, and answers made with
 *         confidence are wrong less often than as many that the twin is surest of.
 */
import { READOUTS } from '../../index.ts';
import {
  countsOf,
  imagesOf,
  type LabelledImages,
  type Learned,
  loadMnist,
  type MnistConfig,
  mnistConfig,
  responsesOf,
  trainLayer,
} from '../../mnist/index.ts';
import { demonstration, finished, perSeed, type Stage } from '../demonstration.ts';
import { column, tableOf, WHOLE } from '../findings.ts';
import { type Assessed, assess, REJECTED } from './assess.ts';
import { parameters, type Settings } from './parameters.ts';
import { pictures } from './pictures.ts';

/** The readout that this layer's answers to training images lead to, and counts of its answers to the test images. */
async function ask(
  config: MnistConfig,
  learned: Learned,
  { train, test }: { readonly train: LabelledImages; readonly test: LabelledImages },
  passes: number,
  stage: Stage,
) {
  await stage.step(`seed ${config.seed}: labels, threshold sd ${config.neuron.readNoise}`);
  const labelling = finished(await responsesOf('label', config, learned, train, config.label, stage));
  const labels = train.labels.subarray(0, config.label);
  const counts = countsOf(labelling, config.neurons);
  const readout = READOUTS.logProbability(counts, labels, config.label, config.neurons);
  const tested: (Uint8Array | Uint16Array)[] = [];
  for (let pass = 0; pass < passes; pass++) {
    await stage.step(`seed ${config.seed}: test, threshold sd ${config.neuron.readNoise}, pass ${pass + 1}`);
    const responses = finished(await responsesOf('test', config, learned, test, config.test, { ...stage, pass }));
    tested.push(countsOf(responses, config.neurons));
  }
  return { readout, tested };
}

async function once(seed: number, p: Settings, stage: Stage): Promise<Assessed> {
  const given = {
    ...{ seed, neurons: p.neurons, epochs: p.epochs, split: p.split, test: p.test, label: p.label },
    ...(p.train === undefined ? {} : { train: p.train }),
    testSpikes: p.spikes,
  };
  const noisy = mnistConfig({ ...given, neuron: { readNoise: p.sd } });
  const still = mnistConfig(given);
  const images = imagesOf(loadMnist(), noisy);
  await stage.step(`seed ${seed}: training`);
  const { learned } = finished(await trainLayer(noisy, images.train, stage));
  const asked = await ask(noisy, learned, images, p.passes, stage);
  const twin = await ask(still, learned, images, 1, stage);
  const margins = Array.from({ length: p.test }, (_, i) => twin.readout.margin(twin.tested[0]!, i * p.neurons));
  const answers = asked.tested.map((counts) => asked.readout.predictAll(counts));
  return assess(answers, twin.readout.predictAll(twin.tested[0]!), margins, images.test.labels.subarray(0, p.test));
}

export default demonstration({
  name: 'uncertainty',
  title: 'Stochastic threshold neurons tell when they do not know',
  claim:
    'A spiking network of stochastic threshold-switch neurons estimates the uncertainty of its answers, so that fatal errors of a conventional network are avoided.',
  source: 'Wang et al. 2021, PubMed 34821279 (R89 of the review Nanoscale Horiz. 2023, 8, 716)',
  parameters,
  steps: ({ seeds, passes }) => seeds * (passes + 4),
  async run(p, stage) {
    const seeds = await perSeed(p, (seed) => once(seed, p, stage));
    const of = (key: { [K in keyof Assessed]: Assessed[K] extends number ? K : never }[keyof Assessed]) =>
      seeds.map((one) => one[key]);
    return {
      figures: {
        'accuracy, one pass': { unit: '%', values: of('single') },
        'accuracy, majority of the passes': { unit: '%', values: of('voted') },
        'accuracy, deterministic twin': { unit: '%', values: of('twin') },
        'AUROC of the entropy of the votes': { unit: '1', values: of('auroc') },
        "AUROC of the twin's margin": { unit: '1', values: of('marginAuroc') },
        'gain by refusing 10 %': { unit: 'points', values: of('gain'), isDifference: true },
        "gain by refusing 10 %, twin's margin": { unit: 'points', values: of('marginGain'), isDifference: true },
        'at least 90 % of the votes': { unit: '% of all images', values: of('confident') },
        'of these wrong': { unit: '% of all images', values: of('confidentlyWrong') },
        'wrong among as many answers of the twin, by its margin': {
          unit: '% of all images',
          values: of('twinConfidentlyWrong'),
        },
      },
      expectations: {
        "control: the entropy of the votes separates wrong from right better than the twin's margin does: AUROC":
          seeds.every((one) => one.auroc > one.marginAuroc),
        "control: refusing the most uncertain 10 % gains more than refusing by the twin's margin": seeds.every(
          (one) => one.gain > one.marginGain,
        ),
        'answers made with confidence are wrong less often than as many that the twin is surest of': seeds.every(
          (one) => one.confidentlyWrong < one.twinConfidentlyWrong,
        ),
      },
      tables: {
        rejection: {
          rejected: column('1', REJECTED),
          ...Object.fromEntries(
            seeds.flatMap((one, s) => [
              [`votes, seed ${p.seed + s}`, column('%', one.rejection)],
              [`margin, seed ${p.seed + s}`, column('%', one.marginRejection)],
            ]),
          ),
        },
        images: tableOf(
          seeds.flatMap(({ votes, right }, s) =>
            right.map((isRight, i) => ({
              seed: p.seed + s,
              entropy: votes.entropy[i]!,
              confidence: votes.confidence[i]!,
              right: Number(isRight),
            })),
          ),
          { seed: WHOLE, entropy: 'bit', confidence: '1', right: ['1', 'uint8'] },
        ),
      },
      pictures: pictures(REJECTED, seeds, p),
    };
  },
});
