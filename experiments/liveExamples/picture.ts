/** Picture of a live example: numbers of a plot, their hash, and the plot as SVG. */

import { renderCurves } from '../look/plots/chart.ts';
import { renderHeatMap } from '../look/plots/heatMaps.ts';
import { renderReceptiveFields } from '../look/plots/imagePanels.ts';
import { withPictureStyle } from '../look/plots/pictureStyle.ts';
import { renderSpikeRaster } from '../look/plots/raster.ts';
import { hashConfig } from '../network/config/hash.ts';

const PLOTS = {
  raster: renderSpikeRaster,
  curve: renderCurves,
  heatMap: renderHeatMap,
  receptiveFields: renderReceptiveFields,
};
type PlotName = keyof typeof PLOTS;

export type ExamplePicture = {
  readonly [P in PlotName]: { readonly plot: P; readonly data: Parameters<(typeof PLOTS)[P]>[0] };
}[PlotName];

/** Width of the picture, px: its text stays readable on a telephone. */
const WIDTH = 520;

/** Draws the picture of a live example as SVG, identical in Node and in a page. */
export const drawPicture = ({ plot, data }: ExamplePicture): string =>
  withPictureStyle({ pixels: WIDTH }, () => (PLOTS[plot] as (data: unknown) => string)(data));

function toPlainValue(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.map(toPlainValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toPlainValue(part)]));
}

/** SHA-256 of all numbers and texts of a picture. Equal pictures have equal hashes on every machine. */
export const hashPicture = (picture: ExamplePicture): string => hashConfig(toPlainValue(picture));
