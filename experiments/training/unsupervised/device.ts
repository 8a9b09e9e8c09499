import type { LoadedDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { findRuleRecipe } from './recipes.ts';

/** Device and short-term dynamics that a recipe is adapted to. */
export type DeviceSettings = Pick<LoadedDevice, 'device' | 'shortTerm'>;

/** Number of input spikes before the first output spike of an image; each contributes at least the smallest weight. */
const INPUT_SPIKES = 130;

/** Ratio of smallest to largest weight: gMin / gMax, or 0 if a reference conductance is subtracted. */
export function getWeightFloor(device: Mapping): number {
  const { gMin, gMax, reading = 'single' } = device as { gMin?: number; gMax?: number; reading?: string };
  return gMin === undefined || gMax === undefined || reading !== 'single' ? 0 : gMin / gMax;
}

/** Lowest and highest weight of a device without device-to-device variability, mV. */
export function getWeightRange(device: Mapping): readonly [low: number, high: number] {
  const { gMin = 0, gMax = 1, weightAtGMax = 1, wMin = 0, wMax } = device as Record<string, number>;
  const { reading = 'single' } = device;
  if (wMax !== undefined) return [wMin, wMax];
  if (reading === 'single') return [getWeightFloor(device) * weightAtGMax, weightAtGMax];
  const high = (1 - gMin / gMax) * weightAtGMax;
  return [reading === 'differential' ? -high : 0, high];
}

/**
 * Adapts the default settings to a device. The largest weight stays 1 mV. Initial weights cover the same share of the
 * weight range. The threshold compensates for the nonzero smallest weight of a single device with a small on/off ratio.
 */
export function applyDevice(recipe: Mapping, { device, shortTerm }: DeviceSettings): Mapping {
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
