import { Message, RecordBatchReader, tableFromIPC } from 'apache-arrow';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLog } from '../../../core/log/read.ts';
import { LogStream } from '../../../core/log/stream.ts';
import { POTENTIALS, SPIKES, type TableSpec, WEIGHTS } from '../../../core/log/tables.ts';
import { MemorySink, rowBits, testLog, testRows } from './rows.ts';

const METADATA = { seed: '7', populations: '["in","aus ü"]', config_sha256: '0'.repeat(64) };
const ALL_TYPES: TableSpec = {
  name: 'memspike.test/1',
  columns: { a: 'uint8', b: 'uint16', c: 'float32', d: 'uint32', e: 'float64' },
};

for (const spec of [SPIKES, POTENTIALS, WEIGHTS, ALL_TYPES]) {
  test(`${spec.name} comes back bit by bit`, () => {
    const bytes = testLog(spec, [1, 100, 7], METADATA);
    const log = readLog(bytes, { spec });
    assert.equal(log.metadata, METADATA);
    assert.equal(log.spec, spec);
    const sizes: number[] = [];
    let row = 0;
    for (const { columns, rows } of log) {
      assert.equal(Object.keys(columns), Object.keys(spec.columns));
      assert.equal(rowBits(columns, rows), rowBits(testRows(spec, rows, row), rows));
      sizes.push(rows);
      row += rows;
    }
    assert.equal(sizes, [1, 100, 7]);
    assert.is(log.problem, undefined);
    assert.equal([log.position.batches, log.position.rows], [3, 108]);
  });
}

test('another Arrow reader sees the same rows and metadata', () => {
  const table = tableFromIPC(testLog(SPIKES, [1000, 500], METADATA));
  assert.is(table.numRows, 1500);
  assert.equal(Object.fromEntries(table.schema.metadata), {
    schema: 'memspike.spikes/1',
    ...METADATA,
  });
  const { time, neuron, population } = testRows(SPIKES, 1500);
  assert.equal(table.getChild('time')!.toArray(), time);
  assert.equal(table.getChild('neuron')!.toArray(), neuron);
  assert.equal(table.getChild('population')!.toArray(), population);
});

for (const batches of [[], [1], [1000, 500]]) {
  const total = batches.reduce((a, b) => a + b, 0);

  test(`apache-arrow reads a log of ${total} rows as a table and batch by batch`, async () => {
    const bytes = testLog(SPIKES, batches, METADATA);
    const { time } = testRows(SPIKES, total);
    const table = tableFromIPC(bytes);
    assert.is(table.numRows, total);
    assert.equal(
      table.schema.fields.map(({ name }) => name),
      Object.keys(SPIKES.columns),
    );
    assert.equal([...(table.getChild('time') ?? [])], [...time!]);
    const rows = [...RecordBatchReader.from(bytes)].map((batch) => batch.numRows);
    assert.equal(rows, [...batches, 0]);
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += 100) yield bytes.slice(at, at + 100);
    };
    assert.is((await tableFromIPC(chunks())).numRows, total);
  });

  test(`a log of ${total} rows is a stream as Arrow's format demands`, () => {
    const bytes = testLog(SPIKES, batches, METADATA);
    const view = new DataView(bytes.buffer);
    const lengths: number[] = [];
    let at = 0;
    while (view.getUint32(at + 4, true) > 0) {
      const size = view.getUint32(at + 4, true);
      const message = Message.decode(bytes.subarray(at + 8, at + 8 + size));
      assert.equal([view.getInt32(at, true), size % 8, message.bodyLength % 8], [-1, 0, 0]);
      if (message.isRecordBatch()) lengths.push((message.header() as { length: number }).length);
      at += 8 + size + message.bodyLength;
    }
    assert.equal(lengths, [...batches, 0]);
    assert.equal([...bytes.subarray(at)], [255, 255, 255, 255, 0, 0, 0, 0]);
  });
}

test('a batch leaves when it is full, when flushed, when old, and on close', () => {
  const sink = new MemorySink();
  const log = new LogStream(SPIKES, {}, sink, { batchRows: 10 });
  assert.equal(log.acknowledged.rows, 0);
  log.write(testRows(SPIKES, 25), 25);
  assert.equal([log.rows, log.acknowledged.rows, log.acknowledged.batches], [25, 20, 2]);
  log.flushIfOlder(60_000);
  assert.is(log.acknowledged.rows, 20);
  log.flushIfOlder(0);
  assert.equal([log.acknowledged.rows, log.acknowledged.batches], [25, 3]);
  assert.is(log.acknowledged.bytes, sink.bytes.length);
  log.flush();
  assert.is(log.acknowledged.batches, 3, 'an empty batch is never written');
  log.write(testRows(SPIKES, 3, 25), 3);
  log.close();
  log.close();
  assert.ok(sink.closed);
  const rows = [...readLog(sink.bytes)].map((batch) => batch.rows);
  assert.equal(rows, [10, 10, 5, 3]);
});

