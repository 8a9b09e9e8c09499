/** Accuracy with non-ideal devices: in-situ training compared with program-and-verify of weights trained on ideal devices. */
import { type LabelledImages, linear } from '../../index.ts';
import { imagesOf, loadMnist, mnistConfig, mnistSchema } from '../../training/unsupervised/index.ts';
import { type DemonstrationContext, declareCounts, defineDemonstration, mergeRecords } from '../demonstration.ts';
import { SoftmaxLayer } from '../softmaxLayer.ts';

/** Device parameters of each non-ideality; `time`: duration of the training, ms. */
const NONIDEALITIES = {
  '20 % stuck devices': () => ({ stuck: { low: 0.1, high: 0.1 } }),
  'spread of ranges 0.5': () => ({ rangeSpread: 0.5 }),
  'spread of steps 0.5, the same up and down': () => ({ stepSpread: 0.5, stepCorrelation: 1 }),
  'spread of steps 0.5, up and down apart': () => ({ stepSpread: 0.5, stepCorrelation: 0 }),
  'uneven drift': (time: number) => ({ retention: { tau: 2 * time, spread: 1 } }),
};
type Flaw = keyof typeof NONIDEALITIES;
const FLAWS = Object.keys(NONIDEALITIES) as Flaw[];
/** Tolerances of program-and-verify, share of the range; NO_PULSE marks the control in which no device gets a pulse. */
const TOLERANCES = [0.01, 0.03, 0.1, 0.2, 0.4];
const [FINEST, COARSE, NO_PULSE] = [0.01, 0.2, 1];

const PULSE_STEP = 0.005; // share of the range (assumed)
const DEVICE = {
  gMin: 1e-6,
  gMax: 1e-4,
  reading: 'differential',
  etaUp: PULSE_STEP,
  etaDown: PULSE_STEP,
  cycleToCycle: 0.3,
} as const;
const MAX_PULSES = 300;
const [SCALE, RATE] = [1, 0.03]; // largest weight and learning rate, chosen on the validation split with ideal devices

type RunSettings = Readonly<Record<'train' | 'test' | 'seed', number>>;

const makeDevice = (flaw: Flaw | null, time: number) => linear({ ...DEVICE, ...(flaw && NONIDEALITIES[flaw](time)) });

type Images = Readonly<Record<'train' | 'test', LabelledImages>>;

export function trainLayer({ train }: Pick<Images, 'train'>, p: RunSettings, flaw: Flaw | null): SoftmaxLayer {
  const layer = new SoftmaxLayer(train, { device: makeDevice(flaw, p.train), scale: SCALE, seed: p.seed });
  layer.trainOnImages(train, p.train, RATE, p.seed);
  return layer;
}

/** Returns accuracies, %, and mean numbers of programming pulses per device. Tolerance 0 marks the rows of in-situ training. */
async function compareTraining(p: RunSettings, images: Images, { reportProgress: report }: DemonstrationContext) {
  const best = trainLayer(images, p, null);
  const { weights } = best.layer;
  const grid = [];
  for (const flaw of FLAWS) {
    await report(flaw);
    const inPlace = trainLayer(images, p, flaw).measureAccuracy(images.test, p.test);
    grid.push({ flaw, tolerance: 0, accuracy: inPlace, lead: 0, pulses: 0 });
    for (const tolerance of [...TOLERANCES, NO_PULSE]) {
      const device = makeDevice(flaw, p.train);
      const written = new SoftmaxLayer(images.train, { device, scale: SCALE, seed: p.seed });
      const programming = { tolerance, maxPulses: MAX_PULSES };
      const pulses = tolerance === NO_PULSE ? 0 : written.layer.program(weights, programming).pulses;
      written.layer.now = p.train; // time, ms, at the end of in-situ training, so that devices drift equally long
      const accuracy = written.measureAccuracy(images.test, p.test);
      grid.push({ flaw, tolerance, accuracy, lead: accuracy - inPlace, pulses: pulses / (2 * weights.length) });
    }
  }
  return { ideal: { accuracy: best.measureAccuracy(images.test, p.test) }, accuracy: grid };
}

export default defineDemonstration({
  parameters: {
    ...declareCounts({ train: 5000, test: 1000 }),
    split: mnistSchema.shape.split,
  },
  async simulate(p, context) {
    const images = imagesOf(loadMnist(), mnistConfig({ train: p.train, label: 1, test: p.test, split: p.split }));
    const { ideal, accuracy: grid } = await context.measurePerSeed((seed) =>
      compareTraining({ ...p, seed }, images, context),
    );
    const means = (flaw: Flaw, tolerance: number) => grid.mean('accuracy', { flaw, tolerance });
    return {
      figures: {
        'ideal devices': { unit: '%', values: ideal.values('accuracy') },
      },
      expectations: {
        'the layer learns more than 80 % on ideal devices': ideal.mean('accuracy') > 80,
        ...mergeRecords(FLAWS, (flaw) => ({
          [`${flaw}: in place as accurate, within 1 point, as written within ${FINEST}`]:
            means(flaw, 0) >= means(flaw, FINEST) - 1,
          [`${flaw}: in place more accurate than written within ${COARSE}`]: means(flaw, 0) > means(flaw, COARSE),
        })),
        'control: in place, correlation of steps up and down makes no difference, within 1 point':
          Math.abs(means(FLAWS[2]!, 0) - means(FLAWS[3]!, 0)) < 1,
        'control: without pulses accuracy is near chance (< 20 %)': FLAWS.every((flaw) => means(flaw, NO_PULSE) < 20),
      },
    };
  },
});
