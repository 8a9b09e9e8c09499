/** Bytes that somebody made, checksums and all: rows or one sentence, and no memory but for what is there. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { type LogReader, readLog } from '../../../core/log/read.ts';
import { repairLog } from '../../../core/log/repair.ts';
import { SPIKES, type TableSpec, WEIGHTS } from '../../../core/log/tables.ts';
import { runs } from '../../support.ts';
import { allocatedBy, dice, mutate, reseal, spansOf } from './mutants.ts';
import { MemorySink, testLog } from './rows.ts';

const { numRuns: ROUNDS, seed: SEED } = runs(1500);
const FACTS = {
  seed: '7',
  populations: '["a","b"]',
  projections: '["a->b"]',
  sizes: '[4,2]',
  tStart: '0',
  tStopPlanned: '100',
};
const SENTENCE = /^x\.arrows [^\p{Cc}]+$/u;

function endsOf(bytes: Uint8Array): number[] {
  const log = readLog(bytes);
  const ends = [log.position.bytes];
  for (const _ of log) ends.push(log.position.bytes);
  return ends;
}

/** Reads all there is; what comes must be rows that lie in the bytes, and a problem one sentence. */
function readThrough(bytes: Uint8Array, spec?: TableSpec): LogReader {
  const log = readLog(bytes, { name: 'x.arrows', strict: false, ...(spec ? { spec } : {}) });
  for (const { columns, rows } of log) {
    for (const column of Object.values(columns)) assert.is(column.length, rows);
  }
  if (log.problem) assert.match(log.problem.message, SENTENCE);
  for (const key of ['populations', 'projections', 'sizes']) {
    if (log.metadata[key] !== undefined) assert.ok(Array.isArray(JSON.parse(log.metadata[key])));
  }
  const told = Object.entries(log.metadata).flat().concat(Object.keys(log.spec.columns)).join('').length;
  assert.ok(told <= bytes.length, `${told} characters of metadata out of ${bytes.length} bytes`);
  return log;
}

function survives(bytes: Uint8Array, where: string): LogReader {
  let log: LogReader | undefined;
  const allocated = allocatedBy(() => {
    log = readThrough(bytes);
  });
  assert.ok(allocated <= 3 * bytes.length + 4096, `${where}: ${allocated} bytes allocated for ${bytes.length}`);
  try {
    repairLog(bytes, () => new MemorySink(), 'x.arrows');
  } catch (error) {
    assert.instance(error, UserError, `${where}: ${(error as Error).stack}`);
    assert.match((error as Error).message, SENTENCE);
  }
  return log!;
}

for (const spec of [SPIKES, WEIGHTS]) {
  const good = testLog(spec, [5, 3], FACTS);
  const spans = spansOf(good, endsOf(good));

  test(`${spec.name}: numbers in schema and headers changed, checksums right`, () => {
    const roll = dice(SEED);
    const seen = { whole: 0, foreign: 0, damaged: 0, cut: 0, incomplete: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = good.slice();
      const { start, header } = spans[roll(spans.length)]!;
      mutate(bytes, start + 8, header - 8, roll);
      reseal(bytes, spans);
      seen[survives(bytes, `seed ${SEED}, round ${round}`).problem?.kind ?? 'whole']++;
    }
    // Otherwise the checksums were not right, and nothing behind them was tried.
    for (const kind of ['whole', 'foreign', 'damaged'] as const)
      assert.ok(seen[kind] > ROUNDS / 100, JSON.stringify(seen));
  });

  test(`${spec.name}: bytes changed, cut out and put in anywhere`, () => {
    const roll = dice(SEED + 1);
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = good.slice();
      if (roll(2) === 0) mutate(bytes, 0, bytes.length, roll);
      if (roll(2) === 0) reseal(bytes, spans);
      const [from, to] = [roll(bytes.length), roll(bytes.length)].sort((a, b) => a - b) as [number, number];
      const parts = [bytes.subarray(0, from), bytes.subarray(roll(2) === 0 ? from : to)];
      survives(roll(3) === 0 ? bytes : Uint8Array.from(Buffer.concat(parts)), `seed ${SEED}, round ${round}`);
    }
  });
}

test('a text or a list that many entries share is counted as often as it is used', () => {
  const names = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, 'x'.repeat(500)]));
  const good = testLog(SPIKES, [2], { long: 'y'.repeat(30_000), ...names });
  const [schema] = spansOf(good, endsOf(good));
  const bytes = good.slice();
  const view = new DataView(bytes.buffer);
  const long = Buffer.from(bytes.buffer).indexOf('yyyy') - 4;
  for (let at = 8; at < schema!.header - 508; at += 4) {
    // Each reference to one of the short texts becomes one to the long text.
    const target = at + view.getUint32(at, true);
    if (target + 8 < schema!.header && view.getUint32(target, true) === 500 && bytes[target + 4] === 120)
      view.setUint32(at, long - at, true);
  }
  reseal(bytes, spansOf(good, endsOf(good)));
  assert.is(survives(bytes, 'shared').problem?.kind, 'foreign');
});

test('a header that promises more than there is costs nothing', () => {
  const good = testLog(SPIKES, [5, 3], FACTS);
  for (const length of [2 ** 20, 2 ** 24, 2 ** 31 - 8]) {
    const bytes = good.slice();
    new DataView(bytes.buffer).setUint32(4, length, true);
    assert.ok(survives(bytes, `schema of ${length} bytes`).problem);
  }
});

test.run();
