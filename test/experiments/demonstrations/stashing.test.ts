/** Hidden synapses save energy beyond write on change; a criterion that nothing meets hides none and saves none. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, neurons: 20, train: 3000, label: 500, test: 300, split: 'validation' };

test('hiding saves energy beyond that of pulses to devices at their bound, which is the larger part', async () => {
  const { figures, expectations } = await findingsOf('stashing', SMALL);
  const saved = figures['energy of training saved beyond write on change, misses 65535']!.values[0]!;
  const byWriting = figures['control: saved by write on change, nothing hidden']!.values[0]!;
  assert.ok(saved > 3 && byWriting > saved, `${saved} %, ${byWriting} %`);
  assert.is(expectations[2]!.shown, byWriting < 37);
});

test('a criterion that nothing meets saves nothing', async () => {
  const { figures, expectations } = await findingsOf('stashing', { ...SMALL, pulses: 60000 });
  assert.is(figures['energy of training saved beyond write on change, misses 65535']!.values[0], 0);
  assert.is(figures['accuracy lost, misses 65535']!.values[0], 0);
  assert.not.ok(expectations[1]!.shown);
});

test('where states near the bound cost next to nothing, write on change saves little, too', async () => {
  const { figures } = await findingsOf('stashing', { ...SMALL, onOff: 10_000 });
  assert.ok(figures['control: saved by write on change, nothing hidden']!.values[0]! < 10);
});

test.run();
