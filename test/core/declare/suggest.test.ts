import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { didYouMean } from '../../../core/declare/suggest.ts';

const meant = (word: string, ...known: string[]) => /did you mean "(.*)"\?/.exec(didYouMean(word, known, 'known'))?.[1];

test('slips of the fingers find their name', () => {
  assert.is(meant('tua', 'size', 'tau', 'reset'), 'tau');
  assert.is(meant('szie', 'size', 'tau'), 'size');
  assert.is(meant('refactory', 'refractory', 'reset'), 'refractory');
  assert.is(meant('alltoall', 'allToAll', 'nearest'), 'allToAll');
  assert.is(meant('taus', 'tauSyn', 'tau'), 'tau');
});

test('what is not near is not suggested', () => {
  assert.is(meant('bogus', 'size', 'tau'), undefined);
  assert.is(meant('x', 'a', 'b'), undefined);
  assert.is(meant('', 'a'), undefined);
  assert.is(meant('x'.repeat(1e7), 'x'), undefined);
});

test('the known names are listed instead, the first fifteen', () => {
  assert.is(didYouMean('bogus', ['size', 'tau'], 'known here'), '; known here: size, tau.');
  assert.is(didYouMean('bogus', [], 'known here'), '.');
  const many = Array.from({ length: 20 }, (_, i) => `name${i}`);
  assert.match(didYouMean('bogus', many, 'known'), /name14, … \(20 in all\)\.$/);
});

test.run();
