import { log1p } from '../../../core/elementary.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import type { State } from '../../../core/kernels/arena.ts';
import type { StepFamily } from '../../../core/kernels/devices.ts';
import { exp } from '../../../core/math.ts';
import { createLogNormalSampler, createRandomStreams } from '../../variability.ts';
import { type Cell, createFamilyStep } from './cell.ts';
import type { ConductanceScale } from './conductanceScale.ts';
import type { DeviceCounters } from './deviceCounters.ts';
import type { NonIdealities } from './nonidealities.ts';
import { PARTIAL_VOLTAGE } from './passiveArray.ts';
import type { ConductanceParams } from './range.ts';
import { createSelectorTest } from './readNoise.ts';

/** State in [0, 1] after n partial pulses of equal strength (> 0 upward) to device k in state g. */
export type PartialStep = (k: number, g: number, strength: number, n: number) => number;

/** Devices that partial pulses move. */
export interface DisturbedDevices {
  readonly selection: 'half' | 'third';
  /** Closed form of several equal pulses; null if pulses are replayed one by one. */
  readonly partialStep: PartialStep | null;
  /** True if the effect of a pulse depends on its time. */
  readonly isTimed: boolean;
  /** Result of `findSensitivities`. */
  readonly sensitivities: Uint8Array;
  readonly g: Float64Array;
  readonly scale: ConductanceScale;
  readonly counters: DeviceCounters;
  /** State of `replay`. */
  readonly state: State;
  /** Applies one partial pulse at time t, ms, to each of the first `count` of the listed devices: changes g only. */
  replay(devices: Uint32Array, strengths: Float64Array, count: number, t: number): void;
}

interface StepScale {
  /** Step by a partial pulse, as a fraction of the step by a full pulse; 1 for models that compute it. */
  readonly share: number;
  readonly voltageFraction: number;
  /** Step factors of each device; null if all are 1. */
  readonly upFactors: Float32Array | null;
  readonly downFactors: Float32Array | null;
}

/**
 * Creates the closed form of n equal partial pulses, from the step family or the model of the devices. Soft bounds:
 * 1 - g falls by (1 - a)^n; constant steps: n a; exponential steps: see `stepExponentially`; models with `mergedPulse`
 * (autonomous flows): one pulse of n times the strength. Returns null if pulses must be applied one by one.
 */
export function createPartialStep(
  family: StepFamily | null,
  cell: Cell,
  { share, voltageFraction, upFactors, downFactors }: StepScale,
): PartialStep | null {
  const scaleStrength = (k: number, strength: number) =>
    strength * share * ((strength > 0 ? upFactors : downFactors)?.[k] ?? 1);
  if (family === null) {
    if (!cell.mergedPulse) return null;
    return (k, g, strength, n) => clip(cell.mergedPulse!(g, n * scaleStrength(k, strength), voltageFraction));
  }
  const step = createFamilyStep(family);
  const { soft, up, down } = family;
  return (k, g, strength, n) => {
    const amount = scaleStrength(k, strength);
    if (n === 1) return clip(step(g, amount));
    const a = (strength > 0 ? up.a : down.a) * Math.abs(amount);
    const b = strength > 0 ? up.b : down.b;
    const distance = strength > 0 ? 1 - g : g; // distance to the bound in pulse direction
    if (!soft && b > 0) {
      const h = n < MIN_CLOSED_PULSES ? Number.NaN : stepExponentially(1 - distance, a, b, n);
      if (!Number.isNaN(h)) return clip(strength > 0 ? h : 1 - h);
      for (let i = 0; i < n; i++) g = clip(step(g, amount));
      return g;
    }
    const left = soft ? (a < 1 ? distance * exp(n * log1p(-a)) : 0) : distance - n * a;
    return clip(strength > 0 ? 1 - left : left);
  };
}

/** Number of exponential steps from which the closed form is faster than single steps. */
const MIN_CLOSED_PULSES = 8;

const clip = (g: number) => Math.min(Math.max(g, 0), 1);

/** Largest relative growth of e^(b h) by one pulse for which the closed form errs by less than 1e-12 of the range. */
const MAX_RELATIVE_GROWTH = 0.003;

/**
 * State h after n steps h <- h + a e^(-b h), b > 0; NaN if steps are too large for the closed form. With E = e^(b h)
 * and c = a b, Phi = E/c - ln(E)/2 + c/(6 E) + c²/(16 E²) grows by 1 per step, up to O(c³). Solved by Newton's method
 * for u = E_n/E_0 - 1.
 */
export function stepExponentially(h: number, a: number, b: number, n: number): number {
  const c = a * b * exp(-b * h);
  if (c > MAX_RELATIVE_GROWTH) return Number.NaN;
  if (c === 0) return h;
  let u = c * (n + log1p(c * n) / 2);
  for (let i = 0; i < 20; i++) {
    const inverse = 1 / (1 + u);
    const phi = u / c - log1p(u) / 2 - (c / 6) * u * inverse + ((c * c) / 16) * (inverse * inverse - 1);
    const slope = 1 / c - inverse / 2 - (c / 6) * inverse * inverse;
    const change = (n - phi) / slope;
    u += change;
    if (Math.abs(change) <= 1e-15 * (1 + u)) break;
  }
  return h + log1p(u) / b;
}

/** Number of states in which the step of a voltage model is tested for 0. */
const TESTED_STATE_COUNT = 33;

/** Bits of sensitivities: the device moves by upward, or by downward partial pulses. */
export const MOVES_UP = 1;
export const MOVES_DOWN = 2;

/**
 * Finds the devices that partial pulses move: 0, or the sum of `MOVES_UP` and `MOVES_DOWN`. Devices with `disturb` move
 * if the voltage exceeds their own threshold; voltage models if a full partial pulse moves any state; none that is
 * stuck from the start or whose selector stays off.
 */
export function findSensitivities(
  { selection, disturb, selector, pulse }: ConductanceParams & NonIdealities,
  cell: Cell,
  isStuck: (k: number) => boolean,
  context: DeviceContext,
): Uint8Array {
  const fraction = PARTIAL_VOLTAGE[selection === 'third' ? 'third' : 'half'];
  const factor = createLogNormalSampler(disturb?.thresholdSpread ?? 0, createRandomStreams(context)('disturb'));
  const passes = selector ? createSelectorTest(selector, context) : null;
  const moves = (strength: number) =>
    Array.from({ length: TESTED_STATE_COUNT }, (_, i) => i / (TESTED_STATE_COUNT - 1)).some(
      (g) => cell.mergedPulse!(g, strength, fraction) !== g,
    );
  const directions = [
    { bit: MOVES_UP, voltage: fraction * pulse.upVoltage, seconds: pulse.upDuration, strength: 1 },
    { bit: MOVES_DOWN, voltage: fraction * pulse.downVoltage, seconds: pulse.downDuration, strength: -1 },
  ].filter(({ strength }) => (disturb ? disturb.share > 0 : moves(strength)));
  return Uint8Array.from({ length: context.edges.count }, (_, k) => {
    if (isStuck(k)) return 0;
    const threshold = disturb ? disturb.threshold * factor(k, 0) : 0;
    return directions.reduce(
      (sum, { bit, voltage, seconds }) =>
        voltage > threshold && (passes?.(k, { voltage, time: seconds * 1e9 }) ?? true) ? sum + bit : sum,
      0,
    );
  });
}
