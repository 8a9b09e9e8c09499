import type { Network } from '../../core/network.ts';
import { snap, TICK, validateTime } from '../../core/time.ts';
import { interruptFlag, yieldToEventLoop } from './interruption.ts';

/** Wall time of one slice of a simulation, ms. Signals, timers and progress output are handled between slices. */
const SLICE_MS = 50;

interface SliceOptions {
  readonly signal: AbortSignal;
  onPause?(now: number): void;
  /** Maximum simulated time of a slice, ms; default: no limit. */
  readonly maxSlice?: number | undefined;
  /** Interval between checkpoints, simulated ms. */
  readonly checkpointEvery?: number | undefined;
  onCheckpoint?(): void;
}

/**
 * Runs a network until `duration`, ms, in slices of limited wall time, which end on the time grid. @returns false if
 * aborted
 */
export async function runInSlices(net: Network, duration: number, o: SliceOptions): Promise<boolean> {
  const end = validateTime(duration, 'duration');
  const { checkpointEvery = Infinity, maxSlice = 2 ** 26 } = o;
  net.interruptBy(interruptFlag);
  let slice = 2 ** -20; // ms; grows fast; at first short, so that even a very busy network can be interrupted
  let checkpointAt = nextMultiple(net.now, checkpointEvery);
  do {
    if (o.signal.aborted) return false;
    const started = performance.now();
    net.run(Math.min(slice, end - net.now, checkpointAt - net.now));
    const took = performance.now() - started;
    slice *= Math.min(4, Math.max(0.25, SLICE_MS / Math.max(took, 0.01)));
    slice = Math.min(Math.max(slice, TICK), maxSlice);
    if (net.now >= checkpointAt) {
      o.onCheckpoint?.();
      checkpointAt = nextMultiple(net.now, checkpointEvery);
    }
    o.onPause?.(net.now);
    await yieldToEventLoop();
  } while (net.now < end);
  return true;
}

/** First multiple of `every` that is later than `now`, rounded to the time grid, ms. */
const nextMultiple = (now: number, every: number) => Math.max(snap((Math.floor(now / every) + 1) * every), now + TICK);
