import type { Params } from '../../core/declare/define.ts';
import { defineRule } from '../../core/declare/models.ts';
import { number } from '../../core/declare/params.ts';
import type { RuleContext } from '../../core/factories.ts';
import { orderParams } from './order.ts';
import { Traces } from './trace.ts';
import { TracedRule } from './traced.ts';

const params = {
  rate: number({
    default: 0.005,
    min: 0,
    unit: '1',
    help: 'strength per unit of trace, as a share of the weight range',
  }),
  targetRate: number({ default: 5, min: 0, unit: 'Hz', help: 'rate that postsynaptic neurons are brought to' }),
  tau: number({ default: 20, min: 0, exclusiveMin: true, unit: 'ms', help: 'decay of both traces' }),
  ...orderParams,
};

class VogelsInhibitory extends TracedRule {
  readonly #rate: number;
  readonly #alpha: number;
  readonly #pre: Traces;
  readonly #post: Traces;
  readonly #strengths: Float64Array;

  constructor(p: Params<typeof params>, context: RuleContext) {
    const { rows, columns, arena } = context;
    const pre = new Traces(rows, p.tau, true, arena);
    const post = new Traces(columns, p.tau, true, arena);
    super(p, context, { pre, post });
    this.#rate = p.rate;
    this.#alpha = (2 * p.targetRate * p.tau) / 1000;
    this.#pre = pre;
    this.#post = post;
    this.#strengths = arena.f64(columns);
  }

  get quantities() {
    return { preTrace: this.#pre.quantity('pre'), postTrace: this.#post.quantity('post') };
  }

  arrive(row: number, t: number): void {
    this.#post.strengths(this.#strengths, this.#alpha, t, this.devices.edges, row);
    this.devices.pulseRow(row, this.#strengths, this.#rate, 0, t);
    this.#pre.spike(row, t);
  }

  fire(column: number, t: number): void {
    this.#pre.pulseColumn(this.devices, column, this.#rate, 0, t);
    this.#post.spike(column, t);
  }
}

/**
 * Plasticity of inhibitory synapses that balances excitation: near-coincident spikes of both sides strengthen, in whatever order, and each
 * presynaptic spike alone weakens, until postsynaptic neurons fire at the target rate. For weights that are not negative, at receptor
 * `inhibitory`. Nothing at Δt = 0, as for `pairStdp`.
 */
export const vogelsInhibitory = defineRule({
  name: 'vogelsInhibitory',
  help: 'inhibitory plasticity that brings postsynaptic neurons to a target rate',
  equation:
    'pre: strength rate (y_post - alpha); post: rate x_pre; traces x, y decay with tau; alpha = 2 targetRate tau',
  source: 'Vogels et al. 2011, doi:10.1126/science.1211095',
  params,
  create: (p, context) => new VogelsInhibitory(p, context),
});
