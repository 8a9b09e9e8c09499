/**
 * Server of the Python package: reads requests from standard input and answers on standard output, one JSON object per
 * line. Each request is a command, which computes in its own thread. The process ends when standard input is closed.
 */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as z from 'zod/mini';
import { SupervisedThread } from '../run/supervise.ts';

/** Command with its arguments: values of Python, named as on the command line, with `_` for `-`. */
const commandSchema = z.object({
  command: z.string(),
  positionals: z.array(z.string()),
  options: z.record(z.string(), z.unknown()),
  /** Texts of descriptions (networks, devices, sweeps) by name; a positional argument can be such a name instead of a file. */
  texts: z.record(z.string(), z.string()),
});
const requestSchema = z.union([
  z.extend(commandSchema, { id: z.int() }),
  z.object({ id: z.int(), interrupt: z.literal(true) }),
]);
export type CommandRequest = z.output<typeof commandSchema>;

const THREAD = new URL('./pythonThread.js', import.meta.url);
const threads = new Map<number, SupervisedThread>();

const send = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

async function sendLines(id: number, name: 'stdout' | 'stderr', stream: Readable): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) send({ id, [name]: line });
}

/** Runs a command; sends the lines that it prints and then its exit status. */
async function runCommand(id: number, request: CommandRequest): Promise<void> {
  const supervised = new SupervisedThread(THREAD, {
    isSharedProcess: true,
    workerData: { request },
    argv: [],
    stdout: true,
    stderr: true,
  });
  threads.set(id, supervised);
  const { thread, exitStatus } = supervised;
  try {
    const [status] = await Promise.all([
      exitStatus,
      sendLines(id, 'stdout', thread.stdout),
      sendLines(id, 'stderr', thread.stderr),
    ]);
    send({ id, status });
  } catch (error) {
    // The worker thread has ended without an exit status, for example because it ran out of memory.
    const reason = error instanceof Error ? error.message : String(error);
    send({ id, stderr: `memspike: ${reason}`, status: 1 });
  } finally {
    threads.delete(id);
  }
}

process.stdout.on('error', () => process.exit(1)); // the Python process has ended

const running = new Set<Promise<void>>();
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { id, ...request } = requestSchema.parse(JSON.parse(line));
  if ('interrupt' in request) threads.get(id)?.interrupt('SIGINT');
  else {
    const run = runCommand(id, request).finally(() => running.delete(run));
    running.add(run);
  }
}
for (const thread of threads.values()) thread.interrupt('SIGTERM');
await Promise.all(running);
process.exit(0);
