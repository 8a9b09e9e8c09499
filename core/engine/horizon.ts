import type { Population } from '../graph/population.ts';
import { TICK } from '../time.ts';
import type { Loop, Source } from './loop.ts';

/** A source of events that may reach a population, `lag` ms later at the earliest. */
export interface Foreign {
  readonly source: Source;
  readonly lag: number;
}

/**
 * The sources other than a population's own lanes that may bring about an arrival there, by shortest delays; at once what
 * looks at it or moves its synapses: timers, and spikes that come along its dendrites.
 */
export function foreignTo(target: Population, { sources, places }: Loop): Foreign[] {
  const lags = new Map<Population, number>([[target, 0]]);
  const open = [target];
  for (let reached = open.pop(); reached !== undefined; reached = open.pop()) {
    for (const { source, delays } of places[reached.id]!.incoming) {
      const lag = lags.get(reached)! + Math.min(...delays);
      if (lag >= (lags.get(source) ?? Infinity)) continue;
      lags.set(source, lag);
      open.push(source);
    }
  }
  const found: Foreign[] = [];
  for (const source of sources) {
    if (source.kind === 'timer' || (source.kind === 'dendrite' && source.target === target)) {
      found.push({ source, lag: 0 });
    }
    const { kind } = source;
    if (kind === 'timer' || kind === 'post' || kind === 'dendrite' || kind === 'stream') continue; // those make no arrivals
    const population = source.kind === 'arrivals' ? source.target : source;
    const lag = lags.get(population);
    if (lag !== undefined && population !== target) found.push({ source, lag });
  }
  return found;
}

/** Until when a population can go on by itself. */
export class Horizon {
  /** What happens in other populations is heard here so much later at the earliest, ms. */
  readonly lag: number = Infinity;
  /** Timers and stimuli, which have times of their own. */
  readonly #timed: Foreign[] = [];

  constructor(population: Population, loop: Loop) {
    for (const one of foreignTo(population, loop))
      if (one.source.kind === 'timer' || one.source.kind === 'stimulus') this.#timed.push(one);
      else this.lag = Math.min(this.lag, one.lag);
  }

  /** Before `until` and what may come from elsewhere, but at least for the instant `start`: nothing else is due before its end. */
  from(start: number, until: number): number {
    let horizon = Math.min(until, start + this.lag);
    for (const { source, lag } of this.#timed) horizon = Math.min(horizon, source.next + lag);
    return Math.max(horizon, start + TICK);
  }
}
