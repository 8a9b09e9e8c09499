import { workerData } from 'node:worker_threads';

/** Flags that the thread of a command shares with the thread that handles signals: `saveCount` and `interruptFlag`. */
export const sharedFlags: Int32Array = workerData?.sharedFlags ?? new Int32Array(new SharedArrayBuffer(8));

/** Number of saves in progress; the other thread waits for them. */
export const saveCount = sharedFlags.subarray(0, 1);

/** 1 after an interruption of the command; also visible during long computations. */
export const interruptFlag = sharedFlags.subarray(1);

/** Runs `save` to its end, even after an interruption. */
export function saveUninterrupted<T>(save: () => T): T {
  Atomics.add(saveCount, 0, 1);
  try {
    return save();
  } finally {
    Atomics.sub(saveCount, 0, 1);
  }
}

const MAX_YIELD_MS = 20;

let isExtended = false;

/** Asks the present yield for another turn of the event loop, because a turn accepts only one connection. */
export const extendYield = (): void => {
  isExtended = true;
};

/** Yields to the event loop, so that waiting events are handled. */
export async function yieldToEventLoop(): Promise<void> {
  const end = performance.now() + MAX_YIELD_MS;
  do {
    isExtended = false;
    await new Promise((resolve) => setImmediate(resolve));
  } while (isExtended && performance.now() < end);
}
