import type * as z from 'zod/mini';
import { choice, fraction, number, object, refine } from '../../../core/declare/params.ts';
import { pow } from '../../../core/elementary.ts';
import type { ModelContext } from '../../../core/factories.ts';
import { nullIfEmpty } from '../../../core/kernels/arrays.ts';
import { FAILURE_TYPES } from '../../../core/kernels/devices.ts';
import type { PulseBatchRecord } from '../../../core/kernels/records.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import { createLogNormalSampler, createRandomStreams, relativeSdParam } from '../../variability.ts';

/** Failure code of a device stuck at gMin. Code 0 is a working device, code 3 a device stuck in its last state. */
export const STUCK_LOW = 1;
export const STUCK_HIGH = 2;

const shares = object(
  {
    low: fraction(0, 'share of devices stuck at gMin from the start; default 0'),
    high: fraction(0, 'share of devices stuck at gMax from the start; default 0'),
  },
  'stuck devices: pulses do not change them',
);
export const stuckParams = shares.check(refine(({ low, high }) => low + high <= 1, 'shares that add up to at most 1'));

export function drawStuckCode({ low, high }: z.output<typeof shares>, random: CounterRandom, k: number): number {
  const u = random.uniform(k, 0);
  return u < low ? STUCK_LOW : u < low + high ? STUCK_HIGH : 0;
}

export const enduranceParams = object(
  {
    cycles: number({
      default: 1e6,
      min: 1,
      infinity: true,
      unit: '1',
      help: 'mean number of pulses to failure (assumed value); wear is left out if 2^32 pulses would shrink the conductance range by less than 1e-4',
    }),
    spread: relativeSdParam(0.3, 'relative sd (log-normal) of the number of pulses to failure (assumed value)'),
    failure: choice(FAILURE_TYPES, {
      default: 'low',
      help: 'state of a worn-out device: stuck at gMin (low), at gMax (high), or at its last state (last)',
    }),
    wear: number({
      default: 2,
      min: 0,
      exclusiveMin: true,
      infinity: true,
      unit: '1',
      help: 'exponent k of wear (assumed law): after n of N pulses, the fraction (n/N)^k of the range (with failure last: of the step size) is lost; Infinity: no wear before failure',
    }),
  },
  'endurance: each pulse wears the device until it fails',
);

const MAX_PULSES = 2 ** 32;

/** Smallest wear that is simulated: fraction of the range lost after `MAX_PULSES` pulses. */
const MIN_WEAR = 1e-4;

export const isWearNegligible = ({ cycles, wear }: z.output<typeof enduranceParams>): boolean =>
  cycles > MAX_PULSES && pow(MAX_PULSES / cycles, wear) < MIN_WEAR;

const STUCK_CODES = { low: STUCK_LOW, high: STUCK_HIGH, last: 3 } as const;

interface EnduranceOptions {
  readonly endurance?: z.output<typeof enduranceParams> | undefined;
  readonly stuck?: z.output<typeof stuckParams> | undefined;
}

export function createEndurance({ endurance, stuck: shares }: EnduranceOptions, count: number, context: ModelContext) {
  const { arena } = context;
  const random = createRandomStreams(context);
  const stuck = arena.u8(endurance || shares ? count : 0);
  const lifetimes = arena.f64(endurance ? count : 0);
  const [stuckRandom, lifetimeRandom] = [random('stuck'), random('endurance')];
  if (shares) for (let k = 0; k < count; k++) stuck[k] = drawStuckCode(shares, stuckRandom, k);
  const factor = createLogNormalSampler(endurance?.spread ?? 0, lifetimeRandom);
  if (endurance)
    for (let k = 0; k < count; k++) lifetimes[k] = Math.max(1, Math.round(endurance.cycles * factor(k, 0)));
  const atStart = stuck.slice();
  const { failure = 'low', wear = 2 } = endurance ?? {};
  let isAnyStuck = stuck.some((why) => why !== 0);
  const isActive = stuck.length > 0;
  const findStuckState = (k: number, g: number) => (stuck[k] === STUCK_LOW ? 0 : stuck[k] === STUCK_HIGH ? 1 : g);
  return {
    /** Failure code of each device (saved in checkpoints), 0 if it works; empty if no device can fail. */
    stuck,
    /** Number of pulses to failure of each device; null without endurance. */
    lifetimes: nullIfEmpty(lifetimes),
    isActive,
    listFailureCodes: (): Uint8Array | null =>
      isActive ? stuck.map((why, k) => (why === 0 ? 0 : atStart[k] === 0 ? 2 : 1)) : null,
    onCheckpointLoaded() {
      isAnyStuck = stuck.some((why) => why !== 0);
    },
    isStuck: (k: number) => isActive && stuck[k] !== 0,
    findStuckState,
    /** Narrows state bounds and steps of worn devices. Lists pulses to stuck or failing devices for `applyFailures`. */
    limitRanges(p: PulseBatchRecord) {
      if (isActive) arena.kernels.applyWear(p, isAnyStuck ? stuck : null, failure, wear);
    },
    /** Undoes pulses to stuck devices; marks devices at the end of their lifetime as stuck and returns their number. */
    applyFailures({
      edgeIndices: edges,
      statesBefore,
      statesAfter,
      apparentNoiseDraws,
      failingPulses,
      failingCount,
    }: PulseBatchRecord): number {
      let failed = 0;
      for (let m = 0; m < failingCount; m++) {
        const i = failingPulses[m]!;
        const k = edges[i]!;
        apparentNoiseDraws[i] = 0;
        if (stuck[k] !== 0) statesAfter[i] = statesBefore[i]!;
        else {
          stuck[k] = STUCK_CODES[failure];
          isAnyStuck = true;
          statesAfter[i] = findStuckState(k, statesAfter[i]!);
          failed++;
        }
      }
      return failed;
    },
  };
}

export type Endurance = ReturnType<typeof createEndurance>;
