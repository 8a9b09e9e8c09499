import type { RuleContext } from '../../core/factories.ts';
import type { Order } from './order.ts';
import { Strong } from './strong.ts';
import { Traces } from './trace.ts';
import { traced } from './traced.ts';
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
export function presynapticCentred(p: PairParams, { devices, transpose, rows, columns, arena }: RuleContext) {
  const pre = new Unpaired(devices.edges, transpose, p.tauPlus, arena);
  const post = new Traces(columns, p.tauMinus, false, arena, p.minStrength);
  const sums = arena.f64(rows);
  const strong = p.minStrength ? new Strong(rows, p.minStrength, arena) : null;
  return traced(
    p,
    { pre, post },
    {
      quantities: { postTrace: post.quantity('post') },
      onPre(row: number, t: number) {
        post.pulseRow(devices, row, -p.aMinus, p.muMinus, t);
        pre.onPre(row, t);
      },
      onPost(column: number, t: number) {
        pre.take(column, t, sums);
        if (strong === null) devices.pulseColumn(column, sums, p.aPlus, p.muPlus, t);
        else strong.pulseColumn(devices, column, sums, p.aPlus, p.muPlus, t);
        post.spike(column, t);
      },
    },
  );
}
