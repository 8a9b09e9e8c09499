/** A run that was cut, saved, encoded, decoded and loaded into a new network goes on with the same bits. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeCheckpoint, encodeCheckpoint } from '../../core/checkpoint/codec.ts';
import { load, save } from '../../core/checkpoint/state.ts';
import { UserError } from '../../core/declare/errors.ts';
import { crc32 } from '../../core/log/crc32.ts';
import { Network } from '../../core/network.ts';
import { lif, poisson } from '../../neurons/index.ts';
import { type Rows, runs } from '../support.ts';
import { allocatedBy, dice, mutate } from './log/mutants.ts';
import { bits, DURATION, instant, runTo, type ZooSpec, zoo, zooSpec } from './zoo.ts';

const { numRuns: ROUNDS, seed: SEED } = runs(300);

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
    const bytes = encodeCheckpoint(save(first.net), { cut });
    const { snapshot, notes } = decodeCheckpoint(bytes, 'test');
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
  fc.assert(fc.property(zooSpec, fc.array(instant, { minLength: 4, maxLength: 4 }), cutsAgree), runs(5));
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
  load(second.net, decodeCheckpoint(encodeCheckpoint(save(first.net), {}), 'test').snapshot);
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
  refused(() => load(net(4), snapshot), /3 values of populations\.x\.model\.u, but this network has 4/);
  refused(() => load(net(3, 'y'), snapshot), /lacks populations\.y/);
  const more = net(3);
  more.population('z', lif({ size: 1 }));
  refused(() => load(net(3), save(more)), /holds populations\.z.*does not have/);
  const bytes = encodeCheckpoint(snapshot, {});
  refused(() => decodeCheckpoint(bytes.subarray(1), 'f.ckpt'), /f\.ckpt is not a memspike checkpoint/);
  fc.assert(
    fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = bytes.slice();
      damaged[at]! ^= flip;
      refused(
        () => decodeCheckpoint(damaged, 'f.ckpt'),
        /^f\.ckpt is (damaged|not a memspike checkpoint|a checkpoint of version)/,
      );
    }),
  );
  for (let at = 12; at < 24; at++) {
    const damaged = bytes.slice();
    damaged[at]! ^= 1;
    refused(() => decodeCheckpoint(damaged, 'f.ckpt'), /f\.ckpt is damaged: its checksum is wrong/);
  }
  refused(() => decodeCheckpoint(bytes.subarray(0, bytes.length - 8), 'f.ckpt'), /damaged/);
});

test('spikes in flight of neurons that the network does not have, and times that cannot be, are refused', () => {
  const build = () => {
    const net = new Network({ seed: 1 });
    const noise = net.population('noise', poisson({ size: 3, rate: 500 }));
    const x = net.population('x', lif({ size: 4, threshold: 1 }));
    net.projection(noise, x, { name: 'in', connect: { all: { weight: 2 } }, delay: 5 });
    net.projection(x, x, { name: 'own', connect: { all: { weight: 0.1 } }, delay: 5 });
    const y = net.population('y', lif({ size: 4, threshold: 1, synapse: 'exponential' }));
    net.projection(noise, y, { name: 'currents', connect: { all: { weight: 200 } } });
    return net;
  };
  const net = build();
  net.run(20);
  load(build(), save(net));
  for (const [key, entry, value] of [
    ['projections.in.lanes.0.rows', 0, 3],
    ['projections.own.lanes.0.rows', 0, 4_000_000_000],
    ['projections.in.lanes.0.times', 0, 1],
    ['projections.in.lanes.0.times', 0, 1e6], // later than the next one
    ['projections.in.lanes.0.times', 1, Number.NaN],
    ['populations.noise.block.neurons', 0, 3],
    ['populations.x.counters', 1, 4],
    ['populations.x.counters', 1, Number.NaN],
    ['clock', 0, Number.NaN],
    ['clock', 0, -7],
    ['populations.x.model.releaseRing', 0, 4],
    ['populations.x.model.releaseRing', 1, 4_000_000_000],
    ['populations.y.model.releaseRing', 1, 5],
    ['populations.y.model.wakeNext', 0, -1e300],
    ['populations.y.model.wakeNext', 0, 1e-300],
    ['populations.y.model.wakeNext', 0, Number.NaN],
    ['populations.y.model.wakeTimes', 0, 1e300],
    ['populations.y.model.wakeTimes', 0, Number.NaN],
  ] as const) {
    const snapshot = save(net);
    assert.ok(entry < snapshot.get(key)!.length, key);
    snapshot.get(key)![entry] = value;
    assert.throws(
      () => load(build(), snapshot),
      (error: unknown) =>
        error instanceof UserError &&
        /^(populations\.[xy]\.model: )?the checkpoint (has|is damaged)/.test(error.message),
      `${key}: ${value}`,
    );
  }
});

/** The checksum made right again, as whoever changed the bytes would do. */
function reseal(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = crc32(bytes.subarray(20, 24), crc32(bytes.subarray(0, 16)));
  view.setUint32(
    16,
    view.getUint32(8, true) === 1 ? crc32(bytes.subarray(24)) : crc32(bytes.subarray(24), start),
    true,
  );
  return bytes;
}

