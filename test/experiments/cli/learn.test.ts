/** `memspike learn` on data sets of our own: sizes and classes come from the files. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream, shuffle } from '../../../core/random/random.ts';
import { loadMnist } from '../../../experiments/data/mnist.ts';
import { json, rowsOf } from '../run/cli.ts';
import { inProcess } from './inProcess.ts';

const test = suite('memspike learn');
const directory = mkdtempSync(join(tmpdir(), 'memspike-learn-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

function idx(magic: number, sizes: readonly number[], body: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  [magic, ...sizes].forEach((word, i) => {
    header.setUint32(4 * i, word);
  });
  return Buffer.concat([new Uint8Array(header.buffer), body]);
}

interface Part {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

function write(name: string, rows: number, columns: number, sets: Readonly<Record<'train' | 't10k', Part>>): void {
  mkdirSync(at(name));
  for (const [set, { images, labels }] of Object.entries(sets)) {
    const size = [labels.length, rows, columns];
    writeFileSync(join(at(name), `${set}-images-idx3-ubyte`), idx(0x803, size, images));
    writeFileSync(join(at(name), `${set}-labels-idx1-ubyte`), idx(0x801, [labels.length], labels));
  }
}

const [ROWS, COLUMNS, CLASSES] = [9, 13, 13];

/** Images of one bright column each, with noise: its number is the class. */
function columnsOf(count: number, seed: number): Part {
  const stream = new RandomStream(seed, 'columns');
  const labels = Uint8Array.from({ length: count }, (_, i) => i % CLASSES);
  const images = Uint8Array.from({ length: count * ROWS * COLUMNS }, (_, k) => {
    const bright = k % COLUMNS === labels[Math.floor(k / (ROWS * COLUMNS))];
    return stream.integerBelow(bright ? 256 : 20);
  });
  return { images, labels };
}

interface Facts extends Record<string, unknown> {
  readonly accuracy: Readonly<Record<string, number>>;
}
const factsOf = (run: string) => json(at(run), 'run.json') as unknown as Facts;

const learn = (...words: string[]) => inProcess(directory, 'learn', '--progress', 'none', ...words);

test('eventprop runs from the command line, resumes a finished run, and refuses options of other nets', async () => {
  const words = ['--network', 'eventprop', '--data', 'yin-yang', '--train', '500', '--test', '50', '--epochs', '1'];
  const { status, stdout, stderr } = await learn(...words, '--out', 'points');
  assert.equal([status, stderr], [0, '']);
  assert.match(stdout, /^Accuracy on 50 test images: \d\d\.00 %/);
  assert.is((await learn(...words, '--out', 'points', '--resume')).stdout, 'points is already finished.\n');
  assert.is((await inProcess(directory, 'report', 'points')).status, 0);
  assert.is((await learn(...words, '--device', 'ideal', '--out', 'ideal')).status, 0);
  const { device } = json(at('ideal'), 'config.json') as unknown as { device: object };
  assert.equal(device, { ...device, model: 'ideal', wMin: -1, wMax: 1 });
  const refused = await learn(...words, '--training', 'exSitu');
  assert.equal(
    [refused.status, refused.stderr],
    [2, 'memspike: learn: --training does not apply to --network eventprop.\n'],
  );
  writeFileSync(at('split.json'), '{"train": [0, 1], "test": [2]}');
  assert.match(
    (await learn(...words, '--split', 'split.json')).stderr,
    /yin-yang is generated; use test or validation/,
  );
});

test('a made data set of 13 classes and 9 x 13 pixels is learned, and all that tells of it has its sizes', async () => {
  write('columns', ROWS, COLUMNS, { train: columnsOf(1300, 1), t10k: columnsOf(260, 2) });
  const words = ['--data', 'columns', '--neurons', '26', '--epochs', '2', '--network', 'layer'];
  const { status, stdout, stderr } = await learn(...words, '--out', 'made');
  assert.equal([status, stderr], [0, '']);
  assert.match(stdout, /^Accuracy on 260 test images/);
  const facts = factsOf('made');
  assert.equal(
    [facts.trainImages, facts.labelImages, facts.testImages, facts.imageRows, facts.imageColumns, facts.classes],
    [1300, 1300, 260, ROWS, COLUMNS, CLASSES],
  );
  assert.ok(facts.accuracy.test! > 90, JSON.stringify(facts.accuracy)); // chance: 7.7 %
  assert.is(facts.accuracy.test, facts.accuracy.logProbability);
  assert.equal(Object.keys(facts.accuracy).sort(), ['linear', 'logProbability', 'maxRate', 'proportion', 'test']);
  assert.is(rowsOf(at('made'), 'weights.arrows').length, ROWS * COLUMNS * 26);
  assert.match(readFileSync(join(at('made'), 'confusion-matrix.svg'), 'utf8'), />12</);
  assert.is((await inProcess(directory, 'report', 'made', '--data', 'columns')).status, 0);
});

test('the recipe follows the number of images that there are', async () => {
  await learn('--data', 'columns', '--neurons', '26', '--epochs', '0', '--out', 'none', '--no-pictures');
  const { train, label, test: tested, homeostasis } = json(at('none'), 'config.json');
  assert.equal([train, label, tested], [1300, 1300, 260]);
  const words = ['--neurons', '26', '--epochs', '0', '--label', '1300', '--test', '260', '--no-pictures'];
  assert.is((await inProcess(directory, 'mnist', '--train', '1300', ...words, '--out', 'mnist')).status, 0);
  assert.equal(json(at('mnist'), 'config.json').homeostasis, homeostasis);
});

