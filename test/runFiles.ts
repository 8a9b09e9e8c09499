/** Process of the test runner: imports the test files that it receives, one after the other, and prints a result for each. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Test } from 'uvu';

/** Begins the line of standard output that ends the output of a file. */
export const RESULT_MARK = '\u0001result ';
/** Resident memory, bytes, above which the process runs no other file. */
const MAX_MEMORY = 1.2e9;

export interface FileResult {
  readonly testCount: number;
  readonly passedCount: number;
  readonly skippedCount: number;
  /** What failed besides tests, or empty. */
  readonly problem: string;
  /** Processor time of the file and of the child processes that it waited for, s. */
  readonly seconds: number;
  /** True if the process must not run another file. */
  readonly isSpent: boolean;
}

/** A suite of uvu, ready to run: resolves to errors, number of tests passed, skipped and all. */
type Suite = () => Promise<[errors: string | true, passed: number, skipped: number, total: number]>;

const queueOwner = globalThis as { UVU_DEFER?: number; UVU_QUEUE?: Suite[][] };

/** Processor time of this process and its ended children, s. */
function processorTime(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
    return fields.slice(11, 15).reduce((ticks, field) => ticks + Number(field), 0) / 100;
  } catch {
    const { user, system } = process.cpuUsage(); // systems without /proc
    return (user + system) / 1e6;
  }
}

/** Suites of a file. Throws if the file does, and if it has tests but no `.run()`. */
async function importSuites(path: string, test: Test): Promise<Suite[]> {
  const suites: Suite[] = [];
  queueOwner.UVU_QUEUE = [suites];
  try {
    await import(pathToFileURL(path).href);
  } finally {
    test.run(); // empties the suite that all files share
  }
  const [, , , leftCount] = await suites.pop()!();
  if (leftCount > 0) throw new Error('`test.run()` is missing at the end of the file');
  return suites;
}

async function runFile(path: string, test: Test): Promise<FileResult> {
  const start = processorTime();
  let [testCount, passedCount, skippedCount] = [0, 0, 0];
  let problem = '';
  try {
    for (const suite of await importSuites(path, test)) {
      const [errors, passed, skipped, total] = await suite();
      if (errors !== true) console.log(`\n${errors}`);
      testCount += total;
      passedCount += passed;
      skippedCount += skipped;
    }
    if (testCount + skippedCount === 0) problem = 'ran no test';
  } catch (error) {
    console.log(error instanceof Error ? error.stack : error);
    problem = 'cannot be imported';
  }
  await new Promise(setImmediate); // an error that nobody waits for ends the process under the name of the file
  const isSpent = process.memoryUsage.rss() > MAX_MEMORY;
  return { testCount, passedCount, skippedCount, problem, seconds: processorTime() - start, isSpent };
}

if (process.send) {
  queueOwner.UVU_DEFER = 1; // read by uvu when it is imported: files do not start their suites themselves
  const { test } = await import('uvu');
  const directory = process.cwd();
  process.on('disconnect', () => process.exit());
  process.on('message', async (path: string) => {
    const result = await runFile(path, test);
    process.chdir(directory);
    process.exitCode = 0;
    process.stdout.write(`\n${RESULT_MARK}${JSON.stringify(result)}\n`);
  });
}
