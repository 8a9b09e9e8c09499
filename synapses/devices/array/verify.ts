import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { integer, number, object } from '../../../core/declare/params.ts';
import { columnOf, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Devices, Programmed } from '../../../core/model.ts';

export const programmingParams = object(
  {
    tolerance: number({
      default: 0.01,
      min: 0,
      exclusiveMin: true,
      max: 1,
      unit: '1',
      help: 'how far what is read may lie from the wanted weight, as a share of the range',
    }),
    maxPulses: integer({ default: 100, min: 1, help: 'pulses that a device gets at the most' }),
    strength: number({
      default: 1,
      min: 0,
      exclusiveMin: true,
      unit: '1',
      help: 'of a pulse, up or down, in the strengths of the rules',
    }),
  },
  'initial weights are not there at once but written and verified: from the lowest weight on, each device gets a pulse towards its weight after each read that lies too far from it',
);

type Programming = z.output<typeof programmingParams>;

/**
 * Brings devices to weights by pulses of one strength, each after a read (write and verify), a row at a time: a device whose reading
 * is within tolerance × width of its weight is left alone, for good unless noise of reading takes it out again while others of
 * its row are still pulsed. Reads and pulses are booked as any others are.
 * @param wanted a weight for each edge
 * @param width of the range, in units of the weights
 */
export function writeAndVerify(
  devices: Devices,
  wanted: ArrayLike<number>,
  { tolerance, maxPulses, strength }: Programming,
  width: number,
  t: number,
): Programmed {
  const { edges } = devices;
  const weights = edges.weights!;
  const [writes, { read, write, halfSelected }] = [devices.writes, devices.energy];
  const trace = new Float64Array(edges.columns);
  let missed = 0;
  let square = 0;
  for (let row = 0; row < edges.rows; row++) {
    const [start, end] = [rowStart(edges, row), rowEnd(edges, row)];
    trace.fill(0);
    for (let round = 0; ; round++) {
      devices.read(row, t);
      let far = 0;
      for (let k = start; k < end; k++) {
        const off = wanted[k]! - weights[k]!;
        const left = Math.abs(off) > tolerance * width;
        trace[columnOf(edges, row, k)] = left ? Math.sign(off) * strength : 0;
        if (left) far++;
      }
      if (far === 0 || round === maxPulses) {
        missed += far;
        break;
      }
      devices.pulseRow(row, trace, 1, 0, t);
    }
    for (let k = start; k < end; k++) {
      const off = (wanted[k]! - devices.weight(k, t)) / width;
      square += off * off;
    }
  }
  const spent = devices.energy;
  return {
    pulses: devices.writes - writes,
    missed,
    error: edges.count > 0 ? Math.sqrt(square / edges.count) : 0,
    energy: spent.read - read + (spent.write - write) + (spent.halfSelected - halfSelected),
  };
}

/** Keeps the weights that are wanted and leaves the devices at the lowest one. @throws UserError */
export function setAside(
  weights: Float32Array | Float64Array,
  { low, high }: { readonly low: number; readonly high: number },
  distinct: boolean,
  outside: ((weight: number) => Error) | null,
  name: string,
): Float64Array {
  if (!distinct)
    throw new UserError(
      `${name}.device.programming needs one synapse for each pair of neurons, but some pairs have several.`,
    );
  const wanted = Float64Array.from(weights, (w) => Math.min(Math.max(w, low), high));
  const [least, most] = weights instanceof Float32Array ? [Math.fround(low), Math.fround(high)] : [low, high];
  const wrong = outside && weights.find((w) => !(w >= least && w <= most));
  if (outside && wrong !== undefined && wrong !== null) throw outside(wrong);
  weights.fill(low);
  return wanted;
}