test('windows and features learn the made data set too, and say what does not fit its images', async () => {
  const few = [
    '--data',
    'columns',
    '--neurons',
    '13',
    '--epochs',
    '1',
    '--train',
    '400',
    '--label',
    '400',
    '--test',
    '130',
  ];
  const features = ['--network', 'features', '--set', 'features.patches=2000'];
  for (const [network, out] of [
    [['--network', 'windows'], 'windows'],
    // A bar is few spikes: they have to be enough for the first one of a group.
    [[...features, '--set', 'features.grid=9', '--set', 'neuron.threshold=3'], 'features'],
  ] as const) {
    const { status, stderr } = await learn(...few, ...network, '--out', out);
    assert.equal([status, stderr], [0, ''], out);
    const facts = factsOf(out);
    assert.equal([facts.groups, facts.neurons, facts.classes], [9, 117, CLASSES]);
    assert.ok(facts.accuracy.test! > 40, `${out}: ${facts.accuracy.test} %`);
    assert.ok(existsSync(join(at(out), 'window-votes.svg')));
  }
  const { status, stderr } = await learn(...few, ...features, '--out', 'refused');
  assert.is(status, 1);
  assert.match(stderr, /^memspike: .*pooling\.to is \[10, 10\].*, which is larger than a map of 9 by 13\.\n$/);
});

test('a sixth of the training images validates', async () => {
  const words = ['--data', 'columns', '--neurons', '26', '--split', 'validation', '--no-pictures'];
  assert.is((await learn(...words, '--epochs', '1', '--out', 'validated')).status, 0);
  const { trainImages, testImages, accuracy } = factsOf('validated');
  assert.equal([trainImages, testImages], [1300 - 216, 216]);
  assert.is(accuracy.test, undefined);
  assert.is(accuracy.validation, accuracy.logProbability);
});

test('without --data it is the same as memspike mnist', async () => {
  const words = [
    '--neurons',
    '5',
    '--train',
    '200',
    '--label',
    '100',
    '--test',
    '50',
    '--epochs',
    '1',
    '--no-pictures',
  ];
  assert.is((await learn(...words, '--out', 'learned')).status, 0);
  assert.is((await inProcess(directory, 'mnist', ...words, '--out', 'job', '--progress', 'none')).status, 0);
  const [a, b] = ['learned', 'job'].map(factsOf) as [Facts, Facts];
  assert.equal([a.spikesSha256, a.weightsSha256, a.accuracy], [b.spikesSha256, b.weightsSha256, b.accuracy]);
});

test('where a pixel lies does not matter to one layer', async () => {
  const { train, test: tests } = loadMnist();
  const stream = new RandomStream(1, 'permutation');
  const order = shuffle(
    Uint32Array.from({ length: 784 }, (_, i) => i),
    (n) => stream.integerBelow(n),
  );
  const part = ({ images, labels }: Part, count: number, from: (k: number) => number): Part => ({
    images: Uint8Array.from({ length: count * 784 }, (_, k) => images[k - (k % 784) + from(k % 784)]!),
    labels: labels.subarray(0, count),
  });
  const sets = (from: (k: number) => number) => ({ train: part(train, 4000, from), t10k: part(tests, 1000, from) });
  write(
    'straight',
    28,
    28,
    sets((k) => k),
  );
  write(
    'permuted',
    28,
    28,
    sets((k) => order[k]!),
  );
  const accuracy: number[] = [];
  for (const set of ['straight', 'permuted']) {
    const words = ['--data', set, '--neurons', '50', '--epochs', '1', '--no-pictures', '--out', `run-${set}`];
    assert.is((await learn(...words)).status, 0);
    accuracy.push(factsOf(`run-${set}`).accuracy.test!);
  }
  const [straight, permuted] = accuracy as [number, number];
  assert.ok(straight > 70, `${straight} %`);
  assert.ok(Math.abs(straight - permuted) < 4, `${straight} % and ${permuted} %`); // other random numbers; sd of each 1.2
});

test('what is no data set, or has no such part, is refused in a sentence', async () => {
  const refusal = async (...words: string[]) => {
    const { status, stdout, stderr } = await learn(...words, '--out', 'refused');
    assert.is(stdout, '');
    assert.not.ok(existsSync(at('refused')));
    assert.match(stderr, /^memspike: [^\n]+\n$/);
    return `${status} ${stderr.slice('memspike: '.length).trimEnd()}`;
  };
  assert.match(await refusal('--data', 'nowhere'), /^1 nowhere\/train-images-idx3-ubyte: no such file/);
  assert.match(await refusal('--network', 'layers'), /^2 learn: --network is "layers".*layer/);
  assert.is(
    await refusal('--data', 'columns', '--train', '1301'),
    '1 learn: train is 1301, but the training set has 1300 images; use --train 1300 or fewer.',
  );
  const { images, labels } = columnsOf(26, 3);
  write('foreign', ROWS, COLUMNS, {
    train: { images, labels },
    t10k: { images, labels: labels.map((l, i) => (i === 4 ? 13 : l)) },
  });
  assert.match(
    await refusal('--data', 'foreign'),
    /^1 foreign\/t10k-labels-idx1-ubyte: label 4 is 13, expected 0 to 12/,
  );
  assert.is(
    (await learn('--resume')).stderr,
    'memspike: learn: --resume needs --out, the directory of the run to resume.\n',
  );
});

test.run();
