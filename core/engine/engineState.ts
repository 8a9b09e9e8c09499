import type { PostSpikeQueue, Stimulus } from '../graph/population.ts';
import type { Arena } from '../kernels/arena.ts';
import type { Scheduler } from './scheduler.ts';
import type { SpikeCollector } from './spikeCollector.ts';
import type { SpikeCountdown } from './spikeCountdown.ts';
import type { PopulationEvent, TargetState } from './targetState.ts';
import type { Timer } from './timer.ts';

/** Event sources of a network: those of its populations, blocks of stimuli, and timers. */
export type Source = PopulationEvent | Stimulus | PostSpikeQueue | Timer;

/** Part of the engine that delivery strategies use. */
export interface EngineState {
  readonly scheduler: Scheduler;
  readonly spikeCollector: SpikeCollector;
  readonly arena: Arena;
  readonly sources: readonly Source[];
  /** Target states, indexed by population id. */
  readonly targets: readonly TargetState[];
  /** Number of spikes that may still end the run. */
  readonly countdown: SpikeCountdown;
  /** Interrupt flag: if its first entry is not 0, the run ends after the current tick. Another thread may set the flag. */
  readonly interrupt: Int32Array;
  /** Latest time, ms, that a strategy has reached beyond the clock. */
  reachedTime: number;
}
