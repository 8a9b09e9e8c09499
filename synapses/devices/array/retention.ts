import type * as z from 'zod/mini';
import { choice, fraction, number, object, optional, positive } from '../../../core/declare/params.ts';
import { pow } from '../../../core/elementary.ts';
import type { Arena, StateArrays } from '../../../core/kernels/arena.ts';
import type { PulseBatchRecord } from '../../../core/kernels/records.ts';
import { exp } from '../../../core/math.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import { stretchedExponential, timeConstantParam } from '../../decay.ts';
import { createLogNormalSampler, relativeSdParam } from '../../variability.ts';
import type { Cell } from './cell.ts';
import type { Endurance } from './endurance.ts';

const ROOM_TEMPERATURE = 300;
const temperatureParam = (help: string) => optional(number({ min: 0, exclusiveMin: true, unit: 'K', help }));

export const retentionParams = object(
  {
    model: choice(['exponential', 'powerLaw', 'stretched'], {
      default: 'exponential',
      help: 'decay law at time t after the last pulse (initially 0 ms): exponential: g - rest falls as e^(-t/tau); stretched: as e^(-(t/tau)^beta); powerLaw: conductance falls as (t/t0)^-nu for t > t0',
    }),
    tau: timeConstantParam(9.5e7, 'time constant of models exponential and stretched (assumed: 10 % loss in 10^4 s)'),
    rest: fraction(0, 'final state of models exponential and stretched, as a fraction of the range'),
    nu: number({
      default: 0.05,
      unit: '1',
      help: 'drift exponent nu of model powerLaw (assumed value); below 0: conductance rises',
    }),
    t0: positive(20000, 'ms', 'time after the last pulse at which the drift of model powerLaw starts (assumed value)'),
    beta: optional(number({ min: 0, exclusiveMin: true, max: 1, unit: '1', help: 'stretching exponent; default 1' })),
    activationEnergy: optional(
      number({
        unit: 'eV',
        help: 'activation energy E: tau and t0 scale as e^(E/kT); default: no dependence on temperature',
      }),
    ),
    measuredAt: temperatureParam('temperature at which tau and t0 were measured; default 300 K (assumed)'),
    temperature: temperatureParam('temperature of the device; default 300 K (assumed)'),
    spread: relativeSdParam(
      0,
      'device-to-device variability of tau or nu: relative sd (log-normal, mean 1), drawn once per device',
    ),
  },
  'retention: conductance decays with time',
);

type RetentionParams = z.output<typeof retentionParams>;

export const isLossless = (p: RetentionParams): boolean =>
  p.model === 'powerLaw' ? p.nu === 0 : scaleToTemperature(p).tau === Infinity;

export interface Retention {
  readonly state: StateArrays;
  /** Time stamp of the last pulse of each device (part of the state), in a form that suits the decay law. */
  readonly pulseTimeStamps: Float64Array;
  timeStampAt(t: number): number;
  stateAt(k: number, g: number, t: number): number;
  relaxBatch(p: PulseBatchRecord, t: number): void;
  onCheckpointLoaded?(): void;
}

/** Creates retention loss. @param offset gives the conductance of device k in state 0, in units of its range */
export function createRetention(
  given: RetentionParams,
  count: number,
  offset: (k: number) => number,
  random: CounterRandom,
  arena: Arena,
): Retention {
  const p = scaleToTemperature(given);
  if (p.model === 'exponential' && p.spread === 0) return createExponentialRetention(p, count, arena);
  const factors = new Float64Array(count).fill(1);
  if (p.spread > 0) {
    const factor = createLogNormalSampler(p.spread, random);
    for (let k = 0; k < count; k++) factors[k] = factor(k, 0);
  }
  const law = p.model === 'powerLaw' ? createPowerLaw(p, factors, offset) : createStretchedLaw(p, factors);
  return createTimedRetention(law, count, arena);
}

/** Boltzmann's constant divided by the elementary charge, eV/K. */
export const BOLTZMANN_EV_PER_K = 1.380649e-23 / 1.602176634e-19;

/** Speed of a thermal process at `temperature` relative to `measuredAt`, in K (Arrhenius); energy in eV. */
export const computeArrheniusFactor = (energy: number, temperature: number, measuredAt: number): number =>
  exp((energy / BOLTZMANN_EV_PER_K) * (1 / measuredAt - 1 / temperature));

function scaleToTemperature(p: RetentionParams): RetentionParams {
  const { activationEnergy = 0, temperature = ROOM_TEMPERATURE, measuredAt = ROOM_TEMPERATURE } = p;
  const rate = computeArrheniusFactor(activationEnergy, temperature, measuredAt);
  return { ...p, tau: p.tau / rate, t0: p.t0 / rate };
}

/** Maximum age of the time origin of e^(t/tau), in time constants; older origins are moved. */
const MAX_TIME_CONSTANTS = 16;

