/** Worker process: computes runs on request of its parent process, in a thread (sweepCompute.ts); ends with its parent. */
import { SupervisedThread } from '../run/supervise.ts';
import type { RunRequest, WorkerMessage } from './workerProcess.ts';

const { thread, exitStatus, interrupt } = new SupervisedThread(new URL('./sweepCompute.js', import.meta.url), {
  onSecondSignal: () => {}, // at Ctrl-C, the terminal and the parent process each send a signal
});

process.on('message', (job: RunRequest) => thread.postMessage(job));
thread.on('message', (message: WorkerMessage | string) => {
  if (typeof message === 'string') return;
  if (message.logText !== undefined) console.error(message.logText);
  if (process.connected) process.send!(message.answer, () => {});
});

let isOrphan = !process.connected;
const onOrphaned = () => {
  if (!isOrphan) interrupt('SIGTERM');
  isOrphan = true;
};
process.on('disconnect', onOrphaned);
// If the parent process was killed, writing output to its pipe fails; this worker process then ends, too.
for (const stream of [process.stdout, process.stderr]) stream.on('error', onOrphaned);

try {
  process.exit(await exitStatus);
} catch (error) {
  console.error(error); // for example, the thread has run out of memory
  process.exit(1);
}
