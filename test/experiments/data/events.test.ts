/** Recordings of an event camera as a data set: formats, order, layout in memory, and what is refused. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadDataSet, readImageCounts } from '../../../experiments/data/dataSet.ts';
import { computePlaybackDuration, RecordingPlayer } from '../../../experiments/data/recordings.ts';
import { selectSplit } from '../../../experiments/data/split.ts';
import { readEventRecording } from '../../../experiments/network/stimuli/recording.ts';
import { binOf, type TestEvent } from './saccades.ts';

const test = suite('recordings of an event camera');
const directory = mkdtempSync(join(tmpdir(), 'memspike-events-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

function file(name: string, bytes: Uint8Array): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), bytes);
}
const event = (x: number, y: number, on: boolean, us: number): TestEvent => ({ x, y, on, us });
const grid = (us: number) => Math.round((us / 1000) * 2 ** 26) / 2 ** 26;
const says = (sentence: RegExp, data: string) =>
  assert.throws(
    () => loadDataSet(at(data)),
    (e: Error) => e.name === 'UserError' && !e.message.includes('\n') && sentence.test(e.message),
    sentence.source,
  );

/** A set of two classes with one recording each, but for what `files` put there. */
function made(name: string, files: Readonly<Record<string, Uint8Array>> = {}): string {
  for (const place of ['Train/a/1.bin', 'Train/b/1.bin', 'Test/a/1.bin'])
    file(`${name}/${place}`, binOf([event(3, 2, true, 10), event(0, 0, false, 4000)]));
  for (const [place, bytes] of Object.entries(files)) file(`${name}/${place}`, bytes);
  return name;
}

/** A DAT file of Prophesee's; events are x, y, polarity and µs. */
function datOf(header: string, events: readonly TestEvent[]): Uint8Array {
  const words = events.flatMap(({ x, y, on, us }) => [us, ((on ? 1 : 0) << 28) | (y << 14) | x]);
  const body = Buffer.from(Uint32Array.from(words).buffer);
  return Buffer.concat([Buffer.from(header), Uint8Array.of(0x0c, 8), body]);
}

test('times to the µs, polarities side by side, each event once, whatever the gaps', () => {
  const events = [
    event(1, 0, false, 7_000_000),
    event(1, 0, true, 7_000_000),
    event(0, 0, true, 6_999_999), // a jitter
    event(1, 0, true, 7_000_000), // again
    event(3, 1, true, 7_002_047),
    event(3, 1, false, 8_388_607), // more than a second later
  ];
  const { train } = loadDataSet(at(made('exact', { 'Train/a/1.bin': binOf(events) })));
  const player = new RecordingPlayer(4, 1);
  const [recording] = train.events!;
  const { times, neurons } = player.createInputSpikes(recording!, 0);
  const origin = 6_999_998;
  assert.equal(
    [...times],
    [6_999_999, 7_000_000, 7_000_000, 7_002_047, 8_388_607].map((us) => grid(us - origin)),
  );
  assert.equal([...neurons], [0, 2, 3, 14, 15]);
  assert.is(computePlaybackDuration(recording!, 1), grid(8_388_608 - origin));
  assert.is(computePlaybackDuration(recording!, 4), grid((8_388_608 - origin) / 4));
  assert.equal(
    [...new RecordingPlayer(4, 4).createInputSpikes(recording!, 64).times].at(-1),
    64 + grid((8_388_607 - origin) / 4),
  );
  assert.equal([...train.images.subarray(0, 12)], [128, 255, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0]);
});

test('an event of row 240 moves the clock on', () => {
  const overflow = event(0, 240, false, 0);
  const bin = binOf([event(1, 1, true, 8000), overflow, event(2, 1, true, 5), overflow, event(3, 1, true, 9)]);
  const { train } = loadDataSet(at(made('overflow', { 'Train/a/1.bin': bin })));
  const { times } = new RecordingPlayer(4, 1).createInputSpikes(train.events![0]!, 0);
  assert.equal(
    [...times],
    [8000, 8192 + 5, 2 * 8192 + 9].map((us) => grid(us - 7999)),
  );
});

