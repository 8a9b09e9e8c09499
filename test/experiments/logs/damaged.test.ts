/** Small logs whose checksums are right and whose contents are not, at the command line. */
// isolated: files with this mark write to one directory of support.ts
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { writeLog } from '../../../core/log/create.ts';
import { openLog } from '../../../core/log/file.ts';
import { rowsToColumns, SPIKES } from '../../../core/log/tables.ts';
import { LOG_FORMAT_LOADERS } from '../../../experiments/logs/formats.ts';
import { summariseLog } from '../../../experiments/logs/summariseLog.ts';
import { LogTable } from '../../../experiments/logs/table.ts';
import { printLog } from '../../../experiments/logs/text.ts';
import { readRecording } from '../../../experiments/network/stimuli/recording.ts';
import { dice, mutate, reseal, spansOf } from '../../core/log/mutants.ts';
import { referenceFile, runs } from '../../support.ts';
import { inProcess } from '../cli/inProcess.ts';
import { at, directory, FACTS, TIMES, writeSpikes } from './support.ts';

const log = async (...words: string[]) => await inProcess(directory, 'log', ...words);
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys is what must not come
const ESCAPES = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

for (const [name, sentence] of [
  ['fieldsWithoutEnd', /is an Arrow stream but not a memspike log/],
  [
    'buffersWithoutEnd',
    /is damaged in batch 1 at byte 688 \(its header does not match its table\); the 0 rows in 0 complete/,
  ],
  [
    'moreRowsThanBytes',
    /is damaged in batch 1 at byte 688 \(its header does not match its table\); the 0 rows in 0 complete/,
  ],
  ['populationsNoJson', /its populations is "nope", but must be a JSON list of unique names/],
] as const) {
  test(`${name}: one sentence`, async () => {
    const file = referenceFile(`damagedLogs/${name}.arrows`);
    for (const words of [['info'], ['cat'], ['export', '--format', 'csv', '--out', `${name}.csv`]] as const) {
      const { status, stderr } = await log(words[0], file, ...words.slice(1));
      assert.is(status, 1);
      assert.match(stderr, sentence);
      assert.is(stderr.split('\n').length, 2);
    }
  });
}

