/** Pair STDP and Tsodyks-Markram against NEST and Brian2: weights within 1e-6, amplitudes within 1e-9 (relative). */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network, type ProjectionOptions } from '../../core/network.ts';
import { snap } from '../../core/time.ts';
import { spikeTrains } from '../../neurons/index.ts';
import { ideal } from '../../synapses/devices/index.ts';
import { pairStdp } from '../../synapses/rules/index.ts';
import { tsodyksMarkram } from '../../synapses/shortTerm/index.ts';
import { distance, Rows, reference, relativeDistance } from '../support.ts';

/** Fixed pre and post trains on one synapse: the rows at each presynaptic arrival. */
function atArrivals(pre: number[], post: number[], options: Omit<ProjectionOptions, 'name'>, duration: number): Rows {
  const net = new Network({ seed: 1 });
  const a = net.population('pre', spikeTrains({ trains: [pre] }));
  const b = net.population('post', spikeTrains({ trains: [post] }));
  const rows = new Rows();
  net.recordWeights(net.projection(a, b, options), { on: 'pre' }, rows);
  net.run(duration);
  net.flush();
  return rows;
}

interface StdpCase {
  simulation_ms: number;
  parameters: Record<
    'Wmax' | 'alpha' | 'delay' | 'lambda' | 'mu_minus' | 'mu_plus' | 'tau_plus' | 'tau_minus' | 'weight',
    number
  >;
  inputs: { pre_times_ms: number[]; post_times_ms: number[] };
  outputs: { weight_after_pre_spike: number[] };
}

for (const name of ['stdp_synapse_add', 'stdp_synapse_mult', 'stdp_synapse_delay0.1']) {
  test(name, () => {
    const { parameters: p, inputs, outputs, simulation_ms } = reference<StdpCase>(`nest/${name}.json`);
    const rows = atArrivals(
      inputs.pre_times_ms,
      inputs.post_times_ms,
      {
        connect: { list: [[0, 0, p.weight]] },
        dendriticDelay: p.delay, // all of NEST's delay
        device: ideal({ wMax: p.Wmax }),
        rule: pairStdp({
          aPlus: p.lambda,
          aMinus: p.alpha * p.lambda,
          tauPlus: p.tau_plus,
          tauMinus: p.tau_minus,
          muPlus: p.mu_plus,
          muMinus: p.mu_minus,
        }),
      },
      simulation_ms,
    );
    assert.equal(
      rows.column('time'),
      inputs.pre_times_ms.map((t) => snap(snap(t) + snap(p.delay))),
    );
    assert.ok(distance(rows.column('weight'), outputs.weight_after_pre_spike) < 1e-6 * p.Wmax);
  });
}

interface TsodyksCase {
  simulation_ms: number;
  parameters: Record<'U' | 'tau_fac' | 'tau_rec' | 'weight', number>;
  inputs: { pre_times_ms: number[] };
  outputs: { amplitude_per_pre_spike: number[] };
}

for (const name of ['tsodyks2_dep_irr', 'tsodyks2_fac_reg']) {
  test(name, () => {
    const { parameters: p, inputs, outputs, simulation_ms } = reference<TsodyksCase>(`nest/${name}.json`);
    const shortTerm = tsodyksMarkram({ U: p.U, tauRec: p.tau_rec, tauFacil: p.tau_fac });
    const rows = atArrivals(
      inputs.pre_times_ms,
      [],
      { connect: { list: [[0, 0, p.weight]] }, shortTerm },
      simulation_ms,
    );
    assert.ok(relativeDistance(rows.column('efficacy'), outputs.amplitude_per_pre_spike) < 1e-9);
  });
}

interface BrianStdp {
  params: Record<'tau_plus' | 'tau_minus' | 'A_plus' | 'A_minus' | 'w0', number>;
  pre_ms: number[];
  post_ms: number[];
  event_times_ms: number[];
  event_kinds: string[];
  w_all_to_all: number[];
  w_nearest: number[];
}

for (const pairing of ['allToAll', 'nearest'] as const) {
  test(`brian2 stdp, ${pairing}`, () => {
    const c = reference<BrianStdp>('brian2/stdp.json');
    const rows = atArrivals(
      c.pre_ms,
      c.post_ms,
      {
        connect: { list: [[0, 0, c.params.w0]] },
        device: ideal({ wMin: -10, wMax: 10 }),
        rule: pairStdp({
          pairing,
          aPlus: c.params.A_plus / 20, // a share of the range
          aMinus: c.params.A_minus / 20,
          tauPlus: c.params.tau_plus,
          tauMinus: c.params.tau_minus,
        }),
      },
      1000,
    );
    const expected = (pairing === 'nearest' ? c.w_nearest : c.w_all_to_all).filter(
      (_, i) => c.event_kinds[i] === 'pre',
    );
    assert.ok(relativeDistance(rows.column('weight'), expected) < 1e-9);
  });
}

interface BrianTsodyks {
  cases: { train: string; times_ms: number[]; U: number; tau_rec: number; tau_facil: number; amplitude: number[] }[];
}

for (const c of reference<BrianTsodyks>('brian2/tsodyks_markram.json').cases) {
  test(`brian2 tsodyks_markram, ${c.train}, U ${c.U}, tauFacil ${c.tau_facil}`, () => {
    const shortTerm = tsodyksMarkram({ U: c.U, tauRec: c.tau_rec, tauFacil: c.tau_facil });
    const rows = atArrivals(c.times_ms, [], { connect: { list: [[0, 0, 1]] }, shortTerm }, 5000);
    assert.ok(relativeDistance(rows.column('efficacy'), c.amplitude) < 1e-9);
  });
}

test.run();
