import { Candidate } from './candidate.ts';
import type { Lengths, Variant } from './curves.ts';
import {
  exponentialFamily,
  type Family,
  linearFamily,
  neuroSimFamily,
  powerFamily,
  softBoundFamily,
} from './families.ts';
import type { Pool } from './means.ts';
import type { Direction, Train } from './reading/train.ts';

/** Fewest parameters first: of models that fit alike, the first is taken. */
const FAMILIES: readonly Family[] = [linearFamily, softBoundFamily, exponentialFamily, neuroSimFamily, powerFamily];

function variantsOf(family: Family, trains: readonly Train[]): Variant[] {
  // A counter that begins with 1 or more may count pulses: of upward trains, or of downward ones that go on counting.
  const counts = (direction: Direction) =>
    trains.every((t) => t.direction !== direction || t.first >= 1) ? (1 as const) : (0 as const);
  const counted = { up: counts('up'), down: counts('down') };
  const none = { up: 0, down: 0 } as const;
  const atBounds = counted.up + counted.down > 0 ? [none, counted] : [none];
  // A full train of NeuroSim runs from bound to bound; from other levels its curves are those of softBound.
  if (family.name === 'neuroSim')
    return atBounds.flatMap((before): Variant[] =>
      (['measured', 'free'] as const).map((length) => ({ family, starts: 'bounds', before, length })),
    );
  const bounds = atBounds.map((before): Variant => ({ family, starts: 'bounds', before, length: 'measured' }));
  // Bounds, starts and exponents together are more than trains tell.
  return family.name === 'power' ? bounds : [...bounds, { family, starts: 'free', before: none, length: 'measured' }];
}

/**
 * All variants of all models by plain least squares.
 * @param of what they are fitted to.
 * @param whole all readings, which their rmse is over.
 */
export function candidatesOf(trains: readonly Train[], of: Pool, whole: Pool, lengths: Lengths): Candidate[][] {
  return FAMILIES.map((family) =>
    variantsOf(family, trains).map((variant) => {
      const c = new Candidate(variant, lengths);
      c.take(c.fit(of), whole);
      return c;
    }),
  );
}
