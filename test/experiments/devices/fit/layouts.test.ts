/** What names of columns, sheets and files say of the readings in them. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import writeWorkbook from 'write-excel-file/node';
import { UserError } from '../../../../core/declare/errors.ts';
import type { ImportOptions } from '../../../../experiments/devices/fit/import/columns.ts';
import { readMeasuredRows } from '../../../../experiments/devices/fit/import/columns.ts';
import { readTables } from '../../../../experiments/devices/fit/import/files.ts';
import { readMeasurement } from '../../../../experiments/devices/fit/import/measurement.ts';
import { createConductanceReader } from '../../../../experiments/devices/fit/kinds/level.ts';
import { MEASUREMENT_TYPES } from '../../../../experiments/devices/fit/kinds/measurementTypes.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-layouts-'));
const UP = [1, 2, 2.75, 3.25, 3.5, 3.625];
const DOWN = [4, 3, 2.25, 1.75, 1.5, 1.375];
const LONG = [...UP.map((g, i) => ['up', i, g]), ...DOWN.map((g, i) => ['down', i, g])];

function put(name: string, rows: readonly (readonly (string | number)[])[]): string {
  const file = join(directory, name);
  writeFileSync(file, rows.map((row) => row.join()).join('\n'));
  return file;
}

async function told(files: readonly string[], options: ImportOptions = {}) {
  const { trains, importSummary: understood } = await readMeasurement(files, options);
  return {
    ids: trains.map(({ device, cycle, direction }) => `${device}/${cycle}/${direction}`).sort(),
    first: trains.map(({ conductance }) => Number(conductance[0]!.toPrecision(6))),
    understood: understood.map((line) => line.replaceAll(`${directory}/`, '')),
  };
}

async function refusal(read: Promise<unknown>): Promise<string> {
  const error = await read.then(
    () => new Error('was read'),
    (found: Error) => found,
  );
  assert.instance(error, UserError);
  return error.message.replaceAll(`${directory}/`, '');
}

test('a unit after a blank belongs to its name, where white space stands between cells too', async () => {
  const alone = join(directory, 'alone.txt');
  writeFileSync(alone, ['G (uS)', ...UP, ...DOWN].join('\n'));
  assert.equal((await told([alone])).first, [1e-6, 3e-6]); // the highest reading ends the train up
  const both = join(directory, 'both.txt');
  writeFileSync(both, ['pulse direction  G [uS] note', ...LONG.map(([way, n, g]) => `${n} ${way}  ${g} x`)].join('\n'));
  assert.equal((await told([both])).first, [1e-6, 4e-6]);
  const below = join(directory, 'below.txt');
  writeFileSync(
    below,
    ['pulse direction G', '(1) (1) (uS)', ...LONG.map(([way, n, g]) => `${n} ${way} ${g}`)].join('\n'),
  );
  assert.equal((await told([below])).first, [1e-6, 4e-6]);
});

test('trains that repeat another train exactly are left out, and said', async () => {
  const rows = [['direction', 'pulse', 'G'], ...LONG, ...LONG];
  const { ids, understood } = await told([put('twice.csv', rows)], { unit: 'uS' });
  assert.equal(ids, ['1/1/down', '1/1/up']);
  assert.match(understood[1]!, /12 readings .*; 12 rows that repeat all others exactly left out/);
});

test('a workbook is read however slow the machine is', async () => {
  const file = join(directory, 'slow.xlsx');
  const readings = Array.from({ length: 60_000 }, (_, i) => [i % 100, 1e-6 + 1e-12 * i]);
  await writeWorkbook([['pulse', 'G'], ...readings] as never).toFile(file);
  const { now } = Date;
  let time = now();
  Date.now = () => (time += 20); // every chunk of the sheet takes 20 ms
  try {
    const [table] = await readTables([file]);
    assert.is(table!.rows.length, 60_000);
  } finally {
    Date.now = now;
  }
});

test('the voltage of a reading is taken from the name of its column, and said', async () => {
  for (const name of [
    'I @ 0.1 V (nA)',
    'I@100mV_nA',
    'Current at 0.1V (nA)',
    'I (nA @ 0.1 V)',
    'I_read [nA] (Vread = 0.1 V)',
    'I (nA) Vr=100 mV',
  ]) {
    const file = put('named.csv', [['direction', 'pulse', name], ...LONG]);
    const { first, understood } = await told([file]);
    assert.equal(first, [1e-8, 4e-8], name);
    assert.ok(understood[0]!.endsWith(`current ${JSON.stringify(name)}, read at 0.1 V`), understood[0]);
    assert.equal((await told([file], { readVoltage: 0.1 })).first, [1e-8, 4e-8]);
    assert.is(
      await refusal(readMeasurement([file], { readVoltage: 0.2 })),
      `named.csv: the column ${JSON.stringify(name)} was read at 0.1 V according to its name, but --read-voltage is 0.2 V.`,
    );
  }
});

test('columns may have been read at a voltage each; one that does not tell is asked for', async () => {
  const rows = UP.map((g, i) => [i, g, 2 * DOWN[i]!]);
  const each = put('each.csv', [['pulse', 'I LTP @0.1V (nA)', 'I LTD @0.2V (nA)'], ...rows]);
  const { first, understood } = await told([each]);
  assert.equal(first, [1e-8, 4e-8]);
  assert.match(understood[0]!, /, read at 0\.1 V, 0\.2 V$/);
  const half = put('half.csv', [['pulse', 'I LTP @0.1V (nA)', 'I LTD (nA)'], ...rows]);
  assert.match(
    await refusal(readMeasurement([half])),
    /^half\.csv: the column "I LTD \(nA\)" holds currents\. Next step: give their read voltage/,
  );
});

test('a column of read voltages must agree with the name, and excludes the option', async () => {
  const beside = (name: string, volts: number) =>
    put('beside.csv', [['direction', 'pulse', name, 'Vread (V)'], ...LONG.map((row) => [...row, volts])]);
  assert.equal((await told([beside('I @ 0.1 V (nA)', 0.1)])).first, [1e-8, 4e-8]);
  assert.match(
    await refusal(readMeasurement([beside('I @ 0.1 V (nA)', 0.2)])),
    /^beside\.csv: row 1 \(line 2\), column Vread \(V\): "0\.2" is given, but 0\.1 V, as "I @ 0\.1 V \(nA\)" says, is needed;/,
  );
  assert.match(
    await refusal(readMeasurement([beside('I (nA)', 0.1)], { readVoltage: 0.1 })),
    /^beside\.csv: the column "I \(nA\)" has its read voltages in another column; leave out --read-voltage\.$/,
  );
});

test('currents of retention are read at the voltage that their column names', async () => {
  const grids = await readTables([put('kept.csv', [['time (s)', 'I @ 0.1 V (nA)'], ...UP.map((g, i) => [i, g])])]);
  const rows = readMeasuredRows(grids, MEASUREMENT_TYPES.retention.columns, {});
  const level = createConductanceReader(rows, {});
  assert.ok(Math.abs(level(rows.rows[0]!) / 1e-8 - 1) < 1e-12);
  assert.throws(
    () => createConductanceReader(rows, { readVoltage: 0.2 }),
    /read at 0\.1 V, as .* but --read-voltage is 0\.2 V\.$/,
  );
});

test('a row above the names tells devices, cycles or directions of columns that stand twice', async () => {
  const four = (above: string[], names: string[]) =>
    put('above.csv', [above, ['Pulse', ...names], ...UP.map((g, i) => [i, g, DOWN[i]!, g, DOWN[i]!])]);
  const names = ['LTP (uS)', 'LTD (uS)', 'LTP (uS)', 'LTD (uS)'];
  const devices = await told([four(['', 'Device 1', '', 'Device 2', ''], names)]);
  assert.equal(devices.ids, ['Device 1/1/down', 'Device 1/1/up', 'Device 2/1/down', 'Device 2/1/up']);
  const cycles = await told([four(['', 'Cycle 1', '', 'Cycle 2', ''], names)]);
  assert.equal(cycles.ids, ['1/1/down', '1/1/up', '1/2/down', '1/2/up']);
  const ways = await told([four(['', 'LTP', 'LTD', 'LTP', 'LTD'], ['D1', 'D1', 'D2', 'D2'])], { unit: 'uS' });
  assert.equal(ways.ids, ['D1/1/down', 'D1/1/up', 'D2/1/down', 'D2/1/up']);
});

test('files whose names all tell a cycle are cycles; those of one name in two folders are two devices', async () => {
  const long = [['direction', 'pulse', 'G (uS)'], ...LONG];
  const cycles = await told([put('D1_cycle1.csv', long), put('D1_cycle2.csv', long), put('D2_cycle1.csv', long)]);
  assert.equal(cycles.ids, ['D1/1/down', 'D1/1/up', 'D1/2/down', 'D1/2/up', 'D2/1/down', 'D2/1/up']);
  for (const folder of ['a', 'b']) mkdirSync(join(directory, folder));
  const folders = await told([put('a/p.csv', long), put('b/p.csv', long)]);
  assert.match(folders.understood[1]!, /^24 readings of 2 devices /);
  assert.match(
    await refusal(readMeasurement([put('p.csv', long), join(directory, 'p.csv')])),
    /^p\.csv is given twice; it would count as two measurements\.$/,
  );
});

test('a sheet of settings is left out, and said; sheets that are cycles are cycles', async () => {
  const file = join(directory, 'book.xlsx');
  const sheet = (name: string, data: readonly (readonly (string | number)[])[]) => ({ sheet: name, data });
  const long = [['direction', 'pulse', 'G (uS)'], ...LONG];
  const info = [
    ['Sample', 'X12'],
    ['Area (um2)', 25],
    ['Vread (V)', 0.1],
  ];
  const sheets = [sheet('Info', info), sheet('Cycle 1', long), sheet('Cycle 2', long)];
  await writeWorkbook(sheets as never).toFile(file);
  const { ids, understood } = await told([file]);
  assert.equal(ids, ['1/1/down', '1/1/up', '1/2/down', '1/2/up']);
  assert.match(
    understood[0]!,
    /^book\.xlsx, sheet "Cycle 1" and 1 more table: workbook without its 1 sheet of settings "Info"; /,
  );
});

test('shares of 1 under a name with % are refused, not taken for a hundredth', async () => {
  const shares = LONG.map(([way, i, g]) => [way!, i!, (g as number) / 4]);
  const file = put('shares.csv', [['direction', 'pulse', 'weight (%)'], ...shares]);
  assert.match(
    await refusal(readMeasurement([file], { range: [1e-6, 1e-4] })),
    /^shares\.csv: the largest value of the column weight \(%\) is 1 %\. If values are fractions of 1 .* remove the % from its name\.$/,
  );
});

test('--columns may say one thing only of a column', async () => {
  const file = put('once.csv', [['a', 'b'], ...UP.map((g, i) => [i, g])]);
  const columns = [
    ['pulse', 'a'],
    ['conductance', 'a'],
  ] as const;
  assert.is(
    await refusal(readMeasurement([file], { columns })),
    'once.csv: --columns gives the column "a" two roles, pulse and conductance.',
  );
});

test.run();
