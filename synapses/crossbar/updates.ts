import type * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { choice, flag, integer, nonNegative, object, optional, positive } from '../../core/declare/params.ts';
import type { DeviceFactory } from '../../core/factories.ts';
import type { Edges } from '../../core/graph/edges.ts';
import { Arena } from '../../core/kernels/arena.ts';
import { findLargestMagnitude } from '../../core/kernels/arrays.ts';
import type { Devices } from '../../core/model.ts';
import { CounterRandom, type Seed } from '../../core/random/random.ts';
import { TRANSFER_ALGORITHMS, transferParams } from './transfer.ts';

const UPDATE_RULES = ['proportional', 'sign', 'stochastic', 'threshold'] as const;

/** Update algorithms: `plain` sends pulses for each gradient; the others accumulate gradients digitally or in a second array. */
export const UPDATE_ALGORITHMS = ['plain', 'mixedPrecision', ...TRANSFER_ALGORITHMS] as const;

export const pulseUpdateParams = object(
  {
    algorithm: choice(UPDATE_ALGORITHMS, {
      default: 'plain',
      help: 'update algorithm: plain: pulses for each gradient; mixedPrecision: digital sum of gradients, pulses for its integer part in steps; tikiTaka (version 2), choppedTikiTaka, agad: pulse trains to a second array, whose reads are transferred',
    }),
    transfer: optional(transferParams),
    rule: choice(UPDATE_RULES, {
      default: 'proportional',
      help: 'update rule: proportional: strength proportional to the wanted change; sign: one pulse in the wanted direction (Manhattan rule); stochastic: coincidences of random pulse trains; threshold: one pulse if the wanted change is large enough',
    }),
    strength: positive(1, '1', 'strength of a pulse of update rules sign and threshold'),
    threshold: nonNegative(
      0.5,
      '1',
      'update threshold: smallest wanted change that sends a pulse, in mean device steps',
    ),
    trainLength: integer({
      default: 31,
      min: 1,
      max: 31,
      help: 'maximal length of the pulse trains of update rule stochastic, in slots',
    }),
    whole: flag({ help: 'true to round pulse strengths to integers, with update rule proportional; default false' }),
  },
  'conversion of wanted weight changes into pulses',
);

/**
 * Pulses for wanted weight changes ΔW. With s the mean weight change by a full pulse, the pulse strengths are
 *   proportional: ΔW/s, rounded if `whole`;   sign: ± strength;   threshold: ± strength if |ΔW| >= threshold s.
 * Rule stochastic, for ΔW = rate x dᵀ: each row and column sends a random train of B slots. If both are high in a
 * slot, their device gets one full pulse with the sign of the product. Row i is high with probability p |x_i|/max
 * |x|, column j with p |d_j|/max |d|, where p = √(rate max |x| max |d|/(s B)). B is the smallest length for which p
 * <= 1, up to trainLength.
 * Sources: sign, Zamanidoost et al. 2015 (Manhattan rule training, IEEE WISP); stochastic, Gokmen & Vlasov 2016,
 * doi:10.3389/fnins.2016.00333, with update management as in aihwkit (Rasch et al. 2021,
 * doi:10.1109/AICAS51828.2021.9458494).
 */
export function createPulseUpdater(
  devices: Devices,
  {
    rule,
    strength,
    threshold,
    trainLength,
    whole,
  }: Pick<z.output<typeof pulseUpdateParams>, 'rule' | 'strength' | 'threshold' | 'trainLength' | 'whole'>,
  step: number,
  trace: Float64Array,
  seed: Seed,
  name: string,
) {
  const { rows, columns } = devices.edges;
  const [rowRandom, columnRandom] = [
    new CounterRandom(seed, `${name}/rowTrains`),
    new CounterRandom(seed, `${name}/columnTrains`),
  ];
  const [rowTrains, columnTrains] = [new Uint32Array(rows), new Uint32Array(columns)];
  const slotCount = new Float64Array(1);

  const findStrength = (steps: number) => {
    if (Number.isNaN(steps)) throw new UserError('CrossbarLayer: wanted weight changes must be numbers (got NaN).');
    if (rule === 'proportional') return whole ? Math.round(steps) : steps;
    if (rule === 'sign') return steps === 0 ? 0 : Math.sign(steps) * strength;
    if (rule === 'threshold') return Math.abs(steps) >= threshold && steps !== 0 ? Math.sign(steps) * strength : 0;
    const most = Math.min(Math.abs(steps), trainLength);
    const draw = rowRandom.uniform(0xffff, slotCount[0]!++);
    return Math.sign(steps) * (Math.floor(most) + (draw < most - Math.floor(most) ? 1 : 0));
  };

  const pulseCoincidences = (x: ArrayLike<number>, d: ArrayLike<number>, rate: number, t: number) => {
    const [mostX, mostD] = [findLargestMagnitude(x, rows), findLargestMagnitude(d, columns)];
    const steps = (Math.abs(rate) * mostX * mostD) / step;
    if (steps === 0) return;
    const length = Math.min(trainLength, Math.ceil(steps));
    const top = Math.min(Math.sqrt(steps / length), 1);
    const from = slotCount[0]!;
    slotCount[0]! += length;
    drawTrains(rowTrains, x, top / mostX, rowRandom, from, length);
    drawTrains(columnTrains, d, top / mostD, columnRandom, from, length);
    for (let slot = 0; slot < length; slot++) {
      let any = false;
      for (let j = 0; j < columns; j++) {
        const high = (columnTrains[j]! >>> slot) & 1;
        trace[j] = high === 1 ? Math.sign(d[j]!) : 0;
        if (high === 1) any = true;
      }
      if (!any) continue;
      for (let i = 0; i < rows; i++)
        if ((rowTrains[i]! >>> slot) & 1) devices.pulseRow(i, trace, Math.sign(rate * x[i]!), 0, t);
    }
  };

  return {
    /** Number of pulse-train time slots sent so far, for all rows together; saved with the devices. */
    slotCount,
    /**
     * Updates weights by pulses, row by row: ΔW = scale × wanted. With update rule `stochastic`, all pulses are full
     * pulses. Their number is rounded up with a probability equal to its fractional part.
     */
    updateMatrix(wanted: ArrayLike<number>, scale: number, t: number) {
      for (let i = 0; i < rows; i++) {
        let any = false;
        for (let j = 0; j < columns; j++) {
          trace[j] = findStrength((wanted[i * columns + j]! * scale) / step);
          if (trace[j] !== 0) any = true;
        }
        if (any) devices.pulseRow(i, trace, 1, 0, t);
      }
    },
    updateByOuterProduct(x: ArrayLike<number>, d: ArrayLike<number>, rate: number, t: number) {
      if (rule === 'stochastic') {
        pulseCoincidences(x, d, rate, t);
        return;
      }
      const direct = rule === 'proportional' && !whole;
      if (direct) for (let j = 0; j < columns; j++) trace[j] = d[j]!;
      for (let i = 0; i < rows; i++) {
        const scale = (rate * x[i]!) / step;
        if (scale === 0) continue;
        if (!direct) for (let j = 0; j < columns; j++) trace[j] = findStrength(scale * d[j]!);
        devices.pulseRow(i, trace, direct ? scale : 1, 0, t);
      }
    },
  };
}

