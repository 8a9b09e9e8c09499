import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unpack } from '../../../core/kernels/unpack.ts';

/** By a name that the compiler does not follow: the build's own, which is no TypeScript. */
const packer: string = '../../../../core/kernels/wasm/pack.mjs';
const { pack } = (await import(packer)) as { pack(bytes: Uint8Array): Uint8Array };

/** Bytes that say themselves again: near and far, with and without a change. */
const bytes = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(9), fc.integer({ min: 1, max: 400 })), {
    maxLength: 60,
  })
  .map((parts) => {
    const all: number[] = [];
    for (const [fresh, back, count] of parts) {
      all.push(...fresh);
      const from = Math.floor((all.length * back) / 10);
      for (let i = 0; i < count; i++) all.push(all[from + i]! ^ Number(i % 97 === 96));
    }
    return Uint8Array.from(all);
  });

test('what was packed comes out as it went in', () => {
  fc.assert(
    fc.property(bytes, (given) => {
      assert.equal(unpack(pack(given), given.length), given);
    }),
    { numRuns: 15 },
  );
});

test.run();
