import { exp } from '../../core/math.ts';
import { number } from '../../core/params.ts';

/** How a device answers one pulse: the new normalised conductance (before clipping to [0, 1]); strength > 0 is upwards. */
export type Step = (g: number, strength: number) => number;

/** Devices whose steps a kernel knows: a e^(-b g) upwards, a e^(-b (1 - g)) downwards; soft: a (1 - g) and a g. */
export interface StepFamily {
  readonly soft: boolean;
  readonly up: { readonly a: number; readonly b: number };
  readonly down: { readonly a: number; readonly b: number };
}

/** The same as a function, operation by operation. */
export function stepOf({ soft, up, down }: StepFamily): Step {
  if (soft) return (g, strength) => (strength > 0 ? g + up.a * strength * (1 - g) : g + down.a * strength * g);
  return (g, strength) =>
    strength > 0
      ? g + up.a * strength * (up.b === 0 ? 1 : exp(-up.b * g))
      : g + down.a * strength * (down.b === 0 ? 1 : exp(-down.b * (1 - g)));
}

/** Parameters that every device takes: how its devices differ, and by how much its steps scatter. */
export const spreadParams = {
  deviceToDevice: number({
    default: 0,
    min: 0,
    help: 'relative sd (log-normal) between devices of largest weight, upward and downward step, each drawn once',
  }),
  cycleToCycle: number({ default: 0, min: 0, help: 'relative sd (normal) of each step' }),
};

/** Parameters of devices that have a conductance: its range, what weight it stands for, and what pulses cost. */
export const conductanceParams = {
  gMin: number({ default: 1e-6, min: 0, unit: 'S', help: 'smallest conductance' }),
  gMax: number({ default: 1e-4, min: 0, exclusiveMin: true, unit: 'S', help: 'largest conductance' }),
  weightAtGMax: number({
    default: 1,
    help: "weight of a device at gMax in the target's unit; weight is proportional to conductance",
  }),
  readVoltage: number({ default: 0.1, min: 0, unit: 'V', help: 'of a read pulse (one an arrival)' }),
  readTime: number({ default: 1e-8, min: 0, unit: 's', help: 'length of a read pulse' }),
  writeVoltage: number({ default: 1, min: 0, unit: 'V', help: 'of a write pulse' }),
  writeTime: number({ default: 1e-7, min: 0, unit: 's', help: 'length of a write pulse' }),
};

export interface SpreadParams {
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
}

export interface ConductanceParams {
  readonly gMin: number;
  readonly gMax: number;
  readonly weightAtGMax: number;
  readonly readVoltage: number;
  readonly readTime: number;
  readonly writeVoltage: number;
  readonly writeTime: number;
}

/** Range of the weight, and of the conductance behind it where there is one. */
export interface CellRange {
  readonly wMin: number;
  readonly wMax: number;
  readonly electrical: ConductanceParams | null;
}

export const rangeOf = (p: ConductanceParams): CellRange => ({
  wMin: (p.weightAtGMax * p.gMin) / p.gMax,
  wMax: p.weightAtGMax,
  electrical: p,
});
