import type { z } from 'zod';
import { define } from '../../core/define.ts';
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

  constructor(p: z.output<typeof params>, { devices, rows, arena }: RuleContext) {
    this.#p = p;
    this.#devices = devices;
    this.#last = arena.f64(rows).fill(Number.NEGATIVE_INFINITY);
    this.#signs = arena.f64(rows);
    this.state = { last: this.#last };
  }

  arrive(row: number, t: number): void {
    this.#last[row] = t;
  }

  fire(column: number, t: number): void {
    const { window, up, down } = this.#p;
    const last = this.#last;
    const signs = this.#signs;
    const earliest = t - window;
    for (let row = 0; row < last.length; row++) signs[row] = last[row]! >= earliest ? up : -down;
    this.#devices.pulseColumn(column, signs, 1, 0, t);
  }

  rest(): void {
    this.#last.fill(Number.NEGATIVE_INFINITY);
  }
}

/**
 * Rectangular rule for memristors: a postsynaptic spike sends one pulse to each of the neuron's synapses, upwards where
 * the input arrived within `window` (an arrival at the very instant of the spike included), downwards elsewhere. An input
 * costs nothing by itself.
 */
export const postTriggered = define({
  name: 'postTriggered',
  help: 'at a postsynaptic spike one pulse a synapse: up for recent inputs, down for all others',
  equation: 'strength = up if t_post - t_pre <= window, else -down',
  source: 'Querlioz, Bichler & Gamrat 2011, doi:10.1109/IJCNN.2011.6033439',
  params,
  make: (p): RuleFactory => ({ create: (context) => new PostTriggered(p, context) }),
});
