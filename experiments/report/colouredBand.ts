import type { PopulationSize } from '../look/plots/spikes.ts';
import { seriesColour, seriesColourOnDark } from '../look/plots/style.ts';
import type { Band } from './client/data.ts';

/** Adds colours to the i-th population of a raster plot, for light and dark backgrounds. */
export const colouredBand = ({ name, size, first = 0 }: PopulationSize, i: number): Band => ({
  name,
  size,
  first,
  colour: seriesColour(i),
  colourOnDark: seriesColourOnDark(i),
});
