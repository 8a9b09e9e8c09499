import { Writable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { createProgressOutput, formatProgressBar, type ProgressMode } from '../../../experiments/run/progress.ts';
import { describeProgress, type ProgressState } from '../../../experiments/run/progressText.ts';

/** A stream that remembers what was written to it. */
function memory(isTTY: boolean): { stream: NodeJS.WriteStream; written(): string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns: 120 }) as unknown as NodeJS.WriteStream,
    written: () => text,
  };
}

/** The time that `performance.now` and `Date.now` tell here, ms: it goes on by what a test says, and by nothing else. */
let clock = 0;
const real = { performance: performance.now, date: Date.now };
test.before.each(() => {
  clock = 0;
  performance.now = Date.now = () => clock;
});
test.after.each(() => {
  performance.now = real.performance;
  Date.now = real.date;
});

/** Works for `ms` without giving way to timers, as a simulation does. */
function work(isTTY: boolean, mode: ProgressMode, ms: number): string {
  const { stream, written } = memory(isTTY);
  const progress = createProgressOutput({ label: 'train', total: 1000, unit: 'images', mode, stream });
  for (let done = 0; done < 1000; clock = (++done * ms) / 1000) progress.update(done, () => `accuracy ${done / 10} %`);
  progress.update(1000, 'accuracy 100 %');
  progress.stop();
  progress.stop();
  return written();
}

test('a terminal gets a bar that moves while the loop is busy, and ends whole', () => {
  const text = work(true, 'auto', 500);
  const frames = text.split('train ').length - 1;
  assert.ok(frames >= 2 && frames <= 8, `${frames} frames in 0.5 s`);
  assert.match(text, '░');
  assert.match(text, '████████████████████████ 1,000/1,000 images, 100 %');
  assert.match(text, 'accuracy 100 %');
  assert.ok(text.endsWith('\n'));
});

test('a file gets plain lines, the last state always', () => {
  const lines = work(false, 'auto', 50).trimEnd().split('\n');
  assert.is(lines.length, 1);
  assert.match(lines[0]!, /^train: 1,000\/1,000 images, 100 %, [\d,.]+ images\/s, in [\d.]+ s, accuracy 100 %$/);
});

test('json is one object a line', () => {
  const lines = work(false, 'json', 1200).trimEnd().split('\n');
  assert.ok(lines.length >= 2, `${lines.length} lines`);
  const states = lines.map((line) => JSON.parse(line) as ProgressState);
  const [first, last] = [states[0], states.at(-1)];
  assert.is(first!.final, false);
  assert.ok(first!.perSecond > 0 && first!.secondsLeft! >= 0);
  assert.equal([last!.done, last!.total, last!.text, last!.final], [1000, 1000, 'accuracy 100 %', true]);
});

test('none writes nothing', () => {
  assert.is(work(true, 'none', 10), '');
});

test('a text given as a function is called only when it is written', () => {
  let calls = 0;
  const progress = createProgressOutput({
    label: 'x',
    total: 1e6,
    unit: 'steps',
    mode: 'json',
    stream: memory(false).stream,
  });
  for (let i = 0; i < 2500; i++, clock++) progress.update(i, () => `${++calls}`);
  progress.stop();
  assert.is(calls, 3, 'after 1 s, after 2 s, and at the end');
});

test('the pace is that of the work, not of what was prepared before the first of many', () => {
  const { stream, written } = memory(false);
  const progress = createProgressOutput({ label: 'comparing', total: 5600, unit: 'images', mode: 'json', stream });
  progress.update(0);
  clock = 13_000;
  progress.update(1);
  clock = 14_000;
  progress.update(101);
  const [first, second] = written()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ProgressState);
  assert.equal([first!.done, first!.perSecond, first!.secondsLeft], [1, 0, null]);
  assert.equal([second!.done, second!.perSecond, second!.secondsLeft], [101, 100, 54.99]);
});

test('the time left of work of uneven speed does not swing', () => {
  const { stream, written } = memory(false);
  const options = { label: 'comparing', total: 3000, unit: 'images', mode: 'json', stream } as const;
  const progress = createProgressOutput({ ...options, hasUnevenSpeed: true });
  for (let done = 0; done < 3000; clock += Math.floor(done / 300) % 2 === 0 ? 1000 : 100) progress.update((done += 10));
  const estimates = written()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ProgressState)
    .filter(({ secondsLeft, done }) => secondsLeft !== null && done < 2400)
    .map(({ secondsLeft, elapsedSeconds }) => elapsedSeconds + secondsLeft!);
  assert.ok(estimates.length > 100);
  assert.ok(
    Math.max(...estimates) < 2 * Math.min(...estimates),
    `${Math.min(...estimates)} to ${Math.max(...estimates)} s`,
  );
});

