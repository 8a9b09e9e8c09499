import { exp, log } from '../math.ts';

/** Layers of a ziggurat, a power of two, at most 2^11: the more, the more often a first try is accepted, while they fit the cache. */
export const LAYERS = 2048;

/** Edges of the layers from 0 to LAYERS, then the densities there. */
export const ZIGGURAT_LENGTH = 2 * (LAYERS + 1);

/**
 * A density that falls from 1 at 0, and where its tail starts: that many layers of equal area, the tail being part of the lowest,
 * end exactly at its top. `width` is that of the lowest layer, a rectangle of its area.
 */
interface Law {
  readonly density: (x: number) => number;
  readonly inverse: (density: number) => number;
  readonly area: number;
  readonly width: number;
  readonly tail: number;
}

const EXPONENTIAL: Law = {
  density: (x) => exp(-x),
  inverse: (y) => -log(y),
  area: 0.000489110360743629,
  width: 11.022897068405046,
  tail: 10.022897068405044,
};
const NORMAL: Law = {
  density: (x) => exp(-0.5 * x * x),
  inverse: (y) => Math.sqrt(-2 * log(y)),
  area: 0.0006126065176240461,
  width: 4.441987852439915,
  tail: 4.216370409511897,
};

/**
 * Tables for draws by layers (Marsaglia & Tsang 2000, doi:10.18637/jss.v005.i08). Layer i reaches to edge i; its points up
 * to edge i + 1 surely lie under the density, and beyond that the densities decide. The lowest layer holds the tail beyond edge 1, as if
 * that lay between edges 1 and 0. A draw takes one product and one comparison 996 times in 1000 (normal: 998); nothing is approximated.
 */
function fill(table: Float64Array, { density, inverse, area, width, tail }: Law): void {
  const edge = table.subarray(0, LAYERS + 1);
  edge[0] = width;
  edge[1] = tail;
  for (let i = 2; i < LAYERS; i++) edge[i] = inverse(density(edge[i - 1]!) + area / edge[i - 1]!);
  edge[LAYERS] = 0;
  for (let i = 0; i <= LAYERS; i++) table[LAYERS + 1 + i] = density(edge[i]!);
}

/** For exponential draws. */
export const fillZiggurat = (table: Float64Array): void => fill(table, EXPONENTIAL);

let normal: Float64Array | null = null;

/** For normal draws, on one side of 0. */
export function normalZiggurat(): Float64Array {
  if (normal === null) fill((normal = new Float64Array(ZIGGURAT_LENGTH)), NORMAL);
  return normal!;
}
