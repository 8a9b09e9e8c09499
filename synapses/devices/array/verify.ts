import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { integer, number, object, positive } from '../../../core/declare/params.ts';
import { columnOf, type Edges, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { Devices } from '../../../core/model.ts';
import type { Programmed } from '../../../core/usage.ts';

export const programmingParams = object(
  {
    tolerance: number({
      default: 0.01,
      min: 0,
      exclusiveMin: true,
      max: 1,
      unit: '1',
      help: 'how far off what is read may lie, as a share of the range',
    }),
    maxPulses: integer({ default: 100, min: 1, help: 'most pulses that a synapse gets' }),
    strength: positive(1, '1', 'of a pulse, up or down, in the strengths of the rules'),
  },
  'initial weights are written and verified: from the lowest on (reading differential: from 0), each synapse gets a pulse towards its weight after each read that lies too far from it',
);

type Programming = z.output<typeof programmingParams>;

/** Devices that pulses are sent to one after the other at one instant. */
interface InTurn extends Devices {
  /** The next pulse goes to the next device of a synapse, as at a later instant; missing where there is but one. */
  turn?(): void;
}

export interface Verified extends InTurn {
  programming: Programmed | null;
}

interface Verification {
  readonly tolerance: number;
  readonly maxPulses: number;
  /** Strength of pulses towards higher and lower weights; 0: there are none, and none is needed. */
  readonly up: number;
  readonly down: number;
}

/**
 * Brings the devices of a row to weights by pulses, each after a read, until none lies beside its weight by more than
 * tolerance × width. Returns how many still do when the last pulse is spent.
 * @param wanted a weight for each edge, NaN for one that is left alone
 * @param trace room for a strength for each column
 */
export function verifyRow(
  devices: InTurn,
  row: number,
  wanted: ArrayLike<number>,
  { tolerance, maxPulses, up, down }: Verification,
  width: number,
  t: number,
  trace: Float64Array,
): number {
  const { edges } = devices;
  const weights = edges.weights!;
  const [start, end] = [rowStart(edges, row), rowEnd(edges, row)];
  trace.fill(0);
  for (let round = 0; ; round++) {
    devices.read(row, t);
    let far = 0;
    for (let k = start; k < end; k++) {
      const off = wanted[k]! - weights[k]!;
      const strength = Math.abs(off) > tolerance * width ? (off > 0 ? up : -down) : 0;
      trace[columnOf(edges, row, k)] = strength;
      if (strength !== 0) far++;
    }
    if (far === 0 || round === maxPulses) return far;
    devices.pulseRow(row, trace, 1, 0, t);
    devices.turn?.();
  }
}

/**
 * Brings devices to weights by pulses of one strength, each after a read (write and verify), a row at a time. Before each pulse the
 * whole row is read, and only devices whose reading is off by more than tolerance × width get one; so noise of reading may send
 * a pulse to a device that was right before. Reads and pulses go into the same books as those of a run.
 * @param wanted a weight for each edge
 * @param width of the range, in units of the weights
 */
export function writeAndVerify(
  devices: InTurn,
  wanted: ArrayLike<number>,
  { tolerance, maxPulses, strength }: Programming,
  width: number,
  t: number,
): Programmed {
  const { edges } = devices;
  const [writes, { read, write, halfSelected }] = [devices.writes, devices.energy];
  const trace = new Float64Array(edges.columns);
  const how = { tolerance, maxPulses, up: strength, down: strength };
  let missed = 0;
  let square = 0;
  for (let row = 0; row < edges.rows; row++) {
    missed += verifyRow(devices, row, wanted, how, width, t, trace);
    for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
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

/** Lowest and highest weight of devices, and the one that programming starts from. */
interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly start: number;
}

/** Keeps the weights that are wanted, as near as the bounds allow, and leaves the devices where programming starts. */
export function setAside(weights: Floats, { low, high, start }: Bounds): Float64Array {
  const wanted = Float64Array.from(weights, (w) => Math.min(Math.max(w, low), high));
  weights.fill(start);
  return wanted;
}

/** UserError where pulses cannot be sent to one synapse alone. */
export function requireDistinct({ distinct }: Edges, what: string, name: string): void {
  if (!distinct)
    throw new UserError(
      `${name}.device.${what} needs one synapse for each pair of neurons, but some pairs have several.`,
    );
}
