/** Files of signals: what each format gives, and the sentence for each fault. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadTrainingData } from '../../../../experiments/training/dataOrigin.ts';
import { readSignals } from '../../../../experiments/training/signals/readSignals.ts';
import type { CsvColumns } from '../../../../experiments/training/signals/textFormats.ts';
import { npz, wav } from './generateSignals.ts';

const test = suite('signal files');
const directory = mkdtempSync(join(tmpdir(), 'memspike-signals-'));
test.after(() => rmSync(directory, { recursive: true }));
const write = (name: string, content: string | Uint8Array) => {
  mkdirSync(dirname(join(directory, name)), { recursive: true });
  writeFileSync(join(directory, name), content);
  return join(directory, name);
};
const CLASS = { classColumn: 'class' };
const shortOf = (path: string, columns: CsvColumns = { classColumn: 'class' }) =>
  readSignals(path, columns).map(({ channels, label, isTest }) => [label, channels.map((c) => [...c]), isTest]);
const refuses = (work: () => unknown, ...sentence: RegExp[]) => {
  try {
    work();
  } catch (error) {
    for (const part of sentence) assert.match((error as Error).message, part);
    assert.is((error as Error).name, 'UserError');
    return;
  }
  assert.unreachable(String(sentence));
};

const TS = `# comment
@problemName x
@timeStamps false
@missing true
@univariate false
@dimensions 2
@equalLength false
@classLabel true left right
@data
1,2,?:4,5,6:left
1.5:2.5:right
`;

test('UEA: channels of unequal length, missing samples, classes as texts', () => {
  assert.equal(shortOf(write('a.ts', TS)), [
    [
      'left',
      [
        [1, 2, Number.NaN],
        [4, 5, 6],
      ],
      undefined,
    ],
    ['right', [[1.5], [2.5]], undefined],
  ]);
  refuses(() => readSignals(write('b.ts', TS.replace(':right', ':up')), CLASS), /line 11.*"up".*left, right/);
  refuses(() => readSignals(write('c.ts', TS.replace('@data', '')), CLASS), /@data/);
  refuses(() => readSignals(write('d.ts', TS.replace('Stamps false', 'Stamps true')), CLASS), /time stamps/);
  refuses(() => readSignals(write('e.ts', TS.replace('true left right', 'false')), CLASS), /no classes/);
  refuses(
    () => readSignals(write('g.ts', TS.replace('1.5:', '1.x:')), CLASS),
    /line 11, dimension 1, sample 1 is "1.x"/,
  );
});

test('UCR: blanks, tabs or commas; missing samples at the end shorten an example', () => {
  const expected = [
    ['1', [[0.5, -1]], undefined],
    ['-1', [[2, Number.NaN, 3]], undefined],
  ];
  assert.equal(shortOf(write('a.txt', '  1.0000000e+00  0.5 -1\n -1 2 NaN 3\n')), expected);
  assert.equal(shortOf(write('a.tsv', '1\t0.5\t-1\tNaN\n-1\t2\tNaN\t3\n')), expected);
  assert.equal(shortOf(write('b.txt', '1,0.5,-1\n-1,2,?,3\n')), expected);
  refuses(() => readSignals(write('c.txt', '\n'), CLASS), /no examples/);
});

test('CSV: columns of class and split by name; NaN and empty cells are refused with their place', () => {
  const csv = 'set,class,t0,t1\ntrain,a,1,2\ntest,b,3,4\n';
  assert.equal(shortOf(write('a.csv', csv), { classColumn: 'class', splitColumn: 'set' }), [
    ['a', [[1, 2]], false],
    ['b', [[3, 4]], true],
  ]);
  assert.equal(shortOf(write('c.csv', 'x,y,kind\n1,7,u\n'), { classColumn: 'kind' }), [['u', [[1, 7]], undefined]]);
  const columns = { classColumn: 'class', splitColumn: undefined };
  refuses(() => readSignals(write('d.csv', 'class,t0,t1\na,1,NaN\n'), columns), /row 1, column t1 is "NaN"/);
  refuses(() => readSignals(write('e.csv', 'class,t0,t1\na,1,\n'), columns), /row 1, column t1 is empty/);
  refuses(() => readSignals(write('f.csv', csv), { ...columns, splitColumn: 'sets' }), /"set,class,t0,t1".*sets/);
  refuses(
    () => readSignals(write('g.csv', csv.replace('test', 'valid')), { ...columns, splitColumn: 'set' }),
    /row 2.*"valid"/,
  );
  refuses(() => readSignals(write('h.csv', 'class,t0,t0\nb,2,3\n'), columns), /different ones/);
});

test('npz: two or three axes, with or without the parts of a split', () => {
  const x = { shape: [2, 1, 3], values: [1, 2, 3, 4, 5, 6] };
  assert.equal(shortOf(write('a.npz', npz({ x, y: { shape: [2], values: [7, 8] } }))), [
    ['7', [[1, 2, 3]], undefined],
    ['8', [[4, 5, 6]], undefined],
  ]);
  const y = { shape: [1], values: [0] };
  const one = { shape: [1, 2], values: [1, 2] };
  const parts = npz({ x_train: one, y_train: y, x_test: one, y_test: y });
  assert.equal(shortOf(write('b.npz', parts)), [
    ['0', [[1, 2]], false],
    ['0', [[1, 2]], true],
  ]);
  const bad = npz({ x: { shape: [1, 2], values: [1, Number.NaN] }, y });
  refuses(() => readSignals(write('c.npz', bad), CLASS), /holds NaN at index 1/);
  refuses(() => readSignals(write('d.npz', npz({ x, y })), CLASS), /x has shape .*one class per example/);
});

test('wav: 16-bit PCM of one rate; other depths, formats and rates are refused', () => {
  write('sound/a/1.wav', wav([0, 2 ** 14, -(2 ** 15)]));
  write('sound/b/1.wav', wav([1, 2, 3, 4], { channels: 2 }));
  const [a, b] = readSignals(join(directory, 'sound'), CLASS);
  assert.equal([a!.label, [...a!.channels[0]!], a!.rate], ['a', [0, 0.5, -1], 8000]);
  assert.equal([b!.channels.length, b!.channels[0]!.length], [2, 2]);
  const refused = (bytes: Uint8Array, ...sentence: RegExp[]) => {
    write('other/a/1.wav', wav([1]));
    write('other/a/2.wav', bytes);
    refuses(() => readSignals(join(directory, 'other'), CLASS), /2\.wav/, ...sentence);
  };
  refused(wav([1], { bits: 8 }), /8 bits.*16 bits/);
  refused(wav([1], { format: 3 }), /format 3/);
  refused(wav([1], { rate: 16_000 }), /16000 Hz.*8000 Hz/);
  refused(wav([1]).subarray(0, 30), /damaged or truncated/);
  refused(Uint8Array.of(1, 2, 3), /not a wav file/);
});

test('split by share: stratified, other seeds give other splits; faults of sets are one sentence', () => {
  const rows = Array.from({ length: 50 }, (_, i) => `${i % 5 === 0 ? 'rare' : 'often'},${i},${(i * i) % 17},${i % 3}`);
  const path = write('share.csv', ['class,a,b,c', ...rows].join('\n'));
  const load = (signals: object) => loadTrainingData(path, { signals });
  const { train, test, classNames, sha256 } = load({ share: 0.4 });
  assert.equal([train.n, test.n, classNames], [30, 20, ['often', 'rare']]);
  assert.equal(
    [train, test].map(({ labels }) => labels.filter((label) => label === 1).length),
    [6, 4],
  );
  const other = load({ share: 0.4, splitSeed: 2 });
  assert.not.equal([...other.test.images], [...test.images]);
  assert.is(other.sha256, sha256);
  assert.equal([...load({ share: 0.4 }).test.images], [...test.images]);
  refuses(() => load({}), /signals\.test.*signals\.splitColumn.*signals\.share/);
  refuses(() => load({ share: 0.4, classes: ['rare', 'never'] }), /never.*often, rare/);
  refuses(() => load({ share: 0.4, test: path }), /signals\.share.*left out/);
  refuses(() => load({ share: 0.9, classes: ['rare', 'often'], splitSeed: 1, encoder: 'gammatone' }), /sampling rate/);
  refuses(() => loadTrainingData(undefined, { signals: {} }), /not a file of signals/);
  const uneven = write('uneven.ts', TS.replace('1.5:2.5', '1.5'));
  refuses(() => loadTrainingData(uneven, { signals: { test: uneven } }), /line 11 has 1 channels.*2/);
  const lone = write('lone.csv', 'class,t,u\na,1,2\nb,1,3\nb,1,4\n');
  refuses(() => loadTrainingData(lone, { signals: { share: 0.6 } }), /no example of the class a/);
});

test.run();
