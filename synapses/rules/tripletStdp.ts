import type { Params } from '../../core/declare/define.ts';
import { defineRule } from '../../core/declare/models.ts';
import { choice, number } from '../../core/declare/params.ts';
import type { RuleContext } from '../../core/factories.ts';
import { orderParams } from './order.ts';
import { minStrengthParam } from './strong.ts';
import { Traces } from './trace.ts';
import { TracedRule } from './traced.ts';

const decay = (initial: number, help: string) =>
  number({ default: initial, min: 0, exclusiveMin: true, unit: 'ms', help });

const params = {
  pairing: choice(['allToAll', 'nearest'], {
    default: 'allToAll',
    help: 'each spike adds 1 to its traces, or sets them to 1',
  }),
  a2Plus: number({
    default: 5e-10,
    min: 0,
    unit: '1',
    help: 'potentiation of a pair pre-post, as a share of the weight range',
  }),
  a3Plus: number({ default: 6.2e-3, min: 0, unit: '1', help: 'potentiation of a triplet post-pre-post' }),
  a2Minus: number({ default: 7e-3, min: 0, unit: '1', help: 'depression of a pair post-pre' }),
  a3Minus: number({ default: 2.3e-4, min: 0, unit: '1', help: 'depression of a triplet pre-post-pre' }),
  tauPlus: decay(16.8, 'decay of the fast presynaptic trace x1'),
  tauX: decay(101, 'decay of the slow presynaptic trace x2'),
  tauMinus: decay(33.7, 'decay of the fast postsynaptic trace y1'),
  tauY: decay(125, 'decay of the slow postsynaptic trace y2'),
  minStrength: minStrengthParam,
  ...orderParams,
};

class TripletStdp extends TracedRule {
  readonly #p: Params<typeof params>;
  readonly #x1: Traces;
  readonly #x2: Traces;
  readonly #y1: Traces;
  readonly #y2: Traces;

  constructor(p: Params<typeof params>, context: RuleContext) {
    const { rows, columns, arena } = context;
    const additive = p.pairing === 'allToAll';
    const x1 = new Traces(rows, p.tauPlus, additive, arena, p.minStrength);
    const x2 = new Traces(rows, p.tauX, additive, arena);
    const y1 = new Traces(columns, p.tauMinus, additive, arena, p.minStrength);
    const y2 = new Traces(columns, p.tauY, additive, arena);
    super(p, context, { x1, x2, y1, y2 });
    this.#p = p;
    [this.#x1, this.#x2, this.#y1, this.#y2] = [x1, x2, y1, y2];
  }

  get quantities() {
    const [x1, x2] = [this.#x1.quantity('pre'), this.#x2.quantity('pre')];
    return { x1, x2, y1: this.#y1.quantity('post'), y2: this.#y2.quantity('post') };
  }

  arrive(row: number, t: number): void {
    const { a2Minus, a3Minus } = this.#p;
    const slow = this.#x2.values[row]! * this.#x2.factor(t);
    this.#y1.pulseRow(this.devices, row, -(a2Minus + a3Minus * slow), 0, t);
    this.#x1.spike(row, t);
    this.#x2.spike(row, t);
  }

  fire(column: number, t: number): void {
    const { a2Plus, a3Plus } = this.#p;
    const slow = this.#y2.values[column]! * this.#y2.factor(t);
    this.#x1.pulseColumn(this.devices, column, a2Plus + a3Plus * slow, 0, t);
    this.#y1.spike(column, t);
    this.#y2.spike(column, t);
  }
}

/**
 * Triplet STDP. A slow trace is read before the spike at hand adds to it, so that it tells of earlier spikes of the same
 * neuron only; a pair at Δt = 0 changes nothing. (In NEST tauMinus and tauY are parameters of the neuron.)
 */
export const tripletStdp = defineRule({
  name: 'tripletStdp',
  help: 'spike-timing-dependent plasticity from pairs and triplets of spikes; frequency matters',
  equation:
    'post: strength x1 (a2Plus + a3Plus y2); pre: -y1 (a2Minus + a3Minus x2); traces x1, x2, y1, y2 decay with tauPlus, tauX, tauMinus, tauY',
  source:
    "Pfister & Gerstner 2006, doi:10.1523/JNEUROSCI.1425-06.2006; defaults: NEST's stdp_triplet_synapse, tauMinus and tauY those of NESTML's",
  params,
  create: (p, context) => new TripletStdp(p, context),
});
