import type { StartRunWatch } from '../run/run.ts';
import type { StartWatch } from '../training/unsupervised/job.ts';

function announced<T extends { readonly url: string }>(page: T): T {
  console.error(`Live: ${page.url}`);
  return page;
}

/** The live page of a network; what it draws with is loaded only now. Port 0: any that is free. */
export const livePage =
  (port: number): StartRunWatch =>
  async (...run) =>
    announced(await (await import('../report/live/liveRun.ts')).LiveRun.start(...run, port));

/** The live page of a training. */
export const liveTraining =
  (port: number): StartWatch =>
  async (...job) =>
    announced(await (await import('../report/live/liveTraining.ts')).LiveTraining.start(...job, port));
