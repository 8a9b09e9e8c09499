/** Worker thread that trains and tests the MNIST network on one device of a comparison; resumes an interrupted run. */
import { parentPort } from 'node:worker_threads';
import { loadConfigModels } from '../network/extensions.ts';
import { RunDirectory } from '../run/runDirectory.ts';
import { wrapWorkerTask } from '../run/workerResult.ts';
import { type RunMnistOptions, runMnist } from '../training/unsupervised/experiment.ts';

export interface ComparisonTrainingJob extends Pick<RunMnistOptions, 'config' | 'dataDirectory' | 'dataSha256'> {
  readonly runDirectory: string;
}

export interface ProgressMessage {
  readonly runDirectory: string;
  readonly imageCount: number;
}

export default wrapWorkerTask(
  async ({ config, dataDirectory, dataSha256, runDirectory }: ComparisonTrainingJob): Promise<void> => {
    loadConfigModels({ ...config }, runDirectory);
    const onImageCount = (imageCount: number) =>
      parentPort?.postMessage({ runDirectory, imageCount } satisfies ProgressMessage);
    await runMnist({
      config,
      dataDirectory,
      dataSha256,
      out: runDirectory,
      workerCount: 1,
      recordInputs: false,
      resume: RunDirectory.holdsRun(runDirectory),
      progress: 'none',
      onImageCount,
      signal: new AbortController().signal,
    });
  },
);
