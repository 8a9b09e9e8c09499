import { number, optional } from '../../../core/declare/params.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import { deviation, logNormal, logNormalOf, ownDeviation } from '../../logNormal.ts';
import { randomsOf } from '../../randoms.ts';
import type { CellRange } from './range.ts';

/** Share of its range that a device keeps at least, however small its largest or large its smallest conductance. */
export const NARROWEST = 1e-3;

const own = (what: string) =>
  ownDeviation(`relative sd (log-normal) between devices of ${what}, drawn once; left out: deviceToDevice`);

/** Parameters that every device takes: how its devices differ, and by how much its steps scatter. */
export const spreadParams = {
  deviceToDevice: deviation(0, 'stands for rangeSpread, gMinSpread and stepSpread where they are left out'),
  rangeSpread: own('the largest weight or conductance'),
  stepSpread: own('the size of steps'),
  stepSpreadDown: ownDeviation('the same of downward steps alone; left out: stepSpread'),
  stepCorrelation: optional(
    number({
      min: 0,
      max: 1,
      unit: '1',
      help: "correlation of a device's upward with its downward steps; 1, if left out: one factor for both; 0: each its own, which scatters the point where the two cancel",
    }),
  ),
  cycleToCycle: deviation(0, 'relative sd (normal) of each step'),
};

export interface SpreadParams {
  readonly deviceToDevice: number;
  readonly rangeSpread?: number;
  readonly stepSpread?: number;
  readonly stepSpreadDown?: number;
  readonly stepCorrelation?: number;
  readonly cycleToCycle: number;
  readonly gMinSpread?: number;
}

/** Per device: largest weight, factor of upward steps, of downward steps. */
export interface Spread {
  readonly wMax: Floats;
  readonly up: Float32Array;
  readonly down: Float32Array;
}

/** What the smallest conductance of each device is multiplied by, drawn once from the device's number; null without spread. */
export function drawFloors(p: SpreadParams, range: CellRange, context: DeviceContext): Float64Array | null {
  const sd = range.electrical === null ? 0 : (p.gMinSpread ?? p.deviceToDevice);
  if (sd === 0) return null;
  const { edges, arena } = context;
  const factor = logNormal(sd, randomsOf(context)('gMin'));
  const floors = arena.f64(edges.count);
  for (let k = 0; k < edges.count; k++) floors[k] = factor(k, 0);
  return floors;
}

/**
 * Log-normal with mean 1, each drawn once from the device's number. Downwards the normal behind it is correlation × that of
 * upward steps + √(1 - correlation²) × one of its own. Null where all are alike.
 */
export function drawSpread(p: SpreadParams, { wMin, wMax: most }: CellRange, context: DeviceContext): Spread | null {
  const { edges, arena } = context;
  const { deviceToDevice, rangeSpread = deviceToDevice, stepSpread = deviceToDevice, stepCorrelation: rho = 1 } = p;
  const { stepSpreadDown = stepSpread } = p;
  if (rangeSpread === 0 && stepSpread === 0 && stepSpreadDown === 0) return null;
  const random = randomsOf(context)('spread');
  const ofRange = logNormal(rangeSpread, random);
  const [ofStep, ofStepDown] = [logNormalOf(stepSpread), logNormalOf(stepSpreadDown)];
  const rest = Math.sqrt(1 - rho * rho);
  const up = arena.f32(edges.count);
  const wMax = arena.floats(edges.weights instanceof Float32Array ? 'f32' : 'f64', edges.count);
  const alike = rest === 0 && stepSpreadDown === stepSpread;
  const spread = { wMax, up, down: alike ? up : arena.f32(edges.count) };
  for (let k = 0; k < edges.count; k++) {
    wMax[k] = Math.max(most * ofRange(k, 0), wMin + (most - wMin) * NARROWEST);
    const z = random.normal(k, 1);
    up[k] = ofStep(z);
    if (!alike) spread.down[k] = ofStepDown(rest === 0 ? z : rho * z + rest * random.normal(k, 2));
  }
  return spread;
}
