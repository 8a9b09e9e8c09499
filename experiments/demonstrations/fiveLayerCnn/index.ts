/** Hybrid training: convolution kernels are programmed in several copies; the fully connected layer is trained on its devices. */
import { mean } from 'simple-statistics';
import type { LabelledImages } from '../../index.ts';
import {
  accuracy,
  CrossbarNet,
  FloatNet,
  integer,
  linear,
  loadMnist,
  number,
  RandomStream,
  trainFloat,
} from '../../index.ts';
import { classesBy, type Model, softmaxErrors, untrained } from '../../training/supervised/index.ts';
import {
  areAllNear,
  defineDemonstration,
  isGreaterPerSeed,
  isSignificantlyGreater,
  MNIST_CLASS_COUNT,
  mapRange,
  shuffle,
} from '../demonstration.ts';

const SCALING = { mean: 0, sd: 1 }; // scaling of grey values from 0 to 1: none
type Convolution = Extract<Model['stages'][number], { readonly kind: 'convolution' }>;

/** Programs a chip with verification. `noise`: sd of the remaining write noise, share of the range; `stuck`: fraction of stuck devices. */
export function programChip(model: Model, noise: number, stuck: number, seed: string): CrossbarNet {
  const ends = stuck > 0 && { stuck: { low: stuck / 2, high: stuck / 2 } };
  const device = linear({ gMin: 1e-6, gMax: 1e-4, weightAtGMax: 1, reading: 'differential', ...ends });
  const net = new CrossbarNet({
    model,
    device,
    startsMidRange: true,
    hasInitialWeights: false,
    imageInterval: 0,
    seed,
  });
  net.program(model, { noise, tolerance: 0.005 });
  return net;
}

const mapConvolutions = (model: Model, change: (stage: Convolution, index: number) => Convolution): Model => ({
  ...model,
  stages: model.stages.map((stage, n) => (stage.kind === 'convolution' ? change(stage, n) : stage)),
});

/** Averages the convolution kernels of several copies of a net, like summed currents. The last layer is taken from the first copy. */
export function averageKernels(copies: readonly Model[]): Model {
  return mapConvolutions(copies[0]!, (stage, n) => {
    const kernels = copies.map((copy) => copy.stages[n] as Convolution);
    const average = (of: (one: Convolution) => Float32Array) =>
      of(stage).map((_, k) => kernels.reduce((sum, one) => sum + of(one)[k]!, 0) / kernels.length);
    return { ...stage, weights: average((one) => one.weights), bias: average((one) => one.bias) };
  });
}

function shuffleKernels(model: Model, seed: number): Model {
  const stream = new RandomStream(seed, 'fiveLayerCnn/shuffled');
  return mapConvolutions(model, (stage) => {
    return { ...stage, weights: shuffle(Float32Array.from(stage.weights), (n) => stream.integerBelow(n)) };
  });
}

/** Rms error of kernel weights, relative to the largest target weight of their layer. */
export function measureKernelError(model: Model, target: Model): number {
  const kernelsOf = ({ stages }: Model) =>
    stages.flatMap((stage) => (stage.kind === 'convolution' ? [stage.weights] : []));
  const wanted = kernelsOf(target);
  const squares = kernelsOf(model).flatMap((weights, n) => {
    const most = Math.max(...wanted[n]!.map(Math.abs));
    return Array.from(weights, (w, k) => ((w - wanted[n]![k]!) / most) ** 2);
  });
  return Math.sqrt(mean(squares));
}

const testModel = (model: Model, images: LabelledImages): number =>
  accuracy(images.labels.subarray(0, images.n), classesBy(model, images, SCALING));

/** Trains the fully connected layer for two epochs, by pulses after each image; `model` computes the layer's inputs. */
export function trainLastLayer(chip: CrossbarNet, model: Model, images: LabelledImages): void {
  const net = new FloatNet(model, 1);
  const pixels = images.rows * images.columns;
  const last = chip.stageStates.length - 1;
  const { outputErrors } = chip.stageStates[last]!;
  for (let n = 0; n < 2 * images.n; n++) {
    const i = n % images.n;
    for (let k = 0; k < pixels; k++) net.inputImages[k] = images.images[i * pixels + k]! / 255;
    net.forward(1);
    const scores = chip.runStages(Float64Array.from(net.stageStates.at(-2)!.outputs), last);
    softmaxErrors(scores, 0, MNIST_CLASS_COUNT, images.labels[i]!, outputErrors);
    chip.learnOnline(last, LEARNING_RATE * (1 - n / (2 * images.n)));
  }
}

export function testChip(chip: CrossbarNet, kernels: Model, images: LabelledImages): number {
  const stages = [...kernels.stages.slice(0, -1), chip.getTrainedModel().stages.at(-1)!];
  return testModel({ ...kernels, stages }, images);
}

