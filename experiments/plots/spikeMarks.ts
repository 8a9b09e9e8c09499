import type { RenderFunction } from '@observablehq/plot';
import { type Band, rowHeight, rowOf, type Spikes } from './bands.ts';
import { imageMark, pngUrl } from './style.ts';

/** Few spikes are drawn tall enough to be found, even where rows are finer than a pixel. */
const FEW = 2000;
/** Opacity of a pixel with one spike where half of a band or more is filled; of a sparser one it is higher. */
const LEAST_INK = 0.15;
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

/**
 * The same picture as one image, for any number of spikes: the more spikes fall on a pixel, the more opaque it is, on a
 * logarithmic scale up to the densest pixel of its band.
 */
export function density(
  spikes: Spikes,
  bands: readonly Band[],
  x: (time: number) => number,
  width: number,
  height: number,
): RenderFunction {
  const [columns, rows] = [Math.round(width * FINENESS), Math.round(height * FINENESS)];
  const counts = new Uint32Array(columns * rows);
  for (let i = 0; i < spikes.times.length; i++) {
    const column = Math.min(columns - 1, Math.floor(x(spikes.times[i]!) * FINENESS));
    const row = Math.min(rows - 1, Math.floor(rowOf(bands[spikes.population[i]!]!, spikes.neurons[i]!) * FINENESS));
    counts[row * columns + column]!++;
  }
  const rgba = new Uint8Array(counts.length * 4);
  for (const band of bands) {
    const rgb = [1, 3, 5].map((at) => Number.parseInt(band.colour.slice(at, at + 2), 16));
    const first = Math.floor(band.top * FINENESS) * columns;
    const last = Math.min(counts.length, Math.floor((band.top + band.height) * FINENESS) * columns);
    const most = counts.subarray(first, last).reduce((a, b) => Math.max(a, b), 1);
    const filled = counts.subarray(first, last).reduce((n, count) => n + (count > 0 ? 1 : 0), 0);
    const ink = 1 - (1 - LEAST_INK) * Math.min(1, (2 * filled) / (last - first));
    for (let k = first; k < last; k++) {
      if (counts[k] === 0) continue;
      rgba.set(rgb, 4 * k);
      rgba[4 * k + 3] = Math.round(255 * (ink + ((1 - ink) * Math.log(counts[k]!)) / Math.log(Math.max(2, most))));
    }
  }
  const href = pngUrl(rgba, columns, rows, 4);
  return (index, scales, values, dimensions, context) =>
    imageMark(href, dimensions.marginLeft, dimensions.marginTop, width, height)(
      index,
      scales,
      values,
      dimensions,
      context,
    );
}
