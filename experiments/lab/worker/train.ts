import type { Projection } from '../../../core/graph/projection.ts';
import { computeNetworkEnergy, sumDeviceEnergy } from '../../devices/energy/account.ts';
import { readJson } from '../../logs/runJson.ts';
import { describeAssumedPulses } from '../../look/energyText.ts';
import type { Mapping } from '../../network/config/override.ts';
import { type TrainingPageUpdate, TrainingPageUpdater } from '../../report/live/trainingPageUpdater.ts';
import { arrangeReceptiveFields } from '../../training/unsupervised/architecture.ts';
import { type MnistRunResults, runMnist } from '../../training/unsupervised/experiment.ts';
import type { TrainingObserverFactory } from '../../training/unsupervised/job.ts';
import { createMnistConfig } from '../../training/unsupervised/steps.ts';
import type { TrainingLoop } from '../../training/unsupervised/train.ts';
import { loadMnistFiles } from '../browser/fetch.ts';
import { putFile, readFilesBelow, rmSync } from '../browser/fs.ts';
import { checkpointReceiver, progressReceiver } from '../browser/replacements.ts';
import { type SavedTraining, saveTraining, type TrainingKey } from '../savedTraining.ts';
import type { CallChannel } from './callChannel.ts';
import { DEVICE_FILE_NAME, formatDeviceFile } from './device.ts';

/** Request of the page to start a training, or to resume it from the files of an interrupted run. */
interface TrainRequest extends Pick<SavedTraining, 'start'>, Partial<Pick<SavedTraining, 'runFiles'>> {
  /** Content of a file for `memspike mnist --config`. */
  readonly trainingSettings: Mapping;
  /** Key under which the browser stores checkpoints; undefined: no checkpoints are stored. */
  readonly key?: TrainingKey;
}

export interface TrainingUpdate extends TrainingPageUpdate {
  readonly layerShape?: Readonly<Record<'rows' | 'columns' | 'inputs' | 'outputs', number>>;
  readonly usage?: ReturnType<typeof measureUsage>;
}

export type TrainingResult = NonNullable<Awaited<ReturnType<typeof train>>>;

/** Minimum time between two updates of the page, ms, so that the page spends at most a tenth of a core on a training. */
const FRAME_INTERVAL_MS = 500;
/** Number of images at the end of training whose spikes are recorded for the last update. */
const LAST_IMAGES = 1000;
const MAX_WRONG_ANSWERS = 60;
/** Number of training images between two checkpoints. */
const CHECKPOINT_IMAGES = 1000;
const RUN_DIRECTORY = '/run';

/** Returns energy, J (null: unknown), assumed pulse values as text (null: none), and numbers of devices and of worn-out devices. */
const measureUsage = (net: Parameters<typeof computeNetworkEnergy>[0], { devices }: Projection) => {
  const energy = computeNetworkEnergy(net);
  const assumed = describeAssumedPulses(energy) || null;
  return {
    energy: sumDeviceEnergy(energy),
    assumed,
    wornOut: energy.counts.wornOut,
    devices: devices?.usage.devices ?? 0,
  };
};

function sendFrames(session: CallChannel): TrainingObserverFactory {
  return async (layer, config, { rows, columns }) => {
    let [next, imagesLeft] = [0, Infinity];
    const field = arrangeReceptiveFields(config, layer.synapses.edges.weights as Float32Array, rows, columns);
    const { rows: fieldRows, columns: fieldColumns } = field;
    const [inputs, outputs] = [layer.input.size, layer.output.size];
    const layerShape = { rows: fieldRows, columns: fieldColumns, inputs, outputs };
    const receiver = {
      /** True if an update is due; also in the last images, so that the last frame has spikes. */
      isUpdateDue: (ms: number) => performance.now() + ms >= next || (ms > 0 && imagesLeft < LAST_IMAGES),
      update(make: () => TrainingPageUpdate) {
        const now = performance.now();
        if (now < next) return;
        const frame = make();
        const facts = frame.weightLevels && { layerShape, usage: measureUsage(layer.net, layer.synapses) };
        session.send(
          { ...frame, ...facts } satisfies TrainingUpdate,
          frame.weightLevels && [frame.weightLevels.buffer],
        );
        next = now + Math.max(FRAME_INTERVAL_MS, 20 * (performance.now() - now));
      },
      stop: async () => {},
    };
    return new (class extends TrainingPageUpdater {
      override updateDisplay(training: TrainingLoop, progress: string) {
        imagesLeft = training.total - training.shown;
        if (imagesLeft === 0) next = 0; // the last frame is always sent
        super.updateDisplay(training, progress);
      }
    })(receiver, layer, config, { rows, columns });
  };
}

/** Lists wrongly classified test images. `answer`: predicted class; 255 if no neuron fired. */
function listWrongAnswers({ job, evaluation }: MnistRunResults) {
  const { images, labels, rows, columns } = job.testImages;
  const size = rows * columns;
  return [...evaluation.predictions].flatMap((answer, image) =>
    answer === labels[image]
      ? []
      : [{ image, label: labels[image]!, answer, pixels: images.slice(image * size, (image + 1) * size) }],
  );
}

export const latestTraining: { findings?: MnistRunResults } = {};

/** Trains and tests a network like `memspike mnist`, with results in the directory `/run`. Returns null if stopped. */
export async function train({ trainingSettings, start, runFiles, key }: TrainRequest, session: CallChannel) {
  const { choice } = start;
  await loadMnistFiles(start.learn.train);
  rmSync(RUN_DIRECTORY, { recursive: true, force: true });
  for (const [path, bytes] of Object.entries(runFiles ?? {})) putFile(`${RUN_DIRECTORY}/${path}`, bytes);
  if (choice) putFile(`/${DEVICE_FILE_NAME}`, new TextEncoder().encode(formatDeviceFile(choice)));
  const config = createMnistConfig(trainingSettings, choice && DEVICE_FILE_NAME);
  progressReceiver.send = (progress) => session.send({ progress });
  let saving: Promise<void> | undefined;
  const save = async (savingKey: TrainingKey) => {
    try {
      await saveTraining(savingKey, { start, runFiles: readFilesBelow(RUN_DIRECTORY) });
    } catch (error) {
      session.send({ storageError: error instanceof Error ? error.message : String(error) });
    }
    saving = undefined;
  };
  checkpointReceiver.onSave = () => {
    if (key && !saving) saving = save(key);
  };
  if (key && !runFiles) await save(key);
  let findings: MnistRunResults | undefined;
  const result = await runMnist({
    config,
    dataDirectory: '/mnist',
    out: RUN_DIRECTORY,
    recordInputs: false,
    resume: Object.keys(runFiles ?? {}).length > 0,
    checkpointEvery: CHECKPOINT_IMAGES,
    progress: 'auto',
    workerCount: 1,
    signal: session.signal,
    watch: sendFrames(session),
    drawPictures: async (_, found) => {
      findings = found;
      return [];
    },
  });
  await saving;
  if (result === null || findings === undefined) return null;
  latestTraining.findings = findings;
  const { evaluation, job } = findings;
  return {
    accuracy: evaluation.accuracy.logProbability,
    /** 95 % confidence interval, %. */
    interval: evaluation.accuracyInterval,
    confusion: [...evaluation.confusion],
    wrong: listWrongAnswers(findings).slice(0, MAX_WRONG_ANSWERS),
    rows: job.testImages.rows,
    columns: job.testImages.columns,
    facts: readJson(RUN_DIRECTORY, 'run.json') as Mapping & { weightsSha256: string; warnings: readonly string[] },
  };
}
