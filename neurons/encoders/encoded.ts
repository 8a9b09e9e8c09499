import * as z from 'zod/mini';
import type { Params } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { described, fraction, nonNegative, number } from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';
import type { ModelContext } from '../../core/factories.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { snap, TICK } from '../../core/time.ts';
import { RecordedSpikes, sortSpikes } from '../stimuli/recorded.ts';

/** Random number, uniform in (0, 1): draw number `count` of a neuron in the current presentation. */
export type UniformDraw = (neuron: number, count: number) => number;

/** Converts intensities in [0, 1] to spike times: ms after presentation start, ascending, one list per neuron. */
type SpikeEncoder = (values: ArrayLike<number>, draw: UniformDraw) => number[][];

export const presentationParams = {
  values: described(z.array(number({ min: 0, max: 1, unit: '1', help: 'intensity' })).check(minLength(1)), {
    description: 'encoded intensities, each from 0 to 1',
  }),
  start: nonNegative(0, 'ms', 'start of the presentation'),
};
export const intensityCutoffParam = fraction(0, 'intensities up to this value give no spikes');

export const presentationDurationParam = number({
  default: 100,
  min: 0,
  max: 1e5,
  exclusiveMin: true,
  unit: 'ms',
  help: 'duration for which the encoded values are presented',
});

/** Stimulus that presents a list of intensities, each from 0 to 1, as spike trains of an encoder. */
export class EncodedStimulus extends RecordedSpikes {
  override readonly state;
  readonly #startTime;
  readonly #spikeEncoder;
  readonly #context;
  readonly #values;
  /** Array [start of the presentation, time up to which no spike is emitted], ms. */
  readonly #timeState;
  /** Array [number of emitted spikes, index of the presentation]. */
  readonly #cursor;
  #changed = false;

  constructor(
    { values, start }: Params<typeof presentationParams>,
    encode: SpikeEncoder,
    size: number,
    context: ModelContext,
  ) {
    const { arena } = context;
    const cursor = arena.u32(2);
    super(size, new Float64Array(0), new Uint32Array(0), arena, cursor);
    this.#startTime = snap(start);
    this.#spikeEncoder = encode;
    this.#context = context;
    this.#values = arena.f64(values.length);
    this.#timeState = arena.f64(2);
    this.#cursor = cursor;
    this.state = { values: this.#values, clock: this.#timeState, cursor };
    this.#values.set(values);
    this.#timeState.set([this.#startTime, -1]);
    this.#computePresentationSpikes();
  }

  onCheckpointLoaded() {
    const sent = this.#cursor[0]!;
    this.#computePresentationSpikes();
    this.#cursor[0] = sent;
  }

  /** Sets new intensities (same number, each from 0 to 1), presented from now on. Call within `Network.change`. */
  setValues(values: ArrayLike<number>) {
    const { name } = this.#context;
    if (values.length !== this.#values.length) {
      throw new UserError(`${name}.values must list ${this.#values.length} values (got ${values.length}).`);
    }
    for (let i = 0; i < values.length; i++) {
      const x = values[i]!;
      if (!(x >= 0 && x <= 1)) throw new UserError(`${name}.values[${i}] is ${x}, but must be from 0 to 1.`);
    }
    this.#values.set(values);
    this.#changed = true;
  }

  override restart(t: number) {
    if (this.#changed) {
      this.#changed = false;
      this.#timeState.set([t < 0 ? this.#startTime : t, t]);
      this.#cursor[1]!++;
      this.#computePresentationSpikes();
    }
    super.restart(t);
  }

  /** Computes the presentation's spikes. A spike at the tick of the intensity change moves to the next tick. */
  #computePresentationSpikes() {
    const [start, after] = this.#timeState as unknown as [number, number];
    const random = new CounterRandom(this.#context.seed, `${this.#context.name}/presentation/${this.#cursor[1]}`);
    const trains = this.#spikeEncoder(this.#values, (neuron, count) => random.uniform(neuron, count));
    const spikes = trains.flatMap((train, neuron) => {
      const times = new Set(train.map((dt) => Math.max(snap(start + dt), after + TICK)));
      return [...times].map((time) => ({ time, neuron }));
    });
    const { times, neurons } = sortSpikes(spikes);
    this.setSpikes(times, neurons);
  }
}

/** Spike trains of values: `train(x)` for each value x above `cutoff`, none for other values. */
export const encodeValues = (
  values: ArrayLike<number>,
  p: { readonly cutoff: number },
  train: (x: number) => number[],
): number[][] => Array.from(values, (x) => (x > p.cutoff ? train(x) : []));

export const createEvenlySpacedTimes = (gap: number, count: number) => Array.from({ length: count }, (_, k) => k * gap);
