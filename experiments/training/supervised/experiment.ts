import { UserError } from '../../../core/declare/errors.ts';
import { formatCount } from '../../../core/declare/show.ts';
import type { LayerProgrammed } from '../../../synapses/crossbar/index.ts';
import type { SystemCost } from '../../cost/systemCost.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { getTestSetName, listSplitWarnings, selectSplit, takeFirst } from '../../data/split.ts';
import {
  computeMeanEnergy,
  type EnergyAccount,
  sumDeviceEnergy,
  sumDeviceUsage,
} from '../../devices/energy/account.ts';
import { requireSameDataSet, verifyInputFiles } from '../../network/inputs.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import { describeOneSidedWrites } from '../../run/summary.ts';
import { computeAccuracy, computeConfusionMatrix } from '../../statistics/score.ts';
import type { ConfidenceInterval } from '../../statistics/wilson.ts';
import { identifyDataSet, loadTrainingData } from '../dataOrigin.ts';
import type { TrainingRunOptions } from '../runOptions.ts';
import type { NetConfig } from './config.ts';
import { type CrossbarNet, createCrossbarNet } from './crossbarNet.ts';
import { exportTensors } from './export.ts';
import { importModel } from './import/index.ts';
import { createUntrainedModel } from './model.ts';
import { type DriftReading, testDrift } from './pcmDrift.ts';
import { requireSpikingNetSupport, type SpikingTestResult } from './spikingNet.ts';
import { checkNetCost, computeNetCost } from './systemCost.ts';
import { NetTrainer, type NetTrainerOptions } from './trainer.ts';
import { classifyWithFloatNet } from './trainFloatNet.ts';
import { TrainingInterrupted } from './trainingPhases.ts';
import { writeTestResults } from './writeTestResults.ts';

export interface TrainAndTestNetOptions extends NetTrainerOptions, TrainingRunOptions {
  readonly drawPictures?: ((directory: RunDirectory, found: NetPictureData) => Promise<readonly string[]>) | undefined;
}

export interface NetPictureData extends Pick<NetTestResult, 'spiking' | 'drift' | 'energy' | 'cost'> {
  readonly net: CrossbarNet;
  readonly testSet: LabelledImages;
  readonly classCount: number;
  readonly confusionCounts: Uint32Array;
  readonly learningCurve: NetTrainer['learningCurve'];
}

export interface NetTestResult {
  /** Test accuracy, %. */
  readonly accuracy: number;
  /** 95 % confidence interval of the test accuracy, %. */
  readonly accuracyInterval: ConfidenceInterval;
  /** Test accuracy, %, of the floating-point net before programming; null if only devices were trained (inSitu). */
  readonly floatAccuracy: number | null;
  readonly programmingResults: readonly LayerProgrammed[];
  readonly energy: EnergyAccount;
  /** Cost of classifying an image; null without the setting `cost`. */
  readonly cost: SystemCost | null;
  readonly spiking: SpikingTestResult | null;
  /** Accuracy on phase-change devices over time; null without the setting `drift`. */
  readonly drift: readonly DriftReading[] | null;
  readonly testImageCount: number;
  readonly pictures: readonly string[];
}

