/** Simultaneous events: what belongs to one instant, in which order, and what must not depend on names or on the clock. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import type { Neurons } from '../../core/graph/population.ts';
import { Network } from '../../core/network.ts';
import { TICK } from '../../core/time.ts';
import { lif, spikeTrains } from '../../neurons/index.ts';
import { Rows, runs } from '../support.ts';

type LifOptions = Parameters<typeof lif>[0];

/** Spikes as `name.neuron@time`, sorted, of a network of neurons driven by trains. */
function spikesOf(net: Network, duration: number): string[] {
  const rows = new Rows();
  net.recordSpikes([...net.populations.values()], rows);
  net.run(duration);
  net.flush();
  const names = new Map([...net.populations.values()].map((p) => [p.id, p.name]));
  return rows.rows.map((r) => `${names.get(r.population!)}.${r.neuron}@${r.time}`).sort();
}

test('arrivals of one instant are summed before the threshold is tested', () => {
  for (const [weights, fires] of [
    [[20, -10], false],
    [[-10, 20], false],
    [[8, 8], true],
    [[15], true],
    [[15, -1e-12], false],
  ] as const) {
    const net = new Network({ seed: 1 });
    const out = net.population('out', lif({ size: 1 }));
    weights.forEach((w, i) => {
      const input = net.population(`in${i}`, spikeTrains({ trains: [[0.1 + 0.2]] }));
      net.projection(input, out, { connect: { list: [[0, 0, w]] }, delay: i === 0 ? 0.3 : 0.1 + 0.2 });
    });
    net.run(2);
    assert.is(out.spikes, fires ? 1 : 0, weights.join());
  }
});

test('a predicted crossing comes before the arrivals of its instant', () => {
  const net = new Network({ seed: 1 });
  const input = net.population('in', spikeTrains({ trains: [[0, 3]] }));
  const out = net.population('out', lif({ size: 1, refractory: 2, refractoryInput: 'integrate' }));
  net.projection(input, out, {
    connect: {
      list: [
        [0, 0, 20],
        [0, 0, 16, 2],
      ],
    },
  });
  // fires at 0; 16 mV arrive at 2, the instant of the release, and fire it again; at 5 a held-back input does the same.
  assert.equal(spikesOf(net, 10), ['in.0@0', 'in.0@3', 'out.0@0', 'out.0@2', 'out.0@4']);
});

test('a chain without delay is one instant, in whatever order it is declared and named', () => {
  const chain = ['d', 'b', 'e', 'a', 'c'];
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (order) => {
      const net = new Network({ seed: 1 });
      const input = net.population('z', spikeTrains({ trains: [[1, 4]] }));
      const p = chain.map((name) => net.population(name, lif({ size: 1 })));
      for (const i of order) net.projection(p[i]!, p[i + 1]!, { connect: { list: [[0, 0, 20]] } });
      net.projection(input, p[0]!, { connect: { list: [[0, 0, 20]] }, delay: 0.5 });
      // a shortcut that would silence the end if it came at another moment than the chain's own spike
      net.projection(p[0]!, p[4]!, { connect: { list: [[0, 0, -4]] } });
      const rows = new Rows();
      net.recordSpikes(p, rows);
      net.run(10);
      net.flush();
      assert.equal(rows.column('time'), [1.5, 1.5, 1.5, 1.5, 1.5, 4.5, 4.5, 4.5, 4.5, 4.5]);
    }),
    runs(24),
  );
});

