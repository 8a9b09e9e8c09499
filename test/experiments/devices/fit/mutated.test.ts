/** Files that were damaged are read or refused in one sentence: nothing else. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import writeWorkbook from 'write-excel-file/node';
import { UserError } from '../../../../core/declare/errors.ts';
import { readTables } from '../../../../experiments/devices/fit/import/files.ts';
import { readPulses } from '../../../../experiments/devices/fit/import/measurement.ts';
import { MIN_TRAIN_READINGS } from '../../../../experiments/devices/fit/import/trains.ts';
import type { MeasurementType } from '../../../../experiments/devices/fit/kinds/measurementType.ts';
import { MEASUREMENT_TYPES } from '../../../../experiments/devices/fit/kinds/measurementTypes.ts';
import { fitPulses } from '../../../../experiments/devices/fit/statistics/fitPulses.ts';
import { atLeast, runs } from '../../../support.ts';
import { fitted, text } from './madeKinds.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-mutated-'));
const file = join(directory, 'pulses.csv');
const READINGS = Array.from(
  { length: 12 },
  (_, i) => `D1,1,${i < 6 ? 'up' : 'down'},${i % 6},${1 + Math.min(i, 11 - i)}e-6`,
);
const LINES = ['device,cycle,direction,pulse,conductance', ...READINGS];

const pieces = fc.oneof(
  fc.constantFrom(
    '',
    ',',
    ';',
    '\t',
    '"',
    '\n',
    '\r',
    '#',
    'nan',
    '-1',
    '1e999',
    '0,5',
    'LTP',
    'uS',
    '(',
    '\0',
    '\uFEFF',
    'time',
  ),
  fc.string({ maxLength: 6 }),
);
const edits = fc.array(fc.tuple(fc.nat(), fc.nat(30), pieces), { minLength: 1, maxLength: 5 });

/** Replaces stretches of a text. */
const edited = (text: string, list: readonly (readonly [number, number, string])[]): string =>
  list.reduce((t, [at, length, piece]) => {
    const from = at % (t.length + 1);
    return t.slice(0, from) + piece + t.slice(from + length);
  }, text);

test('a damaged file is read into whole trains, or refused in one sentence', () => {
  let refused = 0;
  fc.assert(
    fc.property(edits, (list) => {
      writeFileSync(file, edited(LINES.join('\n'), list));
      try {
        for (const { elapsed, conductance } of readPulses(file)) {
          assert.ok(elapsed.length >= MIN_TRAIN_READINGS && elapsed.length === conductance.length);
          assert.ok(elapsed.every((p, i) => (i === 0 ? p === 0 : Number.isInteger(p) && p > elapsed[i - 1]!)));
          assert.ok(conductance.every(Number.isFinite));
        }
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        assert.not.match(error.message, /\n/);
        refused++;
      }
    }),
    runs(1500),
  );
  assert.ok(refused > atLeast(100), `${refused}`);
});

/** Message of the refusal of a measurement. */
function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
  throw new Error('the measurement was fitted');
}

const LEVELS = Array.from({ length: 24 }, (_, i) => i);
const { iv, ppf, train, retention, endurance } = MEASUREMENT_TYPES;
const LOOP = (current: (i: number) => number, time = (i: number) => i) =>
  text(
    ['time (s)', 'voltage (V)', 'current (A)'],
    LEVELS.map((i) => [time(i), Math.sin(i / 4), current(i)]),
  );
