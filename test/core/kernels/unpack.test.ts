import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unpack } from '../../../core/kernels/unpack.ts';

/** By a name that the compiler does not follow: the types of the package are its source, which it would check by our rules. */
const encoder: string = 'lzma1';
const { compress } = (await import(encoder)) as { compress(bytes: Uint8Array, level: number): Uint8Array };
const HEADER = 13;

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

test('what LZMA packed comes out as it went in', () => {
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 9 }), (given, level) => {
      const packed = compress(given, level);
      assert.is(packed[0], 93);
      assert.equal(unpack(packed.subarray(HEADER), given.length), given);
    }),
    { numRuns: 15 },
  );
});

test.run();
