/**
 * Simulates currents of memristors along a measured loop. Because fits need thousands of simulations, states are
 * computed in closed form or from tables, in a time independent of an equation's stiffness and of the state's speed.
 */
import { linearDriftMemristor } from '../../../../synapses/devices/linearDrift.ts';
import type { Memristor } from '../../../../synapses/devices/memristor.ts';
import { E1_TABLE, WindowTable } from './ivTables.ts';
import type { Loop } from './loop.ts';

/** Parameters of a memristor by name. */
type Params = Readonly<Record<string, number>>;
type Numbers<Name extends string> = Readonly<Record<Name, number>>;
/** Function that computes the currents at the readings of a loop, A, for an initial state. */
export type LoopSimulation = (params: Params, state: number) => Float64Array;

const clip = (x: number) => Math.min(Math.max(x, 0), 1);

/** Current and state change of a memristor with given parameters. */
interface Motion {
  readonly current: (x: number, voltage: number) => number;
  readonly after: (x: number, voltage: number, seconds: number) => number;
}

/**
 * Creates a simulation of a model along a loop.
 * @param sign -1 if voltages of the loop and of the model have opposite signs
 */
export function createSimulation(
  name: 'vteam' | 'yakopcic' | 'linearDrift',
  { voltage, drive, seconds }: Loop,
  sign: 1 | -1,
): LoopSimulation {
  const motionOf = { vteam: vteamMotion, yakopcic: yakopcicMotion, linearDrift: driftMotion }[name];
  return (params, state) => {
    const motion = motionOf(params);
    const out = new Float64Array(voltage.length);
    let x = state;
    for (let i = 0; i < out.length; i++) {
      out[i] = sign * motion.current(x, sign * voltage[i]!);
      if (seconds[i]! > 0) x = clip(motion.after(x, sign * drive[i]!, seconds[i]!));
    }
    return out;
  };
}

const closedForm = ({ current, stateAfter }: Memristor): Motion => ({ current, after: stateAfter });

function vteamMotion(params: Params): Motion {
  const { rOn, rOff, kOn, kOff, aOn, aOff, vOn, vOff, thickness } = params as Numbers<
    'rOn' | 'rOff' | 'kOn' | 'kOff' | 'aOn' | 'aOff' | 'vOn' | 'vOff' | 'thickness'
  >;
  const [towardsOn, towardsOff] = [-kOn / thickness, -kOff / thickness];
  return {
    current: (x, v) => v / (rOff - (rOff - rOn) * x),
    after(x, v, seconds) {
      if (v >= vOff) return x + towardsOff * (v / vOff - 1) ** aOff * seconds;
      if (v <= vOn) return x + towardsOn * (v / vOn - 1) ** aOn * seconds;
      return x;
    },
  };
}

/** Distance from a bound below which a state remains at the bound; tolerance of the devices' integrator. */
const BOUND = 1e-11;

/** State motion of the Yakopcic model; the slow-down near the bounds is a tabulated integral. */
function yakopcicMotion(params: Params): Motion {
  const { a1, a2, b, vP, vN, aP, aN, xP, xN, alphaP, alphaN } = params as Numbers<
    'a1' | 'a2' | 'b' | 'vP' | 'vN' | 'aP' | 'aN' | 'xP' | 'xN' | 'alphaP' | 'alphaN'
  >;
  const [thresholdP, thresholdN] = [Math.exp(vP), Math.exp(vN)];
  const up = slowedMotion(xP, alphaP);
  const down = slowedMotion(xN, alphaN);
  return {
    current: (x, v) => (v >= 0 ? a1 : a2) * x * Math.sinh(b * v),
    after(x, v, seconds) {
      if (v > vP) return up(x, aP * (Math.exp(v) - thresholdP) * seconds);
      if (v < -vN) return 1 - down(1 - x, aN * (Math.exp(-v) - thresholdN) * seconds);
      return x;
    },
  };
}

/**
 * Function that returns the state after a motion from y that would have length `way` without slow-down. Speed factor: 1
 * below `knee`, then e^(-alpha (y - knee)) (1 - y)/(1 - knee).
 */
function slowedMotion(knee: number, alpha: number): (y: number, way: number) => number {
  const pace = Math.exp(-alpha * (1 - knee)) / (1 - knee);
  return (y, way) => {
    const free = Math.max(0, knee - y);
    if (way <= free) return y + way;
    const left = 1 - Math.max(y, knee);
    if (left < BOUND) return y;
    const rest = E1_TABLE.inverse(E1_TABLE.at(alpha * left) + pace * (way - free)) / alpha;
    return rest < BOUND ? 1 : 1 - rest;
  };
}

/** State motion in linear ion drift: in closed form without a window, from tables of the time with a window. */
function driftMotion(params: Params): Motion {
  const memristor = linearDriftMemristor(params as never);
  const { window, rOn, rOff, mobility, thickness } = params;
  if (window === 0) return closedForm(memristor);
  const table = WindowTable.of(window!);
  const k = (mobility! * rOn!) / (thickness! * thickness!);
  const [even, odd] = [rOff! / 2 - (rOff! - rOn!) / 4, -(rOff! - rOn!) / 4];
  return {
    current: memristor.current,
    after: (x, v, seconds) => (x < BOUND || x > 1 - BOUND ? x : table.after(x, even, odd, k * v * seconds)),
  };
}
