import type { Arena, Floats, Precision } from '../../core/kernels/arena.ts';
import type { DeltaState } from '../../core/kernels/kernelInputs.ts';
import type { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { RefractoryQueue } from '../parts/refractoryQueue.ts';
import type { DeltaScales } from './deltaScales.ts';
import type { MembraneParameters } from './membraneParameters.ts';

const REFRACTORY = -Infinity;

/** Scaled potentials u with their thresholds, scales and membrane parameters; see `LifDelta`. */
export interface ScaledPotentials {
  readonly u: Floats;
  readonly precision: Precision;
  readonly thresholds: AdaptiveThreshold;
  readonly scales: DeltaScales;
  readonly membranes: MembraneParameters;
}

/**
 * Refractory neurons of a `LifDelta` population, encoded so that inner loops need no test. With discarded input such a neuron has
 * u = -Infinity. With kept input u is the scaled potential at the release, and the bar is Infinity: u does not decay, so an arrival
 * adds the part of its weight that remains at the release.
 */
export class RefractoryState {
  readonly queue: RefractoryQueue;
  /** True if input during refractoriness takes effect at the release (`refractoryInput: integrate`). */
  readonly keepsInput: boolean;
  /** Threshold above Vinf of each neuron, mV: a neuron spikes at u >= bar × scale. */
  readonly bar: Floats;
  readonly state;
  readonly #scaled: ScaledPotentials;

  constructor(s: ScaledPotentials, keeps: boolean, arena: Arena) {
    const n = s.u.length;
    this.#scaled = s;
    const some = s.membranes.hasRefractoriness;
    this.keepsInput = keeps && some;
    this.queue = new RefractoryQueue(some ? n : 0, arena);
    this.bar = this.keepsInput ? arena.floats(s.precision, n) : s.thresholds.b;
    this.state = this.queue.state;
    this.updateBars();
  }

  isRefractory(neuron: number): boolean {
    return this.#scaled.u[neuron] === REFRACTORY || this.bar[neuron] === Infinity;
  }

  /** Clamps a neuron until `release`. */
  clamp(neuron: number, release: number): void {
    this.#scaled.u[neuron] = this.keepsInput ? this.#atReset(neuron, release) : REFRACTORY;
    if (this.keepsInput) this.bar[neuron] = Infinity;
  }

  /** Clamps the neurons of `from` … `to - 1` that are still refractory again, after their potentials were set. */
  reclamp(from: number, to: number): void {
    for (let k = 0; k < this.queue.length; k++) {
      const neuron = this.queue.neuron(k);
      if (neuron >= from && neuron < to) this.clamp(neuron, this.queue.release(k));
    }
  }

  /** Releases the neuron with the earliest release time; returns the neuron. */
  release(): number {
    const release = this.queue.next;
    const neuron = this.queue.shift();
    if (this.keepsInput) this.bar[neuron] = this.#scaled.thresholds.b[neuron]!;
    else this.#scaled.u[neuron] = this.#atReset(neuron, release);
    return neuron;
  }

  /** Potential (mV) of a refractory neuron at its release if nothing more arrives. */
  potential(neuron: number, release: number): number {
    const { u, scales, membranes } = this.#scaled;
    if (u[neuron] === REFRACTORY) return membranes.reset.at(neuron);
    return membranes.vInf.at(neuron) + u[neuron]! * scales.decayTo(neuron, release);
  }

  /** Copies the thresholds to the bars; bars of refractory neurons become Infinity. */
  updateBars(): void {
    if (!this.keepsInput) return;
    this.bar.set(this.#scaled.thresholds.b);
    for (let k = 0; k < this.queue.length; k++) this.bar[this.queue.neuron(k)] = Infinity;
  }

  /** Called after `state` was loaded. */
  restored(): void {
    this.queue.restored();
    this.updateBars();
  }

  /** Shifts the kept input after a change of Vinf so that the potential at the release stays the same. */
  applyCurrentChange(): void {
    for (let k = 0; this.keepsInput && k < this.queue.length; k++) {
      const neuron = this.queue.neuron(k);
      this.#scaled.u[neuron]! +=
        this.#scaled.membranes.vInfDrop.at(neuron) * this.#scaled.scales.exactAt(neuron, this.queue.release(k));
    }
  }

  /** State of the population for kernels. `marks` is scratch memory; `hits` receives the spiking neurons. */
  createDeltaState(marks: Uint8Array, hits: Uint32Array): DeltaState {
    const { u, thresholds, scales, membranes } = this.#scaled;
    return {
      u,
      bar: this.bar,
      thresholds,
      keeps: this.keepsInput,
      scale: scales,
      refractory: membranes.refractory.values,
      floor: membranes.resetOffset.values,
      marks,
      hits,
      until: 0,
      ...this.queue.state,
    };
  }

  /** Scaled potential u of a neuron at its reset potential at t. */
  #atReset(neuron: number, t: number): number {
    const { reset, vInf } = this.#scaled.membranes;
    return (reset.at(neuron) - vInf.at(neuron)) * this.#scaled.scales.exactAt(neuron, t);
  }
}
