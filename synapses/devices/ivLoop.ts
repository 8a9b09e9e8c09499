import type * as z from 'zod/mini';
import type { Model } from '../../core/declare/define.ts';
import type { Mapping } from '../../core/declare/params.ts';
import { validate } from '../../core/declare/validate.ts';
import { linearDrift, linearDriftMemristor } from './linearDrift.ts';
import type { Memristor } from './memristor.ts';
import { integrate } from './ode.ts';
import { vteam, vteamMemristor } from './vteam.ts';
import { yakopcic, yakopcicMemristor } from './yakopcic.ts';

/** The devices that have a current at any voltage, by name: physics from parameters as a file gives them. */
export const MEMRISTORS: Readonly<Record<string, (params: unknown) => Memristor>> = {
  linearDrift: of(linearDrift, linearDriftMemristor),
  vteam: of(vteam, vteamMemristor),
  yakopcic: of(yakopcic, yakopcicMemristor),
};

function of<S extends Mapping>({ declaration }: Model<S, unknown>, memristor: (p: z.output<S>) => Memristor) {
  return (params: unknown) => memristor(validate(declaration.params, params, declaration.name));
}

export interface Sweep {
  /** Largest voltage, V; the voltage goes 0 → +amplitude → -amplitude → 0 in each cycle. */
  readonly amplitude: number;
  /** s. */
  readonly period: number;
  readonly cycles: number;
  /** Points in each quarter of a cycle. */
  readonly points: number;
  /** State at the start, 0 … 1. */
  readonly start: number;
}

export interface SweepPoint {
  /** s. */
  readonly time: number;
  /** V. */
  readonly voltage: number;
  /** A. */
  readonly current: number;
  readonly state: number;
}

/** Current and state of a memristor under a triangular sweep: the pinched loop. The state is integrated to 1e-11 a step. */
export function ivLoop(m: Memristor, { amplitude, period, cycles, points, start }: Sweep): SweepPoint[] {
  const voltageAt = (quarters: number) => {
    const q = quarters % 4;
    return amplitude * (q <= 1 ? q : q <= 3 ? 2 - q : q - 4);
  };
  const quarter = period / 4;
  const rows: SweepPoint[] = [];
  let state = start;
  for (let i = 0; i <= 4 * cycles * points; i++) {
    const quarters = i / points;
    if (i > 0) state = integrate((x, q) => quarter * m.rate(x, voltageAt(q)), state, (i - 1) / points, quarters);
    const voltage = voltageAt(quarters);
    rows.push({ time: quarters * quarter, voltage, current: m.current(state, voltage), state });
  }
  return rows;
}
