/**
 * A process that computes points of a sweep, one after the other, as its parent asks; it ends with its parent, however that ends.
 * The work is done in a thread (sweepCompute.ts).
 */
import { Supervised } from '../run/supervise.ts';
import type { Computed, Job } from './workerProcess.ts';

/** A second signal says nothing new: Ctrl-C reaches the whole group of processes, and the parent tells of it too. */
const supervised = new Supervised(new URL('./sweepCompute.js', import.meta.url), () => {});
const { thread, ended, interrupt } = supervised;

process.on('message', (job: Job) => thread.postMessage(job));
thread.on('message', (computed: Computed | string) => {
  if (typeof computed === 'string') return;
  if (computed.said !== undefined) console.error(computed.said);
  if (process.connected) process.send!(computed.answer, () => {});
});

let orphaned = !process.connected;
const orphan = (): void => {
  if (!orphaned) interrupt('SIGTERM');
  orphaned = true;
};
process.on('disconnect', orphan);
// A parent that was killed reads no more.
for (const stream of [process.stdout, process.stderr]) stream.on('error', orphan);

try {
  process.exit(await ended);
} catch (error) {
  console.error(error); // the thread has run out of memory, say
  process.exit(1);
}
