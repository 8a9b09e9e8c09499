/** A thread that trains and tests on one device of a comparison, or goes on where that was interrupted. */
import type { KernelChoice } from '../../../core/kernels/arena.ts';
import type { MnistConfig } from '../../mnist/config.ts';
import { runMnist } from '../../mnist/experiment.ts';
import { knowModels } from '../../network/extensions.ts';
import { RunDirectory } from '../../run/runDirectory.ts';

export interface Job {
  readonly config: MnistConfig;
  readonly data: string | undefined;
  readonly out: string;
  readonly kernels: KernelChoice;
}

export default async ({ config, data, out, kernels }: Job): Promise<void> => {
  knowModels({ ...config }, out);
  await runMnist({
    ...{ config, data, out, kernels },
    workers: 1,
    recordInputs: false,
    resume: RunDirectory.isTaken(out),
    progress: 'none',
    signal: new AbortController().signal,
  });
};
