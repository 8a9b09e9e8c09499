/** Worker thread: trains and tests on one device of a comparison, or resumes an interrupted run. */
import { parentPort } from 'node:worker_threads';
import { loadConfigModels } from '../network/extensions.ts';
import { RunDirectory } from '../run/runDirectory.ts';
import { toWorkerResult } from '../run/workerResult.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { runMnist } from '../training/unsupervised/experiment.ts';

export interface Job {
  readonly config: MnistConfig;
  readonly data: string | undefined;
  readonly dataSha256: string;
  readonly out: string;
}

export interface ProgressMessage {
  readonly out: string;
  readonly images: number;
}

/** Minimum time between two messages, ms, equal to the refresh interval of the progress bar. */
const MESSAGE_INTERVAL = 120;

export default toWorkerResult(async ({ config, data, dataSha256, out }: Job): Promise<void> => {
  loadConfigModels({ ...config }, out);
  let nextTime = 0;
  const onImages = (images: number): void => {
    const now = performance.now();
    if (now < nextTime) return;
    nextTime = now + MESSAGE_INTERVAL;
    parentPort?.postMessage({ out, images } satisfies ProgressMessage);
  };
  await runMnist({
    config,
    data,
    dataSha256,
    out,
    workers: 1,
    recordInputs: false,
    resume: RunDirectory.isTaken(out),
    progress: 'none',
    onImages,
    signal: new AbortController().signal,
  });
});
