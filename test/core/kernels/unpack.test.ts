import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ALPHABET, LENGTH, PACKED, STARTS } from '../../../core/kernels/binary.ts';
import { assembled } from '../../../core/kernels/parts.ts';
import { unpack } from '../../../core/kernels/unpack.ts';

/** By names that the compiler does not follow: the build's own, which are no TypeScript. */
const own = (name: string) => import(`../../../../core/kernels/wasm/${name}.mjs`);
const { pack } = (await own('pack')) as { pack(bytes: Uint8Array): Uint8Array };
const { apart } = (await own('apart')) as { apart(module: Uint8Array): { bytes: Uint8Array; starts: number[] } };

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

test('the kernels are of the parts that they are taken into', () => {
  const bytes = unpack(
    Uint8Array.from(PACKED, (digit) => ALPHABET.indexOf(digit)),
    STARTS.at(-1)!,
  );
  const module = assembled(bytes, STARTS, LENGTH);
  assert.ok(WebAssembly.validate(module));
  assert.equal(apart(Buffer.from(module)), { bytes, starts: STARTS });
});

test.run();