/** The time stamp of a device is e^(t/tau) at its last pulse, relative to a common time origin. */
function createExponentialRetention({ tau, rest }: RetentionParams, count: number, arena: Arena): Retention {
  const programmed = arena.f64(count).fill(1);
  const origin = arena.f64(1);
  // Values cached at time `now` (ms): `growth` e^(t/tau) and `decay` e^(-t/tau), with t the time since `origin`.
  let now = Number.NaN;
  let growth = 1;
  let decay = 1;
  const moveClock = (t: number) => {
    if (t === now) return;
    now = t;
    const x = (t - origin[0]!) / tau;
    growth = exp(x);
    decay = exp(-x);
  };
  const moveOrigin = (t: number) => {
    const factor = exp((origin[0]! - t) / tau);
    for (let k = 0; k < count; k++) programmed[k]! *= factor;
    origin[0] = t;
    now = Number.NaN;
  };
  return {
    state: { programmed, origin },
    pulseTimeStamps: programmed,
    timeStampAt(t) {
      if (t - origin[0]! > MAX_TIME_CONSTANTS * tau) moveOrigin(t);
      moveClock(t);
      return growth;
    },
    stateAt(k, g, t) {
      moveClock(t);
      return rest + (g - rest) * Math.min(programmed[k]! * decay, 1);
    },
    relaxBatch(p, t) {
      moveClock(t);
      arena.kernels.relaxStates(p, programmed, rest, decay);
    },
    onCheckpointLoaded() {
      now = Number.NaN;
    },
  };
}

/** Gives the state of device k `dt` ms after its last pulse, with g its state after that pulse. */
type DecayLaw = (k: number, g: number, dt: number) => number;

function createStretchedLaw({ model, tau, rest, beta: given = 1 }: RetentionParams, factors: Float64Array): DecayLaw {
  const beta = model === 'exponential' ? 1 : given;
  return (k, g, dt) => rest + (g - rest) * stretchedExponential(dt / (tau * factors[k]!), beta);
}

/**
 * Power law: from t0 after the last pulse on, conductance falls as (t/t0)^-nu down to the end of the range. If nu < 0,
 * it rises up to the upper end.
 */
const createPowerLaw =
  ({ nu, t0 }: RetentionParams, factors: Float64Array, offset: (k: number) => number): DecayLaw =>
  (k, g, dt) => {
    if (dt <= t0) return g;
    const low = offset(k);
    return Math.min(Math.max((g + low) * pow(dt / t0, -nu * factors[k]!) - low, 0), 1);
  };

/** Retention by any decay law; the time stamp of a device is the time of its last pulse, ms. */
function createTimedRetention(law: DecayLaw, count: number, arena: Arena): Retention {
  const programmed = arena.f64(count);
  const stateAt = (k: number, g: number, t: number) => law(k, g, t - programmed[k]!);
  return {
    state: { programmed },
    pulseTimeStamps: programmed,
    timeStampAt: (t) => t,
    stateAt,
    relaxBatch({ edgeIndices: edges, statesBefore, count }, t) {
      for (let i = 0; i < count; i++) statesBefore[i] = stateAt(edges[i]!, statesBefore[i]!, t);
    },
  };
}

/**
 * Changes of states between pulses: relaxation of the device model, then retention loss. Stuck devices do not change.
 * @param g state of each device after its last pulse
 */
export function createRelaxation(
  g: Float64Array,
  { relaxed }: Cell,
  retention: Retention | null,
  endurance: Endurance,
  arena: Arena,
) {
  const isActive = relaxed !== undefined || retention !== null;
  const lastPulseTimes = arena.f64(relaxed === undefined ? 0 : g.length);
  return {
    isActive,
    /** Time of the last pulse of each device, ms (state), initially 0; empty if the device model does not relax. */
    lastPulseTimes,
    stateAt(k: number, t: number): number {
      if (!isActive || endurance.isStuck(k)) return g[k]!;
      const left = relaxed === undefined ? g[k]! : relaxed(k, g[k]!, t - lastPulseTimes[k]!);
      return retention === null ? left : retention.stateAt(k, left, t);
    },
    /** Advances the `statesBefore` of a batch from the last pulse of each device to t. */
    relaxBatch(p: PulseBatchRecord, t: number) {
      const { edgeIndices: edges, count, statesBefore } = p;
      if (relaxed)
        for (let i = 0; i < count; i++)
          statesBefore[i] = relaxed(edges[i]!, statesBefore[i]!, t - lastPulseTimes[edges[i]!]!);
      retention?.relaxBatch(p, t);
      if (!endurance.isActive) return;
      for (let i = 0; i < count; i++) if (endurance.isStuck(edges[i]!)) statesBefore[i] = g[edges[i]!]!;
    },
    /** Records t as the last pulse time of a batch's devices; returns the time stamp to be stored in `pulseTimeStamps`. */
    stampBatch({ edgeIndices: edges, count }: PulseBatchRecord, t: number): number {
      if (relaxed) for (let i = 0; i < count; i++) lastPulseTimes[edges[i]!] = t;
      return retention === null ? 0 : retention.timeStampAt(t);
    },
    recordPulse(k: number, t: number) {
      if (relaxed) lastPulseTimes[k] = t;
      if (retention !== null) retention.pulseTimeStamps[k] = retention.timeStampAt(t);
    },
  };
}
