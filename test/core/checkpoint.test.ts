/** A run that was cut, saved, encoded, decoded and loaded into a new network goes on with the same bits. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, encode } from '../../core/checkpoint/codec.ts';
import { load, save } from '../../core/checkpoint/state.ts';
import { UserError } from '../../core/declare/errors.ts';
import { Network } from '../../core/network.ts';
import { lif, poisson } from '../../neurons/index.ts';
import type { Rows } from '../support.ts';
import { bits, DURATION, instant, runTo, type ZooSpec, zoo, zooSpec } from './zoo.ts';

const after = (rows: Rows, t: number) => rows.rows.filter((row) => row.time! > t);

/** Whether something of each kind was under way at some cut. */
const seen = { inFlight: 0, refractory: 0, halfBlock: 0, held: 0 };

function cutsAgree(spec: ZooSpec, cuts: readonly number[]): void {
  const whole = zoo(spec);
  runTo(whole.net, DURATION);
  whole.net.flush();
  const end = bits(save(whole.net));
  for (const cut of cuts) {
    const first = zoo(spec);
    runTo(first.net, cut);
    first.net.flush();
    const bytes = encode(save(first.net), { cut });
    const { snapshot, notes } = decode(bytes, 'test');
    assert.equal(notes, { cut });
    const get = (key: string) => snapshot.get(key)!;
    if (get('projections.a->a.lanes.0.times').length > 0) seen.inFlight++;
    if (get('populations.a.model.releaseRing')[1]! > 0) seen.refractory++;
    if (get('populations.noise.counters')[1]! < get('populations.noise.block.times').length) seen.halfBlock++;
    if (get('populations.b.counters')[1]! > cut) seen.held++;
    const second = zoo(spec);
    load(second.net, snapshot);
    assert.is(second.net.now, cut);
    runTo(second.net, DURATION);
    second.net.flush();
    assert.equal(second.spikes.rows, after(whole.spikes, cut), `spikes after ${cut}`);
    assert.equal(second.weights.rows, after(whole.weights, cut), `weights after ${cut}`);
    assert.equal(second.potentials.rows, after(whole.potentials, cut), `potentials after ${cut}`);
    assert.equal(bits(save(second.net)), end, `state at the end, cut at ${cut}`);
  }
}

test('20 random cuts of random networks, all bit-identical', () => {
  fc.assert(fc.property(zooSpec, fc.array(instant, { minLength: 4, maxLength: 4 }), cutsAgree), { numRuns: 5 });
  for (const [kind, cuts] of Object.entries(seen)) assert.ok(cuts > 0, `no cut with ${kind}`);
});

test('cuts at 0, at changes of rate, at ties and at the end', () => {
  const [spec] = fc.sample(zooSpec, { numRuns: 1, seed: 4 });
  cutsAgree(spec!, [0, 0.5, 12.5, 17.25, 20, 40, DURATION]);
});

test('a cut at a stop after so many spikes', () => {
  const [spec] = fc.sample(zooSpec, { numRuns: 1, seed: 6 });
  const build = () => {
    const z = zoo(spec!);
    const stopped = z.net.run(30, { population: z.net.populations.get('b') as never, spikes: 2 });
    assert.ok(stopped);
    z.net.flush();
    return z;
  };
  const first = build();
  const second = zoo(spec!);
  load(second.net, decode(encode(save(first.net), {}), 'test').snapshot);
  const cut = first.net.now;
  first.net.run(20);
  second.net.run(20);
  first.net.flush();
  second.net.flush();
  assert.equal(second.spikes.rows, after(first.spikes, cut));
  assert.equal(bits(save(second.net)), bits(save(first.net)));
});

test('another network, damage and other files are refused', () => {
  const net = (size: number, name = 'x') => {
    const n = new Network({ seed: 1 });
    n.population('noise', poisson({ size: 2, rate: 10 }));
    n.population(name, lif({ size }));
    return n;
  };
  const refused = (make: () => void, message: RegExp) =>
    assert.throws(make, (error: unknown) => error instanceof UserError && message.test(error.message));
  const snapshot = save(net(3));
  refused(() => load(net(4), snapshot), /3 values of populations\.x\.model\.u, but the network has 4/);
  refused(() => load(net(3, 'y'), snapshot), /lacks populations\.y/);
  const more = net(3);
  more.population('z', lif({ size: 1 }));
  refused(() => load(net(3), save(more)), /holds populations\.z.*does not have/);
  const bytes = encode(snapshot, {});
  refused(() => decode(bytes.subarray(1), 'f.ckpt'), /f\.ckpt is not a memspike checkpoint/);
  fc.assert(
    fc.property(fc.nat({ max: bytes.length - 17 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = bytes.slice();
      damaged[16 + at]! ^= flip;
      if (16 + at < 20 || 16 + at >= 24) refused(() => decode(damaged, 'f.ckpt'), /f\.ckpt is damaged/);
    }),
  );
  refused(() => decode(bytes.subarray(0, bytes.length - 8), 'f.ckpt'), /damaged/);
});

test.run();
