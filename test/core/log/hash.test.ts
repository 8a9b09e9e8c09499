import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32 } from '../../../core/log/crc32.ts';
import { createRowHash } from '../../../core/log/file.ts';
import { readLog } from '../../../core/log/read.ts';
import { mapColumns, SPIKES, type TableSpec, WEIGHTS } from '../../../core/log/tables.ts';
import { runs } from '../../support.ts';
import { testLog, testRows } from './rows.ts';

function hashOf(spec: TableSpec, batches: readonly number[]): string {
  const hash = createRowHash(spec);
  let row = 0;
  for (const rows of batches) {
    hash.update(testRows(spec, rows, row), rows);
    row += rows;
  }
  return hash.digest();
}

test('a spike is hashed as 13 bytes: time, neuron, population, little endian', () => {
  const hash = createRowHash(SPIKES);
  const columns = {
    time: Float64Array.of(0.1, -2),
    neuron: Uint32Array.of(7, 2 ** 32 - 1),
    population: Uint8Array.of(3, 255),
  };
  hash.update(columns, 2);
  const packed = Buffer.alloc(26);
  for (const row of [0, 1]) {
    packed.writeDoubleLE(columns.time[row]!, 13 * row);
    packed.writeUInt32LE(columns.neuron[row]!, 13 * row + 8);
    packed.writeUInt8(columns.population[row]!, 13 * row + 12);
  }
  assert.is(hash.digest(), createHash('sha256').update(packed).digest('hex'));
});

test('batching never changes the hash, nor does a way through a log', () => {
  const total = 10_000;
  for (const spec of [SPIKES, WEIGHTS]) {
    const whole = hashOf(spec, [total]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 20 }), (sizes) => {
        const batches: number[] = [];
        let left = total;
        for (const size of sizes) {
          batches.push(Math.min(size, left));
          left -= batches.at(-1)!;
        }
        batches.push(left);
        assert.is(hashOf(spec, batches), whole);
        const hash = createRowHash(spec);
        for (const { columns, rows } of readLog(testLog(spec, batches))) hash.update(columns, rows);
        assert.is(hash.digest(), whole);
      }),
      runs(30),
    );
  }
});

test('the order of rows and every column count', () => {
  const rows = testRows(WEIGHTS, 10);
  const digest = (columns: typeof rows) => {
    const hash = createRowHash(WEIGHTS);
    hash.update(columns, 10);
    return hash.digest();
  };
  const whole = digest(rows);
  for (const name of Object.keys(rows)) {
    const changed = mapColumns(WEIGHTS, (_, other) => rows[other]!.slice());
    changed[name]![4]!++;
    assert.is.not(digest(changed), whole, name);
  }
  assert.is.not(digest(mapColumns(WEIGHTS, (_, name) => rows[name]!.slice().reverse())), whole);
});

test('crc32 is the one of zlib, at every alignment and length, in one piece or two', () => {
  assert.is(crc32(new TextEncoder().encode('123456789')), 0xcbf43926);
  const bytes = Uint8Array.from({ length: 80 }, (_, i) => (i * 73 + 11) & 255);
  let bitwise: number;
  for (let from = 0; from < 9; from++) {
    for (let to = from; to <= bytes.length; to++) {
      bitwise = -1;
      for (const byte of bytes.subarray(from, to)) {
        bitwise ^= byte;
        for (let bit = 0; bit < 8; bit++) bitwise = bitwise & 1 ? (bitwise >>> 1) ^ 0xedb88320 : bitwise >>> 1;
      }
      const middle = (from + to) >> 1;
      assert.is(crc32(bytes.subarray(from, to)), ~bitwise >>> 0);
      assert.is(crc32(bytes.subarray(middle, to), crc32(bytes.subarray(from, middle))), ~bitwise >>> 0);
    }
  }
});

test.run();
