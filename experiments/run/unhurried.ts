import { workerData } from 'node:worker_threads';

/** Above 0 while something is saved; shared with the thread that would end a command that does not answer. */
export const saving: Int32Array = workerData?.saving ?? new Int32Array(new SharedArrayBuffer(4));

/** Lets `save` come to its end, however long that takes after an interruption. */
export function unhurried<T>(save: () => T): T {
  Atomics.add(saving, 0, 1);
  try {
    return save();
  } finally {
    Atomics.sub(saving, 0, 1);
  }
}
