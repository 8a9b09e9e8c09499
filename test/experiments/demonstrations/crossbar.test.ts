/** Line resistance costs accuracy in a large array and not in small ones; ideal lines disturb nothing. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readCell, writeCell } from '../../../experiments/demonstrations/crossbar/index.ts';
import { findingsOf } from './findingsOf.ts';

test('a network reads worse through long resistive lines', async () => {
  const { figures } = await findingsOf('crossbar', { neurons: 30, label: 1000, test: 200, seeds: 1 });
  const value = (name: string) => figures[name]!.values[0]!;
  const ideal = value('accuracy, lines 784, line resistance 0 Ω');
  const array = (key: string) => value(`${key}, lines 784, line resistance 2 Ω`);
  assert.ok(ideal > 50, `${ideal} %`);
  assert.ok(array('accuracy') < ideal - 10, `${array('accuracy')} % of ${ideal} %`);
  assert.ok(value('accuracy, lines 32, line resistance 2 Ω') > ideal - 5);
  assert.ok(array('error with one gain per output') < array('error of the currents') / 1.5);
  assert.ok(array('accuracy with one gain per output') > array('accuracy') + 5, 'much of it is gain');
  const cells = (kind: string) => value(`error of the currents, line resistance 2 Ω, ${kind}`);
  assert.ok(cells('non-linear') > cells('ohmic'));
});

test('sneak paths hide a cell whatever the lines; held lines show it only where they are good', () => {
  const read = (lineResistance: number) => readCell(64, lineResistance).map(({ resistance }) => resistance);
  assert.ok(Math.abs(read(0)[1]! / 1e6 - 1) < 1e-9);
  assert.ok(read(0)[0]! < 1000);
  assert.ok(read(1)[1]! < 5e5);
});

test('with ideal lines margins are 2 and 3 and nothing is disturbed; resistive ones take both', () => {
  for (const [scheme, margin] of [
    ['half', 2],
    ['third', 3],
  ] as const) {
    const ideal = writeCell(64, scheme, 0, 0, 1);
    assert.ok(Math.abs(ideal.margin - margin) < 1e-9);
    assert.is(ideal.disturbed, 0);
    const real = writeCell(64, scheme, 4, 0, 1);
    assert.ok(real.margin < 1.5 && real.disturbed > 10, `${real.margin}, ${real.disturbed}`);
  }
});

test.run();
