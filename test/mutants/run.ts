/**
 * Mutation test: puts each small bug of a list into a copy of the built code, runs the tests that should find it, and prints the bugs
 * that survive. Usage: `node dist/test/mutants/run.js [part of a file's name …]`, after a build.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS, type Mutant } from './mutants.ts';

/** Maximum number of survivors. */
const MAX_SURVIVORS = 3;
/** Time limit of the tests of a mutant, s. A mutant that runs longer counts as found. */
const MAX_TIME_S = 600;
/** Time limit of all tests without a mutant, s. */
const MAX_CHECK_TIME_S = 3600;
const built = fileURLToPath(new URL('../../', import.meta.url));

type Verdict = 'found' | 'survived' | 'outdated';

/** Applies a mutant to the text of a built file; null unless its text occurs exactly once. */
const applyMutant = (text: string, { original, replacement }: Mutant): string | null =>
  text.split(original).length === 2 ? text.replace(original, () => replacement) : null;

/** Runs test files of a copy of the build. Resolves to null if all of them pass in time, else to the output. */
function runTests(copy: string, tests: readonly string[], maxTime = MAX_TIME_S): Promise<string | null> {
  return new Promise((resolve) => {
    const words = [join(copy, 'test/run.js'), '--short', '--processes', '1', ...tests];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 1000 * maxTime);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? null : output);
    });
  });
}

async function judgeMutant(copy: string, mutant: Mutant): Promise<Verdict> {
  if (!existsSync(join(built, `../${mutant.file}.ts`))) return 'outdated'; // the built file is left from a deleted source
  const file = join(copy, `${mutant.file}.js`);
  const text = readFileSync(file, 'utf8');
  const mutated = applyMutant(text, mutant);
  if (mutated === null) return 'outdated';
  writeFileSync(file, mutated);
  const failure = await runTests(copy, mutant.tests);
  writeFileSync(file, text);
  return failure === null ? 'survived' : 'found';
}

const words = process.argv.slice(2);
const queue = MUTANTS.filter(({ file }) => words.length === 0 || words.some((word) => file.includes(word)));
const counts: Record<Verdict, number> = { found: 0, survived: 0, outdated: 0 };

async function judgeQueue(index: number): Promise<void> {
  const copy = join(built, `../dist-mutants-${process.pid}-${index}`);
  cpSync(built, copy, { recursive: true });
  try {
    if (index === 0) {
      const tests = new Set(queue.flatMap((mutant) => mutant.tests));
      const failure = await runTests(copy, [...tests], MAX_CHECK_TIME_S);
      if (failure !== null) throw new Error(`the tests fail without a mutant:\n${failure}`);
    }
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const verdict = await judgeMutant(copy, mutant);
      counts[verdict]++;
      console.log(`${verdict.padEnd(8)} ${mutant.file}: ${mutant.original} -> ${mutant.replacement}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, (_, index) => judgeQueue(index)));
console.log(`${counts.found} found, ${counts.survived} survived, ${counts.outdated} outdated`);
process.exitCode = counts.survived > MAX_SURVIVORS || counts.outdated > 0 ? 1 : 0;
