/** What is written slowly fades, what is rehearsed stays. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('1 is kept and 2 is lost', async () => {
  const { expectations } = await findingsOf('stm-ltm', { seeds: 1 });
  for (const { text, shown } of expectations) assert.ok(shown, text);
});

test('written slowly, 1 is lost too; written fast, 2 is kept', async () => {
  const lost = async (given: Record<string, unknown>) => {
    const { figures } = await findingsOf('stm-ltm', { seeds: 1, ...given });
    return ['1', '2'].map((d) => figures[`readable pixels, ${d}, time 300 s`]!.values[0]);
  };
  assert.equal(await lost({ fast: 20 }), [0, 0]);
  assert.equal(await lost({ slow: 2 }), [1, 1]);
});

test.run();