test('rows may be written one by one, many at once, and from longer or offset arrays', () => {
  const [one, many] = [new MemorySink(), new MemorySink()];
  const all = testRows(SPIKES, 100);
  const singly = new LogStream(SPIKES, {}, one, { batchRows: 32 });
  for (let row = 0; row < 100; row++) {
    singly.write(Object.fromEntries(Object.entries(all).map(([name, column]) => [name, column.subarray(row)])), 1);
  }
  singly.close();
  const once = new LogStream(SPIKES, {}, many, { batchRows: 32 });
  once.write(all, 100);
  once.close();
  assert.equal(one.bytes, many.bytes);
});

test('14 bytes a spike hold with batches of 1000 rows, 13.01 with full ones', () => {
  assert.ok(testLog(SPIKES, Array(100).fill(1000)).length / 1e5 < 14);
  assert.ok(testLog(SPIKES, Array(4).fill(65536)).length / 2 ** 18 < 13.01);
});

test('an empty log is a valid log', () => {
  assert.equal([...readLog(testLog(SPIKES, []))], []);
});

test('a missing, mistyped or short column is refused', () => {
  const log = new LogStream(SPIKES, {}, new MemorySink());
  const { time, neuron, population } = testRows(SPIKES, 5);
  const needed = /the memspike.spikes\/1 log needs a column \w+ of \d \w+ values/;
  assert.throws(() => log.write({ time: time!, neuron: neuron! }, 5), needed);
  assert.throws(() => log.write({ time: time!, neuron: time!, population: population! }, 5), needed);
  assert.throws(() => log.write({ time: time!, neuron: neuron!, population: population! }, 6), needed);
});

test('options out of range are refused', () => {
  for (const batchRows of [0, -1, 1.5, Number.NaN, 2 ** 20 + 1]) {
    assert.throws(() => new LogStream(SPIKES, {}, new MemorySink(), { batchRows }), /batchRows is .* integer from 1/);
  }
  assert.throws(() => new LogStream(SPIKES, { schema: 'x' }, new MemorySink()), /reserved key "schema"/);
  assert.throws(
    () => new LogStream(SPIKES, { populations: 'a, b' }, new MemorySink()),
    /cannot be written: its populations is "a, b", but must be a JSON list of unique names/,
  );
  assert.throws(
    () => new LogStream(SPIKES, { big: 'x'.repeat(2 ** 24) }, new MemorySink()),
    /exceed the limit of 16 MiB/,
  );
});

test('an abandoned log keeps its rows, is not sealed and reads as incomplete', () => {
  const sink = new MemorySink();
  const log = new LogStream(SPIKES, {}, sink);
  log.write(testRows(SPIKES, 10), 10);
  log.closeUnsealed();
  log.close();
  assert.ok(sink.closed);
  const reader = readLog(sink.bytes, { strict: false });
  assert.is([...reader][0]!.rows, 10);
  assert.is(reader.problem?.kind, 'incomplete');
});

test('after a failed write nothing more reaches the sink, and it is closed', () => {
  const sink = new MemorySink();
  const log = new LogStream(SPIKES, {}, sink);
  log.write(testRows(SPIKES, 10), 10);
  log.flush();
  const before = sink.bytes.length;
  sink.write = (bytes) => {
    if (sink.bytes.length > before) throw new Error('full');
    sink.chunks.push(bytes.slice());
  };
  log.write(testRows(SPIKES, 10, 10), 10);
  assert.throws(() => log.flush(), /^full$/);
  assert.ok(sink.closed);
  assert.is(log.acknowledged.rows, 10);
  const length = sink.bytes.length;
  assert.ok(length > before);
  assert.throws(() => log.write(testRows(SPIKES, 1), 1), /failed and accepts no more rows/);
  log.close();
  assert.is(sink.bytes.length, length);
  const reader = readLog(sink.bytes, { strict: false });
  assert.equal(
    [...reader].map((batch) => batch.rows),
    [10],
  );
  assert.is(reader.problem?.kind, 'cut');
});

test.run();
