/** A thread that shows ranges of images to the frozen layer; the pool gives it the task once. */
import { workerData } from 'node:worker_threads';
import { type Responses, respond, type Task } from './respond.ts';

export default ({ from, to }: { from: number; to: number }): Responses => respond(workerData as Task, from, to);
