import { tableFromArrays, tableToIPC } from 'apache-arrow';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { type LogProblem, type ReadOptions, readLog } from '../../../core/log/read.ts';
import { repairLog } from '../../../core/log/repair.ts';
import { SPIKES, WEIGHTS } from '../../../core/log/tables.ts';
import { runs } from '../../support.ts';
import { MemorySink, rowBits, testLog, testRows } from './rows.ts';

const BATCHES = [151, 140, 153];
const LOG = testLog(SPIKES, BATCHES, { seed: '7', populations: '["a","b"]' });
/** End of the schema and of each batch. */
const ENDS = ends(LOG);
/** Where the end mark begins, after the seal of the log. */
const MARK = LOG.length - 8;
const EXPECTED = BATCHES.map((rows, b) => rowBits(testRows(SPIKES, rows, sum(BATCHES.slice(0, b))), rows));

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function ends(bytes: Uint8Array): number[] {
  const log = readLog(bytes);
  const all = [log.position.bytes];
  for (const _ of log) all.push(log.position.bytes);
  return all;
}

/** Reads to the end; every batch that comes must be a true one, in order. Returns their count and the problem. */
function readAll(source: Uint8Array | Iterable<Uint8Array>, options: ReadOptions = {}) {
  const log = readLog(source, { name: 'x.arrows', strict: false, ...options });
  const indices: number[] = [];
  for (const { columns, rows } of log) indices.push(EXPECTED.indexOf(rowBits(columns, rows)));
  return { indices, problem: log.problem, log };
}

function checkProblem(problem: LogProblem | undefined, good: number, where: string): void {
  assert.ok(problem, `${where}: no problem told`);
  assert.match(problem.message, /^x\.arrows /, where);
  if (problem.batch === 0) return;
  assert.is(problem.batch, good + 1, where);
  assert.is(problem.rows, sum(BATCHES.slice(0, good)), where);
  assert.is(problem.offset, ENDS[good], where);
  assert.ok(
    problem.message.endsWith(
      `; the ${problem.rows} rows in ${good} complete batch${good === 1 ? '' : 'es'} before it are valid`,
    ),
    where,
  );
}

test('cut at every byte: exactly the whole batches, then one problem', () => {
  for (let length = 0; length < LOG.length; length++) {
    const { indices, problem } = readAll(LOG.subarray(0, length));
    const good = Math.max(ENDS.filter((end) => end <= length).length - 1, 0);
    assert.equal(indices, [0, 1, 2].slice(0, good), `cut at ${length}`);
    checkProblem(problem, good, `cut at ${length}`);
    const expected = ENDS.includes(length) || length >= MARK ? 'incomplete' : length < 8 ? 'foreign' : 'cut';
    assert.is(problem!.kind, expected, `cut at ${length}`);
  }
});

test('every byte flipped: exactly the batches before it, then one problem', () => {
  const bytes = LOG.slice();
  for (let at = 0; at < bytes.length; at++) {
    bytes[at]! ^= 1 << (at % 8);
    const { indices, problem } = readAll(bytes);
    const good = Math.max(ENDS.filter((end) => end <= at).length - 1, 0);
    assert.equal(indices, [0, 1, 2].slice(0, good), `flip at ${at}`);
    checkProblem(problem, good, `flip at ${at}`);
    bytes[at] = LOG[at]!;
  }
});

test('every bit of every header flipped, and every byte set to 0 and 255', () => {
  const bytes = LOG.slice();
  const headers = [0, ...ENDS].flatMap((start) => Array.from({ length: 600 }, (_, i) => start + i));
  for (const at of headers) {
    if (at >= bytes.length) continue;
    for (const value of [...Array.from({ length: 8 }, (_, bit) => LOG[at]! ^ (1 << bit)), 0, 255]) {
      if (value === LOG[at]) continue;
      bytes[at] = value;
      const good = Math.max(ENDS.filter((end) => end <= at).length - 1, 0);
      const { indices, problem } = readAll(bytes);
      assert.equal(indices, [0, 1, 2].slice(0, good), `${value} at ${at}`);
      checkProblem(problem, good, `${value} at ${at}`);
    }
    bytes[at] = LOG[at]!;
  }
});

