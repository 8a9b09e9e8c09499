/** Recorded weights: the efficacy of an arrival is the jump of the postsynaptic potential. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../../core/network.ts';
import { lif, spikeTrains } from '../../../neurons/index.ts';
import { ideal, softBound } from '../../../synapses/devices/index.ts';
import { pairStdp } from '../../../synapses/rules/index.ts';
import { tsodyksMarkram } from '../../../synapses/shortTerm/index.ts';
import { Rows } from '../../support.ts';

const ARRIVALS = [5, 15, 22, 60];
const PROJECTIONS: Readonly<Record<string, object>> = {
  'a static weight': { connect: { all: { weight: 3 } } },
  'short-term depression per terminal': {
    connect: { all: { weight: 3 } },
    shortTerm: tsodyksMarkram({ U: 0.4, tauRec: 50 }),
  },
  'short-term depression per synapse': {
    connect: { all: { weight: 3 } },
    shortTerm: tsodyksMarkram({ U: { uniform: [0.3, 0.6] }, tauRec: 50 }),
  },
  'a device that decays': {
    connect: { all: { weight: 0.8 } },
    device: softBound({ retention: { tau: 20, rest: 0.1 } }),
  },
  'a device with read noise': { connect: { all: { weight: 0.8 } }, device: ideal({ readNoise: { sd: 0.2 } }) },
  'a device with read noise and short-term depression': {
    connect: { all: { weight: 0.8 } },
    device: ideal({ readNoise: { sd: 0.2 } }),
    shortTerm: tsodyksMarkram({ U: 0.4, tauRec: 50 }),
  },
};

for (const [name, options] of Object.entries(PROJECTIONS))
  test(`${name}: efficacies are the jumps of the potential`, () => {
    const net = new Network({ seed: 2 });
    const source = net.population('source', spikeTrains({ trains: [ARRIVALS] }));
    const target = net.population('target', lif({ size: 2, tau: 10, threshold: 1000 }));
    const projection = net.projection(source, target, options as never);
    const rows = new Rows();
    net.recordWeights(projection, { on: 'pre' }, rows);
    const jumps: number[] = [];
    const before = [0, 0];
    let last = 0;
    for (const t of ARRIVALS) {
      net.run(t - net.now);
      for (const j of [0, 1]) {
        const potential = target.model.potential(j, t);
        jumps.push(potential - before[j]! * Math.exp(-(t - last) / 10));
        before[j] = potential;
      }
      last = t;
    }
    net.flush();
    assert.equal(
      rows.column('time'),
      ARRIVALS.flatMap((t) => [t, t]),
    );
    assert.equal(
      rows.column('post'),
      ARRIVALS.flatMap(() => [0, 1]),
    );
    rows.column('efficacy').forEach((efficacy, k) => {
      assert.ok(Math.abs(efficacy - jumps[k]!) < 1e-12, `row ${k}: ${efficacy}, not ${jumps[k]}`);
    });
    const isDynamic = name !== 'a static weight';
    assert.is(new Set(rows.column('efficacy')).size > 1, isDynamic);
  });

test('rows at postsynaptic spikes and at times have the weight as efficacy, and rows of the neurons that spiked', () => {
  const build = (trigger: object) => {
    const net = new Network({ seed: 2 });
    const source = net.population('source', spikeTrains({ trains: [[5, 12], [6]] }));
    const target = net.population('target', lif({ size: 2, threshold: [10, 1000] }));
    net.projection(source, target, { name: 'drive', connect: { list: [[0, 0, 20]] } });
    const plastic = net.projection(source, target, {
      connect: { all: { weight: 0.5 } },
      device: ideal({}),
      rule: pairStdp({ aPlus: 0.1, aMinus: 0.1 }),
      shortTerm: tsodyksMarkram({ U: 0.4 }),
    });
    const rows = new Rows();
    net.recordWeights(plastic, trigger as never, rows);
    net.run(20);
    net.flush();
    return rows;
  };
  const post = build({ on: 'post' });
  assert.equal(post.column('time'), [5, 5, 12, 12]);
  assert.equal(post.column('post'), [0, 0, 0, 0]);
  assert.equal(post.column('pre'), [0, 1, 0, 1]);
  const timed = build({ every: 8 });
  for (const rows of [post, timed]) assert.equal(rows.column('efficacy'), rows.column('weight'));
  assert.is(timed.rows.length % 4, 0);
});

test('weights are recorded by several recorders, each with its own schedule and table', () => {
  const net = new Network({ seed: 2 });
  const source = net.population('source', spikeTrains({ trains: [ARRIVALS] }));
  const target = net.population('target', spikeTrains({ trains: [[7, 30]] }));
  const device = ideal({ wMin: 0, wMax: 1 });
  const plastic = net.projection(source, target, { connect: { all: { weight: 0.5 } }, device, rule: pairStdp({}) });
  const [fine, coarse, arrivals] = [{ every: 10 }, { every: 25 }, { on: 'pre' as const }].map((when) =>
    net.recordWeights(plastic, when, new Rows()),
  );
  net.run(60);
  net.flush();
  assert.equal(fine!.column('time'), [0, 10, 20, 30, 40, 50, 60]);
  assert.equal(coarse!.column('time'), [0, 25, 50]);
  assert.equal(arrivals!.column('time'), ARRIVALS);
  assert.is(coarse!.column('weight')[2], fine!.column('weight')[5]);
  assert.is.not(coarse!.column('weight')[1], coarse!.column('weight')[2]);
});

test.run();
