import { UserError } from '../../core/declare/errors.ts';

/** Result of a worker task. Errors become messages, because structured cloning loses the class of an error. */
export type WorkerResult<T> = { readonly value: T } | { readonly failureMessage: string };

export const wrapWorkerTask =
  <A, T>(task: (job: A) => T | Promise<T>) =>
  async (job: A): Promise<WorkerResult<T>> => {
    try {
      return { value: await task(job) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { failureMessage: error.message };
    }
  };

export function unwrapWorkerResult<T>(result: WorkerResult<T>): T {
  if ('failureMessage' in result) throw new UserError(result.failureMessage);
  return result.value;
}
