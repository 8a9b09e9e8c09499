/** Worker thread: trains and tests on one device of a comparison, or resumes an interrupted run. */
import { parentPort } from 'node:worker_threads';
import { loadConfigModels } from '../network/extensions.ts';
import { RunDirectory } from '../run/runDirectory.ts';
import { toWorkerResult } from '../run/workerResult.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { runMnist } from '../training/unsupervised/experiment.ts';

export interface ComparisonJob {
  readonly config: MnistConfig;
  readonly dataDirectory: string | undefined;
  readonly dataSha256: string;
  readonly directory: string;
}

export interface ProgressMessage {
  readonly directory: string;
  readonly imageCount: number;
}

/** Minimum time between two messages, ms, equal to the refresh interval of the progress bar. */
const MESSAGE_INTERVAL = 120;

export default toWorkerResult(
  async ({ config, dataDirectory, dataSha256, directory }: ComparisonJob): Promise<void> => {
    loadConfigModels({ ...config }, directory);
    let nextTime = 0;
    const onImages = (imageCount: number): void => {
      const now = performance.now();
      if (now < nextTime) return;
      nextTime = now + MESSAGE_INTERVAL;
      parentPort?.postMessage({ directory, imageCount } satisfies ProgressMessage);
    };
    await runMnist({
      config,
      dataDirectory,
      dataSha256,
      out: directory,
      workerCount: 1,
      recordInputs: false,
      resume: RunDirectory.holdsRun(directory),
      progress: 'none',
      onImages,
      signal: new AbortController().signal,
    });
  },
);
