/** Connections drawn with repetition, and truncated normal distributions of delays and weights. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { getRowEnd, getRowStart } from '../../../core/graph/edges.ts';
import { SourceNeurons } from '../../../core/graph/sourceNeurons.ts';
import { RandomStream } from '../../../core/random/random.ts';
import { snap } from '../../../core/time.ts';
import { degree, distinctPairs, edgesOf, make, refused } from './connectSupport.ts';

const weight = { uniform: [1, 2] } as const;

test('total: n synapses between pairs drawn with repetition, independently for pre and post', () => {
  const [pre, post, n] = [40, 30, 24_000];
  const made = make({ total: { n, weight } }, { pre, post, delay: { uniform: [1, 2], step: 0.5 } });
  const edges = edgesOf(made, pre);
  assert.is(edges.length, n);
  assert.is(distinctPairs(edges), pre * post, '20 synapses a pair: each pair has one');
  assert.not.ok(made.edges.hasDistinctTargets);
  for (const [side, size] of [
    ['pre', pre],
    ['post', post],
  ] as const) {
    const expected = n / size;
    const chiSquare = degree(edges, side, size).reduce((sum, k) => sum + (k - expected) ** 2 / expected, 0);
    assert.ok(Math.abs(chiSquare - (size - 1)) < 5 * Math.sqrt(2 * (size - 1)), `chi² of ${side} is ${chiSquare}`);
  }
  for (let row = 0; row < made.edges.rows; row++) {
    const targets = made.edges.targets!.slice(getRowStart(made.edges, row), getRowEnd(made.edges, row));
    assert.equal(targets, targets.slice().sort());
  }
  const self = { total: { n: 500, weight: 1, selfConnections: false } };
  const others = edgesOf(make(self, { pre: 5, post: 5, selfMap: new SourceNeurons(5) }), 5);
  assert.is(others.length, 500);
  assert.ok(others.every((e) => e.pre !== e.post));
  refused(
    { total: { n: 1, weight: 1, selfConnections: false } },
    { pre: 1, post: 1, selfMap: new SourceNeurons(1) },
    /no pair of different neurons/,
  );
  assert.is(edgesOf(make({ total: { n: 0, weight: 1 } }, { pre, post }), pre).length, 0);
});

test('normal delays are truncated, then rounded: frequencies agree with draws by rejection', () => {
  const normal = { mean: 0.75, sd: 0.375, min: 0.05 };
  const delay = { normal, step: 0.1 };
  const { edges, delays } = make({ all: { weight: 1 } }, { pre: 400, post: 500, delay });
  const counts = delays.map((_, d) => edges.starts![(d + 1) * 400]! - edges.starts![d * 400]!);
  assert.is(delays[0], snap(0.1));
  const stream = new RandomStream(3, 'test');
  const expected = new Float64Array(delays.length);
  const draws = 2_000_000;
  for (let n = 0; n < draws; ) {
    const value = normal.mean + normal.sd * stream.normal();
    if (value < normal.min || value > normal.mean + 6 * normal.sd) continue;
    expected[Math.round(value / 0.1) - Math.round(delays[0]! / 0.1)]! += 200_000 / draws;
    n++;
  }
  for (const [d, e] of expected.entries())
    assert.ok(Math.abs(counts[d]! - e) < 5 * Math.sqrt(e * 1.1) + 2, `${delays[d]} ms: ${counts[d]} instead of ${e}`);
  refused(
    { all: { weight: 1 } },
    { pre: 2, post: 2, delay: { normal: { ...normal, max: 0.01 }, step: 0.1 } },
    /spans 0 steps/,
  );
});

test('truncated normal weights lie between the limits and keep the shape', () => {
  const weights = Array.from(
    make({ all: { weight: { normal: { mean: 1, sd: 1, min: 0, max: 1 } } } }, { pre: 100, post: 500 }).edges.weights!,
  );
  assert.ok(weights.every((w) => w >= 0 && w <= 1));
  const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length;
  assert.ok(Math.abs(mean - 0.540138) < 0.006, `mean ${mean}; mean of the truncated distribution 0.540138`);
  refused(
    { all: { weight: { normal: { mean: 0, sd: 0.1, min: 9 } } } },
    { pre: 1, post: 1 },
    /none of 10000 values lay between min 9/,
  );
});

test.run();
