import type * as z from 'zod/mini';
import { choice, flag, integer, number, object, optional } from '../../../core/declare/params.ts';
import { optionalRelativeSdParam, relativeSdParam } from '../../variability.ts';
import { enduranceParams, isWearNegligible, stuckParams } from './endurance.ts';
import { maskingParams } from './masking.ts';
import { readErrorParams, readNoiseParams, selectorReadParams, telegraphNoiseParams } from './readNoise.ts';
import { isLossless, retentionParams } from './retention.ts';

const levelsParams = object(
  {
    count: integer({ default: 32, min: 2, help: 'number of equidistant conductance levels (assumed value)' }),
    rounding: choice(['stochastic', 'deterministic'], {
      default: 'stochastic',
      help: 'rounding to levels: stochastic: to one of the two adjacent levels, so that the mean is kept; deterministic: to the nearest level, so that steps below half a level have no effect',
    }),
  },
  'quantisation: conductance takes equally spaced levels after each pulse',
);

/** Parameters of the non-idealities that every device has. A non-ideality is off if its key is omitted. */
export const nonIdealityParams = {
  cycleToCycleDown: optionalRelativeSdParam(
    'cycle-to-cycle variability of downward steps: relative sd (normal) of each step; default: cycleToCycle',
  ),
  cycleCorrelation: optional(
    number({
      min: 0,
      max: 1,
      unit: '1',
      help: 'correlation of cycle-to-cycle noise between successive steps of one device in the same direction; default 0: independent; 1: one draw until the direction changes',
    }),
  ),
  writeNoise: relativeSdParam(
    0,
    "write noise: sd (normal) of the state after a pulse, as a share of the range; proportional to the square root of the strength (NeuroSim's cycle-to-cycle variation)",
  ),
  apparentNoise: optionalRelativeSdParam(
    "apparent noise: sd (normal) of the offset between the value that is read and the state, as a share of the range; drawn at the start and with each pulse; steps start from the state itself; default 0 (aihwkit's write noise)",
  ),
  writeOnChange: flag({ help: 'true to skip pulses towards a bound at which the device already is; default false' }),
  levels: optional(levelsParams),
  retention: optional(retentionParams),
  endurance: optional(enduranceParams),
  stuck: optional(stuckParams),
  readNoise: optional(readNoiseParams),
  telegraph: optional(telegraphNoiseParams),
  readErrors: optional(readErrorParams),
  selector: optional(selectorReadParams),
  stash: optional(maskingParams),
};

type Shape = typeof nonIdealityParams;
export type NonIdealities = { readonly [K in keyof Shape]?: z.output<Shape[K]> };

/**
 * Removes the parameters of non-idealities without effect (such as sd 0), so that results are bit-identical to those
 * without the parameter.
 */
export function dropInactiveParams<P extends NonIdealities & { readonly cycleToCycle: number }>(p: P): P {
  const { cycleToCycle, cycleToCycleDown, retention, endurance, stuck, readNoise, telegraph, readErrors } = p;
  const idle = {
    cycleToCycleDown: cycleToCycleDown === cycleToCycle,
    cycleCorrelation: p.cycleCorrelation === 0 || Math.max(cycleToCycle, cycleToCycleDown ?? 0) === 0,
    retention: retention && isLossless(retention),
    endurance: endurance && isWearNegligible(endurance),
    stuck: stuck && stuck.low + stuck.high === 0,
    readNoise: readNoise?.sd === 0,
    telegraph: telegraph?.amplitude === 0,
    readErrors: readErrors && readErrors.rate + readErrors.writeRate === 0,
  };
  const off = Object.entries(idle).flatMap(([key, is]) => (is ? [[key, undefined]] : []));
  return { ...p, ...Object.fromEntries(off) };
}

export const isIdeal = (p: NonIdealities): boolean =>
  p.cycleToCycleDown === undefined && Object.keys(nonIdealityParams).every((key) => !p[key as keyof Shape]);

export const hasExactReads = (p: NonIdealities): boolean =>
  !p.retention && !p.readNoise && !p.telegraph && !p.selector && !((p.readErrors?.rate ?? 0) > 0);

/** True if equal pulses in one state give equal steps, between constant bounds. */
export const hasExactWrites = (p: NonIdealities & { readonly cycleToCycle: number }): boolean =>
  p.cycleToCycle === 0 && !p.cycleToCycleDown && !p.writeNoise && !p.levels && !p.endurance;
