import { sumDeviceUsage } from '../../devices/energy/account.ts';
import { requireSameDataSet, verifyInputFiles } from '../../network/inputs.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import type { TrainingRunOptions } from '../runOptions.ts';
import type { NetTestResult } from '../supervised/experiment.ts';
import type { Tensor } from '../supervised/import/tensors.ts';
import { restoreArrays, storeArrays, TrainingInterrupted, TrainingPhases } from '../supervised/trainingPhases.ts';
import { writeTestResults } from '../supervised/writeTestResults.ts';
import type { EventPropConfig } from './config.ts';
import { EventPropNetwork } from './network.ts';
import { loadSamples, type SpikeSamples } from './samples.ts';
import { EventPropTrainer } from './trainer.ts';

const REPORT_INTERVAL = 64;

/** Trains a network by exact gradients through spike times and tests it. Returns null if interrupted; the run can be resumed. */
export async function trainAndTestEventProp(
  o: TrainingRunOptions & { readonly config: EventPropConfig },
): Promise<NetTestResult | null> {
  const { config: c, resume } = o;
  RunDirectory.requireWritablePath(o.out, resume);
  verifyInputFiles(c.inputs);
  const { train, test, data } = loadSamples(o.dataDirectory, c);
  requireSameDataSet(data, o.dataSha256);
  const network = new EventPropNetwork(c, train);
  const trainer = new EventPropTrainer(c, network, train);
  const phases = new TrainingPhases(o, train.sampleCount);
  const directory = new RunDirectory(o.out, c, resume, data);
  try {
    phases.restoreCheckpoint(directory);
    if (phases.savedRun) restoreArrays(phases.savedRun.snapshot, 'eventprop', trainer);
    await phases.runPhase(
      ['spikes', 'training'],
      c.epochs,
      (snapshot) => storeArrays(snapshot, 'eventprop', trainer.state),
      (reportProgress, start) => trainer.train(reportProgress, start),
    );
    const startTime = performance.now();
    const { predictions, spikesPerImage } = await phases.showProgress('test', test.sampleCount, (report) =>
      testNetwork(network, test, report),
    );
    const energy = sumDeviceUsage(trainer.crossbars.map(({ accounts }) => accounts.devices));
    const accuracies = writeTestResults(directory, c, test.labels, predictions, listTensors(network), {
      classes: train.classCount,
      trainImages: train.sampleCount,
      presentations: phases.presentations,
      dataSha256: data.sha256,
      spikesPerImage,
      energy,
      learning: phases.learningCurve,
      trainSeconds: phases.trainingSeconds,
      testSeconds: (performance.now() - startTime) / 1000,
    });
    const absent = {
      floatAccuracy: null,
      programmingResults: [],
      cost: null,
      spiking: null,
      drift: null,
      pictures: [],
    };
    return { ...accuracies, energy, testImageCount: test.sampleCount, ...absent };
  } catch (error) {
    if (!(error instanceof TrainingInterrupted)) throw error;
    return null;
  } finally {
    directory.close();
  }
}

/** Classifies test samples. `spikesPerImage`: mean number of spikes per sample, of the inputs and of each layer. */
async function testNetwork(network: EventPropNetwork, test: SpikeSamples, report: (done: number) => Promise<void>) {
  const predictions = new Uint8Array(test.sampleCount);
  const spikeCounts = [0, ...network.layers.map(() => 0)];
  for (let i = 0; i < test.sampleCount; i++) {
    predictions[i] = network.classify(test, i);
    [network.input, ...network.layers.map(({ spikes }) => spikes)].forEach((spikes, n) => {
      spikeCounts[n]! += spikes.length;
    });
    if ((i + 1) % REPORT_INTERVAL === 0 || i + 1 === test.sampleCount) await report(i + 1);
  }
  return { predictions, spikesPerImage: spikeCounts.map((count) => count / test.sampleCount) };
}

/** Weights, and delays (ms) if learnt, of each layer: inputs × neurons. */
function listTensors({ layers }: EventPropNetwork): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const [n, { weights, delays, inputCount, size }] of layers.entries()) {
    const shape = [inputCount, size];
    tensors.set(`layer${n + 1}.weight`, { shape, values: weights });
    if (delays) tensors.set(`layer${n + 1}.delay`, { shape, values: delays });
  }
  return tensors;
}
