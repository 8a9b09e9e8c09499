import type { Pulses } from '../../../core/kernels/pulses.ts';
import type { Cell, CellFactory, Step } from './cell.ts';
import type { Wear } from './wear.ts';

/** A device is nothing but its conductance (step), or has more to it (cell). */
export interface Kind {
  readonly name: string;
  readonly step: Step | null;
  readonly cell: CellFactory | null;
}

/**
 * Where pulses lead by the device's own model, one device after the other: states `after` of a batch at t.
 * @param name of the projection and the model, for errors
 * @throws UserError if a step is no number
 */
export const stepsOf =
  ({ step }: Kind, cell: Cell, wear: Wear, name: string) =>
  (p: Pulses, t: number): void => {
    if (cell.pulses) {
      cell.pulses(p, p.cycles);
      return;
    }
    const { edges, numbers, count, amounts, before, after } = p;
    let sum = 0; // no number if one of the states is not
    if (step) for (let i = 0; i < count; i++) sum += after[i] = step(before[i]!, amounts[i]!);
    else
      for (let i = 0; i < count; i++) {
        const k = edges[i]!;
        if (!wear.isStuck(k)) sum += after[i] = cell.pulse!(k, before[i]!, amounts[i]!, t, numbers[i]!);
      }
    if (Number.isNaN(sum)) p.refuseNaN(name);
  };
