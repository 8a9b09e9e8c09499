import { defineRule } from '../../core/declare/define.ts';
import { nonNegative, positive } from '../../core/declare/params.ts';
import { minPulseStrengthParam } from './minPulseStrength.ts';
import { createTraceRule, Traces } from './trace.ts';

const params = {
  aPlus: nonNegative(0.01, '1', 'strength of potentiation, as a share of the weight range'),
  aMinus: nonNegative(1e-4, '1', 'strength of depression, as a share of the weight range'),
  tauPre: positive(20, 'ms', 'time constant of the presynaptic trace'),
  tauPost1: positive(20, 'ms', 'time constant of the postsynaptic trace that sets depression'),
  tauPost2: positive(40, 'ms', 'time constant of the postsynaptic trace that gates potentiation'),
  minStrength: minPulseStrengthParam,
};

/**
 * Triplet rule of the program published by Diehl & Cook. The first postsynaptic spike after a long silence does not
 * potentiate. A pair at Δt = 0 changes nothing.
 */
export const diehlCook = defineRule({
  name: 'diehlCook',
  help: "Diehl & Cook's triplet rule: potentiation needs an earlier postsynaptic spike",
  equation:
    'post: strength aPlus pre post2; pre: -aMinus post1; traces pre, post1, post2 are set to 1 by spikes and decay with tauPre, tauPost1, tauPost2',
  source: 'Diehl & Cook 2015, doi:10.3389/fncom.2015.00099; as in the code published with it',
  params,
  create(p, { devices, rows, columns, arena }) {
    const pre = new Traces(rows, p.tauPre, false, arena, p.minStrength);
    const post1 = new Traces(columns, p.tauPost1, false, arena, p.minStrength);
    const post2 = new Traces(columns, p.tauPost2, false, arena);
    const [postTrace1, postTrace2] = [post1.createQuantity('post'), post2.createQuantity('post')];
    return createTraceRule(
      {},
      { pre, post1, post2 },
      {
        quantities: { preTrace: pre.createQuantity('pre'), postTrace1, postTrace2 },
        onPre(row: number, t: number) {
          post1.pulseRow(devices, row, -p.aMinus, 0, t);
          pre.recordSpike(row, t);
        },
        onPost(column: number, t: number) {
          const before = post2.values[column]! * post2.decayFactor(t);
          pre.pulseColumn(devices, column, p.aPlus * before, 0, t);
          post1.recordSpike(column, t);
          post2.recordSpike(column, t);
        },
      },
    );
  },
});
