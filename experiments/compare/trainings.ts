import { setMaxListeners } from 'node:events';
import { Piscina } from 'piscina';
import { UserError } from '../../core/declare/errors.ts';
import { formatCount } from '../../core/declare/show.ts';
import { readJson, readRunJson, runConfigSchema } from '../logs/runJson.ts';
import { canonicalJson } from '../network/config/hash.ts';
import { listDifferences } from '../network/config/override.ts';
import type { HashedFile } from '../network/models.ts';
import { createProgressOutput, type ProgressMode } from '../run/progress.ts';
import { RunDirectory } from '../run/runDirectory.ts';
import { unwrapWorkerResult, type WorkerResult } from '../run/workerResult.ts';
import { requireSameDataAsRun } from '../training/dataOrigin.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import type { ComparisonTrainingJob, ProgressMessage } from './compareWorker.ts';

export interface DeviceTraining {
  /** Name of the device or of its variant, shown in the progress report. */
  readonly deviceLabel: string;
  readonly config: MnistConfig;
  readonly runDirectory: string;
}

export interface RunTrainingsOptions {
  readonly dataDirectory?: string | undefined;
  readonly workerCount: number;
  readonly progress: ProgressMode;
  readonly signal: AbortSignal;
  readonly onWarnings?: ((run: string, warnings: readonly string[]) => void) | undefined;
}

const countImages = ({ config }: DeviceTraining): number => config.epochs * config.train + config.label + config.test;

function isTrainingFinished({ config, runDirectory }: DeviceTraining, data: HashedFile): boolean {
  if (!RunDirectory.isFinished(runDirectory)) return false;
  requireSameDataAsRun(runDirectory, data);
  const [found] = listDifferences(
    JSON.parse(canonicalJson(config)),
    readJson(runDirectory, 'config.json', runConfigSchema),
  );
  if (found !== undefined)
    throw new UserError(`${runDirectory} holds a run of another configuration: ${found}; choose another --out.`);
  return true;
}

/**
 * Trains and tests the MNIST network of each training in worker threads; skips finished runs. Returns false if
 * interrupted. @param label text before the progress report
 */
export async function runTrainings(
  trainings: readonly DeviceTraining[],
  data: HashedFile,
  label: string,
  o: RunTrainingsOptions,
): Promise<boolean> {
  const left = trainings.filter((training) => !isTrainingFinished(training, data));
  const progress = createProgressOutput({
    label,
    total: left.reduce((sum, training) => sum + countImages(training), 0),
    unit: 'images',
    mode: o.progress,
    hasUnevenSpeed: true,
  });
  const running = new Map<string, number>();
  let [finished, done, latest] = [0, trainings.length - left.length, ''];
  const showProgress = () =>
    progress.update(
      [...running.values()].reduce((sum, images) => sum + images, finished),
      () => `${done} of ${formatCount(trainings.length, 'run')}${latest}`,
    );
  showProgress();
  const pool = new Piscina({
    filename: new URL('./compareWorker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: o.workerCount,
    concurrentTasksPerWorker: 1,
  });
  pool.on('message', ({ runDirectory, imageCount }: ProgressMessage) => {
    if (running.has(runDirectory)) running.set(runDirectory, imageCount);
    showProgress();
  });
  setMaxListeners(0, o.signal); // each training adds an abort listener
  const train = async (training: DeviceTraining) => {
    const { config, runDirectory } = training;
    const job: ComparisonTrainingJob = {
      config,
      dataDirectory: o.dataDirectory,
      dataSha256: data.sha256,
      runDirectory,
    };
    running.set(runDirectory, 0);
    unwrapWorkerResult((await pool.run(job, { signal: o.signal })) as WorkerResult<void>);
    o.onWarnings?.(runDirectory, readRunJson(runDirectory).warnings ?? []);
    running.delete(runDirectory);
    finished += countImages(training);
    done++;
    latest = `, last ${training.deviceLabel}`;
    showProgress();
  };
  try {
    await Promise.all(left.map(train));
    return true;
  } catch (error) {
    if (o.signal.aborted) return false;
    throw error;
  } finally {
    progress.stop();
    await pool.destroy();
  }
}
