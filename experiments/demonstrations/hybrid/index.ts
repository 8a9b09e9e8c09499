/**
 * Coarse and fine updates of the same devices, and a switch from one to the other during training. A layer learns MNIST
 * without labels, each image shown once; every pulse is multiplied by a gain that is large (coarse), small (fine), or large
 * for the first images and small after them (hybrid). Accuracy on test images after so many training images.
 * Source: WO3-x devices with analog and digital modes (R84 of the review Nanoscale Horiz. 2023, 8, 716).
 * Run: memspike demo hybrid --out demos/hybrid
 * Expect: coarse updates are ahead after 1,000 images and fine ones at the end; the hybrid ends between the two.
 */
import { mean } from 'simple-statistics';
import type * as z from 'zod';
import { integer, number, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import {
  imagesOf,
  type Learned,
  learnedBy,
  loadMnist,
  type Mnist,
  mnistConfig,
  mnistSchema,
  testLayer,
  trainLayer,
} from '../../mnist/index.ts';
import {
  demonstration,
  finished,
  learningLayerParams,
  perSeed,
  REPEATED,
  type Stage,
  seedsOf,
} from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';

/** Gains and homeostasis were chosen on the validation split; the switch is assumed. */
const parameters = object({
  ...REPEATED,
  ...learningLayerParams({ neurons: 100, train: 20_000, label: 3000, test: 3000 }),
  coarse: number({ default: 8, min: 0, exclusiveMin: true, help: 'gain of coarse updates; 1: the MNIST recipe' }),
  fine: number({ default: 0.3, min: 0, exclusiveMin: true, help: 'gain of fine updates' }),
  switch: integer({ default: 1000, min: 1, help: 'images after which the hybrid turns from coarse to fine' }),
  split: mnistSchema.shape.split,
});
type Settings = z.output<typeof parameters>;

const MODES = ['coarse', 'fine', 'hybrid'] as const;
type Mode = (typeof MODES)[number];
/** Shares of the training images after which accuracy is taken. */
const SHARES = [0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** Chosen for these modes; the MNIST recipe's own is made for one gain of the rule. */
const homeostasisOf = (neurons: number) => ({ gain: 20, anneal: 30, increment: neurons / 8000 });

const configOf = ({ neurons, train, label, test, split }: Settings, seed: number) =>
  mnistConfig({ seed, neurons, epochs: 1, train, label, test, split, homeostasis: homeostasisOf(neurons) });

const moments = ({ train }: Settings) => SHARES.map((share) => Math.ceil(share * train));

/** Accuracy in percent at each of the moments. */
async function accuracies(p: Settings, seed: number, mode: Mode, images: Mnist, stage: Stage): Promise<number[]> {
  const config = configOf(p, seed);
  const gainAt = (shown: number) => (mode === 'coarse' || (mode === 'hybrid' && shown < p.switch) ? p.coarse : p.fine);
  await stage.step(`seed ${seed}: training, ${mode}`);
  const snapshots = new Map<number, Learned>();
  const onImage: NonNullable<Parameters<typeof trainLayer>[2]>['onImage'] = (shown, layer) => {
    layer.synapses.rule!.gain = gainAt(shown);
    if (!moments(p).includes(shown)) return;
    const { weights, thresholds } = learnedBy(layer);
    snapshots.set(shown, { weights: weights.slice(), thresholds });
  };
  finished(await trainLayer(config, images.train, { signal: stage.signal, onImage }));
  const measured: number[] = [];
  for (const [shown, learned] of snapshots) {
    await stage.step(`seed ${seed}: test of ${mode} after ${shown} images`);
    measured.push(finished(await testLayer(config, learned, images, stage)).accuracy.logProbability);
  }
  return measured;
}

export default demonstration({
  name: 'hybrid',
  title: 'Coarse, fine and coarse-then-fine updates',
  claim: 'WO3-x devices with analog and digital modes of update make accuracy and speed of learning adjustable.',
  source: 'R84 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters,
  steps: ({ seeds }) => seeds * MODES.length * (1 + SHARES.length),
  async run(p, stage) {
    const images = imagesOf(loadMnist(), configOf(p, p.seed));
    const seeds = await perSeed(p, async (seed) => {
      const of = (mode: Mode) => accuracies(p, seed, mode, images, stage);
      return { coarse: await of('coarse'), fine: await of('fine'), hybrid: await of('hybrid') };
    });
    const at = moments(p);
    const early = SHARES.indexOf(0.05);
    const end = SHARES.length - 1;
    const of = (mode: Mode, moment: number) => seeds.map((one) => one[mode][moment]!);
    const ahead = (a: Mode, b: Mode, moment: number) => mean(of(a, moment)) - mean(of(b, moment));
    const rows = seedsOf(p).flatMap((seed, s) =>
      MODES.flatMap((mode) => at.map((shown, i) => ({ seed, mode, images: shown, accuracy: seeds[s]![mode][i]! }))),
    );
    return {
      figures: Object.fromEntries(
        [early, end].flatMap((moment) =>
          MODES.map((mode) => [
            `accuracy after ${at[moment]} images, ${mode}`,
            { unit: '%', values: of(mode, moment) },
          ]),
        ),
      ),
      expectations: {
        [`coarse updates are ahead of fine ones after ${at[early]} images`]: ahead('coarse', 'fine', early) > 0,
        'fine updates are ahead of coarse ones at the end': ahead('fine', 'coarse', end) > 0,
        'the hybrid ends ahead of coarse updates, and no more than a point behind fine ones':
          ahead('hybrid', 'coarse', end) > 0 && ahead('hybrid', 'fine', end) >= -1,
      },
      tables: {
        hybrid: tableOf(rows, { seed: WHOLE, mode: { names: MODES }, images: WHOLE, accuracy: '%' }),
      },
      pictures: {
        hybrid: curve({
          title: 'Coarse, fine and coarse-then-fine updates',
          subtitle: `MNIST, ${p.neurons} neurons; band: ± sd over ${seeds.length} seeds`,
          x: { label: 'training images', log: true },
          y: { label: 'accuracy (%)' },
          series: [
            { name: `coarse: ${p.coarse} × the step`, points: overSeedsAt(at, (_, i) => of('coarse', i)) },
            { name: `fine: ${p.fine} × the step`, points: overSeedsAt(at, (_, i) => of('fine', i)) },
            { name: `coarse, fine after ${p.switch} images`, points: overSeedsAt(at, (_, i) => of('hybrid', i)) },
          ],
        }),
      },
    };
  },
});