const NOISES = [0, 0.05, 0.1, 0.2];
const NOISE = 0.1;
const COPY_COUNT = 3; // number of copies in the original work
const ERROR_COPY_COUNT = 4; // number of copies whose kernel error is compared with the error of one copy
const LEARNING_RATE = 0.01; // initial learning rate of the fully connected layer on devices
const NET_SIZES = { hidden: [], kernels: [8, 12], kernelSize: 3, pooling: 'max' } as const;
const DESCENT = { epochs: 2, batch: 32, rate: 0.05, momentum: 0.9, shift: 0 } as const;
const [ONE, THREE] = ['ex situ, one copy', 'ex situ, three copies'];
const [ONE_HYBRID, THREE_HYBRID] = ['hybrid, one copy', 'hybrid, three copies'];

export default defineDemonstration({
  parameters: {
    train: integer({ default: 20_000, min: 1000, max: 60_000, help: 'number of training images in floating point' }),
    inPlace: integer({ default: 5000, min: 10, max: 60_000, help: 'number of images for in-situ training (2 epochs)' }),
    test: integer({ default: 2000, min: 10, max: 10_000, help: 'number of test images' }),
    stuck: number({ default: 0.02, min: 0, max: 1, help: 'fraction of devices whose conductance is stuck' }),
  },
  async simulate(p, context) {
    const data = loadMnist();
    const train = { ...data.train, n: p.train };
    const inPlace = { ...data.train, n: p.inPlace };
    const test = { ...data.test, n: p.test };
    const image = { rows: train.rows, columns: train.columns, channels: 1 };
    const { accuracies, kernels, controls } = await context.measurePerSeed(async (seed) => {
      await context.reportProgress('training in floating point');
      const initial = untrained('cnn', image, MNIST_CLASS_COUNT, NET_SIZES, seed);
      const model = await trainFloat(initial, train, SCALING, { ...DESCENT, seed }, () => {});
      const makeChip = (noise: number, k: number, of = model) =>
        programChip(of, noise, p.stuck, `${seed} chip ${k} ${noise}`);
      const trainHybrid = (chip: CrossbarNet, kernels: Model) => {
        trainLastLayer(chip, kernels, inPlace);
        return testChip(chip, kernels, test);
      };
      const accuracies = [];
      for (const noise of NOISES) {
        await context.reportProgress(`noise ${noise}`);
        const chips = mapRange(COPY_COUNT, (k) => makeChip(noise, k));
        const copies = chips.map((chip) => chip.getTrainedModel());
        const [single, several] = [averageKernels(copies.slice(0, 1)), averageKernels(copies)];
        const results = {
          [ONE]: testChip(chips[0]!, single, test),
          [THREE]: testChip(chips[0]!, several, test),
          [ONE_HYBRID]: trainHybrid(makeChip(noise, 0), single),
          [THREE_HYBRID]: trainHybrid(chips[0]!, several),
        };
        accuracies.push(...Object.entries(results).map(([method, accuracy]) => ({ noise, method, accuracy })));
      }
      await context.reportProgress('copies');
      const chips = mapRange(ERROR_COPY_COUNT, (k) => makeChip(NOISE, k).getTrainedModel());
      const kernels = [1, ERROR_COPY_COUNT].map((copies) => {
        return { copies, error: measureKernelError(averageKernels(chips.slice(0, copies)), model) };
      });
      const control = makeChip(NOISE, 0, shuffleKernels(model, seed));
      const controls = [
        { method: 'floating point', accuracy: testModel(model, test) },
        { method: 'control: shuffled kernels', accuracy: trainHybrid(control, control.getTrainedModel()) },
      ];
      return { accuracies, kernels, controls };
    });
    const errorsOf = (copies: number) => kernels.values('error', { copies });
    const ratios = errorsOf(1).map((error, k) => error / errorsOf(ERROR_COPY_COUNT)[k]! / 2);
    const noisy = (method: string) => accuracies.values('accuracy', { noise: NOISE, method });
    const floating = controls.values('accuracy', { method: 'floating point' });
    const halfway = floating.map((accuracy, k) => (accuracy + noisy(ONE)[k]!) / 2);
    const shuffled = controls.values('accuracy', { method: 'control: shuffled kernels' });
    return {
      expectations: [
        { 'hybrid training, three copies: more than 96 %': isSignificantlyGreater(noisy(THREE_HYBRID), 96) },
        { 'three copies are more accurate than one, ex situ': isSignificantlyGreater(noisy(THREE), noisy(ONE)) },
        {
          'hybrid training recovers at least half of the loss of one copy': isSignificantlyGreater(
            noisy(ONE_HYBRID),
            halfway,
          ),
        },
        {
          'four copies halve the error of a kernel, within 10 %': areAllNear(ratios, 1, 0.1),
          'control: the last layer on shuffled kernels is less accurate': isGreaterPerSeed(
            noisy(THREE_HYBRID),
            shuffled,
          ),
        },
      ],
    };
  },
});
