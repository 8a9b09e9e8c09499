import type { PopulationSize } from '../look/plots/density.ts';
import { getSeriesColour, getSeriesColourOnDark } from '../look/plots/style.ts';
import type { RasterStrip } from './client/data.ts';

export const addStripColours = ({ firstNeuron = 0, ...population }: PopulationSize, i: number): RasterStrip => ({
  ...population,
  firstNeuron,
  colour: getSeriesColour(i),
  colourOnDark: getSeriesColourOnDark(i),
});
