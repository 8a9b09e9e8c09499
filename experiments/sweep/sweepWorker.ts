/**
 * Worker process of a sweep. It computes runs one after the other, on messages of its parent, and ends when its parent ends.
 * The computation is in a thread (sweepCompute.ts).
 */
import { SupervisedThread } from '../run/supervise.ts';
import type { PointJob, WorkerMessage } from './workerProcess.ts';

/** A second signal is ignored: Ctrl-C reaches all processes of the group, and the parent forwards it too. */
const ignoreSecondSignal = () => {};
const supervised = new SupervisedThread(new URL('./sweepCompute.js', import.meta.url), ignoreSecondSignal);
const { thread, ended, interrupt } = supervised;

process.on('message', (job: PointJob) => thread.postMessage(job));
thread.on('message', (message: WorkerMessage | string) => {
  if (typeof message === 'string') return;
  if (message.logText !== undefined) console.error(message.logText);
  if (process.connected) process.send!(message.answer, () => {});
});

let isOrphan = !process.connected;
const onOrphaned = (): void => {
  if (!isOrphan) interrupt('SIGTERM');
  isOrphan = true;
};
process.on('disconnect', onOrphaned);
// A killed parent no longer reads.
for (const stream of [process.stdout, process.stderr]) stream.on('error', onOrphaned);

try {
  process.exit(await ended);
} catch (error) {
  console.error(error); // for example, the thread has run out of memory
  process.exit(1);
}