test('lost, doubled, swapped and foreign batches show', () => {
  const [schema, a, b, c] = [0, ...ENDS].map((start, i) => LOG.slice(start, ENDS[i]));
  const other = testLog(SPIKES, BATCHES, { seed: '8', populations: '["a","b"]' });
  const alien = other.slice(ENDS[1], ENDS[2]);
  const mark = LOG.slice(ENDS[3]);
  for (const [parts, good] of [
    [[schema, b, c, mark], []],
    [[schema, a, c, mark], [0]],
    [[schema, a, a, b, c, mark], [0]],
    [[schema, a, alien, c, mark], [0]],
    [
      [schema, a, b, c, mark, a],
      [0, 1, 2],
    ],
    [
      [schema, a, b, new Uint8Array(4096)],
      [0, 1],
    ],
  ] as const) {
    const { indices, problem } = readAll(Buffer.concat(parts.map((part) => part!)));
    assert.equal(indices, good);
    assert.is(problem?.kind, 'damaged');
  }
});

test('lost batches show although the end mark is there, with its seal, without it and with half of it', () => {
  const [schema, a, b] = [0, ...ENDS].map((start, i) => LOG.slice(start, ENDS[i]));
  const end = LOG.slice(ENDS[3]);
  for (const [tail, sentence] of [
    [
      end,
      /is incomplete: batches are lost or changed, because its seal is for 444 rows in 3 batches; the 291 rows in 2 complete/,
    ],
    [
      end.slice(-8),
      /is incomplete: it has no seal, so batches may be lost at its end; the 291 rows in 2 complete batches/,
    ],
    [end.slice(0, -8), /batches are lost or changed/],
    [new Uint8Array(0), /has no end mark/],
  ] as const) {
    const { indices, problem } = readAll(Buffer.concat([schema!, a!, b!, tail]));
    assert.equal(indices, [0, 1]);
    assert.is(problem?.kind, 'incomplete');
    assert.match(problem!.message, sentence);
    const sink = new MemorySink();
    const report = repairLog(Buffer.concat([schema!, a!, b!, tail]), () => sink, 'x.arrows');
    assert.equal([report.rows, report.dropped], [291, 0]);
    assert.is(readAll(sink.bytes).problem, undefined);
  }
});

test('the seal of another log does not fit, nor does one batch alone vouch for the whole', () => {
  const other = testLog(SPIKES, BATCHES, { seed: '8', populations: '["a","b"]' });
  const { indices, problem } = readAll(Buffer.concat([LOG.subarray(0, ENDS[3]), other.subarray(ends(other)[3])]));
  assert.equal(indices, [0, 1, 2]);
  assert.is(problem?.kind, 'incomplete');
});

test('random damage of many bytes never gives a wrong row or a raw error', () => {
  fc.assert(
    fc.property(
      fc.nat(LOG.length - 1),
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.boolean(),
      (at, noise, insert) => {
        const bytes = Buffer.concat([LOG.subarray(0, at), noise, LOG.subarray(insert ? at : at + noise.length)]);
        const { indices, problem } = readAll(bytes);
        if (problem) checkProblem(problem, indices.length, `${noise.length} bytes at ${at}`);
        else assert.equal(Buffer.compare(bytes, LOG), 0);
      },
    ),
    runs(2000),
  );
});

test('strict: the good batches come first, then a UserError with the same sentence', () => {
  const cut = LOG.subarray(0, ENDS[2]! + 100);
  let batches = 0;
  try {
    for (const _ of readLog(cut, { name: 'x.arrows' })) batches++;
    assert.unreachable();
  } catch (error) {
    assert.instance(error, UserError);
    assert.is(
      (error as Error).message,
      `x.arrows ends within batch 3 at byte ${ENDS[2]}; the 291 rows in 2 complete batches before it are valid`,
    );
  }
  assert.is(batches, 2);
});

