import { number } from '../../../core/declare/params.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { DeviceContext } from '../../../core/model.ts';
import { CounterRandom } from '../../../core/random/random.ts';
import { logNormal } from '../../logNormal.ts';
import type { CellRange } from './range.ts';

/** Parameters that every device takes: how its devices differ, and by how much its steps scatter. */
export const spreadParams = {
  deviceToDevice: number({
    default: 0,
    min: 0,
    unit: '1',
    help: 'relative sd (log-normal) between devices of largest weight, upward and downward step, each drawn once',
  }),
  cycleToCycle: number({ default: 0, min: 0, unit: '1', help: 'relative sd (normal) of each step' }),
};

export interface SpreadParams {
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
}

/** Per device: largest weight, factor of upward steps, of downward steps. */
export interface Spread {
  readonly wMax: Floats;
  readonly up: Float32Array;
  readonly down: Float32Array;
}

/** What the smallest conductance of each device is multiplied by, drawn once from the device's number; null without spread. */
export function drawFloors(range: CellRange, { edges, arena, seed, name }: DeviceContext): Float64Array | null {
  const sd = range.electrical?.gMinSpread ?? 0;
  if (sd === 0) return null;
  const factor = logNormal(sd, new CounterRandom(seed, `${name}/gMin`));
  const floors = arena.f64(edges.count);
  for (let k = 0; k < edges.count; k++) floors[k] = factor(k, 0);
  return floors;
}

/** Log-normal with mean 1 and this sd, each drawn once from the device's number. */
export function drawSpread(
  sd: number,
  { wMin, wMax }: { readonly wMin: number; readonly wMax: number },
  { edges, arena, seed, name }: DeviceContext,
): Spread {
  const factor = logNormal(sd, new CounterRandom(seed, `${name}/spread`));
  const spread = {
    wMax: arena.floats(edges.weights instanceof Float32Array ? 'f32' : 'f64', edges.count),
    up: arena.f32(edges.count),
    down: arena.f32(edges.count),
  };
  for (let k = 0; k < edges.count; k++) {
    spread.wMax[k] = Math.max(wMax * factor(k, 0), wMin + (wMax - wMin) * 1e-3);
    spread.up[k] = factor(k, 1);
    spread.down[k] = factor(k, 2);
  }
  return spread;
}
