/** Delays that are drawn for synapses that are given: they belong to the pair, whatever the way to connect. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Connect, Delay } from '../../../core/graph/schema.ts';
import { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/index.ts';

const [PRE, POST] = [12, 9];
const drawn = { uniform: [0.5, 2], step: 0.5 } as const;
const pairs = Array.from({ length: PRE * POST }, (_, k) => [Math.floor(k / POST), k % POST] as const);

/** Delays by their pairs. */
function byPair(connect: Connect, { delay = drawn, post = POST }: { delay?: Delay; post?: number } = {}) {
  const net = new Network({ seed: 1 });
  const [a, b] = [net.population('a', lif({ size: PRE })), net.population('b', lif({ size: post }))];
  const synapses = net.projection(a, b, { connect, delay }).synapses();
  return new Map([...synapses.pre].map((i, k) => [`${i} ${synapses.post[k]}`, synapses.delay[k]!] as const).sort());
}

test('lists, matrices, arrays and functions of pairs', () => {
  const list = byPair({ list: pairs.map(([i, j]) => [i, j, 1]) });
  assert.is(list.size, PRE * POST);
  for (const ms of [0.5, 1, 1.5, 2]) {
    const share = [...list.values()].filter((d) => d === ms).length;
    assert.ok(share > 15 && share < 40, `${share} of ${ms} ms`);
  }
  assert.equal(byPair({ matrix: { weights: new Float64Array(PRE * POST).fill(1) } }), list);
  assert.equal(byPair({ pairs: () => 1 }), list);
  const backwards = [...pairs].reverse();
  const of = (side: 0 | 1) => Uint32Array.from(backwards, (pair) => pair[side]);
  assert.equal(byPair({ edges: { pre: of(0), post: of(1), weight: 1 } }), list);
});

test('delays of their own stay', () => {
  assert.is(byPair({ list: pairs.map(([i, j]) => [i, j, 1, 7]) }).get('3 4'), 7);
  const found = byPair({ pairs: (i) => (i === 3 ? { weight: 1, delay: 7 } : 1) });
  assert.is(found.get('3 4'), 7);
  assert.is(found.get('2 4'), byPair({ pairs: () => 1 }).get('2 4'));
});

test('windows of a map, but not where places share a kernel', () => {
  const map = { columns: 4, size: [2, 2], stride: [1, 1], weight: 1 } as const;
  const windows = byPair({ windows: map }, { post: 6 });
  assert.equal(new Set(windows.values()), new Set([0.5, 1, 1.5, 2]));
  assert.equal([...windows.keys()], [...byPair({ windows: map }, { post: 6, delay: 1 }).keys()]);
  assert.equal(byPair({ convolution: { ...map, shared: false } }, { post: 6 }), windows);
  assert.throws(
    () => byPair({ convolution: map }, { post: 6 }),
    /delay must be one number for a shared kernel \(or set shared: false\)/,
  );
});

test.run();
