import { advanceTwoConductances, type TwoConductanceState } from '../../core/kernels/twoConductances.ts';

const scratch: TwoConductanceState = { v: 0, g: 0, h: 0 };

/** Decaying conductance: value at time 0 (leak conductances), reversal potential (mV), decay rate (per membrane time constant). */
export interface Drive {
  g: number;
  readonly e: number;
  readonly rate: number;
}

/** Membrane potential U(t) under two decaying conductances: dU/dt = -U + sum g_k e^(-r_k t) (E_k - U), U(0) = u0, t in membrane time constants. */
export function twoConductancePotential(u0: number, one: Drive, two: Drive, t: number): number {
  scratch.v = u0;
  scratch.g = one.g;
  scratch.h = two.g;
  advanceTwoConductances(scratch, { r: one.rate, s: two.rate, e: one.e, f: two.e }, t);
  return scratch.v;
}
