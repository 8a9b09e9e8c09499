import type { RenderFunction } from '@observablehq/plot';
import { PIXEL_DENSITY } from './colours.ts';
import { type PopulationSize, type PopulationStrip, renderSpikeDensityPixels, type SpikeArrays } from './density.ts';
import { createImageMark, encodePngUrl } from './panel.ts';
import { getSeriesColour } from './style.ts';

export type PopulationPlotStrip = PopulationStrip & Required<PopulationSize>;

const MIN_STRIP_HEIGHT = 30;
const INSET = 3; // empty px at the top and bottom of a strip
const MAX_NAME_LENGTH = 24; // characters; longer names would take space from the spikes
const MIN_SHORT_STROKES = 2000; // fewer spikes are drawn taller

/** Lays out one strip per population, the first on top. Heights grow with the square root of the population size. */
export function stackPopulationStrips(populations: readonly PopulationSize[], height: number): PopulationPlotStrip[] {
  const free = Math.max(0, height - MIN_STRIP_HEIGHT * populations.length);
  const roots = populations.map(({ size }) => Math.sqrt(size));
  const total = roots.reduce((sum, root) => sum + root, 0);
  let top = 0;
  return populations.map(({ name, size, firstNeuron = 0 }, i) => {
    const label = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH - 1)}…` : name;
    const bandHeight = MIN_STRIP_HEIGHT + (free * roots[i]!) / total;
    top += bandHeight;
    return { name: label, size, firstNeuron, top: top - bandHeight, height: bandHeight, colour: getSeriesColour(i) };
  });
}

/** Renders one SVG path per population; suitable for up to some ten thousand spikes. */
export function renderSpikeStrokes(
  spikes: SpikeArrays,
  bands: readonly PopulationPlotStrip[],
  x: (time: number) => number,
): RenderFunction {
  const paths = bands.map(() => [] as string[]);
  const counts = new Uint32Array(bands.length);
  for (let i = 0; i < spikes.times.length; i++) counts[spikes.population[i]!]!++;
  const lengths = bands.map(({ height, size }, p) =>
    Math.min(9, Math.max(counts[p]! < MIN_SHORT_STROKES ? 5 : 1.4, (0.8 * (height - 2 * INSET)) / size)),
  );
  for (let i = 0; i < spikes.times.length; i++) {
    const p = spikes.population[i]!;
    const { top, height, firstNeuron, size } = bands[p]!;
    const row = top + height - INSET - ((spikes.neurons[i]! - firstNeuron + 0.5) / size) * (height - 2 * INSET);
    const [start, length] = [row - lengths[p]! / 2, lengths[p]!];
    paths[p]!.push(`M${x(spikes.times[i]!).toFixed(1)} ${start.toFixed(1)}v${length.toFixed(1)}`);
  }
  return (_index, _scales, _values, { marginLeft, marginTop }, { document }) => {
    const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    group.setAttribute('transform', `translate(${marginLeft},${marginTop})`);
    group.setAttribute('fill', 'none');
    for (const [p, path] of paths.entries()) {
      if (path.length === 0) continue;
      const element = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      element.setAttribute('stroke', bands[p]!.colour);
      element.setAttribute('d', path.join(''));
      group.appendChild(element);
    }
    return group;
  };
}

export function renderSpikeDensity(
  { times, neurons, population }: SpikeArrays,
  bands: readonly PopulationPlotStrip[],
  x: (time: number) => number,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): RenderFunction {
  const [columns, rows] = [Math.round(width * PIXEL_DENSITY), Math.round(height * PIXEL_DENSITY)];
  const scaled = bands.map((band) => ({
    ...band,
    top: (band.top + INSET) * PIXEL_DENSITY,
    height: (band.height - 2 * INSET) * PIXEL_DENSITY,
  }));
  const getPixelColumn = (i: number): number => Math.floor(x(times[i]!) * PIXEL_DENSITY);
  const rgba = renderSpikeDensityPixels(
    { firstSpikeIndex: 0, endSpikeIndex: times.length, getPixelColumn, neurons, populationIndices: population },
    scaled,
    columns,
    rows,
  );
  return createImageMark(encodePngUrl(rgba, columns, rows, 4), left, top, width, height);
}
