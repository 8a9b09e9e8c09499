import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { canonicalJson, hashConfig } from '../../../../experiments/network/config/hash.ts';

test('keys are sorted, numbers shortest, and what JSON lacks is a word', () => {
  assert.is(
    canonicalJson({ b: 1e21, a: [0.1, -0, 1e-7], '\u00e9': null, c: undefined }),
    '{"a":[0.1,0,1e-7],"b":1e+21,"é":null}',
  );
  assert.is(canonicalJson([Infinity, -Infinity, Number.NaN]), '["Infinity","-Infinity","NaN"]');
});

test('the hash is that of the text and does not depend on the order of keys', () => {
  assert.is(hashConfig({}), '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  assert.is(hashConfig({ a: 1, b: { c: 2, d: 3 } }), hashConfig({ b: { d: 3, c: 2 }, a: 1 }));
  assert.is.not(hashConfig({ a: 1 }), hashConfig({ a: 2 }));
});

test('it is JSON, and equal to the value for all that JSON can say', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const plain = JSON.parse(JSON.stringify(value));
      assert.equal(JSON.parse(canonicalJson(plain)), plain);
    }),
  );
});

test('what is no configuration is refused', () => {
  for (const value of [undefined, () => 1, 1n, new Map(), new Date(), [undefined], Float64Array.of(1)]) {
    assert.throws(() => canonicalJson(value), /configuration must not contain/);
  }
});

test.run();
