import type { PopulationSize } from '../look/plots/density.ts';
import { getSeriesColour, getSeriesColourOnDark } from '../look/plots/style.ts';
import type { RasterStrip } from './client/data.ts';

export const addStripColours = ({ name, size, firstNeuron = 0 }: PopulationSize, i: number): RasterStrip => ({
  name,
  size,
  firstNeuron,
  colour: getSeriesColour(i),
  colourOnDark: getSeriesColourOnDark(i),
});