/** A checkpoint whose header is this text, with `body` bytes behind it. */
function withHeader(text: string, body = 0, length = text.length): Uint8Array {
  const bytes = new Uint8Array(24 + Math.ceil(text.length / 8) * 8 + body);
  bytes.set(new TextEncoder().encode('MEMSPIKE'));
  bytes.set(new TextEncoder().encode(text), 24);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, 2, true);
  view.setUint32(12, length, true);
  return reseal(bytes);
}

const oneSentence = (error: unknown): boolean => error instanceof UserError && !/\p{Cc}/u.test(error.message);

test('a header that does not describe its file is refused, though its checksum is right', () => {
  const header = (arrays: unknown, notes: unknown = {}) => JSON.stringify({ notes, arrays });
  const one = { name: 'a', type: 'Float64Array', length: 1 };
  assert.equal(decodeCheckpoint(withHeader(header([one]), 8), 'f').snapshot.get('a'), Float64Array.of(0));
  for (const [text, body, length] of [
    [header([{ ...one, type: 'constructor' }]), 8],
    [header([{ ...one, type: 'toString' }]), 8],
    [header([{ ...one, type: 'BigInt64Array' }]), 8],
    [header([{ ...one, length: 1e9 }]), 8],
    [header([{ ...one, length: 2 }]), 8],
    [header([{ ...one, length: -1 }]), 8],
    [header([{ ...one, length: 0.5 }]), 8],
    [header([{ ...one, length: '1' }]), 8],
    [header([one]), 0],
    [header([one]), 16],
    [header([one]), 8, 2 ** 32 - 1],
    [header([one]), 8, 0],
    [header([{ ...one, name: 7 }]), 8],
    [header({ ...one }), 8],
    [header([one], 'text'), 8],
    ['null', 0],
    ['{"notes":', 0],
    ['['.repeat(100_000), 0],
  ] as const) {
    let thrown: unknown;
    const allocated = allocatedBy(() => {
      try {
        decodeCheckpoint(withHeader(text, body, length), 'f.ckpt');
      } catch (error) {
        thrown = error;
      }
    });
    assert.ok(oneSentence(thrown), `${text.slice(0, 80)}: ${thrown}`);
    assert.match((thrown as Error).message, /^f\.ckpt is damaged: its header does not match its contents\.$/);
    assert.ok(allocated < 4 * text.length + 4096, String(allocated));
  }
});

test('numbers and names in a checkpoint changed, its checksum right: it is loaded or refused in one sentence', () => {
  const [spec] = fc.sample(zooSpec, { numRuns: 1, seed: 4 });
  const first = zoo(spec!);
  runTo(first.net, 10);
  first.net.flush();
  const good = encodeCheckpoint(save(first.net), { cut: 10 });
  const header = 24 + new DataView(good.buffer).getUint32(12, true);
  const roll = dice(SEED);
  let [loaded, decoded] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = good.slice();
    const where = roll(4);
    if (where === 0) mutate(bytes, 8, 24, roll);
    else if (where === 1) mutate(bytes, 24, header, roll);
    else bytes[24 + roll(header - 24)] = '0123456789aFUx"[{'.charCodeAt(roll(17));
    reseal(bytes);
    const allocated = allocatedBy(() => {
      try {
        const { snapshot } = decodeCheckpoint(bytes, 'f.ckpt');
        decoded++;
        load(zoo(spec!).net, snapshot);
        loaded++;
      } catch (error) {
        assert.ok(oneSentence(error), `seed ${SEED}, round ${round}: ${(error as Error).stack}`);
      }
    });
    assert.ok(allocated < 20 * good.length, `${allocated} bytes allocated for ${good.length}`);
  }
  assert.ok(loaded > 0 && decoded > loaded, `${loaded} of ${decoded} decoded`);
});

test.run();
