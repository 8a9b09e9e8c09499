/**
 * Browser replacements for modules and globals that need Node. In the bundle of the lab (the browser application), this
 * module replaces the modules that release/bundle.mjs lists in `REPLACED_MODULES`.
 */
import { UserError } from '../../../core/declare/errors.ts';
import type { Mapping } from '../../network/config/override.ts';
import type * as progress from '../../run/progress.ts';
import type { ProgressState } from '../../run/progressText.ts';
import { existsSync, readdirSync } from './fs.ts';

// Browser version of data/dataSet.ts: in the browser, only IDX files can be read.
export { countIdxImages as readImageCounts, loadIdxDataSet as loadDataSet, selectImages } from '../../data/idx.ts';
// Browser version of training/signals/readSignals.ts and encodeSignals.ts: the lab trains on images only.
export const isSignalPath = (): boolean => false;
export function loadSignalDataSet(): never {
  throw new Error('The lab cannot read files of signals.');
}
// Browser version of training/unsupervised/respondAll.ts: the worker labels neurons and tests the network itself,
// without starting more threads.
export { simulateResponsesInThread as simulateResponses } from '../../training/unsupervised/respond.ts';

// Browser version of node:module: the lab cannot load installed packages.
export function createRequire(): never {
  throw new Error('The lab cannot load installed packages.');
}

/** Methods of the global `Buffer` that the lab uses. */
export const Buffer = {
  from(data: Uint8Array | string, encoding?: string): Uint8Array {
    if (typeof data !== 'string') return data;
    return encoding === 'latin1' ? Uint8Array.from(data, (c) => c.charCodeAt(0)) : new TextEncoder().encode(data);
  },
  concat(parts: readonly Uint8Array[]): Uint8Array {
    const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  },
};

/** Replacement of Node's `process`; browsers do not report the memory of a page. */
export const process = { platform: 'browser', env: {}, versions: {}, resourceUsage: () => ({ maxRSS: Number.NaN }) };

// Browser version of version.ts: the bundler inserts the version.
declare const MEMSPIKE_VERSION: string;
export const VERSION: string = MEMSPIKE_VERSION;

// Browser version of look/plots/document.ts, which creates a document outside browsers; a page already has one.
export const createEmptyDocument = (): Document => document;

// Browser version of output/lock.ts: files in memory need no lock.
export const lockDirectory = () => ({ unlock: () => {} });

// Browser version of run/interruption.ts: a page receives no signals.
export const interruptFlag = new Int32Array(1);
/** Holder of `onSave`, a function that is called after each checkpoint. */
export const checkpointReceiver = { onSave: () => {} };
export function saveUninterrupted<T>(save: () => T): T {
  const result = save();
  checkpointReceiver.onSave();
  return result;
}

// Browser version of logs/hdf5.ts and network/nir/describe.ts: the lab has no HDF5 library (3 MB).
export async function loadHdf5Library(what: string): Promise<never> {
  throw new UserError(`The lab cannot read ${what}. Use the command line: memspike run model.nir`);
}
export function readHdf5(path: string): never {
  throw new UserError(`The lab cannot read ${path}, an HDF5 file. Use the command line.`);
}
export const writeHdf5 = loadHdf5Library;
export const convertNirFile = readHdf5;
export const readNirSynapses = readHdf5;

// Browser version of network/extensions.ts: user-defined models are code, and the lab runs only its own code.
export function loadConfigModels({ models }: Mapping, file: string) {
  if (Array.isArray(models) && models.length > 0)
    throw new UserError(`${file}: \`models\` names code of your own, which runs on the command line only.`);
}

// Browser version of shipped.ts: the page has fetched the YAML files of the package into the in-memory file system.
const PRESET_ENDING = '.yaml';
export const getPackagedYamlFiles = (folder: string) => ({
  names: (): string[] =>
    (existsSync(`/${folder}`) ? readdirSync(`/${folder}`) : [])
      .filter((file) => file.endsWith(PRESET_ENDING))
      .map((file) => file.slice(0, -PRESET_ENDING.length)),
  path: (name: string): string => `/${folder}/${name}${PRESET_ENDING}`,
});

/** Gate to pause a run: while closed, `yieldToEventLoop` does not return. */
export const pauseGate = {
  opened: Promise.resolve(),
  open: () => {},
  close() {
    pauseGate.opened = new Promise((resolve) => {
      pauseGate.open = resolve;
    });
  },
};

const waiting: (() => void)[] = [];
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => waiting.shift()?.();

/** Yields until a posted message arrives; browsers slow down timers of hidden tabs, but not messages. */
export async function yieldToEventLoop() {
  await new Promise<void>((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
  await pauseGate.opened;
}

// Browser version of run/progress.ts: progress is sent to the page instead of the terminal.
export const PROGRESS_MODES = ['auto', 'json', 'none'] as const;
const PROGRESS_INTERVAL_MS = 200;

export const progressReceiver: { send: (state: ProgressState) => void } = { send: () => {} };

export function createProgressOutput(
  options: Parameters<typeof progress.createProgressOutput>[0],
): progress.ProgressOutput {
  const { label, total, unit, mode } = options;
  if (mode === 'none') return { update: () => {}, stop: () => {} };
  const started = performance.now();
  let [done, next] = [0, 0];
  const show = (now: number, final: boolean) => {
    next = now + PROGRESS_INTERVAL_MS;
    const elapsedSeconds = (now - started) / 1000;
    const perSecond = elapsedSeconds > 0 ? done / elapsedSeconds : 0;
    const secondsLeft = perSecond > 0 ? Math.max(0, total - done) / perSecond : null;
    progressReceiver.send({ label, done, total, unit, elapsedSeconds, perSecond, secondsLeft, final });
  };
  return {
    update(count) {
      done = count;
      if (performance.now() >= next) show(performance.now(), false);
    },
    stop: () => show(performance.now(), true),
  };
}
