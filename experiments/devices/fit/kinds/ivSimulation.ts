import { linearDriftMemristor } from '../../../../synapses/devices/linearDrift.ts';
import { clip } from '../lists.ts';
import type { IvModel } from './ivModels.ts';
import type { IvLoop } from './loop.ts';

/**
 * Currents of memristors in measured loops, in closed form or from tables, because fits need thousands of simulations.
 */

/** Cubic Hermite interpolation at the fraction u of a cell of length h, from values f and slopes d at its ends. */
function interpolateHermite(u: number, h: number, f0: number, f1: number, d0: number, d1: number): number {
  const rise = f1 - f0;
  return f0 + u * (h * d0 + u * (3 * rise - h * (2 * d0 + d1) + u * (h * (d0 + d1) - 2 * rise)));
}

const EULER_CONSTANT = 0.5772156649015329;

/** Exponential integral E1(w): integral of e^-t/t from w to infinity, by a power series or a continued fraction. */
function exponentialIntegral(w: number): number {
  if (w < 1) {
    let [sum, term] = [-EULER_CONSTANT - Math.log(w), 1];
    for (let k = 1; k < 25; k++) {
      term *= -w / k;
      sum -= term / k;
    }
    return sum;
  }
  let fraction = 0;
  for (let k = 100; k > 0; k--) fraction = k / (1 + k / (w + fraction));
  return Math.exp(-w) / (w + fraction);
}

const NODES_PER_UNIT = 256;
const LOG_W_RANGE = [-31, 4] as const;
const LOG_E_RANGE = [-34, 3.4] as const;

/** Values and slopes of a function at nodes `NODES_PER_UNIT` per unit apart, the first one at `from`. */
interface HermiteTable {
  readonly firstNode: number;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
}

function interpolateTable({ firstNode: from, values, slopes }: HermiteTable, at: number): number {
  const place = (at - from) * NODES_PER_UNIT;
  const i = Math.floor(place);
  return interpolateHermite(place - i, 1 / NODES_PER_UNIT, values[i]!, values[i + 1]!, slopes[i]!, slopes[i + 1]!);
}

/** Creates tables of ln E1(w) against ln w, which is smooth, and of the inverse function. E1: exponential integral. */
function createIntegralTables(): { readonly logE1: HermiteTable; readonly logInverse: HermiteTable } {
  const nodes = ([from, to]: readonly [number, number]) =>
    Float64Array.from({ length: (to - from) * NODES_PER_UNIT + 1 }, (_, i) => from + i / NODES_PER_UNIT);
  const slopeAt = (s: number) => -Math.exp(-Math.exp(s)) / exponentialIntegral(Math.exp(s));
  const logs = nodes(LOG_W_RANGE);
  let s = LOG_W_RANGE[1];
  const inverse = nodes(LOG_E_RANGE).map((log) => {
    for (let k = 0; k < 8; k++) s -= (Math.log(exponentialIntegral(Math.exp(s))) - log) / slopeAt(s);
    return s;
  });
  const values = logs.map((s) => Math.log(exponentialIntegral(Math.exp(s))));
  return {
    logE1: { firstNode: LOG_W_RANGE[0], values, slopes: logs.map(slopeAt) },
    logInverse: { firstNode: LOG_E_RANGE[0], values: inverse, slopes: inverse.map((at) => 1 / slopeAt(at)) },
  };
}

let integralTables: ReturnType<typeof createIntegralTables> | undefined;

/** Solves E1(w') = E1(w) + `increase` for w', w from 1e-13 to 30; 0 if w' < 1e-12. E1: exponential integral. */
function increaseE1(w: number, increase: number): number {
  integralTables ??= createIntegralTables();
  const log = Math.log(Math.exp(interpolateTable(integralTables.logE1, Math.log(w))) + increase);
  return log >= LOG_E_RANGE[1] - 0.1 ? 0 : Math.exp(interpolateTable(integralTables.logInverse, log));
}

