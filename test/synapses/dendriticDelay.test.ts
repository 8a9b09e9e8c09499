/** Axonal and dendritic delay: when the current comes, which Δt the rule sees, and NEST's convention worked by hand. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../core/checkpoint/state.ts';
import { UserError } from '../../core/declare/errors.ts';
import { Network } from '../../core/network.ts';
import { lif, spikeTrains } from '../../neurons/index.ts';
import { ideal } from '../../synapses/devices/index.ts';
import { pairStdp, postTriggered } from '../../synapses/rules/index.ts';
import { Rows } from '../support.ts';
import { change, near } from './fixedTrains.ts';

const P = { aPlus: 0.05, aMinus: 0.06, tauPlus: 20, tauMinus: 30 };
const rule = pairStdp(P);
/** What a pair at Δt does to a weight of range 2. */
const pair = (dt: number): number =>
  2 * (dt > 0 ? P.aPlus * Math.exp(-dt / P.tauPlus) : dt < 0 ? -P.aMinus * Math.exp(dt / P.tauMinus) : 0);

test('the current reaches the target after both delays', () => {
  for (const plastic of [{}, { device: ideal({ wMax: 10 }), rule: pairStdp({}) }]) {
    const net = new Network({ seed: 1 });
    const pre = net.population('pre', spikeTrains({ trains: [[10]] }));
    const post = net.population('post', lif({ size: 1, tau: 20, threshold: 15 }));
    net.projection(pre, post, { connect: { list: [[0, 0, 8]] }, delay: 1.5, dendriticDelay: 2.25, ...plastic });
    const rows = new Rows();
    net.recordPotential(post, [0], { times: [13.5, 13.75, 33.75] }, rows);
    net.run(40);
    net.flush();
    const [before, at, later] = rows.column('potential') as [number, number, number];
    assert.is(before, 0);
    assert.is(at, 8);
    near(later, 8 / Math.E);
  }
});

test('the rule sees Δt = (t_post + dendritic) - (t_pre + axonal)', () => {
  for (const [delay, dendriticDelay] of [
    [0, 0],
    [3, 0],
    [0, 3],
    [2, 5],
    [4, 4],
  ] as const) {
    for (const dt of [-10, -3, -1, 0, 2, 3, 8]) {
      near(change([50], [50 + dt], { rule, delay, dendriticDelay }), pair(dt + dendriticDelay - delay));
    }
  }
});

test("NEST's convention by hand: delay 2 is dendritic, so post at 4 comes to the synapse at 6, after pre at 5", () => {
  // Δt at the synapse: pre 0 → 6: +6; pre 5 → 6: +1; pre 9 after 6: -3; pre 9 → post 9 + 2: +2; pre 5, 0 → 11: +6, +11.
  const found = change([0, 5, 9], [4, 9], { rule, dendriticDelay: 2 });
  near(
    found,
    [6, 1, -3, 2, 6, 11].reduce((sum, dt) => sum + pair(dt), 0),
  );
  // As axonal delay the same spikes count otherwise: pre at 2, 7, 11.
  near(
    change([0, 5, 9], [4, 9], { rule, delay: 2 }),
    [2, -3, 7, 2, -7, -2].reduce((sum, dt) => sum + pair(dt), 0),
  );
});

/** Two cells that excite each other over plastic synapses, the input included. */
function recurrent(): Network {
  const net = new Network({ seed: 3 });
  const input = net.population(
    'input',
    spikeTrains({
      trains: [
        [1, 2, 3, 7, 9, 20],
        [2, 4, 8, 9, 21],
      ],
    }),
  );
  const cells = net.population('cells', lif({ size: 2, threshold: 4, refractory: 1 }));
  const device = ideal({ wMax: 8 });
  net.projection(input, cells, { connect: { all: { weight: 3 } }, delay: 1, dendriticDelay: 4, device, rule });
  net.projection(cells, cells, {
    connect: { all: { weight: 2 } },
    dendriticDelay: 0.5,
    device,
    rule: postTriggered({ up: 0.1, down: 0.05 }),
  });
  return net;
}

test('a checkpoint holds the spikes that are on their way along the dendrite', () => {
  const whole = recurrent();
  whole.run(60);
  assert.ok(whole.populations.get('cells')!.spikes > 10);
  let waiting = 0;
  for (const cut of [5, 7.5, 9, 10.25, 13, 24]) {
    const first = recurrent();
    first.run(cut);
    const snapshot = save(first);
    waiting += snapshot.get('projections.input->cells.dendrite.times')!.length;
    const second = recurrent();
    load(second, snapshot);
    second.run(60 - cut);
    assert.equal(save(second), save(whole), `cut at ${cut}`);
  }
  assert.ok(waiting > 3, `${waiting} were waiting`);
});

test('a rest clears the dendrite', () => {
  const net = recurrent();
  net.run(10);
  assert.ok(net.projections.get('input->cells')!.dendrite!.length > 0);
  net.resetDynamicState();
  assert.is(net.projections.get('input->cells')!.dendrite!.length, 0);
});

test('a delay that is no time is refused', () => {
  for (const dendriticDelay of [-1, Number.NaN, Infinity]) {
    assert.throws(
      () => change([1], [2], { rule, dendriticDelay }),
      (e: Error) => e instanceof UserError && /projections\.pre->post: dendriticDelay is /.test(e.message),
    );
  }
});

test.run();
