import type * as z from 'zod/mini';
import { choice, flag, number, object, optional, share } from '../../../core/declare/params.ts';
import { deviation, ownDeviation } from '../../logNormal.ts';
import { enduranceParams, isUnlimited } from './endurance.ts';
import { levelsParams } from './levels.ts';
import { isLossless, retentionParams } from './retention.ts';
import { selectorReadParams } from './selector.ts';
import { stashParams } from './stash.ts';
import { stuckParams } from './stuck.ts';
import { telegraphParams } from './telegraph.ts';

const readNoiseParams = object(
  {
    sd: deviation(0.01, 'sd (normal) of the current of each read, as a share (assumed)'),
    of: optional(
      choice(['value', 'range'], {
        help: 'share of the current itself (value, if left out), or of what gMax - gMin makes (range)',
      }),
    ),
  },
  'noise of reading',
);

const readErrorParams = object(
  {
    rate: share(1e-3, 'probability of each read (assumed)'),
    writeRate: share(0, 'probability that a pulse leaves the device mirrored, for good'),
  },
  'a device is read or written as its mirror image: g is taken for 1 - g',
);

/** Parameters that every device takes: what it lacks to an ideal one. A mapping that is left out is an effect that is off. */
export const nonIdealities = {
  cycleToCycleDown: ownDeviation('relative sd (normal) of each downward step; left out: cycleToCycle'),
  cycleCorrelation: optional(
    number({
      min: 0,
      max: 1,
      unit: '1',
      help: 'correlation of the noise of steps that a device makes before its direction turns; 0, if left out; 1: one draw for all',
    }),
  ),
  writeNoise: deviation(
    0,
    "sd (normal) of the state after a pulse, as a share of the range; grows with the root of the strength (NeuroSim's cycle-to-cycle)",
  ),
  apparentNoise: ownDeviation(
    "sd (normal) of what is read beside the state, as a share of the range: drawn at the start and with each pulse, while steps go on from the state; 0, if left out (aihwkit's write noise)",
  ),
  writeOnChange: flag({ help: 'save pulses to devices already at the bound that they are pushed to' }),
  levels: optional(levelsParams),
  retention: optional(retentionParams),
  endurance: optional(enduranceParams),
  stuck: optional(stuckParams),
  readNoise: optional(readNoiseParams),
  telegraph: optional(telegraphParams),
  readErrors: optional(readErrorParams),
  selector: optional(selectorReadParams),
  stash: optional(stashParams),
};

type Shape = typeof nonIdealities;
export type NonIdealities = { readonly [K in keyof Shape]?: z.output<Shape[K]> };

/**
 * The parameters without those of size 0, which change nothing: such devices have the bits of devices that lack them.
 * `levels`, `selector` and `stash` have no size 0.
 */
export function dropIdle<P extends NonIdealities & { readonly cycleToCycle: number }>(p: P): P {
  const { cycleToCycle, cycleToCycleDown, retention, endurance, stuck, readNoise, telegraph, readErrors } = p;
  const idle = {
    cycleToCycleDown: cycleToCycleDown === cycleToCycle,
    cycleCorrelation: p.cycleCorrelation === 0 || Math.max(cycleToCycle, cycleToCycleDown ?? 0) === 0,
    retention: retention && isLossless(retention),
    endurance: endurance && isUnlimited(endurance),
    stuck: stuck && stuck.low + stuck.high === 0,
    readNoise: readNoise?.sd === 0,
    telegraph: telegraph?.amplitude === 0,
    readErrors: readErrors && readErrors.rate + readErrors.writeRate === 0,
  };
  const off = Object.entries(idle).flatMap(([key, is]) => (is ? [[key, undefined]] : []));
  return { ...p, ...Object.fromEntries(off) };
}

/** Whether none is on. */
export const isIdeal = (p: NonIdealities): boolean =>
  p.cycleToCycleDown === undefined && Object.keys(nonIdealities).every((key) => !p[key as keyof Shape]);

/** Whether what is read is what is stored. */
export const isSteady = (p: NonIdealities): boolean =>
  !p.retention && !p.readNoise && !p.telegraph && !p.selector && !((p.readErrors?.rate ?? 0) > 0);
