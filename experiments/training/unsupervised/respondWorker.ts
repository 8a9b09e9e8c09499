import { workerData } from 'node:worker_threads';
import { wrapWorkerTask } from '../../run/workerResult.ts';
import { Responder, type ResponseTask } from './respond.ts';

const responder = new Responder(workerData as ResponseTask);

export default wrapWorkerTask(({ from, to }: { from: number; to: number }) => responder.respond(from, to));
