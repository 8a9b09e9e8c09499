import type { StepFamily } from '../../../core/kernels/devices.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import type { Cell, CellFactory, Step } from './cell.ts';
import type { Wear } from './wear.ts';

/** A device is nothing but its conductance, or has more to it. */
export type Kind = { readonly name: string } & ({ readonly step: Step } | { readonly cell: CellFactory });

/** Where pulses lead by the device's own model: a kernel's where its family is known, or one device after the other. */
export class Steps {
  /** A kernel's, which takes them when it settles the pulses; null: they are taken here. */
  readonly family: StepFamily | null;
  readonly #step: Step | null;
  readonly #cell: Cell;
  readonly #wear: Wear;
  readonly #name: string;

  /** @param name of the projection and the model, for errors */
  constructor(kind: Kind, cell: Cell, wear: Wear, name: string) {
    this.#step = 'step' in kind ? kind.step : null;
    this.family = this.#step?.family ?? null;
    this.#cell = cell;
    this.#wear = wear;
    this.#name = name;
  }

  /** States `after` of a batch at t. @throws UserError if a step is no number */
  take(p: Pulses, t: number): void {
    const step = this.#step;
    if (step === null && this.#cell.pulses !== undefined) this.#cell.pulses(p, p.cycles);
    else if (Number.isNaN(step === null ? this.#cells(p, t) : stepAll(step, p))) p.refuseNaN(this.#name);
  }

  #cells({ edges, numbers, count, amounts, before, after }: Pulses, t: number): number {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const k = edges[i]!;
      if (!this.#wear.isStuck(k)) sum += after[i] = this.#cell.pulse!(k, before[i]!, amounts[i]!, t, numbers[i]!);
    }
    return sum;
  }
}

/** Returns the sum of the states, which is no number if one of them is not. */
function stepAll(step: Step, { count, amounts, before, after }: Pulses): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += after[i] = step(before[i]!, amounts[i]!);
  return sum;
}
