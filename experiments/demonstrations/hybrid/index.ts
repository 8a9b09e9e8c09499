/**
 * Binary and analog updates of the same devices, and a switch from one to the other during training. A softmax layer of device pairs learns
 * MNIST in place, each image shown once: by full switches where the wanted change is large enough (binary), by pulses of a two-hundredth of
 * the range as strong as the wanted change (analog), or by the first until the switch and the second after it (hybrid). The rate of each of
 * the first two, and the gain of its outputs, was tuned alone.
 * Source: WO3-x devices with analog and digital modes (R84 of the review Nanoscale Horiz. 2023, 8, 716).
 * Run: memspike demo hybrid --out demos/hybrid
 * Expect: binary updates are ahead at first and analog ones at the end; the hybrid is as fast as the first and as accurate as the second.
 */
import { mean } from 'simple-statistics';
import type * as z from 'zod';
import { integer, type LabelledImages, linear, number, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { imagesOf, loadMnist, mnistConfig, mnistSchema } from '../../mnist/index.ts';
import { demonstration, perSeed, REPEATED, type Stage } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { SoftmaxLayer } from '../softmaxLayer.ts';

/** Rates, threshold and gains were chosen on the validation split; the switch is assumed. */
const parameters = object({
  ...REPEATED,
  train: integer({ default: 5000, min: 200, max: 60_000, help: 'training images, shown once' }),
  test: integer({ default: 3000, min: 10, max: 10_000, help: 'test images' }),
  binaryRate: number({ default: 0.2, min: 0, exclusiveMin: true, help: 'rate of learning of binary updates' }),
  threshold: number({ default: 0.75, min: 0, help: 'wanted change, in ranges, from which on a device is switched' }),
  analogRate: number({ default: 0.03, min: 0, exclusiveMin: true, help: 'rate of learning of analog updates' }),
  switch: integer({ default: 100, min: 1, help: 'images after which the hybrid turns from binary to analog' }),
  split: mnistSchema.shape.split,
});
type Settings = z.output<typeof parameters>;

const MODES = ['binary', 'analog', 'hybrid'] as const;
type Mode = (typeof MODES)[number];
/** Images after which accuracy is taken, and after which it is compared early. */
const MOMENTS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000];
const EARLY = 100;
/** Largest weight: the gain of the outputs, which the hybrid, with the same devices before and after, shares with binary updates. */
const SCALES = { binary: 0.1, analog: 1, hybrid: 0.1 };
/** Of analog pulses, a share of the range (assumed). */
const STEP = 0.005;

function layerOf(
  p: Settings,
  images: LabelledImages,
  binary: boolean,
  given: { readonly scale: number; readonly seed: number; readonly weights?: Float64Array },
) {
  const step = binary ? 1 : STEP;
  return new SoftmaxLayer(images, {
    ...given,
    device: linear({ gMin: 1e-6, gMax: 1e-4, reading: 'differential', etaUp: step, etaDown: step }),
    update: binary ? { rule: 'threshold', threshold: p.threshold } : { rule: 'proportional' },
  });
}

const momentsOf = ({ train }: Settings) => MOMENTS.filter((moment) => moment <= train);

/** Percent at each of the moments. */
async function course(
  p: Settings,
  mode: Mode,
  images: { train: LabelledImages; test: LabelledImages },
  seed: number,
  stage: Stage,
) {
  await stage.step(`seed ${seed}: ${mode}`);
  const { train, test } = images;
  const given = { scale: SCALES[mode], seed };
  let binary = mode !== 'analog';
  let layer = layerOf(p, train, binary, given);
  let shown = 0;
  const learn = (to: number) => {
    layer.learn(train, p.train, binary ? p.binaryRate : p.analogRate, seed, shown, to);
    shown = to;
  };
  return momentsOf(p).map((moment) => {
    if (mode === 'hybrid' && binary && p.switch < moment) {
      learn(p.switch);
      layer = layerOf(p, train, false, { ...given, weights: layer.layer.weights }); // the same devices, pulsed otherwise now
      binary = false;
    }
    learn(moment);
    return layer.accuracy(test, p.test);
  });
}

export default demonstration({
  name: 'hybrid',
  title: 'Binary, analog and binary-then-analog updates',
  claim: 'WO3-x devices with analog and digital modes of update make accuracy and speed of learning adjustable.',
  source: 'R84 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters,
  steps: ({ seeds }) => seeds * MODES.length,
  async run(p, stage) {
    const images = imagesOf(loadMnist(), mnistConfig({ train: p.train, label: 1, test: p.test, split: p.split }));
    const trials = await perSeed(p, async (seed) => {
      const of = (mode: Mode) => course(p, mode, images, seed, stage);
      return { binary: await of('binary'), analog: await of('analog'), hybrid: await of('hybrid') };
    });
    const at = momentsOf(p);
    const end = at.length - 1;
    const early = at.indexOf(EARLY);
    const of = (mode: Mode, moment: number) => trials.map((one) => one[mode][moment]!);
    const ahead = (a: Mode, b: Mode, moment: number) => mean(of(a, moment)) - mean(of(b, moment));
    return {
      figures: Object.fromEntries(
        [early, at.indexOf(200), end].flatMap((moment) =>
          MODES.map((mode) => [`after ${at[moment]} images, ${mode}`, { unit: '%', values: of(mode, moment) }]),
        ),
      ),
      expectations: {
        [`binary updates are ahead of analog ones after ${EARLY} images`]: ahead('binary', 'analog', early) > 0,
        'analog updates are ahead of binary ones at the end': ahead('analog', 'binary', end) > 0,
        [`control: right after the switch, after ${2 * EARLY} images, the hybrid is ahead of analog updates from the start`]:
          ahead('hybrid', 'analog', at.indexOf(2 * EARLY)) > 0,
        'control: the hybrid ends no more than half a point behind analog updates from the start':
          ahead('hybrid', 'analog', end) >= -0.5,
      },
      tables: {
        hybrid: tableOf(
          trials.flatMap((one, s) =>
            MODES.flatMap((mode) =>
              at.map((shown, i) => ({ seed: p.seed + s, mode, images: shown, accuracy: one[mode][i]! })),
            ),
          ),
          { seed: WHOLE, mode: { names: MODES }, images: WHOLE, accuracy: '%' },
        ),
      },
      pictures: {
        hybrid: curve({
          title: 'Binary, analog and binary-then-analog updates',
          subtitle: `MNIST, softmax on pairs of devices; band: ± sd over ${trials.length} seeds`,
          x: { label: 'training images', log: true },
          y: { label: 'accuracy (%)' },
          series: MODES.map((mode) => ({
            name: mode === 'hybrid' ? `binary, analog after ${p.switch} images` : mode,
            points: overSeedsAt(at, (_, i) => of(mode, i)),
          })),
        }),
      },
    };
  },
});
