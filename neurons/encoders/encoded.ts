import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { described, fromZero, number, share } from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { StimulusModel } from '../../core/model.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { snap, TICK } from '../../core/time.ts';
import { RecordedSpikes, sortSpikes } from '../stimuli/recorded.ts';

/** Uniform on (0, 1): draw `count` of a neuron in this presentation. */
export type UniformDraw = (neuron: number, count: number) => number;

/** The spikes that show intensities in [0, 1]: ms after the start of the presentation, ascending, one list a neuron. */
type SpikeEncoder = (values: ArrayLike<number>, draw: UniformDraw) => number[][];

/** Parameters of every encoder. */
export const presentationParams = {
  values: described(z.array(number({ min: 0, max: 1, unit: '1', help: 'intensity' })).check(minLength(1)), {
    description: 'intensities to show, each from 0 to 1',
  }),
  start: fromZero(0, 'ms', 'when they are shown'),
};
export const cutoffParam = share(0, 'intensities up to this send nothing');

/** Parameter for encoders that go on for as long as the presentation lasts. */
export const windowParam = number({
  default: 100,
  min: 0,
  max: 1e5,
  exclusiveMin: true,
  unit: 'ms',
  help: 'how long they are shown',
});

interface Presentation {
  readonly values: readonly number[];
  readonly start: number;
}

/** A population that shows intensities as spikes. New ones are shown from the moment at which `Network.change` sets them. */
export class EncodedStimulus implements StimulusModel {
  readonly size: number;
  readonly state;
  readonly #start: number;
  readonly #encode: SpikeEncoder;
  readonly #context: ModelContext;
  readonly #values: Float64Array;
  /** [start of the presentation, nothing is sent up to this time] */
  readonly #clock: Float64Array;
  /** [spikes sent, number of the presentation] */
  readonly #cursor: Uint32Array;
  readonly #spikes: RecordedSpikes;
  #changed = false;

  constructor({ values, start }: Presentation, encode: SpikeEncoder, neuronsPerValue: number, context: ModelContext) {
    const { arena } = context;
    this.#start = snap(start);
    this.#encode = encode;
    this.#context = context;
    this.size = values.length * neuronsPerValue;
    this.#values = arena.f64(values.length);
    this.#clock = arena.f64(2);
    this.#cursor = arena.u32(2);
    this.#spikes = new RecordedSpikes(this.size, new Float64Array(0), new Uint32Array(0), arena, this.#cursor);
    this.state = { values: this.#values, clock: this.#clock, cursor: this.#cursor };
    this.#values.set(values);
    this.#clock.set([this.#start, -1]);
    this.#encodeSpikes();
  }

  get next(): number {
    return this.#spikes.next;
  }

  restored(): void {
    const sent = this.#cursor[0]!;
    this.#encodeSpikes();
    this.#cursor[0] = sent;
  }

  /** Shows other intensities, as many and each from 0 to 1. Takes effect through `Network.change`, and starts then. */
  setValues(values: ArrayLike<number>): void {
    const { name } = this.#context;
    if (values.length !== this.#values.length) {
      throw new UserError(`${name} shows ${this.#values.length} values, but ${values.length} were given.`);
    }
    for (let i = 0; i < values.length; i++) {
      const x = values[i]!;
      if (!(x >= 0 && x <= 1)) throw new UserError(`${name}.values[${i}] is ${x}, but must lie between 0 and 1.`);
    }
    this.#values.set(values);
    this.#changed = true;
  }

  emit(times: Float64Array, neurons: Uint32Array, capacity: number): number {
    return this.#spikes.emit(times, neurons, capacity);
  }

  restart(t: number): void {
    if (this.#changed) {
      this.#changed = false;
      this.#clock.set([t < 0 ? this.#start : t, t]);
      this.#cursor[1]!++;
      this.#encodeSpikes();
    }
    this.#spikes.restart(t);
  }

  /** Sets the spikes of the presentation. One due at the very instant of a change comes one step of the time grid later. */
  #encodeSpikes(): void {
    const [start, after] = this.#clock as unknown as [number, number];
    const random = new CounterRandom(this.#context.seed, `${this.#context.name}/presentation/${this.#cursor[1]}`);
    const trains = this.#encode(this.#values, (neuron, count) => random.uniform(neuron, count));
    const spikes = trains.flatMap((train, neuron) => {
      const times = new Set(train.map((dt) => Math.max(snap(start + dt), after + TICK)));
      return [...times].map((time) => ({ time, neuron }));
    });
    const { times, neurons } = sortSpikes(spikes);
    this.#spikes.setSpikes(times, neurons);
  }
}

/** One train a value that is above the cutoff, none for the others. */
export const encodeEach = (
  values: ArrayLike<number>,
  p: { readonly cutoff: number },
  train: (x: number) => number[],
): number[][] => Array.from(values, (x) => (x > p.cutoff ? train(x) : []));

/** 0, gap, 2 gap, …: `count` times. */
export const spacedTimes = (gap: number, count: number): number[] => Array.from({ length: count }, (_, k) => k * gap);
