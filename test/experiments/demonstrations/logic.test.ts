/** Truth tables are right on equal devices, not without the load, and less often the more devices differ. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ImplyRow, testTruthTables } from '../../../experiments/demonstrations/logic/index.ts';
import { findingsOf } from './findingsOf.ts';

test('what is expected shows in a few rows of devices', async () => {
  const { expectations } = await findingsOf('logic', { seeds: 2, rows: 30 });
  assert.is(expectations.length, 5);
  for (const { text, shown } of expectations) assert.ok(shown, text);
});

test('p implies q switches q on unless p conducts, and leaves p', () => {
  for (const load of [true, false]) {
    const row = new ImplyRow({ spread: 0, load }, 1);
    const found = [false, true].flatMap((a) =>
      [false, true].map((b) => {
        const [p, q] = [row.device(a), row.device(b)];
        row.imply(p, q);
        return [p.state, q.state];
      }),
    );
    const right = [
      [false, true],
      [false, true],
      [true, false],
      [true, true],
    ];
    if (load) assert.equal(found, right);
    else assert.not.equal(found, right);
  }
});

test('very different devices compute nothing reliable', () => {
  const of = (spread: number) => {
    const all = Array.from({ length: 40 }, (_, k) => testTruthTables({ spread, load: true }, k).added);
    return all.reduce((a, b) => a + b) / 40;
  };
  assert.ok(of(0.5) < of(0.1) - 0.1);
});

test.run();
