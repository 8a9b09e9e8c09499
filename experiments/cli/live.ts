import type { RunObserverFactory } from '../run/run.ts';
import type { TrainingObserverFactory } from '../training/unsupervised/job.ts';

function announcePage<T extends { readonly url: string }>(page: T): T {
  console.error(`Live: ${page.url}`);
  return page;
}

export const startLiveRunPage =
  (port: number): RunObserverFactory =>
  async (...run) =>
    announcePage(await (await import('../report/live/liveRun.ts')).startRunPageServer(...run, port));

export const startLiveTrainingPage =
  (port: number): TrainingObserverFactory =>
  async (...job) =>
    announcePage(await (await import('../report/live/liveTraining.ts')).startTrainingPageServer(...job, port));
