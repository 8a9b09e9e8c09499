import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { Responder, type Responses, type Task } from './respond.ts';

/** Images that a thread takes at a time. */
const CHUNK = 250;
/** The same where there is but one, which lets signals through in between. */
const ALONE = 25;

interface RespondOptions {
  readonly workers: number;
  readonly signal: AbortSignal;
  onPause(done: number): void;
}

/** Responses to the first `count` images, by one thread or several: the same bits. Null when it was interrupted. */
export async function respondAll(task: Task, count: number, o: RespondOptions): Promise<Responses | null> {
  const size = o.workers === 1 ? ALONE : CHUNK;
  const chunks = Array.from(
    { length: Math.ceil(count / size) },
    (_, i) => [i * size, Math.min(count, (i + 1) * size)] as const,
  );
  const parts: Responses[] = [];
  if (o.workers === 1) {
    const responder = new Responder(task);
    for (const [from, to] of chunks) {
      parts.push(responder.respond(from, to));
      o.onPause(to);
      await setImmediate();
      if (o.signal.aborted) return null;
    }
    return joined(parts);
  }
  const pool = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    maxThreads: o.workers,
    workerData: { ...task, front: undefined, images: shared(task.images) },
  });
  try {
    setMaxListeners(0, o.signal); // every job listens to it
    let done = 0;
    const jobs = chunks.map(async ([from, to]) => {
      const part = (await pool.run({ from, to }, { signal: o.signal })) as Responses;
      o.onPause((done += to - from));
      return part;
    });
    parts.push(...(await Promise.all(jobs)));
    return joined(parts);
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

function joined(parts: readonly Responses[]): Responses {
  const length = parts.reduce((sum, p) => sum + p.times.length, 0);
  const images = parts.reduce((sum, p) => sum + p.starts.length - 1, 0);
  const all = {
    starts: new Uint32Array(images + 1),
    times: new Float64Array(length),
    neurons: new Uint32Array(length),
    populations: new Uint8Array(length),
    synapticEvents: parts.reduce((sum, p) => sum + p.synapticEvents, 0),
  };
  let row = 0;
  let image = 0;
  for (const part of parts) {
    all.times.set(part.times, row);
    all.neurons.set(part.neurons, row);
    all.populations.set(part.populations, row);
    for (let i = 1; i < part.starts.length; i++) all.starts[++image] = row + part.starts[i]!;
    row += part.times.length;
  }
  return all;
}
