import { setMaxListeners } from 'node:events';
import { Piscina } from 'piscina';
import { unwrapWorkerResult, type WorkerResult } from '../../run/workerResult.ts';
import {
  joinSpikeResponses,
  type ResponseTask,
  type SimulateResponsesOptions,
  type SpikeResponses,
  simulateResponsesInThread,
} from './respond.ts';

const IMAGES_PER_JOB = 250;

/** Simulates responses to images; bit-identical for any number of threads. @returns null if interrupted */
export async function simulateResponses(
  task: ResponseTask,
  count: number,
  options: SimulateResponsesOptions,
): Promise<SpikeResponses | null> {
  const { workerCount, signal, onPause } = options;
  if (workerCount === 1) return simulateResponsesInThread(task, count, options);
  const images = new Uint8Array(new SharedArrayBuffer(task.images.images.length)); // shared memory: threads read the images without a copy
  images.set(task.images.images);
  const pool = new Piscina({
    filename: new URL('./respondWorker.js', import.meta.url).href,
    maxThreads: workerCount,
    workerData: { ...task, frontEnd: undefined, images: { ...task.images, images } },
  });
  try {
    setMaxListeners(0, signal); // each job adds a listener
    let done = 0;
    const respond = async (from: number): Promise<SpikeResponses> => {
      const to = Math.min(count, from + IMAGES_PER_JOB);
      const result: WorkerResult<SpikeResponses> = await pool.run({ from, to }, { signal });
      const part = unwrapWorkerResult(result);
      onPause((done += to - from));
      return part;
    };
    const jobs = Array.from({ length: Math.ceil(count / IMAGES_PER_JOB) }, (_, i) => respond(i * IMAGES_PER_JOB));
    return joinSpikeResponses(await Promise.all(jobs));
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    await pool.destroy();
  }
}
