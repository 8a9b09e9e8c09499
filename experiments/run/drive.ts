import { setImmediate } from 'node:timers/promises';
import type { Network } from '../../core/network.ts';

/** A slice of simulation takes about this long, so that signals, timers and progress get their turn in between. */
const SLICE_MS = 50;

export interface DriveOptions {
  /** Ends the run at the next pause. */
  readonly signal: AbortSignal;
  /** Called at each pause, with the clock. */
  onPause?(now: number): void;
  /** Calls `onCheckpoint` whenever so much simulated time (ms) has passed. */
  readonly checkpointEvery?: number | undefined;
  onCheckpoint?(): void;
}

/** Runs a network to `end` in slices of wall time; returns whether it got there. Where it is cut changes no result. */
export async function drive(net: Network, end: number, o: DriveOptions): Promise<boolean> {
  let slice = 1 / 64;
  let checkpointAt =
    o.checkpointEvery === undefined ? Number.POSITIVE_INFINITY : nextMultiple(net.now, o.checkpointEvery);
  while (net.now < end) {
    if (o.signal.aborted) return false;
    const started = performance.now();
    net.run(Math.min(slice, end - net.now, checkpointAt - net.now));
    const took = performance.now() - started;
    slice = Math.min(slice * Math.min(4, Math.max(0.25, SLICE_MS / Math.max(took, 0.01))), 2 ** 26);
    if (net.now >= checkpointAt) {
      o.onCheckpoint?.();
      checkpointAt = nextMultiple(net.now, o.checkpointEvery!);
    }
    o.onPause?.(net.now);
    await setImmediate();
  }
  return true;
}

const nextMultiple = (now: number, every: number): number => (Math.floor(now / every) + 1) * every;
