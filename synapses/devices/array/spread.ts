import type { Params } from '../../../core/declare/define.ts';
import { number, optional } from '../../../core/declare/params.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import {
  createLogNormalSampler,
  createLogNormalTransform,
  createRandomStreams,
  optionalRelativeSdParam,
  relativeSdParam,
} from '../../variability.ts';
import type { CellRange } from './range.ts';

/** Lower bound of a device's range, as a fraction of the mean range. */
export const MIN_RANGE_FRACTION = 1e-3;

const spreadParam = (what: string) =>
  optionalRelativeSdParam(`device-to-device variability of ${what}: relative sd (log-normal); default: deviceToDevice`);

export const variabilityParams = {
  deviceToDevice: relativeSdParam(0, 'device-to-device variability: default of rangeSpread, gMinSpread and stepSpread'),
  rangeSpread: spreadParam('the largest weight or conductance'),
  stepSpread: spreadParam('the step size'),
  stepSpreadDown: optionalRelativeSdParam(
    'device-to-device variability of the downward step size: relative sd (log-normal); default: stepSpread',
  ),
  stepCorrelation: optional(
    number({
      min: 0,
      max: 1,
      unit: '1',
      help: 'correlation between the upward and the downward step size of a device; default 1: one factor for both; 0: independent factors, so that the state at which up and down steps balance varies between devices',
    }),
  ),
  cycleToCycle: relativeSdParam(0, 'cycle-to-cycle variability: relative sd (normal) of each step'),
};

export type VariabilityParams = Params<typeof variabilityParams> & { readonly gMinSpread?: number | undefined };

/** Draws, for each device, a factor by which its smallest conductance gMin is multiplied; null without variability. */
export function drawGMinFactors(p: VariabilityParams, range: CellRange, context: DeviceContext): Float64Array | null {
  const sd = range.conductanceParams === null ? 0 : (p.gMinSpread ?? p.deviceToDevice);
  if (sd === 0) return null;
  const { edges, arena } = context;
  const factor = createLogNormalSampler(sd, createRandomStreams(context)('gMin'));
  const minFactors = arena.f64(edges.count);
  for (let k = 0; k < edges.count; k++) minFactors[k] = factor(k, 0);
  return minFactors;
}

/** Draws log-normal values of the largest weight and step factors of each device; null without variability. */
export function drawVariability(p: VariabilityParams, { wMin, wMax: most }: CellRange, context: DeviceContext) {
  const { edges, arena } = context;
  const { deviceToDevice, rangeSpread = deviceToDevice, stepSpread = deviceToDevice, stepCorrelation: rho = 1 } = p;
  const { stepSpreadDown = stepSpread } = p;
  if (rangeSpread === 0 && stepSpread === 0 && stepSpreadDown === 0) return null;
  const random = createRandomStreams(context)('spread');
  const ofRange = createLogNormalSampler(rangeSpread, random);
  const [ofStep, ofStepDown] = [createLogNormalTransform(stepSpread), createLogNormalTransform(stepSpreadDown)];
  const rest = Math.sqrt(1 - rho * rho);
  const upFactors = arena.f32(edges.count);
  const wMax = arena.floats(edges.weights instanceof Float32Array ? 'f32' : 'f64', edges.count);
  const alike = rest === 0 && stepSpreadDown === stepSpread;
  const downFactors = alike ? upFactors : arena.f32(edges.count);
  for (let k = 0; k < edges.count; k++) {
    wMax[k] = Math.max(most * ofRange(k, 0), wMin + (most - wMin) * MIN_RANGE_FRACTION);
    const z = random.normal(k, 1);
    upFactors[k] = ofStep(z);
    if (!alike) downFactors[k] = ofStepDown(rest === 0 ? z : rho * z + rest * random.normal(k, 2));
  }
  return { wMax, upFactors, downFactors };
}
