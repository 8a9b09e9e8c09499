import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { findResumePosition } from '../../../core/log/create.ts';
import { createRowHash } from '../../../core/log/file.ts';
import { readLog } from '../../../core/log/read.ts';
import type { LogPosition } from '../../../core/log/seal.ts';
import { LogStream } from '../../../core/log/stream.ts';
import { SPIKES, WEIGHTS } from '../../../core/log/tables.ts';
import { MemorySink, testRows } from './rows.ts';

const METADATA = { seed: '7', populations: '["a"]' };

/** A log of five times 100 rows and, for each checkpoint after them, its position. */
function checkpointed(): { bytes: Uint8Array; positions: LogPosition[] } {
  const sink = new MemorySink();
  const log = new LogStream(SPIKES, METADATA, sink, { batchRows: 64 });
  const positions = [log.sync()];
  for (let step = 0; step < 5; step++) {
    log.write(testRows(SPIKES, 100, log.rows), 100);
    positions.push(log.sync());
  }
  log.close();
  return { bytes: sink.bytes, positions };
}

const { bytes, positions } = checkpointed();

function refused(sentence: RegExp, source: Uint8Array, at: { rows: number; bytes: number }, metadata = METADATA): void {
  assert.throws(
    () => findResumePosition(source, SPIKES, metadata, at, { name: 'x.arrows' }),
    (error: unknown) => error instanceof UserError && sentence.test(error.message),
  );
}

test('a log cut at any checkpoint and gone on with is the log of a run never stopped', () => {
  for (const { rows, bytes: length } of positions) {
    const from = findResumePosition(bytes, SPIKES, METADATA, { rows, bytes: length });
    const sink = new MemorySink();
    sink.write(bytes.subarray(0, length));
    const log = new LogStream(SPIKES, METADATA, sink, { batchRows: 64, resumeFrom: from });
    while (log.rows < 500) {
      log.write(testRows(SPIKES, 100, log.rows), 100);
      log.sync();
    }
    log.close();
    assert.equal(sink.bytes, bytes);
    assert.equal(log.acknowledged, positions[5]);
  }
});

test('the rows kept are shown once, in order, so a hash can be rebuilt', () => {
  const hash = createRowHash(SPIKES);
  findResumePosition(bytes, SPIKES, METADATA, positions[3]!, {
    onBatch: (columns, rows) => hash.update(columns, rows),
  });
  const whole = createRowHash(SPIKES);
  whole.update(testRows(SPIKES, 300), 300);
  assert.is(hash.digest(), whole.digest());
});

test('a tail that is cut, damaged or unfinished does not matter, a damaged beginning does', () => {
  const at = positions[2]!;
  for (const tail of [0, 3, 200]) {
    assert.equal(findResumePosition(bytes.subarray(0, at.bytes + tail), SPIKES, METADATA, at), at);
  }
  const damaged = bytes.slice();
  damaged[at.bytes + 50]! ^= 1;
  assert.equal(findResumePosition(damaged, SPIKES, METADATA, at), at);
  damaged[at.bytes - 50]! ^= 1;
  refused(/^cannot resume from the checkpoint at byte \d+, row 200: x.arrows is damaged in batch 4/, damaged, at);
});

test('a log that is shorter, of another run or table, or without a batch end there is refused', () => {
  const at = positions[4]!;
  refused(
    /row 400: x.arrows ends within batch \d+ .* complete batches before it are valid$/,
    bytes.subarray(0, at.bytes - 1),
    at,
  );
  refused(/row 400: x.arrows has no end mark .*; the 300 rows in/, bytes.subarray(0, positions[3]!.bytes), at);
  refused(/: x.arrows has the end of a batch at byte \d+, row 500$/, bytes, { rows: 600, bytes: bytes.length + 5 });
  refused(/: x.arrows has the end of a batch at byte \d+, row 400$/, bytes, { rows: 401, bytes: at.bytes });
  refused(/: x.arrows has the end of a batch at byte \d+, row \d+$/, bytes, { rows: at.rows, bytes: at.bytes - 8 });
  refused(/^x.arrows belongs to another run: its seed is "7", this run's is "8"$/, bytes, at, {
    ...METADATA,
    seed: '8',
  });
  refused(/its populations is "\[.*, this run's is nothing$/, bytes, at, { seed: '7' } as typeof METADATA);
  assert.throws(() => findResumePosition(bytes, WEIGHTS, METADATA, at), /is a memspike.spikes.* not memspike.weights/);
});

test('a log can be read while it grows', () => {
  const log = readLog(bytes.subarray(0, positions[1]!.bytes), { strict: false });
  assert.is(
    [...log].reduce((sum, { rows }) => sum + rows, 0),
    100,
  );
  assert.is(log.problem?.kind, 'incomplete');
});

test.run();
