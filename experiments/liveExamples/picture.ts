/** Picture of a live example: numbers of a plot, their hash, and the plot as SVG. */
import { createHash } from 'node:crypto';
import type { HeatMap } from '../look/plots/cells.ts';
import type { Curve } from '../look/plots/chart.ts';
import type { ReceptiveFields } from '../look/plots/imagePanels.ts';
import type { Raster } from '../look/plots/raster.ts';
import { canonicalJson } from '../network/config/hash.ts';

export type ExamplePicture =
  | { readonly plot: 'raster'; readonly data: Raster }
  | { readonly plot: 'curve'; readonly data: Curve }
  | { readonly plot: 'heatMap'; readonly data: HeatMap }
  | { readonly plot: 'receptiveFields'; readonly data: ReceptiveFields };

/** SHA-256 of all numbers and texts of a picture. Equal pictures have equal hashes on every machine. */
export const hashPicture = (picture: ExamplePicture): string =>
  createHash('sha256')
    .update(canonicalJson(toPlainValue(picture)))
    .digest('hex');

function toPlainValue(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.map(toPlainValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toPlainValue(part)]));
}
