import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as z from 'zod/mini';
import { object } from '../../../core/declare/params.ts';
import { parseArguments } from '../../../experiments/cli/arguments.ts';
import { UsageError } from '../../../experiments/cli/command.ts';
import { renderCommandHelp } from '../../../experiments/cli/help.ts';
import { runs } from '../../support.ts';
import { echo, listings } from './probe.ts';

const listing = listings[0]!;
const read = (...words: string[]) => parseArguments(listing, echo, words);

function fault(...words: string[]): string {
  try {
    read(...words);
  } catch (error) {
    assert.instance(error, UsageError);
    return (error as UsageError).message;
  }
  return 'no fault';
}

const defaults = { file: 'f', more: [], seed: 7, checkpointEvery: 100, set: [], pairing: 'nearest', quiet: false };

test('defaults, values and positionals', () => {
  assert.equal(read('f'), defaults);
  assert.equal(read('f', '--seed', '8', '--checkpoint-every=0.5', '--quiet'), {
    ...defaults,
    seed: 8,
    checkpointEvery: 0.5,
    quiet: true,
  });
  assert.equal(read('--no-quiet', 'f', 'g', '007'), { ...defaults, more: ['g', '007'] });
  assert.equal(read('f', '--set', 'a.b=1', '--set=c=-2'), { ...defaults, set: ['a.b=1', 'c=-2'] });
  assert.equal(read('f', '--checkpoint-every', 'Infinity'), { ...defaults, checkpointEvery: Infinity });
  assert.equal(read('f', '--checkpoint-every', '1e-3'), { ...defaults, checkpointEvery: 0.001 });
  assert.equal(read('--', '--seed'), { ...defaults, file: '--seed' });
});

test('a number that may be a name stays one when it starts with a zero', () => {
  const name = (text: string) => (read('f', '--run-name', text) as { runName: unknown }).runName;
  assert.equal([name('7'), name('007'), name('0'), name('x7'), name('0x10')], [7, '007', 0, 'x7', '0x10']);
});

test('values are judged by their schema', () => {
  assert.is(fault('f', '--seed', 'abc'), 'echo: --seed is "abc", but must be an integer >= 0.');
  assert.is(fault('f', '--seed', '-1'), 'echo: --seed is -1, but must be an integer >= 0.');
  assert.is(fault('f', '--seed=-1e3'), 'echo: --seed is -1000, but must be an integer >= 0.');
  assert.is(fault('f', '--seed', '007'), 'echo: --seed is "007", but must be an integer >= 0.');
  assert.is(fault('f', '--seed=NaN'), 'echo: --seed is "NaN", but must be an integer >= 0.');
  assert.is(
    fault('f', '--checkpoint-every', '0'),
    'echo: --checkpoint-every is 0, but must be a number > 0 (ms) or Infinity.',
  );
  assert.is(
    fault('f', '--pairing', 'alltoall'),
    'echo: --pairing is "alltoall", but must be one of "allToAll", "nearest", did you mean "allToAll"?',
  );
  assert.is(fault(), 'echo: FILE is missing: it must be a text (a file).');
});

test('what yargs would guess at is refused', () => {
  assert.is(fault('f', '--sede', '1'), 'echo: --sede is unknown, did you mean "--seed"?');
  assert.is(
    fault('f', '--checkpointEvery', '1'),
    'echo: --checkpointEvery is unknown, did you mean "--checkpoint-every"?',
  );
  assert.match(fault('f', '-s', '1'), /^echo: -s is unknown; options: --help, --seed/);
  assert.match(fault('f', '--a.b', '1'), /^echo: "--a\.b" is unknown/);
  assert.is(fault('f', '--seed'), 'echo: --seed needs a value.');
  assert.is(fault('f', '--run-name', '--quiet'), 'echo: --run-name needs a value.');
  assert.is(fault('f', '--seed', '1', '--seed', '2'), 'echo: --seed is given 2 times, but takes one value.');
  assert.is(fault('f', '--quiet=maybe'), 'echo: "--quiet=maybe" must be --quiet or --no-quiet.');
  assert.is(fault('f', '--no-seed'), 'echo: --seed is false, but must be an integer >= 0.');
  const strict = { ...echo, positionals: object({ file: echo.positionals.shape.file! }) };
  assert.throws(
    () => parseArguments(listing, strict, ['f', 'g']),
    (error: Error) => error instanceof UsageError && error.message === 'echo: "g" is one argument too many.',
  );
  const several = { ...echo, positionals: object({ files: z.array(z.string()).check(z.minLength(1)) }) };
  assert.equal((parseArguments(listing, several, ['f', 'g']) as Record<string, unknown>).files, ['f', 'g']);
  assert.throws(
    () => parseArguments(listing, several, []),
    (error: Error) => error.message.startsWith('echo: FILES is missing: it must be a list'),
  );
});

test('help tells meaning, range, unit and default of every option', async () => {
  const help = await renderCommandHelp(listing, echo);
  for (const line of [
    /memspike echo FILE \[MORE…\] \[options\]/,
    /--seed +seed of all randomness \[an integer >= 0\] \[default: 7\]/,
    /--checkpoint-every +time between checkpoints \[a number > 0 \(ms\) or Infinity\] \[default: 100\]/,
    /--set +override \[repeatable\]/,
    /--quiet +say nothing/,
    /FILE +a file/,
  ]) {
    assert.match(help.replace(/\n {6,}/g, ' '), line);
  }
  assert.is(read('--help'), 'help');
  assert.is(read('f', '--sede', '-h'), 'help');
});

test('any words are read or refused in one sentence', () => {
  const odd = [
    '--seed',
    '--quiet',
    '--no-quiet',
    '--no-set',
    '-x',
    '-',
    '--',
    '--=',
    '---',
    '--set',
    '--seed=',
    '-5',
    '-1e3',
    '--__proto__',
    '--constructor=1',
    '--a.b.c',
    '--$0',
    '-_',
    '--_=1',
    'f',
  ];
  const word = fc.oneof(
    fc.constantFrom(...odd),
    fc.string({ maxLength: 6 }),
    fc.string({ unit: 'binary', maxLength: 6 }).map((s) => `--${s}`),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const message = fault(...words);
      assert.not.match(message, /\p{Cc}/u);
      assert.ok(message.length < 500, message);
    }),
    runs(1000),
  );
});

test.run();
