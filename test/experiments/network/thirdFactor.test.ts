/** Dendritic delay and modulators in a network file: the network of the same parts in TypeScript, recorded and resumed. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../../core/checkpoint/state.ts';
import { validate } from '../../../core/declare/validate.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import { Network } from '../../../core/network.ts';
import { parseConfig } from '../../../experiments/data/parse.ts';
import { attachRecorders, buildNetwork } from '../../../experiments/network/build.ts';
import { type NetworkDescription, networkSchema } from '../../../experiments/network/schema.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import { softBound } from '../../../synapses/devices/index.ts';
import { eligibility } from '../../../synapses/modulators/index.ts';
import { diehlCook, pulseOverlap } from '../../../synapses/rules/index.ts';
import { Rows } from '../../support.ts';

const FILE = `
memspike: 1
seed: 5
duration: 200
populations:
  input: { model: poisson, size: 8, rate: 100 }
  reward: { model: poisson, size: 2, rate: 30 }
  output: { model: lif, size: 3, threshold: 4 }
projections:
  - from: input
    to: output
    connect: { all: { weight: { uniform: [0.5, 1] } } }
    dendriticDelay: 2.5
    device: { model: softBound, etaUp: 0.5, etaDown: 0.5 }
    rule: { model: diehlCook, aPlus: 0.5, aMinus: 0.1 }
    modulator: { from: reward, delay: 1, model: eligibility, gain: [1, -0.5], tau: 300 }
  - from: input
    to: output
    connect: { oneToOne: { weight: 1 } }
    sources: [2, 3]
    delay: 1
    device: { model: softBound }
    rule: { model: pulseOverlap, post: [[0, 0.5], [4, -0.6]] }
    record: { weights: { every: 50 } }
`;
const description = (): NetworkDescription => validate(networkSchema, parseConfig(FILE, 'net.yaml'), 'net.yaml');

function byHand(): Network {
  const net = new Network({ seed: 5 });
  const input = net.population('input', poisson({ size: 8, rate: 100 }));
  const reward = net.population('reward', poisson({ size: 2, rate: 30 }));
  const output = net.population('output', lif({ size: 3, threshold: 4 }));
  net.projection(input, output, {
    connect: { all: { weight: { uniform: [0.5, 1] } } },
    dendriticDelay: 2.5,
    device: softBound({ etaUp: 0.5, etaDown: 0.5 }),
    rule: diehlCook({ aPlus: 0.5, aMinus: 0.1 }),
    modulator: { from: reward, delay: 1, model: eligibility({ gain: [1, -0.5], tau: 300 }) },
  });
  net.projection(input, output, {
    connect: { oneToOne: { weight: 1 } },
    sources: [2, 3],
    delay: 1,
    device: softBound({}),
    rule: pulseOverlap({
      post: [
        [0, 0.5],
        [4, -0.6],
      ],
    }),
  });
  return net;
}

test('the same network as by hand, and something is learned', () => {
  const [file, hand] = [buildNetwork(description()), byHand()];
  const start = [...file.projections.get('input->output')!.edges.weights!];
  for (const net of [file, hand]) net.run(200);
  assert.equal(save(file), save(hand));
  assert.not.equal([...file.projections.get('input->output')!.edges.weights!], start);
});

test('weights are those of the projection that asks for them', () => {
  const net = buildNetwork(description());
  const rows = new Rows();
  net.build();
  attachRecorders(net, description(), (table) => (table === WEIGHTS ? rows : new Rows()));
  net.run(200);
  net.flush();
  assert.is(rows.rows.length, 5 * 3);
  const { id, edges } = net.projections.get('input->output#2')!;
  for (const row of rows.rows) assert.ok(row.projection === id && row.pre === row.post! + 2);
  assert.equal(rows.column('weight').slice(-3), [...edges.weights!]);
});

test('resumed at any time it is the same', () => {
  const whole = buildNetwork(description());
  whole.run(200);
  for (const cut of [0, 20, 77.7, 150]) {
    const first = buildNetwork(description());
    first.run(cut);
    const second = buildNetwork(description());
    load(second, save(first));
    second.run(200 - second.now);
    assert.equal(save(second), save(whole), `cut at ${cut}`);
  }
});

test.run();
