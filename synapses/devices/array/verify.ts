import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { integer, object, positive, positiveFraction } from '../../../core/declare/params.ts';
import { type Edges, getColumn, getRowEnd, getRowStart } from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { Devices } from '../../../core/model.ts';
import type { Programmed } from '../../../core/usage.ts';
import type { WeightBounds } from './range.ts';

export const programmingParams = object(
  {
    tolerance: positiveFraction(
      0.01,
      'tolerance of programming: largest error of the read weight, as a fraction of the weight range',
    ),
    maxPulses: integer({ default: 100, min: 1, help: 'maximum number of programming pulses per synapse' }),
    strength: positive(1, '1', 'strength of a programming pulse in either direction, in the unit of the rule'),
  },
  'initial weights are programmed by write and verify: devices start at their lowest weight (reading differential: at 0); after each read, synapses outside the tolerance get a pulse towards their wanted weight',
);

type Programming = z.output<typeof programmingParams>;

export interface ProgrammableDevices extends Devices {
  programmingResult: Programmed | null;
  /** Sends the next pulse to the next device of each synapse; absent with one device per synapse. */
  selectNextDevice?(): void;
}

type RoundRobinDevices = Devices & Pick<ProgrammableDevices, 'selectNextDevice'>;

interface VerifyOptions {
  readonly tolerance: number;
  readonly maxPulses: number;
  readonly upPulseStrength: number;
  readonly downPulseStrength: number;
}

/**
 * Programs a row by write and verify: reads the row, pulses all devices with an error above tolerance × `width`
 * (range of the weights), and repeats. Returns the number of devices with a larger error at the end.
 * @param wanted target weight of each edge; NaN: not programmed
 * @param trace work space with one strength per column
 */
export function writeAndVerifyRow(
  devices: RoundRobinDevices,
  row: number,
  wanted: ArrayLike<number>,
  { tolerance, maxPulses, upPulseStrength, downPulseStrength }: VerifyOptions,
  width: number,
  t: number,
  trace: Float64Array,
): number {
  const { edges } = devices;
  const weights = edges.weights!;
  const [start, end] = [getRowStart(edges, row), getRowEnd(edges, row)];
  trace.fill(0);
  for (let round = 0; ; round++) {
    devices.readRow(row, t);
    let far = 0;
    for (let k = start; k < end; k++) {
      const off = wanted[k]! - weights[k]!;
      const strength = Math.abs(off) > tolerance * width ? (off > 0 ? upPulseStrength : -downPulseStrength) : 0;
      trace[getColumn(edges, row, k)] = strength;
      if (strength !== 0) far++;
    }
    if (far === 0 || round === maxPulses) return far;
    devices.pulseRow(row, trace, 1, 0, t);
    devices.selectNextDevice?.();
  }
}

/**
 * Programs all rows by write and verify with pulses of constant strength. With read noise, a device within the
 * tolerance may be pulsed.
 * @param wanted target weight of each edge
 * @param width range of the weights
 */
export function writeAndVerify(
  devices: RoundRobinDevices,
  wanted: ArrayLike<number>,
  { tolerance, maxPulses, strength }: Programming,
  width: number,
  t: number,
): Programmed {
  const { edges } = devices;
  const [writes, { read, write, halfSelected }] = [devices.writes, devices.energy];
  const trace = new Float64Array(edges.columns);
  const how = { tolerance, maxPulses, upPulseStrength: strength, downPulseStrength: strength };
  let missed = 0;
  let square = 0;
  for (let row = 0; row < edges.rows; row++) {
    missed += writeAndVerifyRow(devices, row, wanted, how, width, t, trace);
    for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++) {
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

/** Returns the target weights, clipped to the bounds. Sets all weights to `resetWeight`, where programming starts. */
export function extractTargetWeights(
  weights: Floats,
  { minWeight, maxWeight, resetWeight }: WeightBounds,
): Float64Array {
  const wanted = Float64Array.from(weights, (w) => Math.min(Math.max(w, minWeight), maxWeight));
  weights.fill(resetWeight);
  return wanted;
}

/** Checks that each pair of neurons has at most one synapse: pulses cannot select parallel synapses. */
export function checkNoParallelSynapses({ hasDistinctTargets: distinct }: Edges, what: string, name: string) {
  if (!distinct)
    throw new UserError(
      `${name}.device.${what} needs at most one synapse per pair of neurons, but some pairs have several.`,
    );
}
