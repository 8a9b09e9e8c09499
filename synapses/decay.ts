import { number } from '../core/declare/params.ts';
import { pow } from '../core/elementary.ts';
import type { Arena } from '../core/kernels/arena.ts';
import { exp } from '../core/math.ts';

const MAX_STORED_FACTOR = 2 ** 500;

/**
 * Exponentially decaying traces, one per synapse, with one time constant. Stored values are traces × e^((t - t0)/tau):
 * they are constant without updates, and one common factor converts them to traces.
 */
export class EdgeTraces {
  readonly storedTraces;
  readonly state;
  readonly #tau: number;
  readonly #referenceTime; // [t0], ms

  constructor(synapses: number, tau: number, arena: Arena) {
    arena.requireSpaceFor(synapses * 8, `A trace for each of ${synapses} synapses`);
    this.storedTraces = arena.f64(synapses);
    this.#tau = tau;
    this.#referenceTime = arena.f64(1);
    this.state = { values: this.storedTraces, start: this.#referenceTime };
  }

  /** Factor that converts a trace at t to its stored value, e^((t - t0)/tau). If it is too large, t0 becomes t. */
  inverseDecayFactor(t: number): number {
    const scale = exp((t - this.#referenceTime[0]!) / this.#tau);
    if (scale <= MAX_STORED_FACTOR) return scale;
    const decay = 1 / scale;
    for (let edge = 0; edge < this.storedTraces.length; edge++) this.storedTraces[edge]! *= decay;
    this.#referenceTime[0] = t;
    return 1;
  }

  /** Factor that converts a stored value to the trace at t. */
  decayFactor(t: number): number {
    return exp((this.#referenceTime[0]! - t) / this.#tau);
  }

  resetDynamicState(t: number) {
    this.storedTraces.fill(0);
    this.#referenceTime[0] = t;
  }
}

/** Stretched exponential e^(-x^beta), with x the time in time constants; a plain exponential if beta is 1. */
export const stretchedExponential = (x: number, beta: number) => exp(-(beta === 1 ? x : pow(x, beta)));

export const timeConstantParam = (initial: number, help: string) =>
  number({ default: initial, min: 0, exclusiveMin: true, infinity: true, unit: 'ms', help });
