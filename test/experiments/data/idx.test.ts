import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { loadDataSet } from '../../../experiments/data/dataSet.ts';
import { readIdxImages, readIdxLabels } from '../../../experiments/data/idx.ts';
import { loadMnist } from '../../../experiments/data/mnist.ts';
import { selectSplit } from '../../../experiments/data/split.ts';

const test = suite('idx');
let directory = '';
test.before.each(() => {
  directory = mkdtempSync(join(tmpdir(), 'memspike-idx-'));
});
test.after.each(() => rmSync(directory, { recursive: true }));

function idx(magic: number, sizes: readonly number[], body: ArrayLike<number>): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(magic, 0);
  for (const [i, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, Uint8Array.from(body)]);
}

function write(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

/** Two 2x3 images with labels in each set. */
function writeSet(set: string, rows = 2, columns = 3, labels = [7, 2]): void {
  const body = Array.from({ length: 2 * rows * columns }, (_, i) => i);
  write(`${set}-images-idx3-ubyte`, idx(0x803, [2, rows, columns], body));
  write(`${set}-labels-idx1-ubyte`, idx(0x801, [labels.length], labels));
}

function complains(act: () => unknown, ...parts: readonly string[]): void {
  try {
    act();
  } catch (error) {
    assert.instance(error, UserError);
    for (const part of parts) assert.match((error as Error).message, part);
    assert.not.match((error as Error).message, '\n');
    return;
  }
  assert.unreachable(`expected a complaint about ${parts.join(', ')}`);
}

test('images and labels are read as they stand, plain or gzipped', () => {
  const bytes = idx(0x803, [2, 1, 3], [0, 1, 2, 253, 254, 255]);
  for (const path of [write('plain', bytes), write('zipped.gz', gzipSync(bytes)), write('zipped', gzipSync(bytes))]) {
    const { images, n, rows, columns } = readIdxImages(path);
    assert.equal([n, rows, columns], [2, 1, 3]);
    assert.equal([...images], [0, 1, 2, 253, 254, 255]);
  }
  assert.equal([...readIdxLabels(write('labels', idx(0x801, [3], [9, 0, 4])))], [9, 0, 4]);
});

test('a directory gives both sets, of any image size', () => {
  writeSet('train');
  writeSet('t10k', 2, 3, [1, 0]);
  const { train, test, classCount } = loadDataSet(directory);
  assert.is(classCount, 8);
  assert.equal([train.n, train.rows, train.columns], [2, 2, 3]);
  assert.equal([...train.labels], [7, 2]);
  assert.equal([...test.labels], [1, 0]);
});

test('a name before those of the files, and test for t10k, as EMNIST has them', () => {
  for (const set of ['letters-train', 'letters-test', 'digits-train']) writeSet(set);
  assert.equal([...loadDataSet(join(directory, 'letters')).test.labels], [7, 2]);
  complains(() => loadDataSet(join(directory, 'digits')), 'digits/t10k-images-idx3-ubyte', 'no such file');
});

test('validation holds back the last sixth, of MNIST 10,000', () => {
  const { train, test } = selectSplit(loadMnist(), 'validation', 'here');
  assert.equal([train.n, test.n], [50_000, 10_000]);
  assert.equal([...test.labels.subarray(0, 3)], [...loadMnist().train.labels.subarray(50_000, 50_003)]);
  writeSet('train');
  writeSet('t10k');
  complains(() => selectSplit(loadDataSet(directory), 'validation', 'here'), 'here', 'a sixth', 'only 2');
});

test('the packaged MNIST is whole', () => {
  const { train, test } = loadMnist();
  assert.equal([train.n, train.rows, train.columns, test.n], [60000, 28, 28, 10000]);
  assert.equal([...train.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
  assert.is(train.images.length, 60000 * 784);
});

test('every broken file is told in one sentence: which, what it holds, what was expected', () => {
  const good = idx(0x803, [2, 1, 3], [0, 1, 2, 3, 4, 5]);
  complains(() => readIdxImages(join(directory, 'none')), join(directory, 'none'), 'no such file');
  complains(() => readIdxImages(directory), directory, 'is a directory');
  complains(() => readIdxImages(write('short', good.subarray(0, 21))), 'short', '21 bytes', 'expected 22', 'truncated');
  complains(() => readIdxImages(write('long', Buffer.concat([good, good]))), '44 bytes', 'expected 22', 'extra bytes');
  complains(() => readIdxImages(write('header', good.subarray(0, 9))), '9 bytes', 'header of 16');
  complains(() => readIdxImages(write('empty', new Uint8Array(0))), 'empty', 'shorter than 4 bytes', '0x00000803');
  complains(() => readIdxImages(write('text', Buffer.from('P5 28 28'))), '0x50352032', 'expected 0x00000803');
  complains(() => readIdxImages(write('swapped', idx(0x801, [1], [3]))), '(a label file)', '0x00000803');
  complains(() => readIdxLabels(write('swapped', good)), '(an image file)', 'expected 0x00000801');
  complains(() => readIdxImages(write('zero', idx(0x803, [0, 28, 28], []))), '0 images', 'at least 1');
  complains(() => readIdxLabels(write('labels', idx(0x801, [3], [0, 9, 255]))), 'label 2 is 255', '0 to 254');
  const half = gzipSync(good).subarray(0, 20);
  complains(() => readIdxImages(write('half.gz', half)), 'half.gz', 'damaged or truncated');
});

test('a gzip file that unpacks to too much is refused before it is unpacked, with the option that allows it', () => {
  const packed = gzipSync(idx(0x803, [30, 1000, 1000], Buffer.alloc(30e6)));
  process.env.MEMSPIKE_MAX_READ_MB = '20';
  try {
    complains(
      () => readIdxImages(write('zeros.gz', packed)),
      'zeros.gz',
      'needs 31 MB',
      '20 MB',
      'MEMSPIKE_MAX_READ_MB',
    );
  } finally {
    delete process.env.MEMSPIKE_MAX_READ_MB;
  }
  assert.is(readIdxImages(join(directory, 'zeros.gz')).n, 30);
});

test('sets whose files do not belong together are refused', () => {
  writeSet('train', 2, 3, [1, 2, 3]);
  complains(() => loadDataSet(directory), 'train-labels-idx1-ubyte', '3 labels', 'expected 2');
  writeSet('train');
  complains(() => loadDataSet(directory), 't10k-images-idx3-ubyte', 'no such file', '.gz');
  writeSet('t10k', 3, 2);
  complains(() => loadDataSet(directory), 't10k-images-idx3-ubyte', '3x2', 'expected 2x3');
  writeSet('t10k', 2, 3, [0, 8]);
  complains(() => loadDataSet(directory), 't10k-labels-idx1-ubyte', 'label 1 is 8', '0 to 7', 'training set');
});

test.run();