test('what is no such log is told at once', () => {
  const arrow = tableToIPC(tableFromArrays({ time: Float64Array.of(1) }), 'stream');
  const file = tableToIPC(tableFromArrays({ time: Float64Array.of(1) }), 'file');
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /^x is empty, not a memspike.spikes\/1 log$/],
    [new TextEncoder().encode('time,neuron\n1,2\n'), /^x is not an Arrow stream, so not a memspike.spikes\/1 log$/],
    [file, /^x is an Arrow file; a memspike.spikes\/1 log is an Arrow stream/],
    [arrow, /^x is an Arrow stream but not a memspike.spikes\/1 log$/],
    [testLog(WEIGHTS, [3]), /^x is a memspike\.weights\/1 log, not memspike\.spikes\/1$/],
    [LOG.subarray(0, 50), /^x ends within its schema/],
  ];
  for (const [bytes, sentence] of cases) {
    assert.throws(
      () => readLog(bytes, { spec: SPIKES, name: 'x' }),
      (error: unknown) => {
        assert.instance(error, UserError);
        return sentence.test((error as Error).message);
      },
    );
    const log = readLog(bytes, { spec: SPIKES, name: 'x', strict: false });
    assert.match(log.problem!.message, sentence);
    assert.equal([...log], []);
  }
});

test('chunks may be of any size, and the source is released at the end, on a break and on close', () => {
  for (const size of [1, 7, 4096]) {
    let released = 0;
    function* chunks() {
      try {
        for (let at = 0; at < LOG.length; at += size) yield LOG.slice(at, at + size);
      } finally {
        released++;
      }
    }
    const { indices, problem } = readAll(chunks());
    assert.equal(indices, [0, 1, 2]);
    assert.is(problem, undefined);
    for (const _ of readLog(chunks())) break;
    readLog(chunks()).close();
    assert.is(released, 3);
  }
});

test('salvage passes over a damaged body and counts its rows', () => {
  const bytes = LOG.slice();
  bytes[ENDS[1]! + 800]! ^= 4;
  const { indices, problem, log } = readAll(bytes, { salvage: true });
  assert.equal(indices, [0, 2]);
  checkProblem(problem, 1, 'salvage');
  assert.is(log.dropped, BATCHES[1]);
});

test('repair: a valid log of all whole batches, whatever byte was flipped or lost', () => {
  for (let at = 0; at < LOG.length; at += 7) {
    const flipped = LOG.slice();
    flipped[at]! ^= 16;
    for (const source of [flipped, LOG.subarray(0, at)]) {
      const sink = new MemorySink();
      if (at < ENDS[0]!) {
        assert.throws(
          () => repairLog(source, () => sink),
          (error: unknown) => error instanceof UserError && error.message.endsWith('nothing can be repaired'),
        );
        assert.equal(sink.chunks, []);
        continue;
      }
      const report = repairLog(source, () => sink, 'x.arrows');
      const repaired = readAll(sink.bytes);
      assert.is(repaired.problem, undefined);
      assert.is(report.batches, repaired.indices.length);
      assert.is(report.rows, sum(repaired.indices.map((i) => BATCHES[i]!)));
      assert.ok(repaired.log.metadata.repaired!.startsWith(report.problem!.message));
      assert.is(repaired.log.metadata.seed, '7');
      const whole = ENDS.filter((end) => end <= at).length - 1;
      if (source === flipped && report.dropped > 0) {
        assert.equal(
          repaired.indices,
          [0, 1, 2].filter((i) => i !== whole),
          `flip at ${at}`,
        );
        assert.is(report.dropped, BATCHES[whole]);
      } else {
        assert.equal(repaired.indices, [0, 1, 2].slice(0, whole), `at ${at}`);
      }
    }
  }
});

test('repair of a good log keeps it byte by byte', () => {
  const sink = new MemorySink();
  const report = repairLog(LOG, () => sink);
  assert.equal(report, { rows: sum(BATCHES), batches: 3, dropped: 0, problem: undefined });
  assert.equal(sink.bytes, LOG);
});

test.run();
