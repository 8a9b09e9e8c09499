import type { PostSpikeQueue, Stimulus } from '../graph/population.ts';
import type { Arena } from '../kernels/arena.ts';
import type { Scheduler } from './scheduler.ts';
import type { SpikeCollector } from './spikeCollector.ts';
import type { SpikeCountdown } from './spikeCountdown.ts';
import type { PopulationEvent, TargetState } from './targetState.ts';
import type { Timer } from './timer.ts';

/** Event source of a network: population, spike queue, stimulus (its next block of spikes) or timer. */
export type Source = PopulationEvent | Stimulus | PostSpikeQueue | Timer;

/** Engine state that delivery strategies read and update. */
export interface EngineState {
  readonly scheduler: Scheduler;
  readonly spikeCollector: SpikeCollector;
  readonly arena: Arena;
  readonly sources: readonly Source[];
  /** Target states, indexed by population id. */
  readonly targets: readonly TargetState[];
  /** Stop condition of the run, as a countdown of spikes. */
  readonly countdown: SpikeCountdown;
  /** Interrupt flag: if its first entry is not 0, the run ends after the current tick. Another thread may set the flag. */
  readonly interrupt: Int32Array;
  /** Latest time, ms, up to which a strategy has processed a population ahead of the clock. */
  reachedTime: number;
}
