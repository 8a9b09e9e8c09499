/** Memory of every kind that a browser may grant, imitated in Node: the same bits, and a sentence where it is full. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '../../../core/kernels/arena.ts';
import { allocateKernelMemory } from '../../../core/kernels/memory.ts';
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

test('where all memory is refused, one sentence says what is needed', () => {
  refuse(() => new RangeError('could not allocate memory'));
  assert.throws(
    () => new engine.Network({ seed: 1 }),
    /^The runtime grants no WebAssembly memory, but a network needs 4 GiB of address space .*`ulimit -v unlimited`/,
  );
});

test('without WebAssembly SIMD one sentence says what is needed', () => {
  const { validate } = WebAssembly;
  WebAssembly.validate = () => false;
  try {
    assert.throws(
      () => allocateKernelMemory(new Map()),
      /^WebAssembly with SIMD instructions is not available here, but memspike needs it: use Node 20\.19, 22\.12 or later/,
    );
  } finally {
    WebAssembly.validate = validate;
  }
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
    /^An array of 134217728 bytes would need 0\.134 GB of memory, but one network holds at most 0\.268 GB because this runtime refuses memory that grows and already uses 0\.134 GB\.$/,
  );
});

test('an error of another kind is not swallowed', () => {
  refuse(() => new Error('something else'));
  assert.throws(() => new Arena(), /^something else$/);
});

test.run();
