import { UserError } from '../../core/declare/errors.ts';
import type { DeviceFactory } from '../../core/factories.ts';
import type { Edges } from '../../core/graph/edges.ts';
import { Arena } from '../../core/kernels/arena.ts';

const PROBE_DEVICE_COUNT = 256;

/** Creates the edges of a dense matrix of synapses with these weights. */
export function createDenseEdges(rows: number, columns: number, weights: Float64Array): Edges {
  return {
    rows,
    columns,
    count: rows * columns,
    weights,
    weight: 0,
    targets: null,
    starts: null,
    least: -Infinity,
    identity: false,
    distinct: true,
  };
}

/**
 * Measures the change of a weight by a full pulse in the middle of the range: mean of both directions over many
 * devices. It calibrates the conversion of wanted weight changes into pulses. If a full pulse reaches a bound, a weaker
 * pulse is used.
 * @throws UserError if pulses do not move the devices
 */
export function measureMeanStep(device: DeviceFactory, centred: boolean): number {
  const [up, down] = [measureChange(device, 1, centred), measureChange(device, -1, centred)];
  if (up.bounded || down.bounded) {
    const weaker =
      (measureChange(device, WEAK_STRENGTH, centred).change - measureChange(device, -WEAK_STRENGTH, centred).change) /
      (2 * WEAK_STRENGTH);
    if (weaker > 0) return weaker;
  }
  const step = (up.change - down.change) / 2;
  if (!(step > 0))
    throw new UserError('CrossbarLayer: a full pulse does not move these devices from the middle of their range.');
  return step;
}

const WEAK_STRENGTH = 1 / 64;

/** Mean change of weight by a pulse of this strength, and whether any weight reached a bound. */
function measureChange(
  device: DeviceFactory,
  strength: number,
  centred: boolean,
): { change: number; bounded: boolean } {
  const { low, high } = device.reach;
  const arena = new Arena();
  const edges = createDenseEdges(1, PROBE_DEVICE_COUNT, arena.f64(PROBE_DEVICE_COUNT).fill((low + high) / 2));
  const devices = device.create({ arena, seed: 1, name: 'probe', edges, transpose: null, drawn: true, centred });
  const weights = () => Array.from({ length: PROBE_DEVICE_COUNT }, (_, k) => devices.weight(k, 0));
  const sum = () => weights().reduce((a, w) => a + w, 0);
  const before = sum();
  devices.pulseRow(0, arena.f64(PROBE_DEVICE_COUNT).fill(strength), 1, 0, 0);
  return { change: (sum() - before) / PROBE_DEVICE_COUNT, bounded: weights().some((w) => w <= low || w >= high) };
}