/** Draws a pulse train per line, one bit per time slot. Bits of line i are 1 with probability |values[i]| × scale. */
function drawTrains(
  trains: Uint32Array,
  values: ArrayLike<number>,
  scale: number,
  random: CounterRandom,
  from: number,
  length: number,
) {
  for (let i = 0; i < trains.length; i++) {
    const p = Math.abs(values[i]!) * scale;
    let bits = 0;
    if (p > 0) for (let slot = 0; slot < length; slot++) if (random.uniform(i, from + slot) < p) bits |= 1 << slot;
    trains[i] = bits;
  }
}

const PROBE_DEVICE_COUNT = 256;

export function createDenseEdges(rows: number, columns: number, weights: Float64Array): Edges {
  return {
    rows,
    columns,
    count: rows * columns,
    weights,
    weight: 0,
    targets: null,
    starts: null,
    minWeight: -Infinity,
    isOneToOne: false,
    hasDistinctTargets: true,
  };
}

/**
 * Measures the mean change of a weight by a full pulse in the middle of the range, over both directions and many
 * devices. If a full pulse reaches a bound, a weaker pulse is used.
 */
export function measureMeanStep(device: DeviceFactory, centred: boolean) {
  let [up, down] = [measureChange(device, 1, centred), measureChange(device, -1, centred)];
  // If read noise is much larger than a step, the step is measured with more pulses and more devices.
  const isHidden = up.error + down.error > Math.abs(up.change - down.change) / 4;
  if (isHidden) [up, down] = [1, -1].map((s) => measureChange(device, s, centred, NOISY_PULSE_COUNT)) as Changes;
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

/** Number of pulses per device, and factor of the device count, for steps too small to measure by one pulse. */
const NOISY_PULSE_COUNT = 16;

/** Mean change of weight by a pulse, its standard error, and whether any weight has reached a bound. */
type Change = Readonly<{ change: number; error: number; bounded: boolean }>;
type Changes = [Change, Change];

function measureChange(device: DeviceFactory, strength: number, centred: boolean, pulseCount = 1): Change {
  const count = PROBE_DEVICE_COUNT * pulseCount;
  const { minWeight: low, maxWeight: high } = device.ranges;
  const arena = new Arena();
  const edges = createDenseEdges(1, count, arena.f64(count).fill((low + high) / 2));
  const devices = device.create({
    arena,
    seed: 1,
    name: 'probe',
    edges,
    transpose: null,
    hasRandomWeights: true,
    startsNearMidRange: centred,
  });
  const weights = () => Array.from({ length: count }, (_, k) => devices.weight(k, 0));
  const before = weights();
  const strengths = arena.f64(count).fill(strength);
  for (let n = 0; n < pulseCount; n++) devices.pulseRow(0, strengths, 1, 0, 0);
  const after = weights();
  const changes = after.map((w, k) => (w - before[k]!) / pulseCount);
  const change = (after.reduce((a, w) => a + w, 0) - before.reduce((a, w) => a + w, 0)) / count / pulseCount;
  const variance = changes.reduce((sum, x) => sum + (x - change) ** 2, 0) / count;
  return { change, error: Math.sqrt(variance / count), bounded: after.some((w) => w <= low || w >= high) };
}
