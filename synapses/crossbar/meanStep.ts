import { UserError } from '../../core/declare/errors.ts';
import type { DeviceFactory } from '../../core/factories.ts';
import type { Edges } from '../../core/graph/edges.ts';
import { Arena } from '../../core/kernels/arena.ts';

const PROBES = 256;

/** A dense matrix of synapses with these weights. */
export function denseEdges(rows: number, columns: number, weights: Float64Array): Edges {
  return {
    ...{ rows, columns, count: rows * columns, weights, weight: 0, targets: null, starts: null },
    ...{ least: -Infinity, identity: false, distinct: true },
  };
}

/**
 * By how much a full pulse changes a weight in the middle of the range, the mean of up and down over many devices like these: what
 * a circuit that turns wanted changes into pulses is calibrated with. Where a full pulse meets a bound, a weaker one tells.
 * @throws UserError for devices that do not answer
 */
export function meanStep(device: DeviceFactory, centred: boolean): number {
  const [up, down] = [changeBy(device, 1, centred), changeBy(device, -1, centred)];
  if (up.bounded || down.bounded) {
    const weaker =
      (changeBy(device, WEAKER, centred).change - changeBy(device, -WEAKER, centred).change) / (2 * WEAKER);
    if (weaker > 0) return weaker;
  }
  const step = (up.change - down.change) / 2;
  if (!(step > 0))
    throw new UserError('CrossbarLayer: a full pulse does not move these devices from the middle of their range.');
  return step;
}

const WEAKER = 1 / 64;

/** Mean change by a pulse of this strength, and whether any weight came to an end of the range. */
function changeBy(device: DeviceFactory, strength: number, centred: boolean): { change: number; bounded: boolean } {
  const { low, high } = device.reach;
  const arena = new Arena();
  const edges = denseEdges(1, PROBES, arena.f64(PROBES).fill((low + high) / 2));
  const devices = device.create({ arena, seed: 1, name: 'probe', edges, transpose: null, drawn: true, centred });
  const weights = () => Array.from({ length: PROBES }, (_, k) => devices.weight(k, 0));
  const sum = () => weights().reduce((a, w) => a + w, 0);
  const before = sum();
  devices.pulseRow(0, arena.f64(PROBES).fill(strength), 1, 0, 0);
  return { change: (sum() - before) / PROBES, bounded: weights().some((w) => w <= low || w >= high) };
}