/** Length of a table cell in z = ln(x/(1 - x)), x: device state from 0 to 1. */
const CELL = 1 / 32;
/** Largest |z| of the table, z = ln(x/(1 - x)). The state x is then about 1e-12 from 0 or 1. */
const MAX_LOGIT = 28;

/** Function that returns the state s with F(s) = F(x) + `increase`; F: `even` and `odd` × integrals of `createStateFinder`. */
type StateFinder = (x: number, even: number, odd: number, increase: number) => number;

/**
 * Tabulates two integrals over y from 0: of 1/(1 - y^(2p)) ("even") and y/(1 - y^(2p)) ("odd"). Their weighted sum
 * is the time that linear ion drift with window exponent p takes to the state x = (1 + y)/2.
 */
function createStateFinder(window: number): StateFinder {
  const half = MAX_LOGIT / CELL;
  const last = 2 * half;
  const slopeAt = (z: number) => {
    const away = Math.exp(-Math.abs(z));
    const rest = (4 * away) / (1 + away) ** 2; // 1 - y²
    return rest / 2 / (rest === 1 ? 1 : -Math.expm1(window * Math.log1p(-rest)));
  };
  const oddAt = (z: number) => Math.tanh(z / 2) * slopeAt(z);
  const zs = Float64Array.from({ length: last + 1 }, (_, i) => (i - half) * CELL);
  const [evenSlopes, oddSlopes] = [zs.map(slopeAt), zs.map(oddAt)];
  const [evenIntegrals, oddIntegrals] = [new Float64Array(zs.length), new Float64Array(zs.length)];
  const simpson = (f: (z: number) => number, z: number) => (CELL / 6) * (f(z) + 4 * f(z + CELL / 2) + f(z + CELL));
  for (let i = half; i < last; i++) {
    evenIntegrals[i + 1] = evenIntegrals[i]! + simpson(slopeAt, zs[i]!);
    oddIntegrals[i + 1] = oddIntegrals[i]! + simpson(oddAt, zs[i]!);
    evenIntegrals[last - i - 1] = -evenIntegrals[i + 1]!;
    oddIntegrals[last - i - 1] = oddIntegrals[i + 1]!;
  }
  return (x, even, odd, increase) => {
    const at = (i: number) => even * evenIntegrals[i]! + odd * oddIntegrals[i]!;
    const slope = (i: number) => even * evenSlopes[i]! + odd * oddSlopes[i]!;
    const valueAt = (u: number, i: number) => interpolateHermite(u, CELL, at(i), at(i + 1), slope(i), slope(i + 1));
    const place = (Math.log(x / (1 - x)) + MAX_LOGIT) / CELL;
    const begin = clip(Math.floor(place), 0, last - 1);
    const goal = valueAt(place - begin, begin) + increase;
    if (!(goal < at(last))) return Number.isNaN(goal) ? goal : 1;
    if (goal <= at(0)) return 0;
    let [low, high] = increase > 0 ? [begin, last] : [0, begin + 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (at(middle) <= goal) low = middle;
      else high = middle;
    }
    let u = (goal - at(low)) / (at(low + 1) - at(low));
    // In a table cell, the tabulated integral is nearly linear: three secant steps find the state to rounding error.
    for (let k = 0; k < 3; k++) u += (goal - valueAt(u, low)) / (at(low + 1) - at(low));
    return 1 / (1 + Math.exp(MAX_LOGIT - (low + u) * CELL));
  };
}

const stateFinders = new Map<number, StateFinder>();

type Params = Readonly<Record<string, number>>;
type Numbers<Name extends string> = Readonly<Record<Name, number>>;
type LoopSimulation = (params: Params, initialState: number) => Float64Array;

interface StateMotion {
  readonly computeCurrent: (x: number, voltage: number) => number;
  readonly computeState: (x: number, voltage: number, seconds: number) => number;
}

