/**
 * Loads mutants, one JSON line each. Usage: `node batch.child.js JOB`, a `Job` as JSON, in a directory of its own. A thread ends the process
 * where a mutant takes too long or too much memory, after a line that says so.
 */
import { rmSync, writeFileSync, writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { UserError } from '../../core/declare/errors.ts';
import { BROKEN_LOADER_STATUS, type Job, LIMITS, type Line, type Outcome } from './batch.ts';
import { LineCoverage } from './coverage.ts';
import type { Loader } from './loader.ts';
import { mutateBytes, randomOf } from './mutate.ts';

const MB = 2 ** 20;
const say = (line: Line): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const secondsOfProcessor = (): number => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;

/** [count of mutants begun, processor seconds at the start of this one, resident MB then, 1 while it is being loaded]. */
type Progress = Float64Array<SharedArrayBuffer>;

if (isMainThread)
  await run(JSON.parse(process.argv[2]!) as Job).catch((error) => {
    console.error(error);
    process.exit(BROKEN_LOADER_STATUS);
  });
else setInterval(() => watch(workerData as Progress), 20);

function watch([, started, before, isLoading]: Progress): void {
  const [seconds, megabytes] = [secondsOfProcessor() - started!, process.memoryUsage.rss() / MB - before!];
  if (isLoading === 0 || (seconds < LIMITS.seconds && megabytes < LIMITS.megabytes)) return;
  const fault = seconds < LIMITS.seconds ? 'too much memory' : 'too long';
  say({ kind: 'mutant', seconds, megabytes, fault, message: '' });
  process.kill(process.pid, 'SIGKILL');
}

async function run({ loaders, tries, seed, skip, coverage }: Job): Promise<void> {
  const { LOADERS } = await import('./loaders.ts');
  const lines = coverage ? await LineCoverage.start() : null;
  const progress: Progress = new Float64Array(new SharedArrayBuffer(4 * Float64Array.BYTES_PER_ELEMENT));
  new Worker(new URL(import.meta.url), { workerData: progress }).unref();
  let n = 0;
  for (const name of loaders) {
    const loader = LOADERS.find((one) => one.name === name)!;
    if ((n += tries) <= skip) continue;
    const seeds = await loader.seeds();
    for (const { name: path, bytes } of seeds) {
      writeFileSync(path, bytes);
      await loader.load(path);
    }
    await lines?.take(loader.modules);
    for (let index = Math.max(0, skip - (n - tries)); index < tries; index++) {
      const random = randomOf(`${seed}/${name}/${index}`);
      const { name: valid, bytes } = seeds[index % seeds.length]!;
      const isInside = loader.mutateInside !== undefined && Math.floor(index / seeds.length) % 2 === 1;
      const mutant = isInside ? await loader.mutateInside!(random, bytes, valid) : mutateBytes(random, bytes);
      const path = `mutant-${index}-${valid}`;
      writeFileSync(path, mutant);
      const outcome = await loadOne(loader, path, progress);
      say({ kind: 'mutant', ...outcome });
      if (outcome.fault === undefined) rmSync(path);
    }
    if (lines) say({ kind: 'lines', loader: name, ...(await lines.take(loader.modules)) });
  }
  process.exit();
}

async function loadOne(loader: Loader, path: string, progress: Progress): Promise<Outcome> {
  const [started, before] = [secondsOfProcessor(), process.memoryUsage.rss() / MB];
  const peak = process.resourceUsage().maxRSS;
  progress.set([progress[0]! + 1, started, before, 1]);
  const refused = await refusalOf(loader, path);
  progress[3] = 0;
  const { maxRSS } = process.resourceUsage();
  const measured = { seconds: secondsOfProcessor() - started, megabytes: maxRSS > peak ? maxRSS / 1024 - before : 0 };
  const fault =
    refused.fault ??
    (measured.seconds > LIMITS.seconds
      ? 'too long'
      : measured.megabytes > LIMITS.megabytes
        ? 'too much memory'
        : undefined);
  return { ...measured, message: refused.message, ...(fault === undefined ? {} : { fault }) };
}

/** How a mutant was refused; the message is empty where it was loaded. */
async function refusalOf(loader: Loader, path: string): Promise<Pick<Outcome, 'message' | 'fault'>> {
  try {
    await loader.load(path);
    return { message: '' };
  } catch (error) {
    if (!(error instanceof UserError))
      return { message: error instanceof Error ? error.stack! : String(error), fault: 'unexpected error' };
    const { message } = error;
    if (message.length > LIMITS.characters) return { message, fault: `message of ${message.length} characters` };
    return /[\p{Cc}\u202a-\u202e]/u.test(message) ? { message, fault: 'control characters' } : { message };
  }
}
