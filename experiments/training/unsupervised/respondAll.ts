import { setMaxListeners } from 'node:events';
import { Piscina } from 'piscina';
import { fromWorkerResult, type WorkerResult } from '../../run/workerResult.ts';
import type { Responses, Task } from './respond.ts';
import { joined, type RespondOptions, respondAlone } from './respondAlone.ts';

/** Images that a thread takes at a time. */
const CHUNK = 250;

/** Responses to the first `count` images, by one thread or several: the same bits. Null when it was interrupted. */
export async function respondAll(task: Task, count: number, o: RespondOptions): Promise<Responses | null> {
  if (o.workers === 1) return respondAlone(task, count, o);
  const chunks = Array.from(
    { length: Math.ceil(count / CHUNK) },
    (_, i) => [i * CHUNK, Math.min(count, (i + 1) * CHUNK)] as const,
  );
  const pool = new Piscina({
    filename: new URL('./respondWorker.js', import.meta.url).href,
    maxThreads: o.workers,
    workerData: { ...task, front: undefined, images: shared(task.images) },
  });
  try {
    setMaxListeners(0, o.signal); // every job listens to it
    let done = 0;
    const jobs = chunks.map(async ([from, to]) => {
      const part = fromWorkerResult((await pool.run({ from, to }, { signal: o.signal })) as WorkerResult<Responses>);
      o.onPause((done += to - from));
      return part;
    });
    return joined(await Promise.all(jobs));
  } catch (error) {
    if (o.signal.aborted) return null;
    throw error;
  } finally {
    await pool.destroy();
  }
}

/** A copy that threads can read without copying it again. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
