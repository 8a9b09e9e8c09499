import type { RuleContext } from '../../core/factories.ts';
import type { Order } from './order.ts';
import { Strong } from './strong.ts';
import { Traces } from './trace.ts';
import { TracedRule } from './traced.ts';
import { Unpaired } from './unpaired.ts';

interface PairParams extends Order {
  readonly aPlus: number;
  readonly aMinus: number;
  /** ms */
  readonly tauPlus: number;
  readonly tauMinus: number;
  readonly muPlus: number;
  readonly muMinus: number;
  readonly minStrength?: number | undefined;
}

/** Pair STDP in which each presynaptic spike pairs with the postsynaptic spike before it and the one after it. */
export class PresynapticCentred extends TracedRule {
  readonly #p: PairParams;
  readonly #pre: Unpaired;
  readonly #post: Traces;
  readonly #sums: Float64Array;
  readonly #strong: Strong | null;

  constructor(p: PairParams, context: RuleContext) {
    const { devices, transpose, rows, columns, arena } = context;
    const pre = new Unpaired(devices.edges, transpose, p.tauPlus, arena);
    const post = new Traces(columns, p.tauMinus, false, arena, p.minStrength);
    super(p, context, { pre, post });
    this.#p = p;
    this.#pre = pre;
    this.#post = post;
    this.#sums = arena.f64(rows);
    this.#strong = p.minStrength ? new Strong(rows, p.minStrength, arena) : null;
  }

  get quantities() {
    return { postTrace: this.#post.quantity('post') };
  }

  arrive(row: number, t: number): void {
    this.#post.pulseRow(this.devices, row, -this.#p.aMinus, this.#p.muMinus, t);
    this.#pre.arrive(row, t);
  }

  fire(column: number, t: number): void {
    this.#pre.take(column, t, this.#sums);
    const { aPlus, muPlus } = this.#p;
    if (this.#strong === null) this.devices.pulseColumn(column, this.#sums, aPlus, muPlus, t);
    else this.#strong.pulseColumn(this.devices, column, this.#sums, aPlus, muPlus, t);
    this.#post.spike(column, t);
  }
}
