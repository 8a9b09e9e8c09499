/** Small logs whose checksums are right and whose contents are not, and logs of older versions, at the command line. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { openLog } from '../../../core/log/file.ts';
import { catLog } from '../../../experiments/logs/cat.ts';
import { logFacts } from '../../../experiments/logs/facts.ts';
import { FORMATS } from '../../../experiments/logs/formats.ts';
import { LogTable } from '../../../experiments/logs/table.ts';
import { dice, mutate, reseal, spansOf } from '../../core/log/mutants.ts';
import { referenceFile } from '../../support.ts';
import { inProcess } from '../cli/inProcess.ts';
import { at, directory, TIMES, writeSpikes } from './support.ts';

const log = async (...words: string[]) => await inProcess(directory, 'log', ...words);
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys is what must not come
const ESCAPES = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

for (const [name, sentence] of [
  ['fieldsWithoutEnd', /is an Arrow stream but not a memspike log/],
  ['buffersWithoutEnd', /is damaged in batch 1 at byte 688 \(its header does not fit its table\); 0 rows in 0 whole/],
  ['moreRowsThanBytes', /is damaged in batch 1 at byte 688 \(its header does not fit its table\); 0 rows in 0 whole/],
  ['populationsNoJson', /its populations is "nope", but must be a JSON list of names, each once/],
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
  const file = referenceFile('damagedLogs/escapes.arrows');
  for (const action of ['info', 'cat']) {
    const { status, stdout, stderr } = await log(action, file);
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
  assert.match(stderr, /as its seal is that of 7 rows in 3 batches; 6 rows in 2 whole batches before that are good\n$/);
  assert.is((await log('cat', 'lost.arrows')).stdout.split('\n').length, TIMES.length - 1 + 2);
  assert.is((await log('repair', 'lost.arrows', '--out', 'mended.arrows')).status, 0);
  assert.match((await log('info', 'mended.arrows')).stdout, /^state +whole$/m);
});

test('a log of 0.1.0 says that its end is not sealed', async () => {
  const { status, stdout } = await log('info', referenceFile('0.1.0/unsealed.arrows'));
  assert.is(status, 0);
  assert.match(
    stdout,
    /^state +whole as far as it shows, but its end is not sealed, as in every log of memspike 0\.1\.0$/m,
  );
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

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 200);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

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
      for (const fact of Object.entries(logFacts(file).facts).flat()) assert.not.match(fact, /\p{Cc}/u);
    }, where);
    await tolerates(() => catLog(new LogTable(file), nowhere()), where);
    const format = await FORMATS[exports[round % exports.length]!]();
    await tolerates(
      () => format.write(new LogTable(file), { path: at('mutant.out'), replace: false }),
      `${where}, ${exports[round % exports.length]}`,
    );
    rmSync(at('mutant.out'), { force: true });
  }
});

test.run();
