import { workerData } from 'node:worker_threads';

/** Flags shared by the computing thread and the signal-handling thread: `activeSaveCount`, `interruptFlag`. */
export const sharedFlags: Int32Array = workerData?.sharedFlags ?? new Int32Array(new SharedArrayBuffer(8));

/** Number of saves in progress; the signal-handling thread waits until it is 0. */
export const activeSaveCount = sharedFlags.subarray(0, 1);

/** 1 after the command was interrupted; readable even during long computations. */
export const interruptFlag = sharedFlags.subarray(1);

export function saveUninterrupted<T>(save: () => T): T {
  Atomics.add(activeSaveCount, 0, 1);
  try {
    return save();
  } finally {
    Atomics.sub(activeSaveCount, 0, 1);
  }
}

const MAX_YIELD_MS = 20;

let isExtended = false;

/** Makes `yieldToEventLoop` wait one more turn of the event loop, because a server accepts one connection per turn. */
export const extendEventLoopYield = (): void => {
  isExtended = true;
};

export async function yieldToEventLoop(): Promise<void> {
  const end = performance.now() + MAX_YIELD_MS;
  do {
    isExtended = false;
    await new Promise((resolve) => setImmediate(resolve));
  } while (isExtended && performance.now() < end);
}
