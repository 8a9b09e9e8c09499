import type { RenderFunction } from '@observablehq/plot';
import { type Band, INSET, rowHeight, rowOf, type Spikes } from './bands.ts';
import { renderDensity } from './density.ts';
import { encodePngUrl, imageMark } from './panel.ts';

/** Few spikes are drawn tall enough to be found, even where rows are finer than a pixel. */
const FEW = 2000;
/** Pixels of the density image per pixel of the plot. */
const FINENESS = 2;

/** One <path> per population, a short upright stroke per spike. For up to some ten thousand spikes. */
export function strokes(spikes: Spikes, bands: readonly Band[], x: (time: number) => number): RenderFunction {
  const paths = bands.map(() => [] as string[]);
  const totals = new Uint32Array(bands.length);
  for (let i = 0; i < spikes.times.length; i++) totals[spikes.population[i]!]!++;
  const lengths = bands.map((band, p) => Math.min(9, Math.max(totals[p]! < FEW ? 5 : 1.4, 0.8 * rowHeight(band))));
  for (let i = 0; i < spikes.times.length; i++) {
    const p = spikes.population[i]!;
    const top = rowOf(bands[p]!, spikes.neurons[i]!) - lengths[p]! / 2;
    paths[p]!.push(`M${x(spikes.times[i]!).toFixed(1)} ${top.toFixed(1)}v${lengths[p]!.toFixed(1)}`);
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

/** The same picture as one image, for any number of spikes. */
export function density(
  { times, neurons, population }: Spikes,
  bands: readonly Band[],
  x: (time: number) => number,
  width: number,
  height: number,
): RenderFunction {
  const [columns, rows] = [Math.round(width * FINENESS), Math.round(height * FINENESS)];
  const fine = bands.map((band) => ({
    ...band,
    top: (band.top + INSET) * FINENESS,
    height: (band.height - 2 * INSET) * FINENESS,
  }));
  const column = (i: number): number => Math.floor(x(times[i]!) * FINENESS);
  const rgba = renderDensity({ from: 0, to: times.length, column, neurons, population }, fine, columns, rows);
  const href = encodePngUrl(rgba, columns, rows, 4);
  return (index, scales, values, dimensions, context) =>
    imageMark(href, dimensions.marginLeft, dimensions.marginTop, width, height)(
      index,
      scales,
      values,
      dimensions,
      context,
    );
}