export function createIvLoopSimulation(
  name: IvModel['name'],
  { voltage, appliedVoltage, stepDurations, loopStartIndices: loopStarts }: IvLoop,
  sign: 1 | -1,
): LoopSimulation {
  const motionOf = { vteam: createVteamMotion, yakopcic: createYakopcicMotion, linearDrift: createDriftMotion }[name];
  return (params, initialState) => {
    const motion = motionOf(params);
    const out = new Float64Array(voltage.length);
    let x = initialState;
    for (let i = 0; i < out.length; i++) {
      if (loopStarts?.has(i)) x = initialState;
      out[i] = sign * motion.computeCurrent(x, sign * voltage[i]!);
      if (stepDurations[i]! > 0) x = clip(motion.computeState(x, sign * appliedVoltage[i]!, stepDurations[i]!));
    }
    return out;
  };
}

function createVteamMotion(params: Params): StateMotion {
  const { rOn, rOff, kOn, kOff, aOn, aOff, vOn, vOff, thickness } = params as Numbers<
    'rOn' | 'rOff' | 'kOn' | 'kOff' | 'aOn' | 'aOff' | 'vOn' | 'vOff' | 'thickness'
  >;
  const [towardsOn, towardsOff] = [-kOn / thickness, -kOff / thickness];
  return {
    computeCurrent: (x, v) => v / (rOff - (rOff - rOn) * x),
    computeState(x, v, seconds) {
      if (v >= vOff) return x + towardsOff * (v / vOff - 1) ** aOff * seconds;
      if (v <= vOn) return x + towardsOn * (v / vOn - 1) ** aOn * seconds;
      return x;
    },
  };
}

/** Distance of a device state from 0 or 1 within which it stays there, as in the integrator of device models. */
const BOUND = 1e-11;

function createYakopcicMotion(params: Params): StateMotion {
  const { a1, a2, b, vP, vN, aP, aN, xP, xN, alphaP, alphaN } = params as Numbers<
    'a1' | 'a2' | 'b' | 'vP' | 'vN' | 'aP' | 'aN' | 'xP' | 'xN' | 'alphaP' | 'alphaN'
  >;
  const [thresholdP, thresholdN] = [Math.exp(vP), Math.exp(vN)];
  const up = createSlowedMotion(xP, alphaP);
  const down = createSlowedMotion(xN, alphaN);
  return {
    computeCurrent: (x, v) => (v >= 0 ? a1 : a2) * x * Math.sinh(b * v),
    computeState(x, v, seconds) {
      if (v > vP) return up(x, aP * (Math.exp(v) - thresholdP) * seconds);
      if (v < -vN) return 1 - down(1 - x, aN * (Math.exp(-v) - thresholdN) * seconds);
      return x;
    },
  };
}

/**
 * Creates a function that moves a state y by `distance`. Above the state `knee`, motion is slower: the speed is
 * multiplied by e^(-alpha (y - knee)) (1 - y)/(1 - knee).
 */
function createSlowedMotion(knee: number, alpha: number): (y: number, distance: number) => number {
  const pace = Math.exp(-alpha * (1 - knee)) / (1 - knee);
  return (y, distance) => {
    const free = Math.max(0, knee - y);
    if (distance <= free) return y + distance;
    const left = 1 - Math.max(y, knee);
    if (left < BOUND) return y;
    const rest = increaseE1(alpha * left, pace * (distance - free)) / alpha;
    return rest < BOUND ? 1 : 1 - rest;
  };
}

function createDriftMotion(params: Params): StateMotion {
  const memristor = linearDriftMemristor(params as never);
  const { window, rOn, rOff, mobility, thickness } = params;
  if (window === 0) return { computeCurrent: memristor.current, computeState: memristor.stateAfter };
  const findState = stateFinders.get(window!) ?? createStateFinder(window!);
  stateFinders.set(window!, findState);
  const k = (mobility! * rOn!) / (thickness! * thickness!);
  const [even, odd] = [rOff! / 2 - (rOff! - rOn!) / 4, -(rOff! - rOn!) / 4];
  return {
    computeCurrent: memristor.current,
    computeState: (x, v, seconds) => (x < BOUND || x > 1 - BOUND ? x : findState(x, even, odd, k * v * seconds)),
  };
}
