import type { PostSpikeQueue, Stimulus } from '../graph/population.ts';
import type { Arena } from '../kernels/arena.ts';
import { Scheduler } from './scheduler.ts';
import { SpikeCollector } from './spikeCollector.ts';
import { SpikeCountdown } from './spikeCountdown.ts';
import type { PopulationEventSource, TargetState } from './targetState.ts';
import type { Timer } from './timer.ts';

/** Event source: population, spike queue, stimulus (its next block of spikes) or timer. */
export type NetworkEventSource = PopulationEventSource | Stimulus | PostSpikeQueue | Timer;

export class EngineState {
  readonly scheduler = new Scheduler();
  readonly spikeCollector = new SpikeCollector(this.scheduler);
  readonly arena: Arena;
  sources: readonly NetworkEventSource[] = [];
  targetStates: readonly TargetState[] = [];
  spikeCountdown = new SpikeCountdown();
  /** Interrupt flag: if its first entry is not 0, the run ends after the current tick. Another thread may set the flag. */
  interruptFlag: Int32Array = new Int32Array(1);
  /** Latest time, ms, up to which a strategy has processed a population ahead of the clock. */
  reachedTime = 0;

  constructor(arena: Arena) {
    this.arena = arena;
  }
}
