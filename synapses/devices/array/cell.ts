import { UserError } from '../../../core/declare/errors.ts';
import { choice, number } from '../../../core/declare/params.ts';
import type { Arena, State } from '../../../core/kernels/arena.ts';
import { exp } from '../../../core/math.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import { WIDEST } from '../../logNormal.ts';

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

/**
 * How devices change, one projection's at a time: device k is in state g, its conductance as a share of its range. Draws
 * belong to (device, n-th pulse). What is out of [0, 1] is clipped by the array, which also adds the non-idealities.
 */
export interface Cell {
  /** What the devices keep besides g. */
  readonly state: State;
  /** State at the start of a device whose weight says g. */
  start?(k: number, g: number): number;
  /** State after the n-th pulse (from 0), at t ms; strength > 0 is upwards, ±1 a full pulse. */
  pulse(k: number, g: number, strength: number, t: number, n: number): number;
  /** State `dt` ms after the last pulse left it at g; absent: it stays. */
  readonly relaxed?: (k: number, g: number, dt: number) => number;
  /** State after a long silence. */
  rest?(k: number, g: number): number;
  /** Square of the voltage times the time of a pulse onto a device in state g, V² s; absent: writeVoltage² writeTime. */
  square?(g: number, strength: number): number;
}

export interface CellContext {
  readonly arena: Arena;
  /** Number of devices. */
  readonly count: number;
  /** Random numbers for one purpose. */
  random(purpose: string): CounterRandom;
}
export type CellFactory = (context: CellContext) => Cell;

/** Devices that a kernel knows, as a cell. */
export function cellOf(family: StepFamily): CellFactory {
  const step = stepOf(family);
  return () => ({ state: {}, pulse: (_k, g, strength) => step(g, strength) });
}

/** Parameters that every device takes: how its devices differ, and by how much its steps scatter. */
export const spreadParams = {
  deviceToDevice: number({
    default: 0,
    min: 0,
    max: WIDEST,
    help: 'relative sd (log-normal) between devices of largest weight, upward and downward step, each drawn once',
  }),
  cycleToCycle: number({ default: 0, min: 0, max: WIDEST, help: 'relative sd (normal) of each step' }),
};

/** What weight a conductance stands for, and what reading costs. */
export const readParams = {
  weightAtGMax: number({
    default: 1,
    min: 0,
    exclusiveMin: true,
    help: "weight of a device at gMax in the target's unit; weight is proportional to conductance",
  }),
  reading: choice(['single', 'pair', 'referenceColumn'], {
    default: 'single',
    help: 'weight is proportional to G, or to G - gMin: less the current of a second device at gMin in each synapse, or of one column of such devices',
  }),
  gMinSpread: number({
    default: 0,
    min: 0,
    max: WIDEST,
    help: 'relative sd (log-normal) between devices of the smallest conductance, each drawn once',
  }),
  readVoltage: number({ default: 0.1, min: 0, unit: 'V', help: 'of a read pulse (one an arrival) (assumed)' }),
  readTime: number({ default: 1e-8, min: 0, unit: 's', help: 'length of a read pulse (assumed)' }),
  selection: choice(['transistor', 'half', 'third'], {
    default: 'transistor',
    help: 'what a write does to other devices of its crossbar: nothing; half the voltage on its row and column; a third on all',
  }),
};

/** Parameters of devices that have a conductance: its range, what weight it stands for, and what pulses cost. */
export const conductanceParams = {
  gMin: number({ default: 1e-6, min: 0, unit: 'S', help: 'smallest conductance (assumed)' }),
  gMax: number({ default: 1e-4, min: 0, exclusiveMin: true, unit: 'S', help: 'largest conductance (assumed)' }),
  ...readParams,
  writeVoltage: number({ default: 1, min: 0, unit: 'V', help: 'of a write pulse (assumed)' }),
  writeTime: number({ default: 1e-7, min: 0, unit: 's', help: 'length of a write pulse (assumed)' }),
};

export interface SpreadParams {
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
}

export interface ReadParams {
  readonly weightAtGMax: number;
  readonly reading: 'single' | 'pair' | 'referenceColumn';
  readonly gMinSpread: number;
  readonly readVoltage: number;
  readonly readTime: number;
  readonly selection: 'transistor' | 'half' | 'third';
}

export interface ConductanceParams extends ReadParams {
  readonly gMin: number;
  readonly gMax: number;
  readonly writeVoltage: number;
  readonly writeTime: number;
}

/** Range of the weight of a device that is read alone, and of the conductance behind it where there is one. */
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

export function checkRange({ wMin, wMax, electrical: e }: CellRange): void {
  if (wMin < wMax) return;
  const [low, high] = e ? ['gMin', 'gMax'] : ['wMin', 'wMax'];
  const [least, most] = e ? [e.gMin, e.gMax] : [wMin, wMax];
  throw new UserError(`a device's ${low} is ${least}, but it must lie below its ${high}, which is ${most}.`);
}

export const outOfRange = (weight: number, low: number, high: number, name: string): UserError =>
  new UserError(`${name}.connect gives a weight of ${weight}, but its device reaches from ${low} to ${high}.`);
