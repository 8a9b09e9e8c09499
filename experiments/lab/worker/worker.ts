/** The page's worker: all that computes. A call is a message with a number; it ends with a result or a fault, and may tell news before. */
import { config } from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { hold } from '../browser/twins.ts';
import type { Session } from './session.ts';

config({ jitless: true }); // the page's policy lets nobody compile text

/** What the page may ask for; each is loaded when it is first wanted. */
const CALLS = {
  files: async () => (await import('./disk.ts')).files,
  put: async () => (await import('./disk.ts')).put,
  deviceNames: async () => (await import('./device.ts')).deviceNames,
  deviceYaml: async () => (await import('./device.ts')).deviceYaml,
  describe: async () => (await import('./device.ts')).describe,
  measure: async () => (await import('./device.ts')).measure,
  flaws: async () => (await import('./compare.ts')).flaws,
  fit: async () => (await import('./fit.ts')).fit,
  sheets: async () => (await import('./fit.ts')).sheets,
  look: async () => (await import('./look.ts')).look,
  check: async () => (await import('./network.ts')).check,
  run: async () => (await import('./network.ts')).run,
  openNetwork: async () => (await import('./draw.ts')).openNetwork,
  ask: async () => (await import('./draw.ts')).ask,
  mnistYaml: async () => (await import('./train.ts')).mnistYaml,
  train: async () => (await import('./train.ts')).train,
};

type Each = { [K in keyof typeof CALLS]: Awaited<ReturnType<(typeof CALLS)[K]>> };
export type Calls = { [K in keyof Each]: (args: Parameters<Each[K]>[0]) => Awaited<ReturnType<Each[K]>> };

export type Order =
  | { readonly id: number; readonly call: keyof Calls; readonly args: unknown }
  | { readonly id: number; readonly control: 'stop' | 'hold' | 'go' };

export type Answer =
  /** It is there, and holds the lock of its name for as long as it lives. */
  | { readonly begun: true }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly news: unknown }
  /** A sentence for people; `unexpected`: the fault is ours. */
  | { readonly id: number; readonly fault: string; readonly unexpected: boolean };

const port = self as unknown as {
  readonly name: string;
  postMessage(message: Answer, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<Order>) => void) | null;
};
const running = new Map<number, AbortController>();

async function work(id: number, call: keyof Calls, args: unknown): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const session: Session = {
    tell: (news, transfer) => port.postMessage({ id, news }, transfer),
    signal: controller.signal,
  };
  try {
    const does = (await CALLS[call]()) as (args: unknown, session: Session) => unknown;
    port.postMessage({ id, result: await does(args, session) });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    port.postMessage({ id, fault: text, unexpected: !(error instanceof UserError) });
  } finally {
    running.delete(id);
  }
}

port.onmessage = ({ data }) => {
  if ('call' in data) void work(data.id, data.call, data.args);
  else if (data.control === 'hold') hold.close();
  else {
    hold.let();
    if (data.control === 'stop') running.get(data.id)?.abort();
  }
};

const begin = () => port.postMessage({ begun: true });
if (navigator.locks)
  void navigator.locks.request(port.name, () => {
    begin();
    return new Promise(() => {});
  });
else begin(); // a page without TLS has no locks
