/** Matrices trained elsewhere: .npy of several types and orders, JSON, and what is wrong with others. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { columnToBytes, encodeNpyHeader } from '../../../experiments/logs/npy.ts';
import { readMatrix } from '../../../experiments/logs/readMatrix.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-matrix-'));
test.after(() => rmSync(directory, { recursive: true }));

function file(name: string, ...parts: (string | Uint8Array)[]): string {
  const path = join(directory, name);
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))));
  return path;
}
const read = (...parts: (string | Uint8Array)[]) => {
  const { values, rows, columns } = readMatrix(file('matrix', ...parts));
  return { values: [...values], rows, columns };
};
const expected = { values: [1, 2.5, -3, 4, 5, 6], rows: 2, columns: 3 };

test('.npy in float64, float32, int8, and in Fortran order', () => {
  const doubles = columnToBytes(Float64Array.from(expected.values));
  assert.equal(read(encodeNpyHeader("'<f8'", [2, 3]), doubles), expected);
  assert.equal(read(encodeNpyHeader("'<f4'", [2, 3]), columnToBytes(Float32Array.from(expected.values))), expected);
  const small = new Uint8Array([1, 2, 253, 4, 5, 6]);
  assert.equal(read(encodeNpyHeader("'|i1'", [2, 3]), small).values, [1, 2, -3, 4, 5, 6]);
  const header = Buffer.from(encodeNpyHeader("'<f8'", [2, 3]))
    .toString('latin1')
    .replace('False,', 'True, ');
  const columns = columnToBytes(Float64Array.of(1, 4, 2.5, 5, -3, 6));
  assert.equal(read(Buffer.from(header, 'latin1'), columns), expected);
});

test('JSON, a list of rows', () => {
  assert.equal(read('[[1, 2.5, -3], [4, 5, 6]]'), expected);
});

test('what is wrong is told', () => {
  const numbers = columnToBytes(Float64Array.of(1, Number.NaN));
  for (const [parts, words] of [
    [['{}'], /list of rows/],
    [['no matrix'], /neither/],
    [['[[1, 2], [3]]'], /row 1 has 1 numbers, but row 0 has 2/],
    [['[[1, "x"]]'], /\[0\]\[1\] is "x"/],
    [[encodeNpyHeader("'<f8'", [2]), numbers], /shape \(2\)/],
    [[encodeNpyHeader("'<f8'", [2, 2]), numbers], /bytes found/],
    [[encodeNpyHeader("'<f8'", [1, 2]), numbers], /\[0\]\[1\] is NaN/],
    [[encodeNpyHeader("'<c16'", [1, 1]), numbers], /<c16/],
    [[encodeNpyHeader("[('a', '<f8')]", [1, 2]), numbers], /records/],
    [[new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59])], /header/],
  ] as const)
    assert.throws(
      () => readMatrix(file('bad', ...parts)),
      (error: unknown) => error instanceof UserError && words.test(error.message),
    );
  assert.throws(() => readMatrix(join(directory, 'missing')), /no such file/);
});

test.run();
