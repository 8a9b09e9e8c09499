import type * as z from 'zod/mini';
import { define } from '../../core/declare/define.ts';
import { number, object } from '../../core/declare/params.ts';
import type { PlasticityRule, Pulsed, RuleContext, RuleFactory } from '../../core/model.ts';
import { joined } from '../parts.ts';
import { Traces } from './trace.ts';

const decay = (initial: number, help: string) =>
  number({ default: initial, min: 0, exclusiveMin: true, unit: 'ms', help });

const params = object({
  aPlus: number({ default: 0.01, min: 0, help: 'strength of potentiation, as a share of the weight range' }),
  aMinus: number({ default: 1e-4, min: 0, help: 'strength of depression' }),
  tauPre: decay(20, 'decay of the presynaptic trace'),
  tauPost1: decay(20, 'decay of the postsynaptic trace that depresses'),
  tauPost2: decay(40, 'decay of the postsynaptic trace that gates potentiation'),
});

class DiehlCook implements PlasticityRule {
  readonly pulsesAtArrival = true;
  readonly state;
  readonly #p: z.output<typeof params>;
  readonly #devices: Pulsed;
  readonly #pre: Traces;
  readonly #post1: Traces;
  readonly #post2: Traces;

  constructor(p: z.output<typeof params>, { devices, rows, columns, arena }: RuleContext) {
    this.#p = p;
    this.#devices = devices;
    this.#pre = new Traces(rows, p.tauPre, false, arena);
    this.#post1 = new Traces(columns, p.tauPost1, false, arena);
    this.#post2 = new Traces(columns, p.tauPost2, false, arena);
    this.state = joined({ pre: this.#pre, post1: this.#post1, post2: this.#post2 });
  }

  arrive(row: number, t: number): void {
    this.#post1.hide(t);
    this.#devices.pulseRow(row, this.#post1.values, -this.#p.aMinus * this.#post1.factor(t), 0, t);
    this.#post1.show();
    this.#pre.spike(row, t);
  }

  fire(column: number, t: number): void {
    const before = this.#post2.values[column]! * this.#post2.factor(t);
    this.#pre.hide(t);
    this.#devices.pulseColumn(column, this.#pre.values, this.#p.aPlus * before * this.#pre.factor(t), 0, t);
    this.#pre.show();
    this.#post1.spike(column, t);
    this.#post2.spike(column, t);
  }

  rest(t: number): void {
    for (const traces of [this.#pre, this.#post1, this.#post2]) traces.rest(t);
  }
}

/**
 * The triplet rule of the program that Diehl & Cook published. Spikes set their traces to 1. Potentiation is scaled by the
 * postsynaptic trace as it was before the spike: the first spike after a long silence potentiates nothing. A pair at
 * Δt = 0 changes nothing.
 */
export const diehlCook = define({
  name: 'diehlCook',
  help: "Diehl & Cook's triplet rule: potentiation needs an earlier postsynaptic spike",
  equation:
    'post: strength aPlus pre post2; pre: -aMinus post1; traces pre, post1, post2 are set to 1 by spikes and decay with tauPre, tauPost1, tauPost2',
  source: 'Diehl & Cook 2015, doi:10.3389/fncom.2015.00099; as in the code published with it',
  params,
  make: (p): RuleFactory => ({ create: (context) => new DiehlCook(p, context) }),
});