test('few steps of minutes: repeated reports of the same step do not let the time left grow without bound', () => {
  const { stream, written } = memory(false);
  const options = { label: 'seeds', total: 10, unit: 'seeds', mode: 'json', stream, hasUnevenSpeed: true } as const;
  const progress = createProgressOutput(options);
  for (let second = 0; second < 300; second += 2) {
    clock = 1000 * second;
    progress.update(Math.floor(second / 100));
  }
  const lines = written().trimEnd().split('\n');
  const states = lines.map((line) => JSON.parse(line) as ProgressState);
  assert.ok(states.some(({ done, secondsLeft }) => done === 0 && secondsLeft === null));
  for (const { done, secondsLeft, elapsedSeconds } of states)
    if (done > 0) assert.ok(Math.abs(secondsLeft! - ((10 - done) * elapsedSeconds) / done) < 1, `${secondsLeft} s`);
});

test('of few steps the first tells the pace', () => {
  const { stream, written } = memory(false);
  const progress = createProgressOutput({ label: 'sweep', total: 20, unit: 'points', mode: 'json', stream });
  progress.update(0);
  clock = 10_000;
  progress.update(1);
  assert.equal([(JSON.parse(written()) as ProgressState).secondsLeft], [190]);
});

test('a narrow terminal gets a shorter bar, then fewer words', () => {
  const state: ProgressState = {
    label: 'training',
    done: 30_000,
    total: 60_000,
    unit: 'images',
    elapsedSeconds: 3,
    perSecond: 10_000,
    secondsLeft: 3,
    text: 'accuracy of the last 1,000: 81.2 %',
    final: false,
  };
  const words = '30,000/60,000 images, 50 %, 10,000 images/s, 3.0 s left, accuracy of the last 1,000: 81.2 %';
  assert.is(formatProgressBar(state, 130), `training ${'█'.repeat(12)}${'░'.repeat(12)} ${words}`);
  assert.is(formatProgressBar(state, 110), `training ${'█'.repeat(5)}${'░'.repeat(4)} ${words}`);
  assert.is(formatProgressBar(state, 84), `training ${words.replace(' 10,000 images/s,', '')}`);
  assert.is(
    formatProgressBar(state, 80),
    `training ${'█'.repeat(9)}${'░'.repeat(9)} ${words.slice(words.indexOf('50 %')).replace(' 10,000 images/s,', '')}`,
  );
  assert.is(formatProgressBar(state, 40), 'training ███████░░░░░░░ 50 %, 3.0 s left');
});

test('figures read well', () => {
  const state = {
    label: 'train',
    done: 12_000,
    total: 60_000,
    unit: 'images',
    elapsedSeconds: 6,
    text: '',
    final: false,
  };
  assert.is(
    describeProgress({ ...state, perSecond: 1904.4, secondsLeft: 25.2 }),
    '12,000/60,000 images, 20 %, 1,904 images/s, 25 s left',
  );
  assert.is(
    describeProgress({ ...state, perSecond: 1.236, secondsLeft: 4000, text: 'accuracy 80 %' }),
    '12,000/60,000 images, 20 %, 1.24 images/s, 1 h 6 min left, accuracy 80 %',
  );
  assert.match(describeProgress({ ...state, perSecond: 0, secondsLeft: null }), 'time left unknown');
  assert.match(describeProgress({ ...state, done: 0, total: 0, perSecond: 0, secondsLeft: null }), '100 %');
  assert.match(
    describeProgress({ ...state, perSecond: 9, secondsLeft: 125, elapsedSeconds: 59.7, final: true }),
    'in 1 min 0 s',
  );
});

test('nonsense is refused', () => {
  const options = { label: 'train', unit: 'images' };
  assert.throws(
    () => createProgressOutput({ ...options, total: Number.NaN }),
    (error: Error) => error instanceof UserError,
  );
  assert.throws(
    () => createProgressOutput({ ...options, total: 1, mode: 'fancy' as ProgressMode }),
    'auto, json, none',
  );
});

test.run();
