import type { PopulationSize } from '../plots/bands.ts';
import { colour, colourOnDark } from '../plots/style.ts';
import type { Band } from './client/data.ts';

/** The i-th population of a page. */
export const pageBand = ({ name, size, first = 0 }: PopulationSize, i: number): Band => ({
  name,
  size,
  first,
  colour: colour(i),
  colourOnDark: colourOnDark(i),
});
