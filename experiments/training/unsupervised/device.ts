import type { LoadedDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { findRuleRecipe } from './recipes.ts';

/** Input spikes that an image brings before the first output spike: what the smallest weight adds up to until then. */
const INPUT_SPIKES = 130;

/** Smallest weight as a share of the largest, as the device is read: nothing is left of it beside a reference. */
export function getWeightFloor(device: Mapping): number {
  const { gMin, gMax, reading = 'single' } = device as { gMin?: number; gMax?: number; reading?: string };
  return gMin === undefined || gMax === undefined || reading !== 'single' ? 0 : gMin / gMax;
}

/** Lowest and highest weight of a device as it is read, mV: what the flaws of one do not widen. */
export function getWeightRange(device: Mapping): readonly [low: number, high: number] {
  const {
    gMin = 0,
    gMax = 1,
    reading = 'single',
    weightAtGMax = 1,
    wMin = 0,
    wMax,
  } = device as Record<string, number> & {
    reading?: string;
  };
  if (wMax !== undefined) return [wMin, wMax];
  if (reading === 'single') return [getWeightFloor(device) * weightAtGMax, weightAtGMax];
  const high = (1 - gMin / gMax) * weightAtGMax;
  return [reading === 'differential' ? -high : 0, high];
}

/**
 * Puts a device into the recipe of the job. The largest weight stays 1 mV. What a device cannot do is made up for where a
 * designer would: initial weights lie in its range, at the same shares of it as in the recipe, and the threshold allows
 * for what the smallest weight of a single device with a small on/off ratio adds to every input spike.
 */
export function applyDevice(
  recipe: Mapping,
  { device, shortTerm }: Pick<LoadedDevice, 'device' | 'shortTerm'>,
): Mapping {
  const floor = getWeightFloor(device);
  const share = 1 - floor;
  const { threshold } = recipe.neuron as { threshold: number };
  const rule = recipe.rule as Mapping & { model: string };
  return {
    ...recipe,
    device: { ...device, weightAtGMax: 1 },
    ...(shortTerm !== null && { shortTerm }),
    rule: { ...rule, ...findRuleRecipe(rule.model).otherDevices },
    weight: { initial: [floor + 0.01 * share, floor + 0.31 * share] },
    neuron: { ...(recipe.neuron as Mapping), threshold: share * threshold + floor * INPUT_SPIKES },
  };
}
