import type * as z from 'zod/mini';
import { choice, flag, integer, nonNegative, number, object, optional, positive } from '../../core/declare/params.ts';
import type { StateArrays } from '../../core/kernels/arena.ts';
import { findLargestMagnitude } from '../../core/kernels/arrays.ts';
import type { Devices } from '../../core/model.ts';
import { CounterRandom, type Seed } from '../../core/random/random.ts';

export const transferParams = object(
  {
    fastRate: positive(
      0.5,
      '1',
      'learning rate of array A: the device with the largest product x d gets fastRate × trainLength pulses on average',
    ),
    rate: positive(1, '1', 'transfer rate: factor of the learning rate in the transfer from A to C'),
    granularity: positive(
      1000,
      '1',
      'size of the digital buffer H: per read, H grows by learning rate/weightRange × rows × every / granularity × (A - reference)/mean step',
    ),
    every: integer({ default: 1, min: 1, help: 'number of updates between two transfers' }),
    reads: integer({ default: 1, min: 1, help: 'number of rows of array A that are read per transfer' }),
    momentum: number({ default: 0, min: 0, max: 1, unit: '1', help: 'share of buffer H kept after pulses to array C' }),
    forget: flag({
      default: true,
      help: 'change of buffer H after a pulse to array C: true: H is multiplied by the momentum; false: |H| decreases by 1 - momentum per pulse',
    }),
    chop: optional(
      number({
        min: 0,
        exclusiveMin: true,
        max: 1,
        help: 'choppedTikiTaka: probability per read that the sign of a row is reversed; agad: reciprocal of the number of reads per phase; default: 0.1, or less, so that a phase lasts 200 updates',
      }),
    ),
    tail: positive(5, '1', 'weight of the last reads of a phase in the reference of agad'),
    reference: optional(
      choice(['symmetryPoint', 'midRange'], {
        help: 'reference of reads of array A: symmetryPoint: measured for each device by alternating pulses; midRange: equal for all devices; default: symmetryPoint, with agad midRange',
      }),
    ),
    referencePulses: optional(
      integer({
        min: 2,
        help: 'number of pairs of alternating pulses that measure the symmetry point; default: three times the number of steps in half the range',
      }),
    ),
    referenceError: nonNegative(0, '1', 'sd (normal) of the error of the references, as a share of half the range'),
  },
  'transfer of updates from array A to array C, with update algorithms tikiTaka, choppedTikiTaka and agad',
);
export type TransferParameters = z.output<typeof transferParams>;

export const TRANSFER_ALGORITHMS = ['tikiTaka', 'choppedTikiTaka', 'agad'] as const;
export type TransferAlgorithm = (typeof TRANSFER_ALGORITHMS)[number];

/** Upper limit of the default chopper probability per row read; below it, a phase lasts `DEFAULT_PHASE` updates. */
const MAX_DEFAULT_CHOP = 0.1;
const DEFAULT_PHASE = 200;

/** Momentum of the running means of the largest input max |x| and the largest error max |d|. */
const MEAN_MOMENTUM = 0.99;

export interface TransferOptions {
  readonly algorithm: TransferAlgorithm;
  readonly parameters: TransferParameters;
  /** Array A, which gets the gradients. */
  readonly fast: Devices;
  /** Mean weight change of a device of array A by a full pulse. */
  readonly fastStep: number;
  /** Half of the weight range of a device. */
  readonly halfRange: number;
  /** Array C, which holds the weights of the layer. */
  readonly slow: Devices;
  /** Reference weight of each device of array A. */
  readonly references: Float64Array;
  /** Sets the reference weights of array A before the first update. */
  setReferences(t: number): void;
  readonly trainLength: number;
  /** Sends pulse trains to array A; mean weight change: `rate` × x dᵀ (inputs x, errors d). */
  sendTrains(x: ArrayLike<number>, d: ArrayLike<number>, rate: number, t: number): void;
  readonly seed: Seed;
  readonly name: string;
}

/**
 * Tiki-Taka v2, chopped Tiki-Taka v2 and AGAD. Gradients go to array A by pulse trains. After each `every` updates the next `reads` rows of
 * A are read and summed digitally: H += kappa c (A - reference), with chopper c = ±1 of the row and kappa = rate × learning rate × rows ×
 * every / (granularity × step of A), relative to half the weight range. If |H| >= 1, array C gets one pulse of the sign of H. AGAD needs no
 * reference of the device: its reference is the mean read of the previous phase of the chopper. Sources: Gokmen 2021,
 * doi:10.3389/frai.2021.699148; Rasch et al. 2024, doi:10.1038/s41467-024-51221-z; in detail as in aihwkit
 * (rpu_chopped_transfer_device.cpp, rpu_dynamic_transfer_device.cpp).
 */
