/** Scale s(t) at one time; see `scaleAt` in core/math.ts. */
import { expCell, expSmall } from './exp';

/** Scale in all lanes of a vector; in memory, because the engine would recompute it wherever a loop uses it. */
export const SCALE = memory.data(16, 16);

export function setScale<F>(t: f64, t0: f64, rate: f64, cells: f64): void {
  const dt = t - t0;
  const cell = floor<f64>(dt * cells) / cells;
  v128.store(SCALE, v128.splat<F>(<F>(expCell(cell * rate) * expSmall((dt - cell) * rate))));
}
