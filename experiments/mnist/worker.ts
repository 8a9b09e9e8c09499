/** A thread that shows ranges of images to the frozen layer; the pool gives it the task once. */
import { workerData } from 'node:worker_threads';
import { Responder, type Responses, type Task } from './respond.ts';

const responder = new Responder(workerData as Task);

export default ({ from, to }: { from: number; to: number }): Responses => responder.respond(from, to);
