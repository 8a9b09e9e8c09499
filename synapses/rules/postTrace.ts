import type { z } from 'zod';
import { define } from '../../core/define.ts';
import type { PlasticityRule, Pulsed, RuleContext, RuleFactory } from '../../core/model.ts';
import { number, object } from '../../core/params.ts';
import { Traces } from './trace.ts';

const params = object({
  rate: number({ default: 0.01, min: 0, help: 'strength per unit of trace' }),
  target: number({
    default: 0.2,
    help: 'trace at which nothing changes: inputs above it are potentiated, others depressed',
  }),
  tau: number({ default: 20, min: 0, exclusiveMin: true, unit: 'ms', help: 'decay of the presynaptic trace' }),
});

class PostTrace implements PlasticityRule {
  readonly pulsesAtArrival = false;
  readonly state;
  readonly #p: z.output<typeof params>;
  readonly #devices: Pulsed;
  readonly #pre: Traces;
  readonly #strength: Float64Array;

  constructor(p: z.output<typeof params>, { devices, rows, arena }: RuleContext) {
    this.#p = p;
    this.#devices = devices;
    this.#pre = new Traces(rows, p.tau, false, arena);
    this.#strength = arena.f64(rows);
    this.state = this.#pre.state;
  }

  arrive(row: number, t: number): void {
    this.#pre.spike(row, t);
  }

  fire(column: number, t: number): void {
    const { rate, target } = this.#p;
    const { values } = this.#pre;
    const strength = this.#strength;
    const factor = this.#pre.factor(t);
    for (let row = 0; row < values.length; row++) strength[row] = values[row]! * factor - target;
    this.#devices.pulseColumn(column, strength, rate, 0, t);
  }

  rest(t: number): void {
    this.#pre.rest(t);
  }
}

/**
 * At a postsynaptic spike every synapse moves by its presynaptic trace minus a target. The trace is 1 at an arrival and
 * decays with tau; an arrival at the very instant of the spike counts.
 */
export const postTrace = define({
  name: 'postTrace',
  help: 'at a postsynaptic spike each synapse moves by its presynaptic trace minus a target',
  equation: 'strength = rate (x_pre - target); x_pre = 1 at an arrival, dx/dt = -x/tau',
  source: 'Diehl & Cook 2015, doi:10.3389/fncom.2015.00099, equation 3 without weight dependence',
  params,
  make: (p): RuleFactory => ({ create: (context) => new PostTrace(p, context) }),
});
