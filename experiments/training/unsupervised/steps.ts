import { validate } from '../../../core/declare/validate.ts';
import type { DataSet, ImageSets, LabelledImages, SetSizes } from '../../data/dataSet.ts';
import { loadDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { countNeuronGroups, countOutputNeurons } from './architecture.ts';
import { addDefaults, type MnistConfig, mnistSchema, resolveMnistConfig } from './config.ts';
import { evaluateReadouts, type ReadoutEvaluation } from './evaluate.ts';
import { learnFrontEnd } from './features/learnFrontEnd.ts';
import { buildLearningLayer, extractLearnedState, type LearnedState, type SingleLayerNetwork } from './network.ts';
import type { DeviceSettings } from './recipes.ts';
import type { ResponseTask, SpikeResponses } from './respond.ts';
import { simulateResponses } from './respondAll.ts';
import { TrainingLoop } from './train.ts';

/** Completes settings with defaults. @param device preset, file or loaded device @param sizes number of images in the data set */
export function createMnistConfig(input: Mapping, device?: string | DeviceSettings, sizes?: SetSizes): MnistConfig {
  const loaded = typeof device === 'string' ? loadDevice(device) : device;
  const completed = addDefaults(input, loaded, sizes);
  return resolveMnistConfig(validate(mnistSchema, completed, 'mnist'), sizes);
}

/** Options of training, labelling or test: abort signal and progress function. */
export interface PhaseOptions {
  readonly signal?: AbortSignal;
  /** Called about every 50 ms of wall time with the number of images presented so far. */
  readonly onPause?: (shown: number) => void;
}

interface TrainOptions extends PhaseOptions {
  /** Called before the first image and after each image, with the number of images presented so far. */
  readonly onImage?: (shown: number, layer: SingleLayerNetwork) => void;
}

interface TestOptions extends PhaseOptions {
  /** Learned state to test; default: the learned state with which the neurons were labelled. */
  readonly testedState?: LearnedState;
}

const NEVER_ABORTED = new AbortController().signal;

/** Trains a layer without labels on the first `config.train` images. Returns null if interrupted. */
export async function trainLayer(
  config: MnistConfig,
  images: LabelledImages,
  { signal = NEVER_ABORTED, onPause = () => {}, onImage }: TrainOptions = {},
): Promise<{ readonly layer: SingleLayerNetwork; readonly learned: LearnedState } | null> {
  const layer = buildLearningLayer(config, images, learnFrontEnd(config, images));
  const training = new TrainingLoop(layer, config, images);
  const done = await training.run({ signal, onImage: (shown) => onImage?.(shown, layer), onPause });
  return done ? { layer, learned: extractLearnedState(layer) } : null;
}

/** Simulates responses of the frozen layer to the first `count` images. Returns null if interrupted. */
export function collectResponses(
  phase: ResponseTask['phase'],
  config: MnistConfig,
  learned: LearnedState,
  data: LabelledImages,
  count: number,
  { signal = NEVER_ABORTED, onPause = () => {}, passIndex = 0 }: PhaseOptions & Pick<ResponseTask, 'passIndex'> = {},
): Promise<SpikeResponses | null> {
  const task: ResponseTask = { config, phase, learnedState: learned, images: data, recordInputs: false, passIndex };
  return simulateResponses(task, count, { workerCount: 1, signal, onPause });
}

/** Assigns neurons to classes with `config.label` images of `train`, and tests on `config.test` images of `test`. */
export async function testLayer(
  config: MnistConfig,
  learned: LearnedState,
  { train, test, classCount }: ImageSets & Partial<Pick<DataSet, 'classCount'>>,
  { testedState = learned, ...options }: TestOptions = {},
): Promise<ReadoutEvaluation | null> {
  const labelling = await collectResponses('label', config, learned, train, config.label, options);
  const testing = labelling && (await collectResponses('test', config, testedState, test, config.test, options));
  if (!testing) return null;
  return evaluateReadouts(
    countOutputNeurons(config),
    { responses: labelling, labels: train.labels.subarray(0, config.label) },
    { responses: testing, labels: test.labels.subarray(0, config.test) },
    config.seed,
    classCount,
    countNeuronGroups(config),
  );
}
