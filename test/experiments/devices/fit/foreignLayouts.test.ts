/** Layouts of instruments and papers (made numbers): each file is read as its kind, or asked about. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { loadMeasurement, type MeasurementFitOptions } from '../../../../experiments/devices/fit/fitMeasurement.ts';
import { referenceFile } from '../../../support.ts';

const open = (file: string, options: MeasurementFitOptions = {}) =>
  loadMeasurement([referenceFile(`layouts/${file}`)], options);

/** File, options, kind, and a pattern of the two lines that say how the file was read. */
const READ: readonly [string, MeasurementFitOptions, string, RegExp][] = [
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
const ASKED: readonly [string, MeasurementFitOptions, RegExp][] = [
  ['neurosim-side-by-side.csv', {}, /has no column names.*--columns .*--unit/],
  ['neurosim-side-by-side.csv', { unit: 'uS' }, /has no column names.*up=1,down=2/],
  ['no-header-constant-voltage.xlsx', {}, /has no column names.*column 1 is 0\.2 in all rows/],
  ['no-header-time.csv', {}, /has no column names.*column 1 looks like a time/],
  ['no-header-time.csv', { unit: 'uS' }, /column 1 looks like a time/],
];

const PULSES_UP = [2, 9, 15, 20, 24, 28, 31, 34, 36, 38];
const PULSES_DOWN = [40, 31, 24, 18, 14, 11, 8, 6, 4, 3];
const LOOP = [0, 0.5, 1, 0.5, 0, -0.5, -1, -0.5].flatMap((v, i, all) =>
  [0, 0.25].map((part) => {
    const voltage = v + part * (all[(i + 1) % all.length]! - v);
    return [voltage, voltage * (i > 1 && i < 6 ? 2e-4 : 1e-5)] as const;
  }),
);
/** Text, kind, and a pattern of the two lines that say how the file was read. */
const MADE: Readonly<Record<string, readonly [string[], string, RegExp]>> = {
  'train per row with an unknown label': [
    [
      'Device,Type,P0,P1,P2,P3,P4',
      '1,potentiation,2e-6,9e-6,15e-6,20e-6,23e-6',
      '1,depression,23e-6,15e-6,9e-6,5e-6,2e-6',
    ],
    'pulses',
    /10 readings of 1 device .*1 train up of 5 readings, 1 train down of 5/,
  ],
  'EasyEXPERT with numbered names': [
    ['SetupTitle, I/V Sweep', 'DataName, V1, I1, T1', ...LOOP.map(([v, i], k) => `DataValue, ${v}, ${i}, ${k / 10}`)],
    'iv',
    /time "T", voltage "V", current "I"/,
  ],
  'EasyEXPERT with a time of another name': [
    ['DataName,V1,I1,Time', ...LOOP.map(([v, i], k) => `DataValue,${v},${i},${k / 10}`)],
    'iv',
    /time "Time", voltage "V", current "I"/,
  ],
  'one loop of numbered columns': [
    ['Index,V1,I1,Time', ...LOOP.map(([v, i], k) => `${k},${v},${i},${k / 10}`)],
    'iv',
    /time "Time", voltage "V1", current "I1"/,
  ],
  'two units, one of which is held': [
    ['Time,AV,AI,BV,BI', ...LOOP.map(([v, i], k) => `${k / 10},${v},${i},0,${-i}`)],
    'iv',
    /voltage "AV", current "AI".*16 readings of 1 device.*columns of constant voltage left out \(b\)/s,
  ],
  'Chinese column names without spaces': [
    ['器件,脉冲数,增强电导 (µS),抑制电导 (µS)', ...PULSES_UP.map((g, i) => `D1,${i},${g},${PULSES_DOWN[i]}`)],
    'pulses',
    /20 readings of 1 device from 2 to 40 µS: 1 train up of 10 readings, 1 train down of 10/,
  ],
  'magnitudes of currents': [
    ['V (V),|I| (A)', ...LOOP.map(([v, i]) => `${v},${Math.abs(i)}`)],
    'iv',
    /voltage "V \(V\)", current "\|I\| \(A\)"/,
  ],
  'Origin with names, units and comments': [
    ['Pulse number,Conductance,Conductance', 'Units,µS,µS', 'Comments,Device A,Device B'].concat(
      [...PULSES_UP, ...PULSES_DOWN].map((g, i) => `${i},${g},${1.1 * g}`),
    ),
    'pulses',
    /40 readings of 2 devices from 2 to 44 µS/,
  ],
  'Chinese names of potentiation and depression': [
    ['脉冲次数,电导(μS),长时程增强/抑制'].concat(
      PULSES_UP.map((g, i) => `${i},${g},长时程增强`),
      PULSES_DOWN.map((g, i) => `${i},${g},长时程抑制`),
    ),
    'pulses',
    /direction "长时程增强\/抑制".*1 train up of 10 readings, 1 train down of 10/s,
  ],
};

for (const [name, [lines, kind, summary]] of Object.entries(MADE))
  test(`${name} is read`, async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'memspike-layouts-')), 'made.csv');
    writeFileSync(file, lines.join('\n'));
    const measurement = await loadMeasurement([file], {});
    assert.match(measurement.importSummary.join('\n'), summary);
    assert.is(measurement.trains !== undefined, kind === 'pulses');
    if (name.startsWith('magnitudes')) {
      const { fitResult } = measurement.fit(undefined);
      assert.ok(fitResult.kind === 'iv' && fitResult.fit.notes.some((note) => /read as magnitudes/.test(note)));
    }
  });

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
