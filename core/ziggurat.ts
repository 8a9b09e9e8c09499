/** Start of the tail beyond the ziggurat's 256 layers, and the area of each (Marsaglia & Tsang 2000, doi:10.18637/jss.v005.i08). */
export const TAIL = 7.697117470131049;
const AREA = 0.003949659822581557;

/**
 * Tables for exponential draws: 256 widths (times 2^-53, for products with 53 random bits), 256 limits below which a point surely lies under e^-x, 257 densities at the
 * layers' edges. A draw takes one product and one comparison 99 times in 100; nothing is approximated.
 */
export function fillZiggurat(table: Float64Array): void {
  const edge = new Float64Array(257);
  edge[0] = AREA * Math.exp(TAIL);
  edge[1] = TAIL;
  for (let i = 2; i < 256; i++) edge[i] = -Math.log(Math.exp(-edge[i - 1]!) + AREA / edge[i - 1]!);
  edge[256] = 0;
  for (let i = 0; i < 256; i++) {
    table[i] = edge[i]! * 2 ** -53;
    table[256 + i] = edge[i + 1]!;
  }
  for (let i = 0; i <= 256; i++) table[512 + i] = Math.exp(-edge[i]!);
}

export const ZIGGURAT_LENGTH = 769;
