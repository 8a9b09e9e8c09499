import { nonIdealities } from '../../../../synapses/devices/array/nonidealities.ts';
import { spreadParams } from '../../../../synapses/devices/array/spread.ts';
import type { Mapping } from '../../../network/config/override.ts';
import { createModel, type ModelChoice } from '../../../network/models.ts';
import { PulseBench } from '../../pulseBench.ts';

/** Sizes of steps from the middle of the range, as shares of it. */
interface Middle {
  readonly up: number;
  readonly down: number;
}

/** Devices that a step is the mean of: some models draw it. */
const SPECIMENS = 256;
const FLAWS = [...Object.keys(spreadParams), ...Object.keys(nonIdealities), 'gMinSpread', 'reading'];
/** Far outside every range; drawn weights are brought into it. */
const FAR = 1e9;

/** Change of g by one full pulse from the middle of the range of a device without flaws, on average: upwards, downwards. */
export function stepsOf(given: Mapping): Middle {
  const choice = Object.fromEntries(Object.entries(given).filter(([key]) => !FLAWS.includes(key))) as ModelChoice;
  const device = createModel('device', choice);
  const many = <T>(one: T) => Array.from({ length: SPECIMENS }, () => one);
  const at = (weight: number, way?: 'up' | 'down') => {
    const trains = { up: many(way === 'up' ? [1] : []), down: many(way === 'down' ? [1] : []) };
    const bench = new PulseBench({ device, seed: 1, ...trains, weight: { uniform: [weight, weight] } });
    bench.runTo(2);
    return bench.weights().reduce((a, b) => a + b, 0) / SPECIMENS;
  };
  const [low, high] = [at(-FAR), at(FAR)];
  const middle = (low + high) / 2;
  const step = (way: 'up' | 'down') => Math.abs(at(middle, way) - middle) / (high - low);
  return { up: step('up'), down: step('down') };
}

/** Strength of the pulse that changes the weight by `change` from there; one that goes the other way is of the other direction. */
export const strengthOf = (change: number, { up, down }: Middle): number => change / (change >= 0 ? up : down);

/** What a pulse of this strength changes it by. */
export const changeOf = (strength: number, { up, down }: Middle): number => strength * (strength >= 0 ? up : down);
