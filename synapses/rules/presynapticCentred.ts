import type { RuleContext } from '../../core/factories.ts';
import type { PlasticityRule, Pulsed } from '../../core/model.ts';
import { joined } from '../parts.ts';
import { type Order, ordered } from './order.ts';
import { Strong } from './strong.ts';
import { Traces } from './trace.ts';
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
export class PresynapticCentred implements PlasticityRule {
  readonly pulsesAtArrival = true;
  readonly deliversFirst: boolean;
  readonly postFirst: boolean;
  readonly state;
  readonly #p: PairParams;
  readonly #devices: Pulsed;
  readonly #pre: Unpaired;
  readonly #post: Traces;
  readonly #sums: Float64Array;
  readonly #strong: Strong | null;

  constructor(p: PairParams, { devices, transpose, rows, columns, arena }: RuleContext) {
    this.#p = p;
    ({ deliversFirst: this.deliversFirst, postFirst: this.postFirst } = ordered(p));
    this.#devices = devices;
    this.#pre = new Unpaired(devices.edges, transpose, p.tauPlus, arena);
    this.#post = new Traces(columns, p.tauMinus, false, arena, p.minStrength);
    this.#sums = arena.f64(rows);
    this.#strong = p.minStrength ? new Strong(rows, p.minStrength, arena) : null;
    this.state = joined({ pre: this.#pre, post: this.#post });
  }

  get quantities() {
    return { postTrace: this.#post.quantity('post') };
  }

  arrive(row: number, t: number): void {
    this.#post.pulseRow(this.#devices, row, -this.#p.aMinus, this.#p.muMinus, t);
    this.#pre.arrive(row, t);
  }

  fire(column: number, t: number): void {
    this.#pre.take(column, t, this.#sums);
    const { aPlus, muPlus } = this.#p;
    if (this.#strong === null) this.#devices.pulseColumn(column, this.#sums, aPlus, muPlus, t);
    else this.#strong.pulseColumn(this.#devices, column, this.#sums, aPlus, muPlus, t);
    this.#post.spike(column, t);
  }

  restored(): void {
    this.#post.restored();
  }

  rest(t: number): void {
    this.#pre.rest(t);
    this.#post.rest(t);
  }
}
