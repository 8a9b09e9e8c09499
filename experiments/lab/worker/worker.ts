/**
 * Web worker that performs the computations of the page. The page calls a function by a message with an id. Each call
 * may send updates and ends with a result or an error.
 */
import { config } from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { putFiles, readFilesBelow } from '../browser/fs.ts';
import { pauseGate } from '../browser/replacements.ts';
import { replaceOptions } from '../importFields.ts';
import type { Session } from './session.ts';

config({ jitless: true }); // the content security policy of the page forbids compiling text

/** Functions that the page can call; each is loaded at its first call. */
const CALLS = {
  filesIn: async () => readFilesBelow,
  putFiles: async () => putFiles,
  listDevices: async () => (await import('./device.ts')).listDevices,
  formatDeviceFile: async () => (await import('./device.ts')).formatDeviceFile,
  describeDevice: async () => (await import('./device.ts')).describeDevice,
  measureDevice: async () => (await import('./device.ts')).measureDevice,
  compareFlaws: async () => (await import('./flaws.ts')).compareFlaws,
  fitFiles: async () => (await import('./fit.ts')).fitFiles,
  checkNetworkFile: async () => (await import('./network.ts')).checkNetworkFile,
  runNetworkFile: async () => (await import('./network.ts')).runNetworkFile,
  suggestEntries: async () => (await import('./networkText.ts')).suggestEntries,
  explainEntry: async () => (await import('./networkText.ts')).explainEntry,
  listSchemaWords: async () => (await import('./networkText.ts')).listSchemaWords,
  exportNetwork: async () => (await import('./networkText.ts')).exportNetwork,
  openNetwork: async () => (await import('./classify.ts')).openNetwork,
  classify: async () => (await import('./classify.ts')).classify,
  trainSeeds: async () => (await import('../spread.ts')).trainSeeds,
  train: async () => (await import('./train.ts')).train,
  runLiveExample: async () => (await import('./liveExample.ts')).runLiveExample,
};

type Functions = { [K in keyof typeof CALLS]: Awaited<ReturnType<(typeof CALLS)[K]>> };
export type WorkerCalls = {
  [K in keyof Functions]: (args: Parameters<Functions[K]>[0]) => Awaited<ReturnType<Functions[K]>>;
};

export type WorkerRequest =
  | { readonly id: number; readonly call: keyof WorkerCalls; readonly args: unknown }
  | { readonly id: number; readonly control: 'stop' | 'pause' | 'resume' };

export type WorkerResponse =
  /** Message that the worker has started. The page detects the end of the worker by a Web Lock. */
  | { readonly started: true }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly update: unknown }
  /** Error of a call. `isUnexpected`: caused by a defect of memspike or a lack of memory, not by the user. */
  | { readonly id: number; readonly errorMessage: string; readonly isUnexpected: boolean };

const port = self as unknown as {
  readonly name: string;
  postMessage(message: WorkerResponse, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
};
const running = new Map<number, AbortController>();

async function answerCall(id: number, call: keyof WorkerCalls, args: unknown) {
  const controller = new AbortController();
  running.set(id, controller);
  const session: Session = {
    send: (update, transfer) => port.postMessage({ id, update }, transfer),
    signal: controller.signal,
  };
  try {
    const run = (await CALLS[call]()) as (args: unknown, session: Session) => unknown;
    port.postMessage({ id, result: await run(args, session) });
  } catch (error) {
    const errorMessage = error instanceof Error ? error.message : String(error);
    port.postMessage({ id, errorMessage: replaceOptions(errorMessage), isUnexpected: !(error instanceof UserError) });
  } finally {
    running.delete(id);
  }
}

port.onmessage = ({ data }) => {
  if ('call' in data) void answerCall(data.id, data.call, data.args);
  else if (data.control === 'pause') pauseGate.close();
  else {
    pauseGate.open();
    if (data.control === 'stop') running.get(data.id)?.abort();
  }
};

const announceStart = () => port.postMessage({ started: true });
if (navigator.locks)
  void navigator.locks.request(port.name, () => {
    announceStart();
    return new Promise(() => {});
  });
else announceStart(); // pages without TLS have no locks
