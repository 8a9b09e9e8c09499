/** Layouts of instruments and papers (made numbers): each file is read as its kind, or asked about. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { type MeasurementOptions, openMeasurement } from '../../../../experiments/devices/fit/fitMeasurement.ts';
import { referenceFile } from '../../../support.ts';

const open = (file: string, options: MeasurementOptions = {}) =>
  openMeasurement([referenceFile(`layouts/${file}`)], options);

/** File, options, kind, and a pattern of the two lines that say how the file was read. */
const READ: readonly [string, MeasurementOptions, string, RegExp][] = [
  [
    'neurosim-side-by-side.csv',
    { columns: 'up=1,down=2', unit: 'uS' },
    'pulses',
    /from 1\.96 to 40\.8 µS: 1 train up of 12 .*, 1 train down of 12 .*rising order/,
  ],
  ['train-per-row.csv', {}, 'pulses', /72 readings of 3 devices .*: 3 trains up of 12 readings, 3 trains down of 12/],
  ['arrays.m', {}, 'pulses', /1 train up of 12 readings, 1 train down of 12 readings/],
  ['keithley-4200a.xlsx', {}, 'iv', /voltage "AV".*current "AI".*25 readings of 1 device/s],
  ['b1500.csv', {}, 'iv', /voltage "V".*current "I".*25 readings of 1 device/s],
  ['loops-side-by-side.csv', {}, 'iv', /readings of 2 devices/],
  ['one-sided-sweep.csv', {}, 'iv', /15 readings of 1 device/],
  [
    'read-voltage-in-header.csv',
    {},
    'pulses',
    /read at 0\.2 V.*from 1\.99 to 40\.2 µS: 1 train up of 13 .*, 1 train down of 11/s,
  ],
  ['endurance-lrs-hrs.csv', {}, 'endurance', /17 readings of 1 device/],
  ['columns-are-temperatures.csv', { kind: 'retention' }, 'retention', /26 readings of 1 device/],
  [
    'columns-are-voltages.csv',
    {},
    'pulses',
    /24 readings of 1 device .*: 2 trains up of 12 readings.*conditions, not devices: 1\.0 V, 1\.2 V/,
  ],
  ['retention-three-devices.csv', {}, 'retention', /27 readings of 3 devices/],
  ['chinese-utf8.csv', {}, 'pulses', /direction "类型".*1 train up of 12 readings, 1 train down of 12 readings/s],
  ['chinese-gbk.csv', {}, 'pulses', /direction "类型".*1 train up of 12 readings, 1 train down of 12 readings/s],
  [
    'two-tables-hidden.xlsx',
    {},
    'pulses',
    /11 readings of 1 device .*hidden sheet "old".*hidden row.*second table beside the first/,
  ],
  ['resistance-per-index.csv', {}, 'pulses', /from 1\.97 to 41 µS/],
  [
    'exact-duplicates.csv',
    {},
    'pulses',
    /12 readings of 1 device .*1 train up of 12 readings.*12 rows that repeat all others exactly left out/,
  ],
];

/** File and pattern of the sentence that asks for what the file does not say. */
const ASKED: readonly [string, MeasurementOptions, RegExp][] = [
  ['neurosim-side-by-side.csv', {}, /has no column names.*--columns .*--unit/],
  ['neurosim-side-by-side.csv', { unit: 'uS' }, /has no column names.*up=1,down=2/],
  ['no-header-constant-voltage.xlsx', {}, /has no column names.*column 1 is 0\.2 in all rows/],
  ['no-header-time.csv', {}, /has no column names.*column 1 looks like a time/],
  ['no-header-time.csv', { unit: 'uS' }, /column 1 looks like a time/],
];

for (const [file, options, kind, summary] of READ)
  test(`${file} is read`, async () => {
    const { importSummary, trains } = await open(file, options);
    assert.match(importSummary.join('\n'), summary);
    assert.is(trains !== undefined, kind === 'pulses');
  });

for (const [file, options, question] of ASKED)
  test(`${file} with ${JSON.stringify(options)} is asked about`, () =>
    open(file, options).then(
      () => assert.unreachable('was read'),
      (error: Error) => {
        assert.instance(error, UserError, error.stack);
        assert.match(error.message, question);
      },
    ));

test.run();