test('DAT files, as N-Cars has them', () => {
  const header = '% Data file containing CD events\n% Version 2\n% Width 304\n% Height 240\n';
  const events = [event(303, 239, true, 70_000), event(5, 6, false, 4_000_000_000)];
  file('cars/train/cars/1.dat', datOf(header, events));
  file('cars/train/background/1.dat', datOf(header, [event(1, 1, true, 3)]));
  file('cars/test/cars/1.dat', datOf(header, [event(1, 1, true, 3)]));
  const { train, test: tests, classNames: names } = loadDataSet(at('cars'));
  assert.equal(names, ['background', 'cars']);
  assert.equal([train.rows, train.columns, ...train.labels, ...tests.labels], [240, 304, 0, 1, 1]);
  const { times, neurons } = new RecordingPlayer(304, 1).createInputSpikes(train.events![1]!, 0);
  assert.equal([...times], [grid(1), grid(4_000_000_000 - 69_999)]);
  assert.equal([...neurons], [2 * (239 * 304 + 303), 2 * (6 * 304 + 5) + 1]);
  assert.equal(
    [...readEventRecording(at('cars/train/cars/1.dat'), { width: 304, height: 240, polarity: 'merged' }).neurons],
    [239 * 304 + 303, 6 * 304 + 5],
  );
  const bad = (bytes: Uint8Array) => made(`bad${Math.random()}`, { 'Train/b/2.dat': bytes });
  says(
    /b\/2\.dat: 7 bytes are not a multiple of the event size, 8/,
    bad(datOf(header, events).subarray(0, header.length + 9)),
  );
  says(/b\/2\.dat is empty/, bad(datOf(header, [])));
  says(/b\/2\.dat is empty/, bad(Buffer.from(header.slice(0, -1))));
  says(
    /events have type 14 and 8 bytes, but must have type 0 or 12/,
    bad(Buffer.concat([Buffer.from(header), Uint8Array.of(14, 8), new Uint8Array(8)])),
  );
  says(
    /2\.dat, event 1: pixel \(1024, 0\) is not on a sensor of 1024 x 1024/,
    bad(datOf('', [events[1]!, event(1024, 0, true, 1)]).subarray(2)),
  );
});

test('classes by name, numbers first and in their order; recordings spread so that any part holds all classes alike', () => {
  const one = binOf([event(1, 1, true, 1)]);
  for (const [name, count] of [
    ['10', 2],
    ['9', 4],
    ['other', 2],
  ] as const)
    for (let i = 0; i < count; i++) file(`order/Train/${name}/${i}.bin`, one);
  file('order/Train/9/readme.txt', one);
  file('order/Test/10/0.bin', one);
  const set = loadDataSet(at('order'));
  assert.equal([set.classCount, set.classNames], [3, ['9', '10', 'other']]);
  assert.equal([...set.train.labels], [0, 1, 2, 0, 0, 1, 2, 0]);
  assert.equal(readImageCounts(at('order')), { trainCount: 8, testCount: 1, hasEventRecordings: true });
  const { train, test: held } = selectSplit(set, 'validation', 'here');
  assert.equal([train.n, train.events!.length, held.n, held.events!.length], [7, 7, 1, 1]);
  assert.is(held.events![0], set.train.events![7]);
});

test('what is no such data set is refused in a sentence that names the file', () => {
  const event5 = binOf([event(1, 1, true, 1)]);
  says(
    /cut\/Train\/b\/2\.bin: 4 bytes are not a multiple of the event size, 5: the file is trunc/,
    made('cut', { 'Train/b/2.bin': event5.subarray(1) }),
  );
  says(/nothing\/Test\/b\/2\.bin is empty/, made('nothing', { 'Test/b/2.bin': new Uint8Array(0) }));
  says(/Test\/b\/2\.bin holds no event/, made('clock', { 'Test/b/2.bin': binOf([event(0, 240, true, 1)]) }));
  says(
    /off\/Test\/b\/2\.bin, event 1: pixel \(4, 0\) is outside the sensor of the training set, 4 x 3 pixels\./,
    made('off', { 'Test/b/2.bin': binOf([event(1, 1, true, 1), event(4, 0, true, 2)]) }),
  );
  says(
    /back\/Train\/b\/2\.bin: an event at 3999 µs follows an event at 5000 µs, but a time may decrease by less than/,
    made('back', { 'Train/b/2.bin': binOf([event(1, 1, true, 5000), event(1, 1, true, 3999)]) }),
  );
  mkdirSync(at(join(made('empty'), 'Train/c')));
  says(/empty\/Train\/c: no recordings found, expected at least one \.bin or \.dat\.$/, 'empty');
  says(
    /foreign\/Test\/c: not a class of the training set, whose classes are a, b\.$/,
    made('foreign', { 'Test/c/1.bin': event5 }),
  );
  rmSync(at(join(made('untested'), 'Test')), { recursive: true });
  says(/untested\/Test: no such folder/, 'untested');
  rmSync(at(join(made('untaught'), 'Train')), { recursive: true });
  says(/untaught\/Train: no such folder/, 'untaught');
  mkdirSync(at('bare/Train'), { recursive: true });
  says(/bare\/Train: 0 folders found, expected one for each class/, 'bare');
  symlinkSync('nowhere', at(join(made('dangling'), 'Train/c')));
  says(/cannot read .*dangling\/Train\/c: no such file or directory \(ENOENT\)$/, 'dangling');
  mkdirSync(at('none'));
  says(/none\/train-images-idx3-ubyte: no such file/, 'none');
});

test.run();
