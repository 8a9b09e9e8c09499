/** Random initial sums of relay neurons. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '../../core/kernels/arena.ts';
import { CounterRandom } from '../../core/random/random.ts';
import { relay } from '../../neurons/index.ts';
import { createDenseEdges } from '../../synapses/crossbar/updates.ts';

test('each rest leads to a new initial sum, also without an arrival in between', () => {
  const arena = new Arena();
  const model = relay({ size: 1, sum: {} }).create({ arena, seed: 1, name: 'cells' });
  const edges = createDenseEdges(1, 1, arena.f64(1)); // weight 0: an arrival only draws the sum
  const random = new CounterRandom(1, 'cells/relay');
  const drawSum = (t: number) => {
    model.receiveArrival(edges, 0, 1, t);
    model.testThresholds(t);
    return model.state.sums![0]!;
  };
  assert.is(drawSum(1), random.uniform(0, 0));
  model.resetDynamicState(2);
  assert.is(drawSum(3), random.uniform(0, 1));
  for (const t of [4, 5, 6]) model.resetDynamicState(t); // the rests at 5 and 6 discard sums that no arrival has used
  assert.is(drawSum(7), random.uniform(0, 4));
});

test.run();
