import { defineShortTerm, type Params } from '../../core/declare/define.ts';
import { createElementParameter } from '../../core/declare/elementParameter.ts';
import { perElement } from '../../core/declare/params.ts';
import type { ShortTermContext } from '../../core/factories.ts';
import { getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import type { Quantity, RecordableState } from '../../core/hooks.ts';
import { exp } from '../../core/math.ts';
import type { ShortTerm } from '../../core/model.ts';

const FRACTION_RANGE = { min: 0, max: 1 };
const PER_SYNAPSE_HELP =
  'one value for all synapses, or one per synapse: a list ascending in (delay, pre, post), or a distribution';

const params = {
  U: perElement({
    default: 0.5,
    ...FRACTION_RANGE,
    unit: '1',
    help: `fraction of resources released by the first spike; ${PER_SYNAPSE_HELP}`,
  }),
  tauRec: perElement({
    default: 800,
    min: 0,
    unit: 'ms',
    help: `time constant of the recovery of resources (depression); ${PER_SYNAPSE_HELP}`,
  }),
  tauFacil: perElement({
    default: 0,
    min: 0,
    unit: 'ms',
    help: `time constant of facilitation; 0: no facilitation; ${PER_SYNAPSE_HELP}`,
  }),
};

const decayFactor = (h: number, tau: number) => (tau === 0 ? 0 : exp(-h / tau));

function create(p: Params<typeof params>, context: ShortTermContext): ShortTerm & RecordableState {
  const { arena, rows, edges, name } = context;
  const each = (key: keyof typeof params, range: { min: number; max?: number }) =>
    createElementParameter(p[key], edges.count, key, { ...context, name: `${name}.shortTerm` }, range, 'synapse');
  const U = each('U', FRACTION_RANGE);
  const [tauRec, tauFacil] = [each('tauRec', { min: 0 }), each('tauFacil', { min: 0 })];
  const shared = U.isShared && tauRec.isShared && tauFacil.isShared;
  const n = shared ? rows : edges.count; // state per terminal, or per synapse if parameters differ between synapses
  if (!shared) arena.requireSpaceFor(n * 56, `${name}.shortTerm with ${n} synapses`);
  const factors = shared ? null : arena.f64(n);
  const [u, x, last] = [arena.f64(n), arena.f64(n), arena.f64(n)];
  const rest = () => {
    for (let k = 0; k < n; k++) u[k] = U.getValue(k);
    x.fill(1);
    last.fill(-Infinity);
  };
  rest();
  const uAt = (k: number, t: number) => {
    const h = t - last[k]!;
    return h < Infinity ? U.getValue(k) + u[k]! * (1 - U.getValue(k)) * decayFactor(h, tauFacil.getValue(k)) : u[k]!;
  };
  const xAt = (k: number, t: number) => {
    const h = t - last[k]!;
    return h < Infinity ? 1 + (x[k]! - x[k]! * u[k]! - 1) * decayFactor(h, tauRec.getValue(k)) : x[k]!;
  };
  const deliver = (k: number, t: number) => {
    const resources = xAt(k, t);
    u[k] = uAt(k, t);
    x[k] = resources;
    last[k] = t;
    return u[k]! * resources;
  };
  const quantity = (read: Quantity['read']): Quantity => ({ unit: '1', owner: 'pre', read });
  return {
    state: { u, x, last },
    factors,
    /** Recordable values of u and x for an arrival at t; empty if parameters differ between synapses of a terminal. */
    quantities: factors ? {} : { u: quantity(uAt), x: quantity(xAt) },
    onPre(row, t) {
      if (factors === null) return deliver(row, t);
      const end = getRowEnd(edges, row);
      for (let k = getRowStart(edges, row); k < end; k++) factors[k] = deliver(k, t);
      return 1;
    },
    resetDynamicState: rest,
  };
}

export const tsodyksMarkram = defineShortTerm({
  name: 'tsodyksMarkram',
  help: 'short-term depression and facilitation: resources x and their utilisation u',
  equation:
    'per spike, h after the last: x <- 1 + (x - x u - 1) e^(-h/tauRec); u <- U + u (1 - U) e^(-h/tauFacil); factor u x',
  source:
    'Tsodyks et al. 1998, doi:10.1162/089976698300017502; recursion of Maass & Markram 2002, doi:10.1016/S0893-6080(01)00144-7',
  params,
  create,
});
