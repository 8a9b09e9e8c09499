/** Every way to connect: counts, degrees, distinctness, determinism, delays; and what is refused. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { getRowEnd, getRowStart, transpose } from '../../../core/graph/edges.ts';
import type { Connect } from '../../../core/graph/schema.ts';
import { SourceNeurons } from '../../../core/graph/sourceNeurons.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import { snap } from '../../../core/time.ts';
import { degree, distinctPairs, edgesOf, make, type Options, refused } from './connectSupport.ts';

const size = fc.integer({ min: 1, max: 12 });
const weight = { uniform: [1, 2] } as const;

test('all: every pair once, without the diagonal where asked; equal static weights are one number', () => {
  fc.assert(
    fc.property(size, size, (pre, post) => {
      const edges = edgesOf(make({ all: { weight } }, { pre, post }), pre);
      assert.is(edges.length, pre * post);
      assert.is(distinctPairs(edges), pre * post);
      assert.ok(edges.every((e) => e.weight >= 1 && e.weight < 2));
      const open = make(
        { all: { weight, selfConnections: false } },
        { pre, post: pre, selfMap: new SourceNeurons(pre) },
      );
      const others = edgesOf(open, pre);
      assert.is(distinctPairs(others), pre * (pre - 1));
      assert.ok(others.every((e) => e.pre !== e.post));
    }),
  );
  const part = edgesOf(
    make({ all: { weight, selfConnections: false } }, { pre: 2, post: 5, selfMap: new SourceNeurons(5, [3, 2]) }),
    2,
  );
  assert.is(distinctPairs(part), 8);
  assert.ok(part.every((e) => e.pre + 3 !== e.post));
  const constant = make({ all: { weight: 3 } }, { pre: 2, post: 3, isPlastic: false });
  assert.is(constant.edges.weights, null);
  assert.is(constant.edges.weight, 3);
  assert.is(make({ all: { weight: 3 } }, { pre: 2, post: 3 }).edges.weights?.length, 6);
  assert.ok(make({ all: { weight } }, { pre: 2, post: 3, precision: 'f32' }).edges.weights instanceof Float32Array);
});

test('oneToOne: the diagonal; other sizes are refused', () => {
  assert.equal(
    edgesOf(make({ oneToOne: { weight: 2 } }, { pre: 3, post: 3 }), 3).map((e) => [e.pre, e.post, e.weight]),
    [0, 1, 2].map((i) => [i, i, 2]),
  );
  refused(
    { oneToOne: { weight } },
    { pre: 3, post: 4 },
    /projections\.p\.connect\.oneToOne needs equal sizes.* 3 and 4/,
  );
});

test('probability: p of all pairs, each at most once, independent of one another', () => {
  const [pre, post, p] = [200, 300, 0.07];
  const edges = edgesOf(make({ probability: { p, weight: 1 } }, { pre, post }), pre);
  assert.is(distinctPairs(edges), edges.length);
  const sd = Math.sqrt(pre * post * p * (1 - p));
  assert.ok(Math.abs(edges.length - pre * post * p) < 4 * sd);
  for (const [side, n, other] of [
    ['pre', pre, post],
    ['post', post, pre],
  ] as const) {
    const chi = degree(edges, side, n).reduce((sum, d) => sum + (d - p * other) ** 2 / (p * (1 - p) * other), 0);
    assert.ok(Math.abs(chi - n) < 4 * Math.sqrt(2 * n), `${side}: ${chi} over ${n}`);
  }
  assert.is(make({ probability: { p: 0, weight: 1 } }, { pre, post }).edges.count, 0);
  assert.is(make({ probability: { p: 1, weight: 1 } }, { pre, post }).edges.count, pre * post);
  const self = { probability: { p: 0.5, weight: 1, selfConnections: false } };
  assert.ok(
    edgesOf(make(self, { pre, post: pre, selfMap: new SourceNeurons(pre) }), pre).every((e) => e.pre !== e.post),
  );
  for (const bad of [-0.1, 1.1, Number.NaN]) {
    refused({ probability: { p: bad, weight: 1 } }, { pre, post }, /connect: probability\.p is .* >= 0 and <= 1/);
  }
});

test('inDegree: k distinct presynaptic neurons each, all equally likely', () => {
  const [pre, post, k] = [40, 400, 7];
  const edges = edgesOf(make({ inDegree: { k, weight: 1 } }, { pre, post }), pre);
  assert.ok(degree(edges, 'post', post).every((d) => d === k));
  assert.is(distinctPairs(edges), k * post);
  const chi = degree(edges, 'pre', pre).reduce((sum, d) => sum + (d - (k * post) / pre) ** 2 / ((k * post) / pre), 0);
  assert.ok(Math.abs(chi - pre) < 4 * Math.sqrt(2 * pre));
  const self = { inDegree: { k: 4, weight: 1, selfConnections: false } };
  const others = edgesOf(make(self, { pre: 5, post: 5, selfMap: new SourceNeurons(5) }), 5);
  assert.is(distinctPairs(others), 20);
  assert.ok(others.every((e) => e.pre !== e.post));
  refused({ inDegree: { k: 41, weight: 1 } }, { pre, post }, /inDegree\.k is 41, but there are only 40/);
  refused(
    { inDegree: { k: 5, weight: 1, selfConnections: false } },
    { pre: 5, post: 5, selfMap: new SourceNeurons(5) },
    /only 4/,
  );
  refused({ inDegree: { k: -1, weight: 1 } }, { pre, post }, /inDegree\.k is -1/);
  refused({ inDegree: { k: 1.5, weight: 1 } }, { pre, post }, /inDegree\.k is 1\.5/);
});

test('list: sorted into rows by delay and presynaptic neuron, doubled pairs kept, the order of entries without effect', () => {
  const entry = fc.tuple(
    fc.nat({ max: 4 }),
    fc.nat({ max: 2 }),
    fc.integer({ min: -5, max: 5 }),
    fc.constantFrom(0.1, 0.3, 2),
  );
  fc.assert(
    fc.property(
      fc
        .array(entry, { maxLength: 30 })
        .chain((l) => fc.tuple(fc.constant(l), fc.shuffledSubarray(l, { minLength: l.length }))),
      ([list, shuffled]) => {
        const made = make({ list }, { pre: 5, post: 3 });
        const rows = (l: readonly (readonly number[])[]) => l.map((e) => e.join(' ')).sort();
        const found = edgesOf(made, 5).map((e) => [e.pre, e.post, e.weight, e.delay]);
        assert.equal(rows(found), rows(list.map(([i, j, w, d]) => [i, j, w, snap(d)])));
        assert.equal(edgesOf(make({ list: shuffled }, { pre: 5, post: 3 }), 5), edgesOf(made, 5));
        const doubled = new Set(list.map(([i, j, , d]) => `${i} ${j} ${d}`)).size < list.length;
        assert.is(made.edges.hasDistinctTargets, !doubled);
        const arrays = {
          pre: Uint16Array.from(list, ([i]) => i),
          post: Int32Array.from(list, ([, j]) => j),
          weight: Float32Array.from(list, ([, , w]) => w),
          delay: Float64Array.from(list, ([, , , d]) => d),
        };
        assert.equal(
          edgesOf(make({ edges: arrays }, { pre: 5, post: 3 }), 5),
          found.length > 0 ? edgesOf(made, 5) : [],
        );
      },
    ),
  );
  const sizes = { pre: 5, post: 3 };
  refused(
    {
      list: [
        [0, 0, 1],
        [5, 0, 1],
      ],
    },
    sizes,
    /list\[1\] names presynaptic neuron 5, but there are 5 \(0 to 4\)/,
  );
  refused({ list: [[0, 3, 1]] }, sizes, /list\[0\] names postsynaptic neuron 3/);
  refused({ list: [[0.5, 0, 1]] }, sizes, /list\[0\] names presynaptic neuron 0\.5/);
  refused({ list: [[0, 0, Number.NaN]] }, sizes, /list\[0\] has weight NaN/);
  refused({ list: [[0, 0]] }, sizes, /list\[0\] has weight undefined/);
  refused({ list: [[0, 0, 1, -2]] }, sizes, /list\[0\]\[3\] is -2/);
});

test('edges: one weight and one delay for all, and what is refused', () => {
  const [pre, post] = [Uint32Array.of(2, 0, 2), Uint32Array.of(1, 0, 0)];
  const one = make({ edges: { pre, post, weight: 0.5, delay: 3 } }, { pre: 3, post: 2, isPlastic: false });
  assert.is(one.edges.weights, null);
  assert.equal(edgesOf(one, 3), [
    { pre: 0, post: 0, weight: 0.5, delay: 3 },
    { pre: 2, post: 0, weight: 0.5, delay: 3 },
    { pre: 2, post: 1, weight: 0.5, delay: 3 },
  ]);
  const plastic = make({ edges: { pre, post, weight: 0.5 } }, { pre: 3, post: 2, delay: 1 });
  assert.equal([...plastic.edges.weights!], [0.5, 0.5, 0.5]);
  assert.equal(plastic.delays, [1]);

  const refuses = (edges: object, message: RegExp, options: Partial<Options> = {}) =>
    refused({ edges: { pre, post, weight: 1, ...edges } as never }, { pre: 3, post: 2, ...options }, message);
  refuses({ pre: Int32Array.of(0, -1, 0) }, /edges\.pre\[1\] names presynaptic neuron -1, but there are 3/);
  refuses({ post: Uint32Array.of(0, 0, 2) }, /edges\.post\[2\] names postsynaptic neuron 2, but there are 2/);
  refuses({ post: Uint32Array.of(0, 0) }, /edges\.post has length 2, but pre has 3/);
  refuses({ weight: Float64Array.of(1) }, /edges\.weight has length 1, but pre has 3/);
  refuses(
    { weight: Float64Array.of(1, Number.NaN, 1) },
    /edges: weights must be finite numbers, but the weight from neuron 0 to neuron 0 is NaN/,
  );
  refuses({ delay: Float64Array.of(1, 2, -3) }, /edges\.delay\[2\] is -3/);
  refuses({ pre: [0, 0, 0] }, /edges\.pre is \[0, 0, 0\], but must be a Uint32Array/);
});

test('drawn delays are multiples of the step, grouped into lanes of equal delay', () => {
  const delay = { uniform: [0.25, 1] as const, step: 0.25 };
  const made = make({ all: { weight } }, { pre: 30, post: 30, delay });
  assert.equal(made.delays, [0.25, 0.5, 0.75, 1]);
  const edges = edgesOf(made, 30);
  assert.is(distinctPairs(edges), 900);
  for (const d of made.delays) {
    const share = edges.filter((e) => e.delay === d).length;
    assert.ok(Math.abs(share - 225) < 4 * Math.sqrt(900 * 0.25 * 0.75), `${share} of delay ${d}`);
  }
  const bad = (uniform: [number, number], step: number) =>
    make({ all: { weight } }, { pre: 1, post: 1, delay: { uniform, step } });
  for (const [uniform, step] of [
    [[1, 0.5], 0.1],
    [[-1, 1], 0.1],
    [[0, 1], 0],
    [[0, 1], Number.NaN],
    [[0, 1e6], 0.1],
  ] as const) {
    assert.throws(() => bad([...uniform], step), /projections\.p\.delay/);
  }
});

test('the same seed and name give the same edges, others do not; the transpose is the same edges by column', () => {
  for (const c of [{ probability: { p: 0.3, weight } }, { inDegree: { k: 3, weight } }, { all: { weight } }]) {
    const o = { pre: 20, post: 15 };
    const first = edgesOf(make(c, o), 20);
    assert.equal(edgesOf(make(c, o), 20), first);
    assert.not.equal(edgesOf(make(c, { ...o, seed: 2 }), 20), first);
    assert.not.equal(edgesOf(make(c, { ...o, projectionPath: 'projections.q' }), 20), first);
  }
  const { edges } = make({ probability: { p: 0.3, weight } }, { pre: 20, post: 15 });
  const t = transpose(edges, new Arena());
  for (let column = 0; column < 15; column++) {
    for (let i = t.starts[column]!; i < t.starts[column + 1]!; i++) {
      const [edge, row] = [t.edges[i]!, t.rows[i]!];
      assert.is(edges.targets![edge], column);
      assert.ok(edge >= getRowStart(edges, row) && edge < getRowEnd(edges, row));
      if (i > t.starts[column]!) assert.ok(row > t.rows[i - 1]!);
    }
  }
  assert.is(t.starts[15], edges.count);
});

test('what cannot fit is refused with the memory it needs, before anything is allocated', () => {
  const sizes = { pre: 1e6, post: 1e6 };
  refused(
    { all: { weight } },
    sizes,
    /projections\.p with 1000000000000 synapses would need 8\.00e\+3 GB.*at most 4\.29 GB/,
  );
  refused({ probability: { p: 0.5, weight } }, sizes, /500000000000 synapses would need/);
  refused({ inDegree: { k: 1e6, weight } }, sizes, /1000000000000 synapses would need/);
  refused({ all: { weight: Number.NaN } }, { pre: 1, post: 1 }, /projections\.p\.connect: all\.weight is NaN/);
  refused({ all: { weight: { uniform: [2, 1] } } }, { pre: 1, post: 1 }, /uniform is \[2, 1\]/);
});

test('weights that are no finite numbers are refused by path and synapse, drawn, given or rounded to 32 bits', () => {
  const sizes = { pre: 2, post: 2 };
  const refuses = (c: Connect, message: RegExp, precision: 'f32' | 'f64' = 'f64') =>
    refused(c, { ...sizes, precision }, message);
  refuses(
    { all: { weight: { lognormal: { mean: 1, sd: 1e200 } } } },
    /p\.connect\.all\.weight\.lognormal\.sd is 1e\+200/,
  );
  refuses(
    { all: { weight: { uniform: [-1e308, 1e308] } } },
    /p\.connect\.all\.weight is \{ uniform: .*which is not a finite number/,
  );
  refuses({ oneToOne: { weight: { normal: { mean: 0, sd: 1.7e308 } } } }, /p\.connect\.oneToOne\.weight is \{ normal/);
  const weights = new Float64Array([1, Number.NaN, 3, 4]);
  refuses(
    { matrix: { weights } },
    /p\.connect\.matrix: weights must be finite numbers, but the weight from neuron 0 to neuron 1 is NaN/,
  );
  refuses(
    {
      list: [
        [0, 0, 1],
        [1, 0, 1e39],
      ],
    },
    /p\.connect\.list: .*32-bit numbers, but the weight from neuron 1 to neuron 0 is Infinity/,
    'f32',
  );
  refused(
    { all: { weight: 1e39 } },
    { ...sizes, precision: 'f32', isPlastic: false },
    /32-bit numbers, but all weights are 1e\+39/,
  );
  refuses({ list: [[0, 0, 1, 2, 3]] }, /list\[0\] has 5 entries/);
});

test.run();