test('escapes in names and metadata do not reach the terminal', async () => {
  const facts = { ...FACTS, populations: JSON.stringify(['\u001b[31mred', 'b']), note: '\u001b]0;title\u0007' };
  writeSpikes(at('escapes.arrows'), facts);
  for (const action of ['info', 'cat']) {
    const { status, stdout, stderr } = await log(action, 'escapes.arrows');
    assert.equal([status, stderr], [0, '']);
    assert.not.match(stdout, ESCAPES);
    assert.match(stdout, /\\u001b\[31mred/);
  }
});

test('a log that lost its last batch but not its end is incomplete, and is repaired', async () => {
  writeSpikes(at('whole.arrows'));
  const bytes = readFileSync(at('whole.arrows'));
  const ends = endsOf('whole.arrows');
  writeFileSync(at('lost.arrows'), Buffer.concat([bytes.subarray(0, ends.at(-2)), bytes.subarray(ends.at(-1))]));
  const { status, stdout, stderr } = await log('info', 'lost.arrows');
  assert.is(status, 1);
  assert.match(stdout, /^state +incomplete$/m);
  assert.match(
    stderr,
    /because its seal is for 7 rows in 3 batches; the 6 rows in 2 complete batches before it are valid\n$/,
  );
  assert.is((await log('cat', 'lost.arrows')).stdout.split('\n').length, TIMES.length - 1 + 2);
  assert.is((await log('repair', 'lost.arrows', '--out', 'mended.arrows')).status, 0);
  assert.match((await log('info', 'mended.arrows')).stdout, /^state +whole$/m);
});

test('times, populations and neurons that are not possible are refused in a sentence, by readers of tables and by replay', async () => {
  for (const [rows, sentence] of [
    [[[Number.NaN, 0, 0]], /row 0 is at NaN ms, but must be between 0 and 134217728 ms\.$/],
    [
      [
        [5, 0, 0],
        [4, 0, 0],
      ],
      /row 1 is at 4 ms, but must be between 5 and 134217728 ms\.$/,
    ],
    [[[-1, 0, 0]], /row 0 is at -1 ms/],
    [[[1e9, 0, 0]], /row 0 is at 1000000000 ms/],
    [[[1, 0, 2]], /row 0 is of population 2, but the log names 2\.$/],
    [[[1, 10, 1]], /row 0 is of neuron 10 of "in,\\"h\\"", which has 10 neurons\.$/],
  ] as const) {
    const columns = Object.keys(SPIKES.columns).map((name, c) => [name, rows.map((row) => row[c]!)] as const);
    rmSync(at('impossible.arrows'), { force: true });
    writeLog(at('impossible.arrows'), SPIKES, FACTS, (out) => {
      out.write(
        rowsToColumns(
          SPIKES,
          rows.map((_, i) => Object.fromEntries(columns.map(([name, x]) => [name, x[i]]))),
        ),
        rows.length,
      );
    });
    assert.throws(
      () => new LogTable(at('impossible.arrows')).countRows(),
      (error: Error) => error instanceof UserError && sentence.test(error.message),
    );
    assert.throws(() => readRecording(at('impossible.arrows'), 'exc'), sentence);
  }
  rmSync(at('impossible.arrows'));
  writeLog(at('impossible.arrows'), SPIKES, FACTS, (out) => {
    out.write({ time: Float64Array.of(1, 1), neuron: Uint32Array.of(3, 3), population: new Uint8Array(2) }, 2);
  });
  assert.throws(
    () => readRecording(at('impossible.arrows'), 'exc'),
    /damaged: "exc" at 1 ms has neuron 3 after 3; neurons must ascend at equal times\.$/,
  );
});

test('metadata that contradict each other are refused', () => {
  for (const [facts, sentence] of [
    [{ sizes: '[1]' }, /its list `sizes` has 1 entries, but its list `populations` has 2$/],
    [{ tStart: '3000' }, /its tStart is "3000", but must not be after its tStopPlanned$/],
  ] as const)
    assert.throws(() => writeSpikes(at(`${Object.keys(facts)}.arrows`), { ...FACTS, ...facts }), sentence);
});

test('metadata that are called as a fact is do not take its place', async () => {
  writeSpikes(at('lies.arrows'), { state: 'mended', rows: '9' });
  assert.match((await log('info', 'lies.arrows')).stdout, /^state +whole\nrows +7 rows in 3 batches$/m);
});

function endsOf(name: string): number[] {
  const reader = openLog(at(name));
  const ends = [reader.position.bytes];
  for (const _ of reader) ends.push(reader.position.bytes);
  return ends;
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** What a command may say: nothing, or one sentence. */
async function tolerates(act: () => unknown, where: string): Promise<void> {
  try {
    await act();
  } catch (error) {
    assert.instance(error, UserError, `${where}: ${(error as Error).stack}`);
    assert.not.match((error as Error).message, /\p{Cc}/u);
  }
}

const { numRuns: ROUNDS, seed: SEED } = runs(200);

test('info, cat and exports of logs changed anywhere, checksums right: rows or one sentence', async () => {
  writeSpikes(at('good.arrows'));
  const good = readFileSync(at('good.arrows'));
  const spans = spansOf(good, endsOf('good.arrows'));
  const roll = dice(SEED);
  const exports = ['csv', 'nest', 'npy', 'npz', 'feather'] as const;
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = Uint8Array.from(good);
    const { start, header, end } = spans[roll(spans.length)]!;
    mutate(bytes, start + 8, roll(3) === 0 ? end : header - 8, roll);
    reseal(bytes, spans);
    const file = at('mutant.arrows');
    writeFileSync(file, bytes);
    const where = `seed ${SEED}, round ${round}`;
    await tolerates(() => {
      for (const fact of Object.entries(summariseLog(file).properties).flat()) assert.not.match(fact, /\p{Cc}/u);
    }, where);
    await tolerates(() => printLog(new LogTable(file), nowhere()), where);
    const format = await LOG_FORMAT_LOADERS[exports[round % exports.length]!]();
    await tolerates(
      () => format.write(new LogTable(file), { path: at('mutant.out'), replace: false }),
      `${where}, ${exports[round % exports.length]}`,
    );
    rmSync(at('mutant.out'), { force: true });
  }
});

test.run();