const REFUSED: Readonly<Record<string, readonly [MeasurementType, string, RegExp]>> = {
  'a loop without a current': [iv, LOOP(() => 0), /^made\.csv: the current is 0 at all points/],
  'a loop at one time': [
    iv,
    LOOP(
      (i) => 1e-6 * Math.sin(i / 4),
      () => 3,
    ),
    /^made\.csv: the time is 3 s at all points/,
  ],
  'a loop with a current only near 0 V': [iv, LOOP((i) => (i === 0 ? 1e-6 : 0)), /beyond 20 % of the largest/],
  'a loop of huge currents': [iv, LOOP(() => 1e300), /row 1 \(line 2\), column current \(A\): "1e\+300" is given/],
  'ratios of 0': [
    ppf,
    text(
      ['interval (ms)', 'ratio'],
      LEVELS.map((i) => [i + 1, 0]),
    ),
    /the paired-pulse ratio is 0 at all/,
  ],
  'responses of 0': [
    train,
    text(
      ['spike', 'frequency (Hz)', 'response'],
      LEVELS.map((i) => [i, 10, 0]),
    ),
    /all synaptic responses of this spike train are 0/,
  ],
  'spikes at one time': [
    train,
    text(
      ['spike', 'frequency (Hz)', 'response'],
      LEVELS.map((i) => [1, 10, i]),
    ),
    /all spikes of this spike train are at the same time/,
  ],
  'retention at one time': [
    retention,
    text(
      ['time (s)', 'G (S)'],
      LEVELS.map(() => [0, 1e-6]),
    ),
    /all readings of device "1" are at 0 s/,
  ],
  'retention without a conductance': [
    retention,
    text(
      ['time (s)', 'G (S)'],
      LEVELS.map((i) => [i, 0]),
    ),
    /no conductance of device "1" is larger than 0/,
  ],
  'endurance with levels exchanged': [
    endurance,
    text(
      ['cycle', 'G_off (S)', 'G_on (S)'],
      LEVELS.map((i) => [i + 1, 2e-6, 1e-6]),
    ),
    /the high level of device "1" is .* must lie above the low one/,
  ],
  'endurance at one cycle': [
    endurance,
    text(
      ['cycle', 'G_off (S)', 'G_on (S)'],
      LEVELS.map(() => [7, 1e-6, 2e-6]),
    ),
    /all readings of device "1" are of switching cycle 7/,
  ],
};

test('measurements that no model can follow are refused in a sentence that says why', () => {
  for (const [what, [kind, content, expected]] of Object.entries(REFUSED))
    assert.match(
      refusalOf(() => fitted(kind, content)),
      expected,
      what,
    );
});

test('messages about many faults, or about long names, stay short', () => {
  const names = ['x'.repeat(3000), 'time (s)', 'G (S)'];
  const rows = LEVELS.map((i) => [i, 'a text that is no number at all, and long', 'nor this one, whatever it is']);
  for (const header of [names, ['device', 'time (s)', 'G (S)'], ['device', `time (s)`, names[0]!]]) {
    const message = refusalOf(() => fitted(retention, text(header, rows)));
    assert.ok(message.length <= 400, message);
  }
});

test('retention that stays where it was has a share of 0', () => {
  const { models } = fitted(
    retention,
    text(
      ['time (s)', 'G (S)'],
      LEVELS.map((i) => [i, 1e-6]),
    ),
  );
  for (const { name, share } of models) assert.ok(share >= 0 && share < 1e-6, `${name}: ${share}`);
});

test('workbooks with other content than their checksums state are refused, and every reading ends', async () => {
  const path = join(directory, 'book.xlsx');
  const data = [['pulse', 'direction', 'G (uS)'], ...LEVELS.map((i) => [i % 12, i < 12 ? 'up' : 'down', i])];
  const bytes = await writeWorkbook([{ sheet: 'data', data }] as never).toBuffer();
  for (let at = 40; at < bytes.length; at += 97) {
    const damaged = Uint8Array.from(bytes, (byte, i) => (i >= at && i < at + 4 ? byte ^ 0x55 : byte));
    writeFileSync(path, damaged);
    const read = await readTables([path]).catch((error: Error) => error);
    if (read instanceof Error) assert.instance(read, UserError, String(read));
    else
      assert.equal(
        read[0]!.rows.map(({ cells }) => cells[2]),
        LEVELS.map(String),
        `byte ${at}`,
      );
  }
});

test('pulses that move nothing are refused', () => {
  writeFileSync(
    file,
    ['pulse,direction,G (uS)', ...LEVELS.map((i) => `${i % 12},${i < 12 ? 'up' : 'down'},5`)].join('\n'),
  );
  assert.match(
    refusalOf(() => fitPulses(readPulses(file))),
    /^means of the readings are 0.000005 S after every pulse; no change/,
  );
});

test('readings over twelve orders of magnitude are fitted without an error of a library', () => {
  writeFileSync(file, ['LTP (S),LTD (S)', ...LEVELS.map((i) => `${10 ** (i / 4)},${3e-5 * 0.96 ** i}`)].join('\n'));
  const { models, best } = fitPulses(readPulses(file));
  assert.ok(Number.isFinite(models[best].rmse));
});

test.run();
