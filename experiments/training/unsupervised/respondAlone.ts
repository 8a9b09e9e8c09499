import { yieldToEventLoop } from '../../run/interruption.ts';
import { Responder, type Responses, type Task } from './respond.ts';

/** Images at a time, which lets signals through in between. */
const CHUNK = 25;

export interface RespondOptions {
  readonly workers: number;
  readonly signal: AbortSignal;
  onPause(done: number): void;
}

/** Responses to the first `count` images, by this thread. Null when it was interrupted. */
export async function respondAlone(
  task: Task,
  count: number,
  { signal, onPause }: Omit<RespondOptions, 'workers'>,
): Promise<Responses | null> {
  const responder = new Responder(task);
  const parts: Responses[] = [];
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(count, from + CHUNK);
    parts.push(responder.respond(from, to));
    onPause(to);
    await yieldToEventLoop();
    if (signal.aborted) return null;
  }
  return joined(parts);
}

/** The responses of parts of the images, in their order, as one. */
export function joined(parts: readonly Responses[]): Responses {
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
