import type { Params } from '../../core/declare/define.ts';
import { defineRule } from '../../core/declare/models.ts';
import { number } from '../../core/declare/params.ts';
import type { RuleContext } from '../../core/factories.ts';
import type { Quantity } from '../../core/hooks.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import { exp } from '../../core/math.ts';
import type { PlasticityRule, Pulsed } from '../../core/model.ts';

const params = {
  rate: number({ default: 0.01, min: 0, unit: '1', help: 'strength per unit of trace' }),
  target: number({
    default: 0.2,
    unit: '1',
    help: 'trace at which nothing changes: inputs above it are potentiated, others depressed',
  }),
  tau: number({ default: 20, min: 0, exclusiveMin: true, unit: 'ms', help: 'decay of the presynaptic trace' }),
};

/** Stored traces are brought back to scale 1 at the first arrival after this many time constants. */
const REBASE = 512;

/** Traces are stored as e^((t - t0)/tau) of their last arrival, so that nothing decays and one factor serves all. */
class PostTrace implements PlasticityRule {
  readonly pulsesAtArrival = false;
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #devices: Pulsed;
  readonly #kernels: Kernels;
  readonly #perMs: number;
  readonly #values: Float64Array;
  readonly #clock: Float64Array; // [t0]
  readonly #strength: Float64Array;

  constructor(p: Params<typeof params>, { devices, rows, arena }: RuleContext) {
    this.#p = p;
    this.#devices = devices;
    this.#kernels = arena.kernels;
    this.#perMs = 1 / p.tau;
    this.#values = arena.f64(rows);
    this.#clock = arena.f64(1);
    this.#strength = arena.f64(rows);
    this.state = { values: this.#values, clock: this.#clock };
  }

  get quantities(): Readonly<Record<string, Quantity>> {
    const read = (row: number, t: number) => this.#values[row]! * exp((this.#clock[0]! - t) * this.#perMs);
    return { preTrace: { unit: '1', of: 'pre', read } };
  }

  arrive(row: number, t: number): void {
    if (this.#exceeds(t)) this.#rebase(t);
    this.#values[row] = exp((t - this.#clock[0]!) * this.#perMs);
  }

  arriveAll(times: Float64Array, rows: Uint32Array, from: number, to: number): void {
    let k = from;
    while (this.#exceeds(times[to - 1]!)) this.arrive(rows[k]!, times[k++]!);
    this.#kernels.markTraces(this.#values, times, rows, k, to, this.#clock[0]!, this.#perMs);
  }

  fire(column: number, t: number): void {
    const { rate, target } = this.#p;
    const factor = exp((this.#clock[0]! - t) * this.#perMs);
    this.#kernels.traceStrengths(this.#values, factor, target, this.#strength);
    this.#devices.pulseColumn(column, this.#strength, rate, 0, t);
  }

  rest(t: number): void {
    this.#values.fill(0);
    this.#clock[0] = t;
  }

  #exceeds(t: number): boolean {
    return (t - this.#clock[0]!) * this.#perMs > REBASE;
  }

  #rebase(t: number): void {
    const decay = exp((this.#clock[0]! - t) * this.#perMs);
    for (let row = 0; row < this.#values.length; row++) this.#values[row]! *= decay;
    this.#clock[0] = t;
  }
}

/**
 * At a postsynaptic spike every synapse moves by its presynaptic trace minus a target. The trace is 1 at an arrival and
 * decays with tau; an arrival at the very instant of the spike counts.
 */
export const postTrace = defineRule({
  name: 'postTrace',
  help: 'at a postsynaptic spike each synapse moves by its presynaptic trace minus a target',
  equation: 'strength = rate (x_pre - target); x_pre = 1 at an arrival, dx/dt = -x/tau',
  source: 'Diehl & Cook 2015, doi:10.3389/fncom.2015.00099, equation 3 without weight dependence',
  params,
  create: (p, context) => new PostTrace(p, context),
});
