/** Line resistance costs accuracy in a large array and not in small ones; ideal lines disturb nothing at V/3. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, neurons: 20, train: 3000, label: 500, test: 200 };

test('a network reads worse through long resistive lines', async () => {
  const { tables } = await findingsOf('crossbar', SMALL);
  const { size, lineResistance, accuracy } = tables.accuracy!;
  const of = (n: number, ohm: number) =>
    accuracy!.values.find((_, k) => size!.values[k] === n && lineResistance!.values[k] === ohm)!;
  assert.ok(of(784, 0) > 50, `${of(784, 0)} %`);
  assert.ok(of(784, 8) < of(784, 0) - 20, `${of(784, 8)} % of ${of(784, 0)} %`);
  assert.ok(of(32, 0.25) > of(784, 0) - 5, `${of(32, 0.25)} % of ${of(784, 0)} %`);
});

test('with ideal lines margins are 2 and 3 at any size, and a cell is read as it is', async () => {
  const { figures, expectations } = await findingsOf('crossbar', { ...SMALL, train: 10, test: 10, lineResistance: 0 });
  const value = (name: string) => figures[name]!.values[0]!;
  assert.ok(Math.abs(value('margin of V/2, 128 x 128') - 2) < 1e-9);
  assert.ok(Math.abs(value('margin of V/3, 128 x 128') - 3) < 1e-9);
  assert.ok(Math.abs(value('1 MΩ read in 128 x 128, held') / 1e6 - 1) < 1e-9);
  assert.ok(value('1 MΩ read in 128 x 128, floating') < 1000); // sneak paths need no line resistance
  assert.not.ok(expectations.at(-1)!.shown);
});

test.run();
