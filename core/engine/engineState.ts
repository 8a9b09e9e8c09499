import type { PostSpikeQueue, Stimulus } from '../graph/population.ts';
import type { Arena } from '../kernels/arena.ts';
import type { PopulationEvent } from './deliveryStrategy.ts';
import type { Scheduler } from './scheduler.ts';
import type { SpikeCollector } from './spikeCollector.ts';
import type { SpikeCountdown } from './spikeCountdown.ts';
import type { TargetState } from './targetState.ts';
import type { Timer } from './timer.ts';

export type Source = PopulationEvent | Stimulus | PostSpikeQueue | Timer;

/** What strategies see of the engine. */
export interface EngineState {
  readonly scheduler: Scheduler;
  readonly spikeCollector: SpikeCollector;
  readonly arena: Arena;
  readonly sources: readonly Source[];
  /** By the ids of their populations. */
  readonly targets: readonly TargetState[];
  /** Which spikes may end the run. */
  readonly countdown: SpikeCountdown;
  /** As soon as its first entry is not 0, the run is to end between two instants; another thread may set it. */
  readonly interrupt: Int32Array;
  /** Up to here a reception has gone on beyond the clock. */
  reachedTime: number;
}