export function createTransferUpdater(o: TransferOptions) {
  const { algorithm, parameters: p, fast, slow, references } = o;
  const { rows, columns } = fast.edges;
  const isAgad = algorithm === 'agad';
  const chop = p.chop ?? Math.min(MAX_DEFAULT_CHOP, (rows * p.every) / (p.reads * DEFAULT_PHASE));
  const phaseReads = Math.max(Math.ceil(1 / chop), 2);
  const meanShare = Math.min(p.tail / phaseReads, 1);
  const random = new CounterRandom(o.seed, `${o.name}/chopper`);
  const buffer = new Float64Array(rows * columns);
  const choppers = new Float64Array(rows).fill(1);
  /** Number of reads of each row. */
  const reads = new Float64Array(rows);
  /** AGAD: mean reads of the present phase, and of the previous one, which are the references. */
  const means = new Float64Array(isAgad ? rows * columns : 0);
  const pastMeans = means.slice();
  /** Array [number of updates, next row, mean of max |x|, mean of max |d|]. */
  const progress = new Float64Array(4);
  const chopped = new Float64Array(rows);
  const pulses = new Float64Array(columns);

  const readRow = (row: number, kappa: number, t: number) => {
    fast.readRow(row, t);
    const n = reads[row]!++;
    const first = row * columns;
    const isFlipped = isAgad && n > 0 && n % phaseReads === 0;
    const canWrite = !isAgad || n > phaseReads;
    const scale = kappa * choppers[row]!;
    let isPulsed = false;
    for (let j = 0, k = first; j < columns; j++, k++) {
      const value = fast.edges.weights![k]! - references[k]!;
      if (isFlipped) pastMeans[k] = means[k]!;
      if (canWrite) buffer[k]! += scale * (isAgad ? value - pastMeans[k]! : value);
      if (isAgad) means[k]! += meanShare * (value - means[k]!);
      const count = Math.min(Math.max(Math.trunc(buffer[k]!), -1), 1);
      pulses[j] = count;
      if (count === 0) continue;
      isPulsed = true;
      buffer[k] = p.forget ? p.momentum * buffer[k]! : buffer[k]! - (1 - p.momentum) * count;
    }
    if (isPulsed) slow.pulseRow(row, pulses, 1, 0, t);
    if (isAgad ? (n + 1) % phaseReads === 0 : algorithm === 'choppedTikiTaka' && random.uniform(row, n) < chop)
      choppers[row]! *= -1;
  };

  const updateMean = (index: 2 | 3, value: number) => {
    const mean = progress[index]!;
    progress[index] = mean === 0 ? value : MEAN_MOMENTUM * mean + (1 - MEAN_MOMENTUM) * value;
  };

  return {
    state: { buffer, choppers, reads, means, pastMeans, progress, references } as StateArrays,
    /** Updates by the gradient of one sample: ΔW = rate x dᵀ, in device weights. */
    updateByOuterProduct(x: ArrayLike<number>, d: ArrayLike<number>, rate: number, t: number) {
      if (progress[0] === 0) o.setReferences(t);
      updateMean(2, findLargestMagnitude(x, rows));
      updateMean(3, findLargestMagnitude(d, columns));
      const scale = progress[2]! * progress[3]!;
      for (let i = 0; i < rows; i++) chopped[i] = x[i]! * choppers[i]!;
      if (scale > 0) o.sendTrains(chopped, d, (Math.sign(rate) * p.fastRate * o.trainLength * o.fastStep) / scale, t);
      if (++progress[0]! % p.every > 0) return;
      const kappa = (p.rate * Math.abs(rate) * rows * p.every) / (p.granularity * o.fastStep * o.halfRange);
      for (let n = 0; n < p.reads; n++) {
        readRow(progress[1]!, kappa, t);
        progress[1] = (progress[1]! + 1) % rows;
      }
    },
  };
}

/**
 * Moves each device to its symmetry point, where pulses up and down cancel, by `pairCount` pairs of alternating pulses.
 * Returns the mean weight of each device, read after each pulse of the second half.
 */
export function measureSymmetryPoints(devices: Devices, pairCount: number, t: number): Float64Array {
  const { rows, columns, weights } = devices.edges;
  const sums = new Float64Array(rows * columns);
  const ones = new Float64Array(columns).fill(1);
  const skipped = Math.floor(pairCount / 2);
  for (let row = 0; row < rows; row++)
    for (let pulse = 0; pulse < 2 * pairCount; pulse++) {
      devices.pulseRow(row, ones, pulse % 2 === 0 ? 1 : -1, 0, t);
      if (pulse < 2 * skipped) continue;
      devices.readRow(row, t);
      for (let k = row * columns; k < (row + 1) * columns; k++) sums[k]! += weights![k]!;
    }
  return sums.map((sum) => sum / (2 * (pairCount - skipped)));
}
