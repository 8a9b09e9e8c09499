/**
 * Web worker that performs the computations of the page. The page calls a function by a message with a port, over which
 * the call sends updates and a result or an error.
 */
import { config } from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { loadDevicePresets, loadMnistFiles } from '../browser/fetch.ts';
import { readFilesBelow } from '../browser/fs.ts';
import { pauseGate } from '../browser/replacements.ts';
import { replaceOptionsByFieldLabels } from '../importFields.ts';
import type { CallChannel } from './callChannel.ts';

config({ jitless: true }); // the content security policy of the page forbids compiling text

async function withPresets<T>(module: Promise<T>): Promise<T> {
  await loadDevicePresets();
  return module;
}

/** Functions that the page can call; each is loaded at its first call, with the files that it reads. */
const CALLS = {
  filesIn: async () => readFilesBelow,
  listDevices: async () => (await withPresets(import('./device.ts'))).listDevices,
  formatDeviceFile: async () => (await withPresets(import('./device.ts'))).formatDeviceFile,
  describeDevice: async () => (await withPresets(import('./device.ts'))).describeDevice,
  measureDevice: async () => (await withPresets(import('./device.ts'))).measureDevice,
  compareFlaws: async () => (await withPresets(import('./flaws.ts'))).measureCosts,
  fitFiles: async () => (await withPresets(import('./fit.ts'))).fitFiles,
  checkNetworkFile: async () => (await withPresets(import('./network.ts'))).checkNetworkFile,
  runNetworkFile: async () => (await withPresets(import('./network.ts'))).runNetworkFile,
  suggestEntries: async () => (await withPresets(import('./networkText.ts'))).suggestEntries,
  explainEntry: async () => (await withPresets(import('./networkText.ts'))).explainEntry,
  listSchemaWords: async () => (await withPresets(import('./networkText.ts'))).listSchemaWords,
  exportNetwork: async () => (await withPresets(import('./networkText.ts'))).exportNetwork,
  openNetwork: async () => (await import('./classify.ts')).openNetwork,
  classify: async () => (await import('./classify.ts')).classifyImage,
  trainSeeds: async () => {
    const { VARIABILITY_TRAINING_SETTINGS: SPREAD_TRAINING, measureAccuracyPerSeed: trainSeeds } = await import(
      '../spread.ts'
    );
    await loadMnistFiles(SPREAD_TRAINING.train);
    return trainSeeds;
  },
  train: async () => (await withPresets(import('./train.ts'))).train,
  learnYinYang: async () => (await import('./yinYang.ts')).learnYinYang,
  runLiveExample: async () => (await withPresets(import('./liveExample.ts'))).runLiveExample,
};

type Functions = { [K in keyof typeof CALLS]: Awaited<ReturnType<(typeof CALLS)[K]>> };
export type WorkerCalls = {
  [K in keyof Functions]: (args: Parameters<Functions[K]>[0]) => Awaited<ReturnType<Functions[K]>>;
};

export interface WorkerRequest {
  readonly call: keyof WorkerCalls;
  readonly args: unknown;
}

/** Message of the page about a running call. */
export type CallControl = 'stop' | 'pause' | 'resume';

/** Message of a running call to the page. `isUnexpected`: a defect of memspike or a lack of memory, not a user error. */
export type CallMessage =
  | { readonly update: unknown }
  | { readonly result: unknown }
  | { readonly errorMessage: string; readonly isUnexpected: boolean };

async function answerCall({ call, args }: WorkerRequest, port: MessagePort) {
  const controller = new AbortController();
  port.onmessage = ({ data: control }: MessageEvent<CallControl>) => {
    if (control === 'pause') return pauseGate.close();
    pauseGate.open();
    if (control === 'stop') controller.abort();
  };
  const post = (message: CallMessage, transfer: Transferable[] = []) => port.postMessage(message, transfer);
  try {
    const run = (await CALLS[call]()) as (args: unknown, session: CallChannel) => unknown;
    const send = (update: unknown, transfer?: Transferable[]) => post({ update }, transfer);
    post({ result: await run(args, { send, signal: controller.signal }) });
  } catch (error) {
    const errorMessage = error instanceof Error ? error.message : String(error);
    post({ errorMessage: replaceOptionsByFieldLabels(errorMessage), isUnexpected: !(error instanceof UserError) });
  }
}

self.onmessage = ({ data, ports }: MessageEvent<WorkerRequest>) => void answerCall(data, ports[0]!);

/** Reports to the page that the worker has started. The page detects the worker's end by a Web Lock. */
const announceStart = () => self.postMessage('started');
if (navigator.locks)
  void navigator.locks.request(self.name, () => {
    announceStart();
    return new Promise(() => {});
  });
else announceStart(); // pages without TLS have no locks
