/** The same measurement, however it is written down, is read as the same trains. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import writeWorkbook from 'write-excel-file/node';
import { readMeasurement, readPulses } from '../../../../experiments/devices/fit/import/measurement.ts';
import type { Train } from '../../../../experiments/devices/fit/import/trains.ts';
import { runs } from '../../../support.ts';
import { cells, READ_VOLTAGE, type Way, written } from './written.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-reading-'));

/** Devices and cycles of trains of unequal length that go the way they are said to go. */
const measurements = fc
  .record({
    devices: fc.integer({ min: 1, max: 3 }),
    cycles: fc.integer({ min: 1, max: 3 }),
    lengths: fc.array(fc.integer({ min: 5, max: 9 }), { minLength: 18, maxLength: 18 }),
    exponent: fc.integer({ min: -9, max: -4 }),
    bend: fc.double({ min: 0.05, max: 0.6, noNaN: true }),
  })
  .map(({ devices, cycles, lengths, exponent, bend }): Train[] => {
    let next = 0;
    const trains: Train[] = [];
    for (let d = 1; d <= devices; d++) {
      for (let c = 1; c <= cycles; c++) {
        for (const direction of ['up', 'down'] as const) {
          const elapsed = Array.from({ length: lengths[next++]! }, (_, i) => i);
          const share = elapsed.map((i) => Math.exp(-bend * i));
          const conductance = share.map((s) => (direction === 'up' ? 1 - s + 0.1 * d : s + 0.1 * c) * 10 ** exponent);
          trains.push({ device: `D${d}`, cycle: String(c), direction, elapsed, first: 0, conductance });
        }
      }
    }
    return trains;
  });

const ways: fc.Arbitrary<Way> = fc.record({
  layout: fc.constantFrom('long', 'devices', 'series', 'pairs'),
  quantity: fc.constantFrom('conductance', 'current', 'resistance'),
  prefix: fc.constantFrom('', 'm', 'u', 'µ', 'n'),
  unitAs: fc.constantFrom('bracket', 'square', 'underscore', 'slash', 'row'),
  delimiter: fc.constantFrom(',', ';', '\t'),
  comma: fc.boolean(),
  words: fc.constantFrom(
    ...(['up down', 'LTP LTD', 'Set RESET', 'potentiation Depression', '+1 -1', 'P D', 'erase program'] as const).map(
      (pair) => pair.split(' ') as [string, string],
    ),
  ),
  end: fc.constantFrom('\n', '\r\n'),
  bom: fc.boolean(),
  preamble: fc.constantFrom([], ['# made for a test', '# 12'], ['Instrument,2450', 'Sample Count,100', '']),
  trailing: fc.boolean(),
  counter: fc.constantFrom('from0', 'from1', 'fractional', 'missing', 'shuffled'),
}) as fc.Arbitrary<Way>;

const id = (t: Train) => JSON.stringify([t.device, t.cycle, t.direction]);
const key = (t: Train) => id({ ...t, device: t.device.replace(/^1$/, 'D1') });

function same(found: readonly Train[], expected: readonly Train[], tolerance = 1e-11): void {
  assert.equal(found.map(key).sort(), expected.map(key).sort());
  for (const t of expected) {
    const own = found.find((f) => key(f) === key(t))!;
    assert.equal(own.elapsed, t.elapsed, key(t));
    own.conductance.forEach((g, i) => {
      assert.ok(Math.abs(g / t.conductance[i]! - 1) < tolerance, `${key(t)}: ${g} for ${t.conductance[i]}`);
    });
  }
}

test('every layout, locale, unit and wording reads to the same trains', () => {
  const file = join(directory, 'one.csv');
  fc.assert(
    fc.property(measurements, ways, (trains, way) => {
      writeFileSync(file, written(trains, way));
      same(readPulses(file, { readVoltage: way.quantity === 'current' ? READ_VOLTAGE : undefined }), trains);
    }),
    runs(400),
  );
});

test('a workbook reads to the same trains as the text of its cells, and its sheets are devices', async () => {
  const file = join(directory, 'book.xlsx');
  const typed = (rows: readonly (readonly string[])[]) =>
    rows.map((row) => row.map((cell) => (cell !== '' && !Number.isNaN(Number(cell)) ? Number(cell) : cell || null)));
  await fc.assert(
    fc.asyncProperty(measurements, ways, async (trains, way) => {
      await writeWorkbook(typed(cells(trains, way)) as never).toFile(file);
      const { trains: found } = await readMeasurement([file], {
        readVoltage: way.quantity === 'current' ? READ_VOLTAGE : undefined,
      });
      same(found, trains);
    }),
    runs(15),
  );
});

test.run();
