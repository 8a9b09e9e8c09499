import type * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { choice, flag, fromZero, integer, object, positive } from '../../core/declare/params.ts';
import type { Devices } from '../../core/model.ts';
import { CounterRandom, type Seed } from '../../core/random/random.ts';

const UPDATES = ['proportional', 'sign', 'stochastic', 'threshold'] as const;

/** How wanted changes of weights become pulses. */
export const updateParams = object(
  {
    rule: choice(UPDATES, {
      default: 'proportional',
      help: 'proportional: pulses as strong as the wanted change; sign: one pulse its way (Manhattan); stochastic: coincidences of random trains; threshold: one pulse where the change is large enough',
    }),
    strength: positive(1, '1', 'of a pulse of sign and threshold'),
    threshold: fromZero(0.5, '1', 'wanted change from which on threshold sends a pulse, in mean steps of the devices'),
    trainLength: integer({ default: 31, min: 1, max: 31, help: 'longest train of stochastic' }),
    whole: flag({ help: 'proportional: strengths are rounded to whole pulses' }),
  },
  'how wanted changes of weights become pulses',
);

type Settled = z.output<typeof updateParams>;

/**
 * Sends pulses for wanted changes ΔW. With s the mean change by a full pulse, strengths are
 *   proportional: ΔW/s, rounded if whole;   sign: ± strength;   threshold: ± strength where |ΔW| >= threshold s;
 *   stochastic, for outer products ΔW = rate x dᵀ: trains of B slots in which row i is high with probability √(rate/(s B)) K |x_i|
 *   and column j with √(rate/(s B)) |d_j|/K; where both are, a full pulse by the signs. K balances both sides, and B is as small
 *   as keeps probabilities below 1, up to trainLength. The mean is ΔW/s.
 * Sources: sign, Zamanidoost et al. 2015 (Manhattan rule training, IEEE WISP); stochastic, Gokmen & Vlasov 2016,
 * doi:10.3389/fnins.2016.00333, with update management as in aihwkit (Rasch et al. 2021, doi:10.1109/AICAS51828.2021.9458494).
 */
export class Updater {
  readonly #devices: Devices;
  readonly #how: Settled;
  readonly #step: number;
  readonly #trace: Float64Array;
  readonly #random: { readonly rows: CounterRandom; readonly columns: CounterRandom };
  readonly #rowTrains: Uint32Array;
  readonly #columnTrains: Uint32Array;
  /** Number of the next slot of trains. State, with the devices'. */
  readonly slots: Float64Array;

  constructor(devices: Devices, how: Settled, step: number, trace: Float64Array, seed: Seed, name: string) {
    const { rows, columns } = devices.edges;
    this.#devices = devices;
    this.#how = how;
    this.#step = step;
    this.#trace = trace;
    this.#random = {
      rows: new CounterRandom(seed, `${name}/rowTrains`),
      columns: new CounterRandom(seed, `${name}/columnTrains`),
    };
    this.#rowTrains = new Uint32Array(rows);
    this.#columnTrains = new Uint32Array(columns);
    this.slots = new Float64Array(1);
  }

  /** ΔW = scale × wanted, row by row. Stochastic: whole pulses, the last one with the probability of what is left of ΔW/s. */
  matrix(wanted: ArrayLike<number>, scale: number, t: number): void {
    const { columns, rows } = this.#devices.edges;
    for (let i = 0; i < rows; i++) {
      let any = false;
      for (let j = 0; j < columns; j++) {
        const strength = this.#strength((wanted[i * columns + j]! * scale) / this.#step);
        this.#trace[j] = strength;
        if (strength !== 0) any = true;
      }
      if (any) this.#devices.pulseRow(i, this.#trace, 1, 0, t);
    }
  }

  /** ΔW = rate x dᵀ. */
  outer(x: ArrayLike<number>, d: ArrayLike<number>, rate: number, t: number): void {
    const { rule, whole } = this.#how;
    const { rows, columns } = this.#devices.edges;
    if (rule === 'stochastic') {
      this.#coincidences(x, d, rate, t);
      return;
    }
    const direct = rule === 'proportional' && !whole;
    if (direct) for (let j = 0; j < columns; j++) this.#trace[j] = d[j]!;
    for (let i = 0; i < rows; i++) {
      const scale = (rate * x[i]!) / this.#step;
      if (scale === 0) continue;
      if (!direct) for (let j = 0; j < columns; j++) this.#trace[j] = this.#strength(scale * d[j]!);
      this.#devices.pulseRow(i, this.#trace, direct ? scale : 1, 0, t);
    }
  }

  /** Strength of the pulse for a change of so many mean steps. */
  #strength(steps: number): number {
    if (Number.isNaN(steps)) throw new UserError('CrossbarLayer: a wanted change of a weight is NaN.');
    const { rule, strength, threshold, whole } = this.#how;
    if (rule === 'proportional') return whole ? Math.round(steps) : steps;
    if (rule === 'sign') return steps === 0 ? 0 : Math.sign(steps) * strength;
    if (rule === 'threshold') return Math.abs(steps) >= threshold && steps !== 0 ? Math.sign(steps) * strength : 0;
    const most = Math.min(Math.abs(steps), this.#how.trainLength);
    const draw = this.#random.rows.uniform(0xffff, this.slots[0]!++);
    return Math.sign(steps) * (Math.floor(most) + (draw < most - Math.floor(most) ? 1 : 0));
  }

  #coincidences(x: ArrayLike<number>, d: ArrayLike<number>, rate: number, t: number): void {
    const { rows, columns } = this.#devices.edges;
    const [mostX, mostD] = [largest(x, rows), largest(d, columns)];
    const steps = (Math.abs(rate) * mostX * mostD) / this.#step;
    if (steps === 0) return;
    const length = Math.min(this.#how.trainLength, Math.ceil(steps));
    const top = Math.min(Math.sqrt(steps / length), 1);
    const from = this.slots[0]!;
    this.slots[0]! += length;
    draw(this.#rowTrains, x, top / mostX, this.#random.rows, from, length);
    draw(this.#columnTrains, d, top / mostD, this.#random.columns, from, length);
    for (let slot = 0; slot < length; slot++) {
      let any = false;
      for (let j = 0; j < columns; j++) {
        const high = (this.#columnTrains[j]! >>> slot) & 1;
        this.#trace[j] = high === 1 ? Math.sign(d[j]!) : 0;
        if (high === 1) any = true;
      }
      if (!any) continue;
      for (let i = 0; i < rows; i++) {
        if ((this.#rowTrains[i]! >>> slot) & 1) this.#devices.pulseRow(i, this.#trace, Math.sign(rate * x[i]!), 0, t);
      }
    }
  }
}

function largest(values: ArrayLike<number>, count: number): number {
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

/** Trains of bits, one a line, each high with probability |value| × scale. */
function draw(
  trains: Uint32Array,
  values: ArrayLike<number>,
  scale: number,
  random: CounterRandom,
  from: number,
  length: number,
): void {
  for (let i = 0; i < trains.length; i++) {
    const p = Math.abs(values[i]!) * scale;
    let bits = 0;
    if (p > 0) for (let slot = 0; slot < length; slot++) if (random.uniform(i, from + slot) < p) bits |= 1 << slot;
    trains[i] = bits;
  }
}
