/**
 * Binary updates switch a device fully if its target change is large enough. Analog updates are small pulses in proportion to the target
 * change. Hybrid training begins with binary and ends with analog updates. Learning rates and output gains are tuned for each kind.
 */
import { integer, type LabelledImages, linear } from '../../index.ts';
import { imagesOf, loadMnist, mnistConfig, mnistSchema } from '../../training/unsupervised/index.ts';
import { declareCounts, defineDemonstration, isSignificantlyGreater, type ParametersOf } from '../demonstration.ts';
import { SoftmaxLayer } from '../softmaxLayer.ts';

/** Smallest target weight change that switches a device (binary update), share of the range; tuned for validation. */
const UPDATE_THRESHOLD = 0.75;
const LEARNING_RATES = { binary: 0.2, analog: 0.03 };

const parameters = {
  train: integer({ default: 5000, min: 200, max: 60_000, help: 'number of training images' }),
  ...declareCounts({ test: 3000 }),
  switch: integer({ default: 100, min: 1, help: 'number of images before hybrid training changes to analog updates' }),
  split: mnistSchema.shape.split,
};
type Settings = ParametersOf<typeof parameters>;

const MODES = ['binary', 'analog', 'hybrid'] as const;
type UpdateMode = (typeof MODES)[number];
/** Numbers of training images after which accuracy is tested. Binary and analog updates are compared after EARLY_COUNT images. */
const TEST_IMAGE_COUNTS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000];
const EARLY_COUNT = 100;
/** Largest weight (output gain) of each update mode. Mode `hybrid` starts with binary updates and keeps their gain. */
const MAX_WEIGHTS = { binary: 0.1, analog: 1, hybrid: 0.1 };
const ANALOG_STEP = 0.005; // step of an analog pulse, share of the range (assumed)

type Images = Readonly<Record<'train' | 'test', LabelledImages>>;

function trainMode(p: Settings, mode: UpdateMode, { train, test }: Images, seed: number) {
  let isBinary = mode !== 'analog';
  const makeLayer = (weights?: Float64Array) => {
    const step = isBinary ? 1 : ANALOG_STEP;
    return new SoftmaxLayer(train, {
      scale: MAX_WEIGHTS[mode],
      seed,
      ...(weights && { weights }),
      device: linear({ gMin: 1e-6, gMax: 1e-4, reading: 'differential', etaUp: step, etaDown: step }),
      update: isBinary ? { rule: 'threshold', threshold: UPDATE_THRESHOLD } : { rule: 'proportional' },
    });
  };
  let layer = makeLayer();
  let shown = 0;
  const learn = (to: number) => {
    layer.trainOnImages(train, p.train, isBinary ? LEARNING_RATES.binary : LEARNING_RATES.analog, seed, shown, to);
    shown = to;
  };
  return TEST_IMAGE_COUNTS.filter((moment) => moment <= p.train).map((images) => {
    if (mode === 'hybrid' && isBinary && p.switch < images) {
      learn(p.switch);
      isBinary = false;
      layer = makeLayer(layer.layer.weights); // same weights; devices now take analog pulses
    }
    learn(images);
    return { mode, images, accuracy: layer.measureAccuracy(test, p.test) };
  });
}

export default defineDemonstration({
  parameters,
  async simulate(p, context) {
    const images = imagesOf(loadMnist(), mnistConfig({ train: p.train, label: 1, test: p.test, split: p.split }));
    const { hybrid: grid } = await context.measurePerSeed((seed) => ({
      hybrid: MODES.flatMap((mode) => trainMode(p, mode, images, seed)),
    }));
    const end = Math.max(...grid.values('images'));
    const accuracies = (mode: UpdateMode, images: number) => grid.values('accuracy', { mode, images });
    const isAhead = (a: UpdateMode, b: UpdateMode, images: number, bar = 0) =>
      isSignificantlyGreater(accuracies(a, images), accuracies(b, images), bar);
    const isBinaryAhead = isAhead('binary', 'analog', EARLY_COUNT);
    const isHybridAhead = isAhead('hybrid', 'analog', 2 * EARLY_COUNT);
    return {
      figures: grid.computeFiguresOfMerit('accuracy', { images: [EARLY_COUNT, 2 * EARLY_COUNT, end], mode: MODES }),
      expectations: {
        'analog updates are more accurate than binary ones at the end': isAhead('analog', 'binary', end),
        [`after ${EARLY_COUNT} images binary updates are ahead of analog ones`]: isBinaryAhead,
        [`control: after ${2 * EARLY_COUNT} images the hybrid is more accurate than analog updates`]: isHybridAhead,
        'control: the hybrid ends at most 0.5 points below analog updates': isAhead('hybrid', 'analog', end, -0.5),
      },
    };
  },
});
