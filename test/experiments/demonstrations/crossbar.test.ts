/** Line resistance costs accuracy in a large array and not in small ones; ideal lines disturb nothing. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { measureCellErrors } from '../../../experiments/demonstrations/cells.ts';
import { measureArrays, readCell, writeCell } from '../../../experiments/demonstrations/crossbar/index.ts';

const stage = { signal: new AbortController().signal, step: async () => {} };

test('a network reads worse through long resistive lines', async () => {
  const study = { neurons: 30, train: 60_000, label: 1000, test: 200, sizes: [32, 784], lineResistances: [0.25, 8] };
  const { arrays: results, layer } = await measureArrays(study, 1, stage);
  const of = (size: number, ohm: number) => results.find((s) => s.size === size && s.lineResistance === ohm)!.accuracy;
  assert.ok(of(784, 0) > 50, `${of(784, 0)} %`);
  assert.ok(of(784, 8) < of(784, 0) - 20, `${of(784, 8)} % of ${of(784, 0)} %`);
  assert.ok(of(32, 0.25) > of(784, 0) - 5, `${of(32, 0.25)} % of ${of(784, 0)} %`);
  const long = results.find((s) => s.size === 784 && s.lineResistance === 8)!;
  assert.ok(long.gainError < long.error / 1.5 && long.gainAccuracy > long.accuracy + 5, 'much of it is gain');
  const cells = measureCellErrors(layer, 1, { lineResistances: [0.5, 2, 8], layers: [1] });
  const cell = (nonlinearity: number, ohm: number) =>
    cells.find((c) => c.nonlinearity === nonlinearity && c.lineResistance === ohm)!;
  assert.ok(cell(141, 2).error > cell(2, 2).error && cell(2, 8).error > cell(2, 0.5).error);
});

test('sneak paths hide a cell whatever the lines; held lines show it only where they are good', () => {
  assert.ok(Math.abs(readCell(64, 0).held / 1e6 - 1) < 1e-9);
  assert.ok(readCell(64, 0).floating < 1000);
  assert.ok(readCell(64, 1).held < 5e5);
});

test('with ideal lines margins are 2 and 3 and nothing is disturbed; resistive ones take both', () => {
  const given = { spread: 0, seeds: [1] };
  for (const [scheme, margin] of [
    ['half', 2],
    ['third', 3],
  ] as const) {
    const ideal = writeCell(64, scheme, { ...given, lineResistance: 0 });
    assert.ok(Math.abs(ideal.margin - margin) < 1e-9);
    assert.equal(ideal.disturbed, [0]);
    const real = writeCell(64, scheme, { ...given, lineResistance: 4 });
    assert.ok(real.margin < 1.5 && real.disturbed[0]! > 10, `${real.margin}, ${real.disturbed}`);
  }
});

test.run();
