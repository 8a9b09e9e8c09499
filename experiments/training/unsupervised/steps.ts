import { validate } from '../../../core/declare/validate.ts';
import type { DataSet, ImageSets, LabelledImages } from '../../data/dataSet.ts';
import { type LoadedDevice, loadDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { countGroups, countOutputs } from './architecture.ts';
import { applyRecipe, type MnistConfig, mnistSchema, resolveConfig } from './config.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { learnFrontEnd } from './features/learnFrontEnd.ts';
import { type Layer, type Learned, learnedBy, learningLayer } from './network.ts';
import type { Responses, Task } from './respond.ts';
import { respondAll } from './respondAll.ts';
import { Training } from './train.ts';

/** Job configuration: given settings and defaults. @param device preset, file, or loaded device @throws UserError */
export function mnistConfig(input: Mapping, device?: string | Pick<LoadedDevice, 'device' | 'shortTerm'>): MnistConfig {
  const loaded = typeof device === 'string' ? loadDevice(device) : device;
  const completed = applyRecipe(input, loaded);
  return resolveConfig(validate(mnistSchema, completed, 'mnist'));
}

export interface StepOptions {
  readonly signal?: AbortSignal;
  /** Called about every 50 ms with the number of images presented so far. */
  readonly onPause?: (shown: number) => void;
}

interface TrainOptions extends StepOptions {
  /** Called before the first image and after each image, with the number of images presented so far. */
  readonly onImage?: (shown: number, layer: Layer) => void;
}

interface TestOptions extends StepOptions {
  /** Learned state of the layer to test; default: that of the layer whose neurons were labelled. */
  readonly tested?: Learned;
}

const NEVER = new AbortController().signal;

/** Trains a layer without labels on the first `config.train` of `images`. Returns null if interrupted. */
export async function trainLayer(
  config: MnistConfig,
  images: LabelledImages,
  { signal = NEVER, onPause = () => {}, onImage }: TrainOptions = {},
): Promise<{ readonly layer: Layer; readonly learned: Learned } | null> {
  const front = learnFrontEnd(config, images);
  const layer = learningLayer(config, images, front);
  const training = new Training(layer, config, images);
  const done = await training.run({
    signal,
    images: { write: () => {} },
    onImage: (shown) => onImage?.(shown, layer),
    onPause,
    checkpointEvery: Infinity,
    onCheckpoint: () => {},
  });
  return done ? { layer, learned: learnedBy(layer) } : null;
}

/** Responses of the frozen layer to the first `count` of `images`. Returns null if interrupted. */
export function responsesOf(
  phase: Task['phase'],
  config: MnistConfig,
  learned: Learned,
  data: LabelledImages,
  count: number,
  { signal = NEVER, onPause = () => {}, pass = 0 }: StepOptions & Pick<Task, 'pass'> = {},
): Promise<Responses | null> {
  const task: Task = { config, phase, learnedState: learned, images: data, recordInputs: false, pass };
  return respondAll(task, count, { workers: 1, signal, onPause });
}

/** Assigns neurons to classes with `config.label` images of `train`, and tests on `config.test` images of `test`. */
export async function testLayer(
  config: MnistConfig,
  learned: Learned,
  { train, test, classCount: classes }: ImageSets & Partial<Pick<DataSet, 'classCount'>>,
  { tested = learned, ...options }: TestOptions = {},
): Promise<Evaluation | null> {
  const labelling = await responsesOf('label', config, learned, train, config.label, options);
  const testing = labelling && (await responsesOf('test', config, tested, test, config.test, options));
  if (!testing) return null;
  return evaluate(
    countOutputs(config),
    { responses: labelling, labels: train.labels.subarray(0, config.label) },
    { responses: testing, labels: test.labels.subarray(0, config.test) },
    config.seed,
    classes,
    countGroups(config),
  );
}
