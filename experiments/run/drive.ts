import type { Network } from '../../core/network.ts';
import { snap, TICK, validateTime } from '../../core/time.ts';
import { breathe, interrupted } from './interruption.ts';

/** A slice of simulation takes about this long, so that signals, timers and progress get their turn in between. */
const SLICE_MS = 50;

interface DriveOptions {
  /** Ends the run at the next pause. */
  readonly signal: AbortSignal;
  /** Called at each pause, with the clock. */
  onPause?(now: number): void;
  /** Calls `onCheckpoint` whenever so much simulated time (ms) has passed. */
  readonly checkpointEvery?: number | undefined;
  onCheckpoint?(): void;
}

/**
 * Runs a network to `duration` in slices of wall time; returns whether it got there. Where it is cut changes no result.
 * All cuts lie on the time grid, so that the clock meets each of them exactly.
 */
export async function drive(net: Network, duration: number, o: DriveOptions): Promise<boolean> {
  const end = validateTime(duration, 'duration');
  const { checkpointEvery = Infinity } = o;
  net.interruptBy(interrupted);
  let slice = 2 ** -20; // grows fast, and lets even an absurdly busy network be interrupted
  let checkpointAt = nextMultiple(net.now, checkpointEvery);
  do {
    if (o.signal.aborted) return false;
    const started = performance.now();
    net.run(Math.min(slice, end - net.now, checkpointAt - net.now));
    const took = performance.now() - started;
    slice *= Math.min(4, Math.max(0.25, SLICE_MS / Math.max(took, 0.01)));
    slice = Math.min(Math.max(slice, TICK), 2 ** 26);
    if (net.now >= checkpointAt) {
      o.onCheckpoint?.();
      checkpointAt = nextMultiple(net.now, checkpointEvery);
    }
    o.onPause?.(net.now);
    await breathe();
  } while (net.now < end);
  return true;
}

/** The first multiple of `every` on the grid that is later than `now`. */
const nextMultiple = (now: number, every: number): number =>
  Math.max(snap((Math.floor(now / every) + 1) * every), now + TICK);
