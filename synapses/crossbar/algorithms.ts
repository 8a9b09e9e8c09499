import type * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { validate } from '../../core/declare/validate.ts';
import type { DeviceFactory } from '../../core/factories.ts';
import type { Arena, StateArrays } from '../../core/kernels/arena.ts';
import type { Devices, Stateful } from '../../core/model.ts';
import { CounterRandom, type Seed } from '../../core/random/random.ts';
import { joinStates } from '../joinStates.ts';
import { createTransferUpdater, measureSymmetryPoints, type TransferAlgorithm, transferParams } from './transfer.ts';
import { createDenseEdges, createPulseUpdater, type pulseUpdateParams } from './updates.ts';

/** Number of up-down pulse pairs that find the symmetry point, divided by the number of steps in half the range. */
const SYMMETRY_TIME_CONSTANTS = 3;

/** Update algorithm of a crossbar layer: applies weight changes, in units of device weights, to the devices. */
export interface WeightUpdater {
  readonly state: StateArrays;
  /** Array A of a two-array algorithm (Tiki-Taka), which gets the gradients; else null. */
  readonly fast: Devices | null;
  /** Updates by one sample with inputs x and errors d: ΔW = rate x dᵀ. */
  updateByOuterProduct(x: ArrayLike<number>, d: ArrayLike<number>, rate: number, t: number): void;
  /** Updates by ΔW = scale × wanted, row-major. */
  updateMatrix(wanted: ArrayLike<number>, scale: number, t: number): void;
}

interface UpdaterOptions {
  readonly device: DeviceFactory;
  readonly devices: Devices;
  readonly update: z.output<typeof pulseUpdateParams>;
  /** Mean weight change of a device by a full pulse. */
  readonly step: number;
  readonly isCentred: boolean;
  readonly arena: Arena;
  readonly seed: Seed;
  readonly name: string;
}

export function createWeightUpdater(o: UpdaterOptions): WeightUpdater {
  const { update, devices, step, arena, seed, name } = o;
  if (update.algorithm === 'mixedPrecision') return createMixedPrecisionUpdater(devices, step, arena);
  if (update.algorithm !== 'plain') return createTwoArrayUpdater(o, update.algorithm);
  const pulses = createPulseUpdater(devices, update, step, arena.f64(devices.edges.columns), seed, name);
  return { ...pulses, state: { slots: pulses.slotCount }, fast: null };
}

/**
 * Mixed precision: gradients are summed digitally; each device gets the integer part of its sum, in mean steps, as full
 * pulses. Source: Nandakumar et al. 2020, doi:10.3389/fnins.2020.00406; as in aihwkit (rpu_mixedprec_device.cpp).
 */
function createMixedPrecisionUpdater(devices: Devices, step: number, arena: Arena): WeightUpdater {
  const { rows, columns } = devices.edges;
  const sums = new Float64Array(rows * columns);
  const pulses = arena.f64(columns);
  const addRow = (row: number, wanted: (j: number) => number, t: number) => {
    let most = 0;
    for (let j = 0, k = row * columns; j < columns; j++, k++) {
      const count = Math.trunc((sums[k]! += wanted(j) / step));
      pulses[j] = count;
      sums[k]! -= count;
      most = Math.max(most, Math.abs(count));
    }
    const counts = most > 1 ? pulses.slice() : pulses;
    for (let n = 0; n < most; n++) {
      if (most > 1) for (let j = 0; j < columns; j++) pulses[j] = Math.abs(counts[j]!) > n ? Math.sign(counts[j]!) : 0;
      devices.pulseRow(row, pulses, 1, 0, t);
    }
  };
  return {
    state: { sums },
    fast: null,
    updateByOuterProduct(x, d, rate, t) {
      for (let i = 0; i < rows; i++) {
        const scale = rate * x[i]!;
        if (scale !== 0) addRow(i, (j) => scale * d[j]!, t);
      }
    },
    updateMatrix(wanted, scale, t) {
      for (let i = 0; i < rows; i++) addRow(i, (j) => scale * wanted[i * columns + j]!, t);
    },
  };
}

function createTwoArrayUpdater(o: UpdaterOptions, algorithm: TransferAlgorithm): WeightUpdater {
  const { device, update, step, arena, seed } = o;
  const name = `${o.name}.fast`;
  const { rows, columns } = o.devices.edges;
  const { minWeight: low, maxWeight: high } = device.ranges;
  const [middle, halfRange] = [(low + high) / 2, (high - low) / 2];
  const parameters = update.transfer ?? validate(transferParams, {}, `${o.name}.update.transfer`);
  const edges = createDenseEdges(rows, columns, arena.f64(rows * columns).fill(middle));
  const fast = device.create({
    arena,
    seed,
    name,
    edges,
    transpose: null,
    hasRandomWeights: true,
    startsNearMidRange: o.isCentred,
  });
  const { reference = algorithm === 'agad' ? 'midRange' : 'symmetryPoint', referenceError } = parameters;
  const pairCount = parameters.referencePulses ?? Math.ceil((SYMMETRY_TIME_CONSTANTS * halfRange) / step);
  const references = new Float64Array(rows * columns).fill(middle);
  const errors = new CounterRandom(seed, `${name}/referenceError`);
  const setReferences = (t: number) => {
    if (reference === 'symmetryPoint') references.set(measureSymmetryPoints(fast, pairCount, t));
    if (referenceError > 0)
      for (let k = 0; k < references.length; k++) references[k]! += halfRange * referenceError * errors.normal(k, 0);
  };
  const trains = createPulseUpdater(fast, { ...update, rule: 'stochastic' }, step, arena.f64(columns), seed, name);
  const transfer = createTransferUpdater({
    algorithm,
    parameters,
    fast,
    fastStep: step,
    halfRange,
    slow: o.devices,
    references,
    setReferences,
    trainLength: update.trainLength,
    sendTrains: trains.updateByOuterProduct,
    seed,
    name,
  });
  const parts: Readonly<Record<string, Pick<Stateful, 'state'>>> = { fast, transfer };
  return {
    fast,
    get state() {
      return { slots: trains.slotCount, ...joinStates(parts) };
    },
    updateByOuterProduct: transfer.updateByOuterProduct,
    updateMatrix() {
      throw new UserError(
        `${o.name}: update.algorithm "${algorithm}" sends the gradient of each image to its array A, so a batch must have 1 image; set inSitu.batch=1, or with eventprop another algorithm.`,
      );
    },
  };
}
