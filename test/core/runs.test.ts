/** What must not change a result: how a run is cut, what is recorded, the order of declaration; and what must: the seed. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { save } from '../../core/checkpoint/state.ts';
import type { Neurons } from '../../core/graph/population.ts';
import { Network } from '../../core/network.ts';
import { lif, poisson, spikeTrains } from '../../neurons/index.ts';
import { Rows, runs } from '../support.ts';
import {
  bits,
  DURATION,
  instant,
  LIST,
  PARTS,
  runTo,
  type Zoo,
  type ZooOptions,
  type ZooSpec,
  zoo,
  zooSpec,
} from './zoo.ts';

function whole(spec: ZooSpec, options: ZooOptions = {}): Zoo {
  const z = zoo(spec, options);
  runTo(z.net, DURATION);
  z.net.flush();
  return z;
}

/** Rows of weights of two projections may alternate within an instant; each projection's own order is fixed. */
const byProjection = (rows: Rows) =>
  [...Array(13).keys()].map((id) => rows.rows.filter((row) => row.projection === id));

function same(found: Zoo, expected: Zoo): void {
  assert.equal(found.spikes.rows, expected.spikes.rows);
  assert.equal(byProjection(found.weights), byProjection(expected.weights));
  assert.equal(found.potentials.rows, expected.potentials.rows);
  assert.equal(bits(save(found.net)), bits(save(expected.net)));
}

const permutation = (n: number) => fc.shuffledSubarray([...Array(n).keys()], { minLength: n, maxLength: n });

test('any split of a run gives the same bits, flushed in between or not', () => {
  fc.assert(
    fc.property(zooSpec, fc.array(instant, { maxLength: 12 }), fc.boolean(), (spec, cuts, flush) => {
      const pieces = zoo(spec);
      for (const cut of [...cuts, DURATION].sort((a, b) => a - b)) {
        runTo(pieces.net, cut);
        if (flush) pieces.net.flush();
      }
      pieces.net.flush();
      same(pieces, whole(spec));
    }),
    runs(25),
  );
});

test('stopping after so many spikes and going on gives the same bits', () => {
  fc.assert(
    fc.property(zooSpec, fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 9 }), (spec, name, spikes) => {
      const [first, second] = [zoo(spec), zoo(spec)];
      while (first.net.run(10 - first.net.now, { population: first.net.populations.get(name) as Neurons, spikes })) {
        assert.ok(first.net.now <= 10);
      }
      second.net.run(10);
      first.net.flush();
      second.net.flush();
      same(first, second);
    }),
    runs(10),
  );
});

test('a stop comes at the end of its instant', () => {
  const net = new Network({ seed: 1 });
  const input = net.population('in', spikeTrains({ trains: [[5]] }));
  const [a, b] = ['a', 'b'].map((name) => net.population(name, lif({ size: 1 })));
  net.projection(input, a!, { connect: { list: [[0, 0, 20]] } });
  net.projection(a!, b!, { connect: { list: [[0, 0, 20]] } });
  const potential = new Rows();
  net.recordPotential(b!, [0], { times: [5] }, potential);
  assert.ok(net.run(10, { population: a!, spikes: 1 }));
  assert.is(net.now, 5);
  assert.is(b!.spikes, 1);
  assert.equal(potential.column('time'), [5]);
});

test('with several populations a run stops once each has fired so many times', () => {
  const net = new Network({ seed: 1 });
  const trains = [
    [1, 5, 20],
    [2, 6, 15],
  ];
  const input = net.population('in', spikeTrains({ trains }));
  const [a, b] = ['a', 'b'].map((name) => net.population(name, lif({ size: 1 })));
  net.projection(input, a!, { connect: { list: [[0, 0, 20]] } });
  net.projection(input, b!, { connect: { list: [[1, 0, 20]] } });
  assert.ok(net.run(100, { population: [a!, b!], spikes: 2 }));
  assert.is(net.now, 6);
  assert.ok(net.run(100, { population: [b!, a!], spikes: 1 }));
  assert.is(net.now, 20);
  assert.not.ok(net.run(100, { population: [a!], spikes: 1 }));
});

test('when a run is stopped, nothing has happened after it', () => {
  for (const strategies of [undefined, []]) {
    const net = new Network({ seed: 1, ...(strategies && { strategies }) });
    const input = net.population('in', poisson({ size: 40, rate: 100 }));
    const populations = ['a', 'b', 'c'].map((name) => net.population(name, lif({ size: 20, threshold: 3 })));
    for (const target of populations)
      net.projection(input, target, { connect: { probability: { p: 0.2, weight: 1 } }, delay: 1 });
    const spikes = new Rows();
    net.recordSpikes(populations, spikes);
    while (net.run(50 - net.now, { population: populations[1]!, spikes: 3 })) {
      net.flush();
      assert.ok(spikes.column('time').every((t) => t <= net.now));
      assert.is(
        spikes.column('time').length,
        populations.reduce((sum, p) => sum + p.spikes, 0),
      );
    }
    assert.ok(populations.every((p) => p.spikes > 9));
  }
});

test('recording changes nothing', () => {
  fc.assert(
    fc.property(zooSpec, (spec) => {
      assert.equal(bits(save(whole(spec, { record: false }).net)), bits(save(whole(spec).net)));
    }),
    runs(15),
  );
});

test('the order of declaration and of list entries changes nothing', () => {
  fc.assert(
    fc.property(
      zooSpec,
      permutation(PARTS.populations),
      permutation(PARTS.projections),
      permutation(LIST.length),
      (spec, populations, projections, list) => {
        same(whole(spec, { populations, projections, list }), whole(spec));
      },
    ),
    runs(25),
  );
});

test('doubled connections of a list may come in any order', () => {
  const run = (list: number[][]) => {
    const net = new Network({ seed: 1 });
    const input = net.population('in', spikeTrains({ trains: [[1, 3.3]] }));
    const out = net.population('out', lif({ size: 1 }));
    net.projection(input, out, { connect: { list } });
    net.run(7);
    return bits(save(net));
  };
  const list = [0.1, 0.7, 1e-9, 0.3].map((weight) => [0, 0, weight]);
  fc.assert(fc.property(permutation(4), (order) => assert.equal(run(order.map((i) => list[i]!)), run(list))));
});

test('the same seed gives the same bits, another seed others', () => {
  fc.assert(
    fc.property(zooSpec, (spec) => {
      const first = whole(spec);
      same(whole(spec), first);
      const other = whole({ ...spec, seed: spec.seed + 1 });
      assert.not.equal(other.spikes.column('time'), first.spikes.column('time'));
    }),
    runs(5),
  );
});

test.run();
