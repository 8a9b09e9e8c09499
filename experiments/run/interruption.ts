import { workerData } from 'node:worker_threads';

/** What a command in a thread shares with the one that sees signals: [how much is being saved, whether it is interrupted]. */
export const shared: Int32Array = workerData?.shared ?? new Int32Array(new SharedArrayBuffer(8));

/** Above 0 while something is saved, which the other thread lets come to its end. */
export const saving = shared.subarray(0, 1);

/** 1 as soon as the command is interrupted, also while it does nothing but compute. */
export const interrupted = shared.subarray(1);

/** Lets `save` come to its end, however long that takes after an interruption. */
export function unhurried<T>(save: () => T): T {
  Atomics.add(saving, 0, 1);
  try {
    return save();
  } finally {
    Atomics.sub(saving, 0, 1);
  }
}

/** Longest time that the event loop has its turn, ms. */
const MAX_BREATH = 20;

let isAgain = false;

/** Asks for another turn of the event loop before work continues: a turn accepts one connection only. */
export const breatheAgain = (): void => {
  isAgain = true;
};

/** Lets events that wait have their turn between two stretches of work. */
export async function breathe(): Promise<void> {
  const end = performance.now() + MAX_BREATH;
  do {
    isAgain = false;
    await new Promise((resolve) => setImmediate(resolve));
  } while (isAgain && performance.now() < end);
}
