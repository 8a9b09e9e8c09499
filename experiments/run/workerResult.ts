import { UserError } from '../../core/declare/errors.ts';

/** Result of a task in a thread. A structured clone keeps the message of an error but not its class. */
export type WorkerResult<T> = { readonly value: T } | { readonly failureMessage: string };

/** Wraps the task of a thread: a UserError is returned as its message. */
export const toWorkerResult =
  <A, T>(task: (job: A) => T | Promise<T>) =>
  async (job: A): Promise<WorkerResult<T>> => {
    try {
      return { value: await task(job) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { failureMessage: error.message };
    }
  };

/** Value of a task that ran in a thread. @throws UserError that the task has thrown there */
export function fromWorkerResult<T>(result: WorkerResult<T>): T {
  if ('failureMessage' in result) throw new UserError(result.failureMessage);
  return result.value;
}
