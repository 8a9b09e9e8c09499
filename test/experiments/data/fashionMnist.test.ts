// slow: reads the 155 MB of JSON of the package fashion-mnist
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadDataSet, readImageCounts } from '../../../experiments/data/dataSet.ts';
import { getFashionMnistSeed, loadFashionMnist } from '../../../experiments/data/fashionMnist.ts';
import { listSplitWarnings, selectSplit } from '../../../experiments/data/split.ts';

const test = suite('fashion-mnist');
let directory = '';
test.before(() => {
  directory = mkdtempSync(join(tmpdir(), 'memspike-fashion-'));
});
test.after(() => rmSync(directory, { recursive: true }));

const writeJson = (name: string, value: unknown) => {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
};

const first = loadDataSet('fashion-mnist');

test('the default split is that of seed 1; another seed gives other images', () => {
  assert.equal([first.train.n, first.test.n, first.classCount], [60_000, 10_000, 10]);
  assert.match(first.splitSource, '60,000 / 10,000 images by seed 1');
  const { trainCount, testCount } = readImageCounts('fashion-mnist');
  assert.equal([trainCount, testCount], [60_000, 10_000]);
  const counts = new Uint32Array(10);
  for (const label of [...first.train.labels, ...first.test.labels]) counts[label]!++;
  assert.equal([...counts], new Array(10).fill(7000));
  assert.equal(['fashion-mnist', 'fashion-mnist:7', 'fashion'].map(getFashionMnistSeed), [1, 7, undefined]);
  const other = loadDataSet('fashion-mnist:7');
  assert.match(other.splitSource, 'by seed 7');
  assert.not.equal([...other.test.labels.subarray(0, 100)], [...first.test.labels.subarray(0, 100)]);
});

test('index lists count in the order of the package, by class', () => {
  const path = writeJson('lists.json', { train: [0, 6999, 7000, 69_999], test: [1, 14_000] });
  const { train, test: tested } = selectSplit(first, path, 'learn');
  assert.equal([...train.labels], [0, 0, 1, 9]);
  assert.equal([...tested.labels], [0, 2]);
  const position = first.order!.indexOf(6999);
  const { images } = position < 60_000 ? first.train : first.test;
  const from = (position % 60_000) * 784;
  assert.equal([...train.images.subarray(784, 2 * 784)], [...images.subarray(from, from + 784)]);
  assert.equal(listSplitWarnings({ train, test: tested }), [
    'Class 2 has test images but no training image, so it cannot be recognised.',
  ]);
});

test('lists outside the data set, damaged lists and missing files are refused', () => {
  const fails = (value: unknown, message: RegExp) =>
    assert.throws(() => selectSplit(first, writeJson('bad.json', value), 'learn'), message);
  fails({ train: [0], test: [70_000] }, /bad\.json: test has the index 70000, but the data set has 70000 images/);
  fails({ train: [], test: [1] }, /bad\.json.*train/);
  fails({ train: [0.5], test: [1] }, /bad\.json.*train/);
  assert.throws(
    () => selectSplit(first, 'tset', 'learn'),
    /split is "tset", but must be "test", "validation" or a file/,
  );
});

test('test images that are training images are counted', () => {
  const path = writeJson('twice.json', { train: [0, 1, 2, 3], test: [3, 4] });
  const [warning, ...others] = listSplitWarnings(selectSplit(first, path, 'learn'));
  assert.match(warning!, /^1 of 2 test images are also training images \(first: test image 0\).*at most 50\.00 points/);
  assert.equal(others, []);
});

test('classes without images and images of another size are refused', () => {
  const image = new Array(784).fill(1);
  for (let label = 0; label < 10; label++) writeJson(`${label}.json`, { data: [image, []] });
  writeJson('4.json', { data: [[]] });
  assert.throws(() => loadFashionMnist(1, directory), /4\.json: class 4 has no images, expected at least 1/);
  writeJson('4.json', { data: [image, image.slice(1)] });
  assert.throws(() => loadFashionMnist(1, directory), /4\.json: image 1 has 783 pixels, expected 784/);
});

test.run();
