/** Decimal points, decimal commas and what stands between thousands: no number is read as a thousandth of itself. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { readMeasurement } from '../../../../experiments/devices/fit/import/measurement.ts';
import type { DecimalMarkName } from '../../../../experiments/devices/fit/import/numbers.ts';
import { runs } from '../../../support.ts';

const file = join(mkdtempSync(join(tmpdir(), 'memspike-marks-')), 'pulses.csv');

/** nS of one train, as they stand in cells. */
async function read(cells: readonly string[], decimal?: DecimalMarkName) {
  writeFileSync(file, ['pulse;G (nS)', ...cells.map((cell, i) => `${i};${cell}`)].join('\n'));
  const { trains, importSummary: understood } = await readMeasurement([file], { decimal });
  return { nS: trains[0]!.conductance.map((g) => Number((g * 1e9).toPrecision(12))), understood: understood[0] };
}

async function refusal(cells: readonly string[], decimal?: DecimalMarkName): Promise<string> {
  try {
    await read(cells, decimal);
  } catch (error) {
    if (error instanceof UserError) return error.message.replace(file, 'FILE');
    throw error;
  }
  throw new Error('was read');
}

const RISING = ['2,250', '2,375', '2,480', '2,560', '2,610'];
const OPEN =
  'FILE: row 1 (line 2), column G (nS): "2,250" is 2250 or 2.250, and no other number in the file shows which. Next step: --decimal point or --decimal comma.';

test('commas before three digits alone are asked about, and read as told', async () => {
  assert.is(await refusal(RISING), OPEN);
  assert.is(await refusal(RISING.map((cell) => `${cell} nS`)), OPEN.replace('2,250"', '2,250 nS"'));
  const point = await read(RISING, 'point');
  assert.equal(point.nS, [2250, 2375, 2480, 2560, 2610]);
  assert.match(point.understood, /between cells, commas between thousands; /);
  const comma = await read(RISING, 'comma');
  assert.equal(comma.nS, [2.25, 2.375, 2.48, 2.56, 2.61]);
  assert.match(comma.understood, /between cells, decimal commas; /);
});

test('points before three digits alone are asked about between semicolons, which go with decimal commas', async () => {
  const points = RISING.map((cell) => cell.replace(',', '.'));
  assert.is(await refusal(points), OPEN.replace('2,250', '2.250').replace('2250 or 2.250', '2.250 or 2250'));
  assert.equal((await read(points, 'point')).nS, [2.25, 2.375, 2.48, 2.56, 2.61]);
  assert.equal((await read(points, 'comma')).nS, [2250, 2375, 2480, 2560, 2610]);
  writeFileSync(file, ['pulse,G (nS)', ...points.map((cell, i) => `${i},${cell}`)].join('\n'));
  assert.ok(Math.abs((await readMeasurement([file])).trains[0]!.conductance[0]! / 2.25e-9 - 1) < 1e-12);
});

test('one number that can be read in one way only tells of all others', async () => {
  const ending = async (last: string) => (await read([...RISING, last])).nS;
  const thousands = [2250, 2375, 2480, 2560, 2610];
  assert.equal(await ending('2700.5'), [...thousands, 2700.5]);
  assert.equal(await ending('2,700.5'), [...thousands, 2700.5]);
  assert.equal(await ending('1,002,700'), [...thousands, 1002700]);
  const decimals = thousands.map((v) => v / 1000);
  assert.equal(await ending('2,70'), [...decimals, 2.7]);
  assert.equal(await ending('2,7000'), [...decimals, 2.7]);
  assert.equal(await ending('2,700e0'), [...decimals, 2.7]);
  assert.equal(await ending('1.002,7'), [...decimals, 1002.7]);
  assert.equal((await read(['0,250', ...RISING])).nS, [0.25, ...decimals]);
});

test('a number that belongs to neither is refused, by the marks of the others', async () => {
  const one = (cell: string, mark: string) =>
    `FILE: row 3 (line 4), column G (nS): "${cell}" is given, but a number is needed, with a decimal ${mark} as elsewhere in this file.`;
  const pointed = ['0.1', '0.2', '0.3', '0.4', '0.5'];
  assert.is(await refusal(pointed.with(2, '0,3')), one('0,3', 'point'));
  assert.is(await refusal(pointed.with(2, '12,34')), one('12,34', 'point'));
  const commas = ['0,1', '0,2', '0,3', '0,4', '0,5'];
  assert.is(await refusal(commas.with(2, '2.250')), one('2.250', 'comma'));
  assert.equal((await read(commas.with(4, '2.250'), 'comma')).nS.at(-1), 2250);
});

test('numbers of any size are read back in the way of either country, or asked about', async () => {
  const numbers = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 5, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(numbers, fc.constantFrom('en', 'de'), fc.nat(3), async (values, country, digits) => {
      const sorted = values.toSorted((a, b) => a - b);
      const rounded = sorted.map((v) => Number(v.toFixed(digits)));
      fc.pre(rounded.at(-1)! > rounded[0]! + 1);
      const local = rounded.map((v) => v.toLocaleString(country, { maximumFractionDigits: digits }));
      const decimal = country === 'en' ? 'point' : 'comma';
      assert.equal(
        (await read(local, decimal)).nS,
        rounded.map((v) => Number(v.toPrecision(12))),
      );
      // Without a word of it: the same, or refused.
      const found = await read(local).catch((error: Error) => error);
      if (found instanceof Error) assert.match(found.message, / is .* or .* --decimal point|as elsewhere in this file/);
      else assert.equal(found.nS, (await read(local, decimal)).nS);
    }),
    runs(100),
  );
});

test.run();
