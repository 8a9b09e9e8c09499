/**
 * Runs every built `*.test.js` under dist/test, one process a file, and counts: uvu itself exits 0 on a forgotten
 * `.run()`, on no matching file and on a throwing `before`, so a file that closes without a total of at least one
 * test has failed here. Usage: `node dist/test/run.js [--quick] [substring of the path …]`; --quick takes those of quick.ts only.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QUICK } from './quick.ts';

/** Ends what hangs; the slowest file takes a minute on an idle core. */
const TIMEOUT_S = 1200;
const root = dirname(fileURLToPath(import.meta.url));
const quick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((word) => word !== '--quick');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.test.js') && (wanted.length === 0 || wanted.some((w) => f.includes(w))))
  .filter((f) => !quick || QUICK.includes(f.replaceAll('\\', '/').replace(/\.test\.js$/, '')))
  .sort();

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

function runFile(file: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(process.execPath, [join(root, file)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, TIMEOUT_S * 1000);
    child.on('close', (code) => {
      clearTimeout(timer);
      const count = (label: string) => Number(output.match(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'm'))?.[1] ?? 0);
      const [total, passed, skipped] = [count('Total'), count('Passed'), count('Skipped')];
      const problem = late
        ? `ran longer than ${TIMEOUT_S} s`
        : total + skipped === 0
          ? 'ran no test (is `.run()` missing, or did a hook throw?)'
          : code !== 0
            ? `exited with ${code}`
            : '';
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const left = skipped > 0 ? `, ${skipped} skipped` : '';
      console.log(
        `${problem ? 'FAIL' : 'ok  '} ${file.replace(/\.js$/, '.ts')} (${total} tests${left}, ${seconds} s) ${problem}`,
      );
      for (const [, why] of output.matchAll(/^skipped: (.*)$/gm)) console.log(`       skipped: ${why}`);
      if (problem) console.log(output);
      resolve({ passed, skipped, failed: Math.max(total - passed - skipped, problem ? 1 : 0) });
    });
  });
}

const sum: Outcome = { passed: 0, failed: 0, skipped: 0 };
const queue = [...files];
async function worker(): Promise<void> {
  for (let file = queue.shift(); file; file = queue.shift()) {
    const outcome = await runFile(file);
    sum.passed += outcome.passed;
    sum.failed += outcome.failed;
    sum.skipped += outcome.skipped;
  }
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
if (files.length === 0) {
  console.log(`no test file under ${relative(process.cwd(), root)} matches ${wanted.join(' ') || '*.test.js'}`);
  sum.failed = 1;
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;
