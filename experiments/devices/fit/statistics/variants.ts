import jstat from 'jstat';
import { median } from 'simple-statistics';
import { DIRECTIONS, type Direction, mapDirections, type Train } from '../import/trains.ts';
import { mean, sum } from '../lists.ts';
import type { ModelFamily } from './families.ts';
import type { ByDirection } from './noiseModel.ts';

/** Model family, with assumptions on where trains start and how long a full train is. */
export interface ModelVariant {
  readonly family: ModelFamily;
  readonly startLevel: 'bounds' | 'free';
  /** Directions whose trains start where the preceding train of the device ended. */
  readonly continued: readonly Direction[];
  /** Directions among `continued` whose start levels vary by more than read noise. */
  readonly varyingStarts: readonly Direction[];
  /** Number of pulses before the first reading of a train, 0 or 1. */
  readonly pulsesBefore: ByDirection;
  /** Number of pulses of a full NeuroSim train: that of the measured trains, or a fitted parameter. */
  readonly length: 'measured' | 'free';
}

/** Number of last readings whose median change is taken; largest jump to a continued train, in median changes. */
const [LAST_READINGS, MAX_JUMP] = [5, 3];
const CONFIDENCE = 0.99;

/**
 * Tests if trains of a direction start where the preceding train of the device ended: such a start shows no bound.
 * Start levels vary if their variance within devices is significantly (1 %) above that of read noise. The read-noise
 * variance is half the mean squared jump between trains.
 */
function testStarts(trains: readonly Train[], direction: Direction) {
  const before = new Map<string, Train>();
  const firsts = new Map<string, number[]>();
  const [jumps, changes]: [number[], number[]] = [[], []];
  for (const train of trains) {
    const last = before.get(train.device)?.conductance.slice(-LAST_READINGS);
    before.set(train.device, train);
    if (train.direction !== direction) continue;
    const [first, second] = train.conductance;
    firsts.set(train.device, [...(firsts.get(train.device) ?? []), first!]);
    if (last === undefined) continue;
    const jump = first! - last.at(-1)!;
    // If a pulse may have preceded the first reading of a train, the jump from the previous train contains one step.
    const beforePulse = train.first >= 1 ? jump + first! - second! : jump;
    jumps.push(Math.abs(beforePulse) < Math.abs(jump) ? beforePulse : jump);
    changes.push(...last.slice(1).map((g, i) => Math.abs(g - last[i]!)));
  }
  const isContinued = jumps.length > 0 && median(jumps.map(Math.abs)) <= MAX_JUMP * median(changes);
  const lists = [...firsts.values()];
  const freedom = lists.flat().length - lists.length;
  const squares = sum(lists.flatMap((list) => list.map((g) => (g - mean(list)) ** 2)));
  const readVariance = mean(jumps.map((g) => g * g)) / 2;
  const isVarying =
    isContinued && freedom > 0 && squares > readVariance * jstat.jStat.chisquare.inv(CONFIDENCE, freedom);
  return { isContinued, isVarying };
}

export function createVariants(family: ModelFamily, trains: readonly Train[]): ModelVariant[] {
  const starts = {
    continued: DIRECTIONS.filter((d) => testStarts(trains, d).isContinued),
    varyingStarts: DIRECTIONS.filter((d) => testStarts(trains, d).isVarying),
  };
  const none = { up: 0, down: 0 };
  const plain: ModelVariant = { family, startLevel: 'bounds', ...starts, pulsesBefore: none, length: 'measured' };
  // If the pulse counter of all trains starts at 1 or more, a pulse may have preceded the first reading.
  const pulsesBefore = mapDirections((d) => (trains.every((t) => t.direction !== d || t.first >= 1) ? 1 : 0));
  const bounds = pulsesBefore.up + pulsesBefore.down > 0 ? [plain, { ...plain, pulsesBefore }] : [plain];
  // Fits of the NeuroSim model assume that trains start at a conductance bound. With a free start level, its curves
  // equal those of the soft-bound model.
  if (family.name === 'neuroSim') return bounds.flatMap((variant) => [variant, { ...variant, length: 'free' }]);
  // The power law has no free start level: it cannot be identified together with bounds and exponent.
  if (family.name === 'power') return bounds;
  const free: ModelVariant = { ...plain, startLevel: 'free' };
  return starts.varyingStarts.length > 0 ? [free] : [...bounds, free];
}
