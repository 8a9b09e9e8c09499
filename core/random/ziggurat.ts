import { exp, log } from '../math.ts';

/** Number of ziggurat layers, a power of two up to 2^11. More layers increase acceptance, but the tables must fit the cache. */
export const LAYER_COUNT = 2048;

/** Table length: edges of layers 0 to `LAYER_COUNT`, then the densities at the edges. */
export const ZIGGURAT_LENGTH = 2 * (LAYER_COUNT + 1);

/**
 * Decreasing probability density (value 1 at 0) with the parameters of its ziggurat: area of each layer, width of the
 * lowest layer as a rectangle, and start of the tail.
 */
interface Density {
  readonly density: (x: number) => number;
  readonly inverseDensity: (density: number) => number;
  readonly layerArea: number;
  readonly baseWidth: number;
  readonly tailStart: number;
}

const EXPONENTIAL: Density = {
  density: (x) => exp(-x),
  inverseDensity: (y) => -log(y),
  layerArea: 0.000489110360743629,
  baseWidth: 11.022897068405046,
  tailStart: 10.022897068405044,
};
const NORMAL: Density = {
  density: (x) => exp(-0.5 * x * x),
  inverseDensity: (y) => Math.sqrt(-2 * log(y)),
  layerArea: 0.0006126065176240461,
  baseWidth: 4.441987852439915,
  tailStart: 4.216370409511897,
};

/**
 * Fills a ziggurat table (Marsaglia & Tsang 2000, doi:10.18637/jss.v005.i08). Layer i is a rectangle from 0 to edge i.
 * A point left of edge i + 1 lies under the density and is accepted at once (99.6 % of draws; normal: 99.8 %). Other
 * points are tested against the density. The lowest layer includes the tail beyond edge 1.
 */
function fillTable(table: Float64Array, { density, inverseDensity, layerArea, baseWidth, tailStart }: Density) {
  const edge = table.subarray(0, LAYER_COUNT + 1);
  edge[0] = baseWidth;
  edge[1] = tailStart;
  for (let i = 2; i < LAYER_COUNT; i++) edge[i] = inverseDensity(density(edge[i - 1]!) + layerArea / edge[i - 1]!);
  edge[LAYER_COUNT] = 0;
  for (let i = 0; i <= LAYER_COUNT; i++) table[LAYER_COUNT + 1 + i] = density(edge[i]!);
}

export const fillExponentialZiggurat = (table: Float64Array): void => fillTable(table, EXPONENTIAL);

let normal: Float64Array | null = null;

export function getNormalZiggurat(): Float64Array {
  if (normal === null) fillTable((normal = new Float64Array(ZIGGURAT_LENGTH)), NORMAL);
  return normal!;
}