/** Trains a net with labels and tests it on devices. Returns null if interrupted; an interrupted run can be resumed. */
export async function trainAndTestNet(o: TrainAndTestNetOptions): Promise<NetTestResult | null> {
  const { config: c, resume } = o;
  const { seed, network, training, device, split } = c;
  RunDirectory.requireWritablePath(o.out, resume);
  verifyInputFiles(c.inputs);
  const all = loadTrainingData(o.dataDirectory, c);
  const data = identifyDataSet(all, o.dataDirectory);
  requireSameDataSet(data, o.dataSha256);
  const sets = selectSplit(all, split, 'learn');
  const [train, test] = [takeFirst(sets.train, c.train, 'train'), takeFirst(sets.test, c.test, 'test')];
  const image = getImageShape(train);
  const imported = c.import === undefined ? null : importModel(c.import, network, image, all.classCount, c.pooling);
  const initialModel = imported ?? createUntrainedModel(network, image, all.classCount, c, seed);
  const { programming } = device as { programming?: object };
  if (programming !== undefined && !(training === 'inSitu' && imported === null))
    throw new UserError(
      `learn: device.programming sets how initial weights are programmed, but there are none ${imported === null ? `with training ${training}` : 'with imported weights'}; set programming instead for trained weights, such as programming.tolerance=0.01.`,
    );
  const trainer = new NetTrainer(o, train, test, all.classCount);
  const initialNet = createCrossbarNet(c, initialModel); // reports incompatible settings before the training
  if (c.spiking) requireSpikingNetSupport(initialNet, c);
  checkNetCost(c, initialNet);
  const directory = new RunDirectory(o.out, c, resume, data);
  try {
    trainer.restoreCheckpoint(directory);
    const model = imported ?? (await trainer.trainFloatingPoint(initialModel));
    const { net, programmingResults } = await trainer.trainOnDevices(model, imported !== null);
    const readEnergy = () =>
      sumDeviceUsage(net.layers.flatMap(({ accounts: { devices, fast } }) => (fast ? [devices, fast] : [devices])));
    const energyBefore = sumDeviceEnergy(readEnergy());
    const { predictions, testSeconds } = await trainer.testNet(net);
    const energy = readEnergy();
    const energyAfter = sumDeviceEnergy(energy);
    const floatAccuracy =
      training === 'inSitu' ? null : computeAccuracy(test.labels, classifyWithFloatNet(model, test, c.pixels));
    const spiking = c.spiking ? await trainer.testSpiking(net) : null;
    const trained = training === 'inSitu' ? net.getTrainedModel() : model;
    const drift = c.drift ? testDrift(trained, test, c.pixels, c.drift, seed) : null;
    const { learningCurve } = trainer;
    const { classCount } = all;
    const confusionCounts = computeConfusionMatrix(test.labels, predictions, classCount);
    const cost = computeNetCost(net, c, test, programmingResults);
    const found = { energy, cost, learningCurve, spiking, drift };
    const pictureData = { net, testSet: test, classCount, confusionCounts, ...found };
    const pictures = (await o.drawPictures?.(directory, pictureData)) ?? [];
    const tensors = exportTensors(net.getTrainedModel());
    const accuracies = writeTestResults(directory, c, test.labels, predictions, tensors, {
      training,
      splitSource: all.splitSource,
      classes: classCount,
      imageRows: train.rows,
      imageColumns: train.columns,
      trainImages: train.n,
      presentations: trainer.presentations,
      dataSha256: data.sha256,
      ...(floatAccuracy !== null && { floatingPoint: { [getTestSetName(split)]: floatAccuracy } }),
      layers: net.layers.map(({ rows, columns, step, range }, k) => ({
        rows,
        columns,
        step,
        range,
        ...(programmingResults[k] && { programming: programmingResults[k] }),
      })),
      energy: {
        ...energy,
        inferencePerImage: energyAfter === null ? null : computeMeanEnergy(energyAfter - energyBefore!, test.n),
      },
      ...(cost && { cost }),
      learning: learningCurve,
      ...(spiking && { spiking }),
      ...(drift && { drift }),
      warnings: [...listSplitWarnings(sets), ...listNetWarnings(net, programmingResults, c)],
      trainSeconds: trainer.trainingSeconds,
      testSeconds,
      kernels: 'simd',
    });
    return {
      ...accuracies,
      floatAccuracy,
      pictures,
      programmingResults,
      energy,
      cost,
      spiking,
      drift,
      testImageCount: test.n,
    };
  } catch (error) {
    if (!(error instanceof TrainingInterrupted)) throw error;
    return null;
  } finally {
    directory.close();
  }
}

/** Shape of the inputs of a net; a signal is one column of time points with its inputs as channels. */
const getImageShape = ({ rows, columns, isSignal }: LabelledImages) =>
  isSignal ? { rows, columns: 1, channels: columns } : { rows, columns, channels: 1 };

const listNetWarnings = (
  { layers }: CrossbarNet,
  programmed: readonly LayerProgrammed[],
  { training, slices }: NetConfig,
) =>
  layers.flatMap((layer, k) => {
    const name = slices
      ? `layer ${Math.floor(k / slices.count) + 1}, slice ${(k % slices.count) + 1}`
      : `layer ${k + 1}`;
    const missed = programmed[k]?.missed ?? 0;
    const learns = training === 'inSitu' || (training === 'hybrid' && k === layers.length - 1);
    const warnings = learns ? describeOneSidedWrites(name, layer.accounts.devices) : [];
    if (missed > 0)
      warnings.unshift(
        `${formatCount(missed, 'weight')} of ${formatCount(layer.rows * layer.columns, 'weight')} of ${name} missed the tolerance.`,
      );
    return warnings;
  });
