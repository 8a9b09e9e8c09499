/** Memory of every kind that a browser may grant, imitated in Node: the same bits, and a sentence where it is full. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '../../../core/kernels/arena.ts';
import * as engine from '../../../experiments/engine.ts';
import { type Outcome, outcomes } from '../../experiments/engine/networks.ts';

const { Memory } = WebAssembly;
const Shared = globalThis.SharedArrayBuffer;
let asked: WebAssembly.MemoryDescriptor[] = [];

/** Stands in for a browser that refuses some memories. */
function refuse(refused: (d: WebAssembly.MemoryDescriptor) => Error | null): void {
  asked = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      const error = refused(descriptor);
      if (error) throw error;
      super(descriptor);
      asked.push(descriptor);
    }
  };
}

const unshared = ({ shared }: WebAssembly.MemoryDescriptor) =>
  shared ? new WebAssembly.LinkError('shared memory is disabled') : null;

test.after.each(() => {
  WebAssembly.Memory = Memory;
  globalThis.SharedArrayBuffer = Shared;
});

let expected: Record<string, Outcome>;
test.before(async () => {
  expected = await outcomes(engine);
});

test('the networks spike and learn with SIMD kernels', () => {
  for (const [name, { kernels, spikes, weightHash }] of Object.entries(expected)) {
    assert.is(kernels, 'simd', name);
    assert.ok(spikes > 100, `${name}: ${spikes} spikes`);
    assert.match(weightHash, /^[0-9a-f]{64}$/);
  }
});

test('shared memory is taken where the page does not see SharedArrayBuffer', async () => {
  refuse(() => null);
  Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
  assert.equal(await outcomes(engine), expected);
  assert.ok(asked.length > 0 && asked.every(({ shared }) => shared));
});

test('where sharing is refused the same kernels run on memory of a fixed size', async () => {
  refuse(unshared);
  assert.equal(await outcomes(engine), expected);
  assert.ok(asked.length > 0 && asked.every(({ shared, initial }) => !shared && initial === 16384));
});

test('plain arrays give the same bits', async () => {
  refuse(() => new RangeError('could not allocate memory'));
  const found = await outcomes(engine);
  for (const [name, outcome] of Object.entries(expected)) assert.equal(found[name], { ...outcome, kernels: 'plain' });
});

test('less is taken where not all is granted, and a network that outgrows it says so', () => {
  refuse((d) => unshared(d) ?? (d.initial > 4096 ? new RangeError('could not allocate memory') : null));
  const arena = new Arena();
  const first = arena.f64(1000).fill(1);
  arena.f64(2 ** 24);
  assert.ok(first.every((value) => value === 1));
  assert.is(first.buffer.byteLength, 2 ** 28);
  assert.throws(
    () => arena.f64(2 ** 24),
    /^An array of 134217728 bytes would need 0\.134 GB of memory, but one network holds at most 0\.268 GB where its memory cannot grow \(more with kernels: 'plain'\) and already uses 0\.134 GB\.$/,
  );
});

test('an error of another kind is not swallowed', () => {
  refuse(() => new Error('something else'));
  assert.throws(() => new Arena(), /^something else$/);
});

test.run();
