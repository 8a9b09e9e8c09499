/** A thread that trains and tests on one device of a comparison, or goes on where that was interrupted. */
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

/** What a thread tells of a run while it goes on. */
export interface Shown {
  readonly out: string;
  readonly images: number;
}

/** Time between two messages, ms: as often as a bar is drawn. */
const INTERVAL = 120;

export default toWorkerResult(async ({ config, data, dataSha256, out }: Job): Promise<void> => {
  loadConfigModels({ ...config }, out);
  let next = 0;
  const onImages = (images: number): void => {
    const now = performance.now();
    if (now < next) return;
    next = now + INTERVAL;
    parentPort?.postMessage({ out, images } satisfies Shown);
  };
  await runMnist({
    ...{ config, data, dataSha256, out },
    workers: 1,
    recordInputs: false,
    resume: RunDirectory.isTaken(out),
    progress: 'none',
    onImages,
    signal: new AbortController().signal,
  });
});
