/** Pixels a side of the field of view. */
export const SIDE = 16;
const HALF_WIDTH = 1.1; // pixels

/**
 * A bar through the middle of a round field of view, its middle shifted by `shift` pixels across it, as rates of the pixels:
 * `total` Hz shared out among those on the bar, with soft edges.
 */
export function bar(degrees: number, shift: number, total: number): Float64Array {
  const angle = (degrees * Math.PI) / 180;
  const rates = new Float64Array(SIDE * SIDE);
  let sum = 0;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [dx, dy] = [x - (SIDE - 1) / 2, (SIDE - 1) / 2 - y];
      if (Math.hypot(dx, dy) > SIDE / 2) continue;
      const across = Math.abs(dy * Math.cos(angle) - dx * Math.sin(angle) - shift);
      sum += rates[y * SIDE + x] = Math.min(1, Math.max(0, HALF_WIDTH + 0.5 - across));
    }
  }
  return rates.map((rate) => (rate * total) / sum);
}
