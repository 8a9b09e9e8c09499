/** What was measured is told by the names of its columns, in the units that they have; other units are refused. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { prefixErrors } from '../../../../core/declare/errors.ts';
import { type ImportOptions, readMeasuredRows } from '../../../../experiments/devices/fit/import/columns.ts';
import { readTables } from '../../../../experiments/devices/fit/import/files.ts';
import type { MeasurementKind } from '../../../../experiments/devices/fit/kinds/measurementType.ts';
import {
  detectMeasurementKind,
  MEASUREMENT_TYPES,
} from '../../../../experiments/devices/fit/kinds/measurementTypes.ts';

const file = join(mkdtempSync(join(tmpdir(), 'memspike-kind-names-')), 'm.csv');
const grids = (names: string, ...rows: string[]) => {
  writeFileSync(file, [names, ...rows].join('\n'));
  return readTables([file]);
};
const ROWS = ['1,2,25', '2,3,25', '3,4,25', '4,5,25', '5,6,25', '6,7,85'];

async function values(kind: Exclude<MeasurementKind, 'pulses'>, names: string, options: ImportOptions = {}) {
  const width = names.split(',').length;
  const rows = ROWS.map((row) => row.split(',').slice(0, width).join());
  return readMeasuredRows(await grids(names, ...rows), MEASUREMENT_TYPES[kind].columns, options).rows[0]!.roleValues;
}

async function fitRefusal(
  kind: Exclude<MeasurementKind, 'pulses'>,
  names: string,
  rows: string[],
  options: ImportOptions = {},
) {
  const known = MEASUREMENT_TYPES[kind];
  const read = readMeasuredRows(await grids(names, ...rows), known.columns, options);
  try {
    prefixErrors(read.fileNames, () => known.fit(read, { sourceFiles: 'm.csv', deviceSection: {}, options }));
  } catch (error) {
    return (error as Error).message.replaceAll(file, 'm.csv');
  }
  throw new Error('was fitted');
}

test('names tell the kind', async () => {
  for (const [names, kind] of [
    ['Retention time (h),G (uS)', 'retention'],
    ['time (min),G (uS)', 'retention'],
    ['time (days),R (kOhm)', 'retention'],
    ['t_post - t_pre (ms),dG/G (%)', 'stdp'],
    ['Inter-pulse interval (ms),A2/A1', 'ppf'],
    ['Cycle,I_on (A),I_off (A)', 'endurance'],
    ['Voltage (V),Current (A)', 'iv'],
    ['Voltage (V),Current (A),time (s)', 'iv'],
    ['Voltage (V),I @ 0.1 V (A)', 'pulses'],
    ['Voltage (V),Current (A),pulse', 'pulses'],
  ] as const)
    assert.is(
      detectMeasurementKind(
        await grids(names, ...ROWS.map((row) => row.split(',').slice(0, names.split(',').length).join())),
        {},
      ),
      kind,
      names,
    );
  assert.is(detectMeasurementKind(await grids('V (V),I (nA)', '1,2', '2,3'), { readVoltage: '0.1' }), 'pulses');
});

test('minutes, hours and days are taken to seconds', async () => {
  for (const [unit, seconds] of [
    ['min', 60],
    ['h', 3600],
    ['hours', 3600],
    ['days', 86400],
    ['ms', 1e-3],
  ] as const)
    assert.is((await values('retention', `time (${unit}),G`)).time, seconds, unit);
});

test('a column in a unit of something else is refused, not read as if it had none', async () => {
  const columns = [['high', 'I_on (uA)']] as const;
  await values('endurance', 'cycle,I_on (uA),G_off', { columns }).then(
    () => assert.unreachable(),
    ({ message }) =>
      assert.is(
        message.replace(file, 'm.csv'),
        'm.csv: the column "I_on (uA)" is in uA, which is not a unit of high (conductance).',
      ),
  );
});

test('levels of endurance may be currents, at a voltage that is told or asked for', async () => {
  const rows = ROWS.map((_, i) => `${10 ** i},${10 - i},1`);
  const refused = await fitRefusal('endurance', 'cycle,I_on (uA),I_off (uA)', rows);
  assert.is(
    refused,
    'm.csv: the readings are currents. Next step: give their read voltage, such as --read-voltage 0.1.',
  );
  const known = MEASUREMENT_TYPES.endurance;
  const read = readMeasuredRows(await grids('cycle,I_on @0.1V (uA),I_off @0.1V (uA)', ...rows), known.columns, {});
  const { addedSections } = known.fit(read, { sourceFiles: 'm.csv', deviceSection: {}, options: {} });
  assert.ok(Math.abs((addedSections.device!.gMax as number) / 1e-4 - 1) < 1e-9, `${addedSections.device!.gMax}`);
});

test('changes of weights and temperatures that may be meant otherwise are asked about', async () => {
  const window = [-30, -20, -10, 10, 20, 30].map((t) => `${t},${Math.sign(t) * 60}`);
  assert.match(
    await fitRefusal('stdp', 'dt (ms),dw', window),
    /^m\.csv: weight changes reach 60\. Next step: if they are in %, name the column dw \(%\)\.$/,
  );
  assert.match(
    await fitRefusal('stdp', 'dt (ms),dG (uS)', window),
    /^m\.csv: weight changes are in uS, but must be fractions or in %\.$/,
  );
  assert.match(
    await fitRefusal('retention', 'time (s),G (uS),temperature', ROWS),
    /^m\.csv: row 1 \(line 2\): a temperature of 25 has no unit\. Next step: put the unit into the name of the column: T \(°C\) or T \(K\)\.$/,
  );
});

test.run();
