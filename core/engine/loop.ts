import type { PostLane, Stimulus } from '../graph/population.ts';
import type { Arena } from '../kernels/arena.ts';
import type { Countdown } from './countdown.ts';
import type { Firing } from './firing.ts';
import type { Place } from './place.ts';
import type { Happening } from './reception.ts';
import type { Scheduler } from './scheduler.ts';
import type { Timer } from './timer.ts';

export type Source = Happening | Stimulus | PostLane | Timer;

/** What receptions see of the engine. */
export interface Loop {
  readonly scheduler: Scheduler;
  readonly firing: Firing;
  readonly arena: Arena;
  readonly sources: readonly Source[];
  /** By the ids of their populations. */
  readonly places: readonly Place[];
  /** Which spikes may end the run. */
  readonly countdown: Countdown;
  /** As soon as its first entry is not 0, the run is to end between two instants; another thread may set it. */
  readonly interrupt: Int32Array;
  /** Up to here a reception has gone on beyond the clock. */
  ahead: number;
}
