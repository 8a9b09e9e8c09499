import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { escapeControlCharacters, escapeMultilineText, formatKeyPath, show } from '../../../core/declare/show.ts';

test('scalars as they would be written', () => {
  const written = [1, -0.5, Number.NaN, Infinity, true, null, undefined, 'a"b', 3n, Symbol('s')].map((v) => show(v));
  assert.equal(written, ['1', '-0.5', 'NaN', 'Infinity', 'true', 'null', 'undefined', '"a\\"b"', '3n', 'Symbol(s)']);
});

test('long texts are cut at 60 characters, not within one', () => {
  assert.is(show('x'.repeat(60)), `"${'x'.repeat(60)}"`);
  assert.is(show('x'.repeat(61)), `"${'x'.repeat(60)}…" (61 characters)`);
  assert.is(show(`${'x'.repeat(59)}😀!`), `"${'x'.repeat(59)}😀…" (62 characters)`);
});

test('nothing that a terminal would obey gets through', () => {
  assert.is(show('\u001b[31m\u009b31m\u202e\n'), '"\\u001b[31m\\u009b31m\\u202e\\n"');
});

test('printed text keeps to its line, printed lines to their own ends', () => {
  const hostile = 'a\u001b[2Jb\u009b1mc\r\u202ed\u0007é😀\\';
  const shown = 'a\\u001b[2Jb\\u009b1mc\\r\\u202ed\\u0007é😀\\';
  assert.is(escapeControlCharacters(`${hostile}\n\t`), `${shown}\\n\\t`);
  assert.is(escapeMultilineText(`${hostile}\n\t${hostile}\n`), `${shown}\n\t${shown}\n`);
});

test('lists and mappings by their first entries', () => {
  assert.is(show([1, 'a', [2, [3]]]), '[1, "a", [2, […]]]');
  assert.is(show(Float32Array.of(1, 2, 3, 4, 5)), '[1, 2, 3, 4, …] (5 entries)');
  assert.is(show({ tau: 1, 'a b': { c: {} } }), '{ tau: 1, "a b": { c: {…} } }');
  assert.is(show({}), '{}');
  const loop: unknown[] = [];
  loop.push(loop);
  assert.is(show(loop), '[[[…]]]');
});

test('paths are dotted, with odd keys quoted', () => {
  assert.is(formatKeyPath(['populations', 'output', 'tau']), 'populations.output.tau');
  assert.is(formatKeyPath(['projections', 0, 'a.b', '']), 'projections.0."a.b".""');
});

test('anything can be shown on one short line', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }), (value) => {
      const text = show(value);
      assert.ok(text.length < 4000);
      assert.not.match(text, /\p{Cc}/u);
    }),
  );
});

test('a text of which escapes make a long one is cut shorter', () => {
  const shown = show('\u0090'.repeat(1000));
  assert.match(shown, /^"(\\u0090){19}…" \(1000 characters\)$/);
});

test.run();