test('a cycle without delay is refused by the names of its projections', () => {
  const net = new Network({ seed: 1 });
  const p = ['a', 'b', 'c'].map((name) => net.population(name, lif({ size: 1 })));
  const link = (i: number, j: number, delay: number) =>
    net.projection(p[i]!, p[j]!, { connect: { list: [[0, 0, 1]] }, delay });
  link(0, 1, 0);
  link(1, 2, 0);
  net.run(1);
  link(2, 0, 0);
  assert.throws(
    () => net.run(1),
    (e: unknown) =>
      e instanceof UserError &&
      ['a->b', 'b->c', 'c->a'].every((name) => e.message.includes(name)) &&
      /delay/.test(e.message),
  );
  const self = new Network({ seed: 1 });
  const q = self.population('q', lif({ size: 2 }));
  self.projection(q, q, { connect: { list: [[0, 1, 1]] } });
  assert.throws(() => self.run(1), /q->q/);
  const tick = new Network({ seed: 1 });
  const r = tick.population('r', lif({ size: 2 }));
  tick.projection(r, r, { connect: { list: [[0, 1, 1]] }, delay: TICK });
  tick.run(1);
});

interface Wiring {
  readonly options: LifOptions;
  readonly trains: number[][];
  readonly list: readonly (readonly [number, number, number, number])[];
}

const SIZE = 5;
const wiring: fc.Arbitrary<Wiring> = fc.record({
  options: fc.record({
    size: fc.constant(SIZE),
    current: fc.constantFrom(0, 450),
    threshold: fc.constantFrom(7, 15),
    refractory: fc.constantFrom(0.5, 2),
    refractoryInput: fc.constantFrom('discard' as const, 'integrate' as const),
    adaptive: fc.constantFrom({ increment: 2, tau: Infinity }, { increment: 2, tau: 9 }),
  }),
  trains: fc.array(
    fc
      .uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 25 })
      .map((t) => t.map((x) => x / 2).sort((a, b) => a - b)),
    { minLength: SIZE, maxLength: SIZE },
  ),
  list: fc.array(
    fc.tuple(
      fc.nat({ max: SIZE - 1 }),
      fc.nat({ max: SIZE - 1 }),
      fc.integer({ min: -2000, max: 9000 }).map((n) => (n * Math.E) / 2718), // no sum of them meets a threshold by rounding
      fc.constantFrom(0.5, 1, 2.75),
    ),
    { minLength: 5, maxLength: 20 },
  ),
});

function wired(w: Wiring, shift = 0, map = [0, 1, 2, 3, 4], name = 'out'): { net: Network; out: Neurons } {
  const net = new Network({ seed: 1 });
  const trains = map.map((i) => w.trains[map.indexOf(i)]!); // identity for the input: only `out` is relabelled
  const input = net.population('in', spikeTrains({ trains: trains.map((train) => train.map((t) => t + shift)) }));
  const out = net.population(name, lif(w.options));
  net.projection(input, out, { connect: { list: w.list.map(([i, j, x, d]) => [i, map[j]!, x, d]) } });
  net.projection(out, out, { connect: { list: w.list.map(([i, j, x, d]) => [map[i]!, map[j]!, x / 3, d]) } });
  return { net, out };
}

test('shifting all times by a dyadic constant shifts the spikes and nothing else', () => {
  fc.assert(
    fc.property(wiring, fc.constantFrom(64, 512.25, 2 ** 17), (w, shift) => {
      const still = { ...w, options: { ...w.options, current: 0 } }; // a current has no time of its own to shift
      const plain = spikesOf(wired(still).net, 40);
      const moved = spikesOf(wired(still, shift).net, 40 + shift);
      const time = (spike: string) => Number(spike.split('@')[1]);
      const who = (spike: string) => spike.split('@')[0]!;
      const back = moved.map((spike) => `${who(spike)}@${time(spike) - shift}`).sort();
      assert.equal(back, plain);
    }),
  );
});

test('renaming the population and renumbering its neurons renames the spikes and nothing else', () => {
  fc.assert(
    fc.property(wiring, fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (w, map) => {
      const rename = (spike: string) => spike.replace(/^out\.(\d)/, (_, j: string) => `Abc.${map[Number(j)]}`);
      const plain = spikesOf(wired(w).net, 40).map(rename).sort();
      assert.equal(spikesOf(wired(w, 0, map, 'Abc').net, 40), plain);
    }),
  );
});

test.run();
