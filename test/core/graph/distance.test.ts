/** Synapses by distance and by a function of the pair: geometry, probabilities, weights and delays against their formulas. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { getRowEnd, getRowStart } from '../../../core/graph/edges.ts';
import type { Positions } from '../../../core/graph/positions.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import { Network, type ProjectionOptions } from '../../../core/network.ts';
import { snap } from '../../../core/time.ts';
import { lif } from '../../../neurons/index.ts';

function network(from: Positions, to: Positions, sizes: readonly [number, number], seed: number | string = 1) {
  const net = new Network({ seed });
  const pre = net.population('pre', lif({ size: sizes[0] }), { positions: from });
  const post = net.population('post', lif({ size: sizes[1] }), { positions: to });
  return { net, pre, post };
}

function edges({ edges: e, delays, sources }: Projection) {
  const found: { pre: number; post: number; weight: number; delay: number }[] = [];
  for (let row = 0; row < e.rows; row++) {
    for (let k = getRowStart(e, row); k < getRowEnd(e, row); k++)
      found.push({
        pre: sources.getNeuron(row % sources.neuronCount),
        post: e.targets![k]!,
        weight: e.weights === null ? e.weight : e.weights[k]!,
        delay: delays[Math.floor(row / sources.neuronCount)]!,
      });
  }
  return found.sort((a, b) => a.pre - b.pre || a.post - b.post);
}

const refused = (act: () => unknown, message: RegExp) =>
  assert.throws(act, (e: unknown) => e instanceof UserError && message.test(e.message));

const grid = (rows: number, columns: number, more: object = {}): Positions => ({ grid: { rows, columns, ...more } });

test('grid: neighbours within a radius, with and without wrapping, and weights and delays by the distance', () => {
  for (const periodic of [false, true]) {
    const positions = grid(5, 4, { periodic });
    const { net, pre } = network(positions, positions, [20, 20]);
    const made = net.projection(pre, pre, {
      connect: {
        distance: {
          radius: 1.5,
          weight: { linear: { peak: 2, radius: 3 } },
          delay: { base: 0.5, velocity: 2, step: 0.25 },
          selfConnections: false,
        },
      },
    });
    const expected: ReturnType<typeof edges> = [];
    const apart = (d: number, n: number) => (periodic ? Math.min(Math.abs(d), n - Math.abs(d)) : Math.abs(d));
    for (let i = 0; i < 20; i++) {
      for (let j = 0; j < 20; j++) {
        const d = Math.hypot(apart((i % 4) - (j % 4), 4), apart(Math.floor(i / 4) - Math.floor(j / 4), 5));
        if (i === j || d > 1.5) continue;
        const delay = Math.round((0.5 + d / 2) / 0.25) * 0.25;
        expected.push({ pre: i, post: j, weight: 2 * (1 - d / 3), delay });
      }
    }
    const found = edges(made);
    assert.equal(
      found.map(({ weight: _, ...e }) => e),
      expected.map(({ weight: _, ...e }) => e),
    );
    assert.ok(found.every((e, k) => Math.abs(e.weight - expected[k]!.weight) < 1e-14));
    assert.is(found.length, periodic ? 160 : 110);
  }
});

test('ring: distances are along it; sources are counted from 0 but keep their place', () => {
  const { net, pre, post } = network({ ring: {} }, { ring: { circumference: 10 } }, [10, 5]);
  const made = net.projection(pre, post, {
    sources: [8, 2],
    connect: { distance: { radius: 1, weight: 1 } },
    delay: 2,
  });
  assert.equal(edges(made), [
    { pre: 8, post: 4, weight: 1, delay: 2 },
    { pre: 9, post: 0, weight: 1, delay: 2 },
    { pre: 9, post: 4, weight: 1, delay: 2 },
  ]);
});

test('probabilities are those of their profiles, draws those of the seed and the name', () => {
  const of = (seed: number) => {
    const { net, pre, post } = network(
      { random: { extent: [1, 1], periodic: true } },
      { random: { extent: [1, 1], periodic: true } },
      [300, 300],
      seed,
    );
    return net.projection(pre, post, {
      connect: { distance: { probability: { gaussian: { peak: 0.8, sd: 0.15 } }, weight: { uniform: [1, 2] } } },
    });
  };
  const made = of(1);
  const [from, to] = [made.source.positions!, made.target.positions!];
  const connected = new Set(edges(made).map(({ pre, post }) => `${pre} ${post}`));
  const bins = Array.from({ length: 15 }, () => ({ seen: 0, expected: 0, variance: 0 }));
  for (let i = 0; i < 300; i++) {
    for (let j = 0; j < 300; j++) {
      const d = from.computeDistance(i, to, j);
      assert.ok(d <= Math.SQRT1_2);
      const p = 0.8 * Math.exp((-d * d) / (2 * 0.15 ** 2));
      const bin = bins[Math.floor(d / 0.05)]!;
      bin.expected += p;
      bin.variance += p * (1 - p);
      if (connected.has(`${i} ${j}`)) bin.seen++;
    }
  }
  for (const [k, { seen, expected, variance }] of bins.entries())
    assert.ok(Math.abs(seen - expected) < 4 * Math.sqrt(variance) + 3, `bin ${k}: ${seen}, expected ${expected}`);
  assert.ok(edges(made).every(({ weight }) => weight >= 1 && weight < 2));
  assert.equal(edges(of(1)), edges(made));
  assert.not.equal(edges(of(2)), edges(made));
});

test('a radius finds the pairs that looking at all of them finds, on planes, periodic planes and rings', () => {
  const extent = [7, 3] as const;
  const surfaces: readonly (readonly [Positions, Positions])[] = [
    [{ random: { extent } }, grid(10, 12, { extent: [5, 9] })],
    [{ random: { extent, periodic: true } }, grid(10, 12, { extent, periodic: true })],
    [{ ring: { circumference: 9 } }, { ring: { circumference: 9 } }],
    [grid(12, 10, { extent: [2, 2] }), { list: Array.from({ length: 120 }, (_, k) => [(k % 7) / 2, k / 40] as const) }],
  ];
  for (const [from, to] of surfaces) {
    for (const radius of [0.25, 0.5, 1, 2.4, 20]) {
      const { net, pre, post } = network(from, to, [120, 120]);
      const made = net.projection(pre, post, { connect: { distance: { radius, weight: 1 } } });
      const expected = [];
      for (let i = 0; i < 120; i++)
        for (let j = 0; j < 120; j++)
          if (pre.positions!.computeDistance(i, post.positions!, j) <= radius) expected.push(`${i} ${j}`);
      assert.equal(
        edges(made).map(({ pre, post }) => `${pre} ${post}`),
        expected,
        `${JSON.stringify([from, to]).slice(0, 80)}, ${radius}`,
      );
    }
  }
});

test('given places; what has no distance is refused', () => {
  const list: Positions = {
    list: [
      [0, 0],
      [3, 4],
    ],
  };
  const { net, pre, post } = network(list, list, [2, 2]);
  const weight = { exponential: { peak: 1, length: 5 } };
  const made = net.projection(pre, post, { connect: { distance: { weight } } });
  assert.ok(Math.abs(edges(made)[1]!.weight - Math.exp(-1)) < 1e-15);
  const distance = (from: Positions, to: Positions, options: Partial<ProjectionOptions> = {}) => {
    const { net, pre, post } = network(from, to, [4, 4]);
    return net.projection(pre, post, { connect: { distance: { weight: 1 } }, ...options });
  };
  const extent = [2, 2] as const;
  refused(() => distance({ ring: {} }, grid(2, 2)), /one is on a ring of length 4, the other on a space that is not/);
  refused(
    () => distance(grid(2, 2, { periodic: true }), { random: { extent: [3, 3], periodic: true } }),
    /periodic after 2 × 2, the other on a space that is periodic after 3 × 3/,
  );
  distance(grid(2, 2), { random: { extent } });
  refused(() => distance(grid(3, 2), grid(2, 2)), /populations\.pre\.positions\.grid has 6 positions.* 4 neurons/);
  refused(
    () => distance({ random: { extent: [0, 1] } }, grid(2, 2)),
    /positions\.random\.extent\.0 is 0, but must be a number > 0/,
  );
  const drawn = distance(grid(2, 2), grid(2, 2), { delay: { uniform: [1, 2], step: 0.5 } });
  assert.equal([...new Set(drawn.synapses().delay)].sort(), [1, 1.5, 2]);
  const bare = new Network({ seed: 1 });
  const a = bare.population('a', lif({ size: 1 }));
  refused(
    () => bare.projection(a, a, { connect: { distance: { weight: 1 } } }),
    /distance needs the positions of both populations, but the presynaptic population has none/,
  );
});

test('pairs: a weight, a weight with its delay, or nothing', () => {
  const net = new Network({ seed: 1 });
  const a = net.population('a', lif({ size: 3 }));
  const b = net.population('b', lif({ size: 4 }));
  const made = net.projection(a, b, {
    connect: { pairs: (i, j) => (i === j ? { weight: i + 1, delay: 0.3 } : j === 3 ? -1 : undefined) },
    delay: 2,
  });
  assert.equal(edges(made), [
    { pre: 0, post: 0, weight: 1, delay: snap(0.3) },
    { pre: 0, post: 3, weight: -1, delay: 2 },
    { pre: 1, post: 1, weight: 2, delay: snap(0.3) },
    { pre: 1, post: 3, weight: -1, delay: 2 },
    { pre: 2, post: 2, weight: 3, delay: snap(0.3) },
    { pre: 2, post: 3, weight: -1, delay: 2 },
  ]);
  const bad = (pairs: unknown, message: RegExp, options: object = {}) =>
    refused(() => net.projection(a, b, { connect: { pairs: pairs as never }, ...options }), message);
  bad(() => '1', /pairs\(0, 0\) has returned "1", but must return a weight/);
  bad(() => Number.NaN, /weights must be finite numbers/);
  bad(() => ({ weight: 1, delay: -1 }), /pairs\(0, 0\)\.delay is -1/);
  bad([[1]], /pairs is .* but must be a function \(i, j\)/);
});

test('three dimensions: distances, delays and periods of grids, random points and lists', () => {
  const connect = { distance: { radius: 1.5, weight: { linear: { peak: 1, radius: 3 } } } };
  const places: readonly [number, object, (k: number) => readonly number[] | null, readonly number[]][] = [
    [
      60,
      { grid: { rows: 4, columns: 5, layers: 3, periodic: true } },
      (k) => [k % 5, Math.floor(k / 5) % 4, Math.floor(k / 20)],
      [5, 4, 3],
    ],
    [40, { random: { extent: [4, 3, 5] } }, () => null, [Infinity, Infinity, Infinity]],
    [
      3,
      {
        list: [
          [0, 0, 0],
          [1, 0, 1],
          [1, 1, 1],
        ],
      },
      (k) =>
        [
          [0, 0, 0],
          [1, 0, 1],
          [1, 1, 1],
        ][k]!,
      [Infinity, Infinity, Infinity],
    ], // prettier-ignore
  ];
  for (const [size, positions, at, period] of places) {
    const net = new Network({ seed: 4 });
    const cells = net.population('cells', lif({ size }), { positions: positions as Positions });
    const { pre, post, weight } = net.projection(cells, cells, { connect }).synapses();
    const p = cells.positions!;
    const expected: (readonly number[])[] = [];
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        const [a, b] = [i, j].map((k) => at(k) ?? [p.x[k]!, p.y[k]!, p.z[k]!]);
        const apart = a!.map((x, axis) => Math.min(Math.abs(x - b![axis]!), period[axis]! - Math.abs(x - b![axis]!)));
        const d = Math.hypot(...apart);
        if (d <= 1.5) expected.push([i, j, 1 - d / 3]);
      }
    assert.equal(
      [...pre],
      expected.map(([i]) => i),
    ); // prettier-ignore
    assert.equal(
      [...post],
      expected.map(([, j]) => j),
    ); // prettier-ignore
    for (const [k, [, , w]] of expected.entries()) assert.ok(Math.abs(weight[k]! - w!) < 1e-12);
    assert.ok(expected.length > size);
  }
  const flat = { grid: { rows: 2, columns: 2, layers: 2, extent: [2, 2] as [number, number] } };
  assert.throws(
    () => new Network({ seed: 1 }).population('p', lif({ size: 8 }), { positions: flat }),
    /positions\.grid\.extent has two lengths, but a grid with layers needs three/,
  );
});

test.run();
