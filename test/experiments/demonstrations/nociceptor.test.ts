/** An injury sensitises, a harmless pulse and a model without the states do not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const shown = async (given: Record<string, unknown>) => {
  const { expectations } = await findingsOf('nociceptor', given);
  return expectations.filter((e) => e.shown).map(({ text }) => text.split(':')[0]);
};

test('all properties show', async () => {
  assert.equal(await shown({}), ['threshold', 'relaxation', 'no adaptation', 'allodynia', 'hyperalgesia', 'control']);
});

test('without an injury there is nothing to sensitise', async () => {
  const found = await shown({ noxious: 25 });
  assert.not.ok(found.includes('allodynia') || found.includes('hyperalgesia'));
});

test('without a filament that stays there is no relaxation', async () => {
  assert.not.ok((await shown({ facilitation: 0 })).includes('relaxation'));
});

test.run();
