import type * as z from 'zod/mini';
import type { Model } from '../../core/declare/define.ts';
import type { Mapping } from '../../core/declare/params.ts';
import { validate } from '../../core/declare/validate.ts';
import { linearDrift, linearDriftMemristor } from './linearDrift.ts';
import type { Memristor } from './memristor.ts';
import { integrateState } from './ode.ts';
import { vteam, vteamMemristor } from './vteam.ts';
import { yakopcic, yakopcicMemristor } from './yakopcic.ts';

/** Physical memristor models by name; each function creates a model from parameters as in a network file. */
export const MEMRISTORS: Readonly<Record<string, (params: unknown) => Memristor>> = {
  linearDrift: createMemristorFactory(linearDrift, linearDriftMemristor),
  vteam: createMemristorFactory(vteam, vteamMemristor),
  yakopcic: createMemristorFactory(yakopcic, yakopcicMemristor),
};

function createMemristorFactory<S extends Mapping>(
  { declaration }: Model<S, unknown>,
  memristor: (p: z.output<S>) => Memristor,
) {
  return (params: unknown) => memristor(validate(declaration.params, params, declaration.name));
}

/** Triangular voltage sweep of `ivLoop`. */
export interface VoltageSweep {
  /** Largest voltage, V; each cycle runs 0 → +amplitude → -amplitude → 0. */
  readonly amplitude: number;
  /** Duration of a voltage cycle, s. */
  readonly period: number;
  readonly cycles: number;
  /** Number of output points per quarter of a cycle. */
  readonly points: number;
  /** Initial memristor state, 0 … 1. */
  readonly start: number;
}

/** Point of a sweep: time, s; voltage, V; current, A; memristor state, 0 to 1. */
export interface SweepPoint {
  readonly time: number;
  readonly voltage: number;
  readonly current: number;
  readonly state: number;
}

/**
 * Simulates a triangular voltage sweep of a memristor and returns time, voltage, current and state (pinched hysteresis
 * loop). The state is integrated with an error of 1e-11 per step.
 */
export function ivLoop(m: Memristor, { amplitude, period, cycles, points, start }: VoltageSweep): SweepPoint[] {
  const voltageAt = (quarters: number) => {
    const q = quarters % 4;
    return amplitude * (q <= 1 ? q : q <= 3 ? 2 - q : q - 4);
  };
  const quarter = period / 4;
  const rows: SweepPoint[] = [];
  let state = start;
  for (let i = 0; i <= 4 * cycles * points; i++) {
    const quarters = i / points;
    if (i > 0) state = integrateState((x, q) => quarter * m.rate(x, voltageAt(q)), state, (i - 1) / points, quarters);
    const voltage = voltageAt(quarters);
    rows.push({ time: quarters * quarter, voltage, current: m.current(state, voltage), state });
  }
  return rows;
}
