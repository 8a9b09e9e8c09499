import type { z } from 'zod';
import { define } from '../../core/define.ts';
import { UserError } from '../../core/errors.ts';
import type { PlasticityRule, Pulsed, RuleContext, RuleFactory } from '../../core/model.ts';
import { number, object } from '../../core/params.ts';

const params = object({
  window: number({
    default: 50,
    min: 0,
    unit: 'ms',
    help: 'inputs that arrived at most this long before the spike are potentiated',
  }),
  up: number({ default: 1, min: 0, help: 'strength of a potentiating pulse' }),
  down: number({ default: 1, min: 0, help: 'strength of a depressing pulse' }),
});

class PostTriggered implements PlasticityRule {
  readonly pulsesAtArrival = false;
  readonly state;
  readonly #p: z.output<typeof params>;
  readonly #devices: Pulsed;
  readonly #last: Float64Array;
  readonly #signs: Float64Array;
  readonly #gain: Float64Array;

  constructor(p: z.output<typeof params>, { devices, rows, arena }: RuleContext) {
    this.#p = p;
    this.#devices = devices;
    this.#last = arena.f64(rows).fill(Number.NEGATIVE_INFINITY);
    this.#signs = arena.f64(rows);
    this.#gain = arena.f64(1).fill(1);
    this.state = { last: this.#last, gain: this.#gain };
  }

  get gain(): number {
    return this.#gain[0]!;
  }

  set gain(gain: number) {
    if (!(gain >= 0 && gain < Number.POSITIVE_INFINITY))
      throw new UserError(`The gain of a rule is ${gain}, but must be a finite number of at least 0.`);
    this.#gain[0] = gain;
  }

  arrive(row: number, t: number): void {
    this.#last[row] = t;
  }

  arriveAll(times: Float64Array, rows: Uint32Array, from: number, to: number): void {
    const last = this.#last;
    for (let k = from; k < to; k++) last[rows[k]!] = times[k]!;
  }

  fire(column: number, t: number): void {
    const { window, up, down } = this.#p;
    const last = this.#last;
    const signs = this.#signs;
    const earliest = t - window;
    for (let row = 0; row < last.length; row++) signs[row] = last[row]! >= earliest ? up : -down;
    this.#devices.pulseColumn(column, signs, this.gain, 0, t);
  }

  rest(): void {
    this.#last.fill(Number.NEGATIVE_INFINITY);
  }
}

/**
 * Rectangular rule for memristors: a postsynaptic spike sends one pulse to each of the neuron's synapses, upwards where
 * the input arrived within `window` (an arrival at the very instant of the spike included), downwards elsewhere. An input
 * costs nothing by itself. All strengths are multiplied by the rule's `gain`, which is 1 until it is set.
 */
export const postTriggered = define({
  name: 'postTriggered',
  help: 'at a postsynaptic spike one pulse a synapse: up for recent inputs, down for all others',
  equation: 'strength = up if t_post - t_pre <= window, else -down',
  source: 'Querlioz, Bichler & Gamrat 2011, doi:10.1109/IJCNN.2011.6033439',
  params,
  make: (p): RuleFactory => ({ create: (context) => new PostTriggered(p, context) }),
});
