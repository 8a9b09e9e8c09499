/** A crossbar learns by falling, if the critic tells the actor so; the pole falls as physics has it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CartPoleState,
  findStateBin,
  hasFallen,
  pushCart,
  STATE_BIN_COUNT,
  trainAgent,
} from '../../../experiments/demonstrations/reinforcement/index.ts';
import { findingsOf } from './findingsOf.ts';

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

test('the pole stays up longer and longer, unless the critic is silent or of random sign', () => {
  const gain = (agent: Parameters<typeof trainAgent>[0]) => {
    const lasted = trainAgent(agent, 0.1, { episodes: 150, steps: 300, seed: 4 });
    return mean(lasted.slice(-50)) / mean(lasted.slice(0, 20));
  };
  assert.ok(gain('devices') > 2);
  assert.ok(gain('without critic (control)') < 1.5);
  assert.ok(gain('critic of random sign (control)') < 1.5);
});

test('in a training too short to learn, no control is tested', async () => {
  const { expectations } = await findingsOf('reinforcement', { seeds: 1, episodes: 60, steps: 100 });
  assert.is(expectations.length, 5);
  assert.is(expectations[0]!.shown, false);
  for (const { text, shown } of expectations.slice(1)) assert.is(shown, null, text);
});

test('a pole that leans is turned further by gravity, and a push to the right turns it to the left', () => {
  const turnOf = (angle: number, side: 1 | -1) => pushCart([0, 0, angle, 0], side)[3];
  assert.ok(Math.abs((turnOf(0.1, 1) + turnOf(0.1, -1)) / 2) > 0.02); // gravity, pushes cancel
  assert.ok(turnOf(0.1, 1) + turnOf(0.1, -1) > 0);
  assert.ok(turnOf(0, 1) < 0 && turnOf(0, 1) === -turnOf(0, -1));
  let state: CartPoleState = [0, 0, 0.05, 0];
  let steps = 0;
  for (; !hasFallen(state) && steps < 1000; steps++) state = pushCart(state, 1);
  assert.ok(steps > 5 && steps < 20);
});

test('boxes are numbered from 0 to 161', () => {
  assert.is(STATE_BIN_COUNT, 162);
  assert.is(findStateBin([-9, -9, -9, -9]), 0);
  assert.is(findStateBin([9, 9, 9, 9]), 161);
});

test.run();
