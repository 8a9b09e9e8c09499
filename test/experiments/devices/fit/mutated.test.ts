/** Files that were damaged are read or refused in one sentence: nothing else. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { MIN_READINGS, readPulses } from '../../../../experiments/devices/fit/readPulses.ts';

const file = join(mkdtempSync(join(tmpdir(), 'memspike-mutated-')), 'pulses.csv');
const READINGS = Array.from(
  { length: 12 },
  (_, i) => `D1,1,${i < 6 ? 'up' : 'down'},${i % 6},${1 + Math.min(i, 11 - i)}e-6`,
);
const LINES = ['device,cycle,direction,pulse,conductance', ...READINGS];

const pieces = fc.oneof(
  fc.constantFrom(
    '',
    ',',
    ';',
    '\t',
    '"',
    '\n',
    '\r',
    '#',
    'nan',
    '-1',
    '1e999',
    '0,5',
    'LTP',
    'uS',
    '(',
    '\0',
    '\uFEFF',
    'time',
  ),
  fc.string({ maxLength: 6 }),
);
const edits = fc.array(fc.tuple(fc.nat(), fc.nat(30), pieces), { minLength: 1, maxLength: 5 });

/** Replaces stretches of a text. */
const edited = (text: string, list: readonly (readonly [number, number, string])[]): string =>
  list.reduce((t, [at, length, piece]) => {
    const from = at % (t.length + 1);
    return t.slice(0, from) + piece + t.slice(from + length);
  }, text);

test('a damaged file is read into whole trains, or refused in one sentence', () => {
  let refused = 0;
  fc.assert(
    fc.property(edits, (list) => {
      writeFileSync(file, edited(LINES.join('\n'), list));
      try {
        for (const { elapsed, conductance } of readPulses(file)) {
          assert.ok(elapsed.length >= MIN_READINGS && elapsed.length === conductance.length);
          assert.ok(elapsed.every((p, i) => (i === 0 ? p === 0 : Number.isInteger(p) && p > elapsed[i - 1]!)));
          assert.ok(conductance.every(Number.isFinite));
        }
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        assert.not.match(error.message, /\n/);
        refused++;
      }
    }),
    { numRuns: 1500 },
  );
  assert.ok(refused > 100, `${refused}`);
});

test.run();
