/**
 * Test runner. Several processes, one per core, run the built `*.test.js` files under dist/test one after the other, so that files of a
 * process share their imports. A file that runs no test, throws, hangs or ends its process counts as failed.
 *
 * Usage: `node dist/test/run.js [--all | --short] [--times] [--processes n] [substring of the path …]`
 * - Without options: every file and test that is not marked as slow, with few examples per property (`npm test`).
 * - `--all`, and the default if paths are given: slow files and tests too, with all examples (`npm run test:all`).
 * - `--short`: leaves slow tests out although paths are given.
 * - `--processes n`: number of processes; default: number of cores.
 * - `--times` lists the files that took most processor time.
 *
 * Comments on a line of its own mark a file: `// slow: reason` and `// isolated: reason` (needs a process of its own).
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FileResult, RESULT_MARK } from './runFiles.ts';

/** Time limit of a file, s. The slowest file takes a minute on an idle core. */
const MAX_FILE_TIME_S = 1200;
/** Number of files that `--times` lists. */
const LISTED_FILE_COUNT = 30;
const root = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
/** Number of processes of `--processes n`. */
const processIndex = words.indexOf('--processes');
const processCount = processIndex < 0 ? availableParallelism() : Number(words.splice(processIndex, 2)[1]);
const paths = words.filter((word) => !word.startsWith('--'));
const isShort = words.includes('--short') || (paths.length === 0 && !words.includes('--all'));

interface TestFile {
  readonly path: string;
  readonly isSlow: boolean;
  readonly isIsolated: boolean;
}

/** Source of a built test file. */
const sourceOf = (path: string): string => join(root, '../../test', path.replace(/\.js$/, '.ts'));

/** Reads the marks in the source: the compiler drops comments before imports of types. */
function readMarks(path: string): TestFile {
  const text = readFileSync(sourceOf(path), 'utf8');
  return { path, isSlow: /^\/\/ slow: \S/m.test(text), isIsolated: /^\/\/ isolated: \S/m.test(text) };
}

/** True if the source of a built file exists: builds leave files of deleted sources behind. */
const hasSource = (path: string): boolean => existsSync(sourceOf(path));

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.js') && (paths.length === 0 || paths.some((part) => path.includes(part))))
  .filter(hasSource)
  .sort()
  .map(readMarks)
  .filter(({ isSlow }) => !isShort || !isSlow)
  .sort((a, b) => Number(b.isSlow) - Number(a.isSlow));

const times: { path: string; seconds: number }[] = [];
const sum = { passed: 0, failed: 0, skipped: 0 };

function report({ path }: TestFile, result: FileResult, output: string): void {
  const { testCount, passedCount, skippedCount, problem, seconds } = result;
  times.push({ path, seconds });
  const skipped = skippedCount > 0 ? `, ${skippedCount} skipped` : '';
  const failedCount = Math.max(testCount - passedCount, problem ? 1 : 0);
  const file = path.replace(/\.js$/, '.ts');
  console.log(
    `${failedCount > 0 ? 'FAIL' : 'ok  '} ${file} (${testCount} tests${skipped}, ${seconds.toFixed(1)} s) ${problem}`,
  );
  for (const [, why] of output.matchAll(/^skipped: (.*)$/gm)) console.log(`       skipped: ${why}`);
  if (failedCount > 0) console.log(output);
  sum.passed += passedCount;
  sum.failed += failedCount;
  sum.skipped += skippedCount;
}

const failure = (problem: string): FileResult => ({
  testCount: 0,
  passedCount: 0,
  skippedCount: 0,
  problem,
  seconds: 0,
  isSpent: true,
});

function startProcess(): ChildProcess {
  return fork(join(root, 'runFiles.js'), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...(isShort && { TESTS: 'short' }) },
  });
}

/** Runs a file in a process. Returns false if the process cannot run another one. */
function runFile(child: ChildProcess, file: TestFile): Promise<boolean> {
  return new Promise((resolve) => {
    let output = '';
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, MAX_FILE_TIME_S * 1000);
    const finish = (result: FileResult) => {
      clearTimeout(timer);
      for (const stream of [child.stdout!, child.stderr!]) stream.removeAllListeners('data');
      child.removeAllListeners('close');
      report(file, result, output);
      resolve(!result.isSpent);
    };
    child.stdout!.on('data', (chunk) => {
      output += chunk;
      const at = output.indexOf(RESULT_MARK);
      const end = at < 0 ? -1 : output.indexOf('\n', at);
      if (end < 0) return;
      const result = JSON.parse(output.slice(at + RESULT_MARK.length, end)) as FileResult;
      output = output.slice(0, at);
      finish(result);
    });
    child.stderr!.on('data', (chunk) => (output += chunk));
    child.on('close', (code, signal) => {
      finish(failure(isLate ? `ran longer than ${MAX_FILE_TIME_S} s` : `ended its process with ${signal ?? code}`));
    });
    child.send(join(root, file.path));
  });
}

const queue = [...files];
async function runQueue(): Promise<void> {
  let child: ChildProcess | null = null;
  for (let file = queue.shift(); file; file = queue.shift()) {
    if (file.isIsolated) child?.disconnect();
    if (file.isIsolated || child === null) child = startProcess();
    const canGoOn = await runFile(child, file);
    if (canGoOn && !file.isIsolated) continue;
    if (child.connected) child.disconnect();
    child = null;
  }
  child?.disconnect();
}
await Promise.all(Array.from({ length: processCount }, runQueue));
if (files.length === 0) {
  console.log(`no test file under ${relative(process.cwd(), root)} matches ${paths.join(' ') || '*.test.js'}`);
  sum.failed = 1;
}
if (words.includes('--times')) {
  const total = times.reduce((seconds, one) => seconds + one.seconds, 0);
  console.log(`\nProcessor time: ${total.toFixed(0)} s in ${times.length} files. Most:`);
  for (const { path, seconds } of times.sort((a, b) => b.seconds - a.seconds).slice(0, LISTED_FILE_COUNT))
    console.log(`${seconds.toFixed(1).padStart(7)} s  ${path}`);
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;
