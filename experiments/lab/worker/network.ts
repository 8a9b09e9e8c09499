import { isNode, parseDocument } from 'yaml';
import { UserError } from '../../../core/declare/errors.ts';
import { withDevices } from '../../devices/reference.ts';
import { readJson } from '../../logs/runJson.ts';
import { loadSpikes } from '../../look/raster/spikes.ts';
import { loadConfig } from '../../network/config/load.ts';
import { type NetworkDescription, networkSchema } from '../../network/schema.ts';
import { resolveFiles } from '../../run/loadNetwork.ts';
import { runNetwork } from '../../run/run.ts';
import { putFile, rmSync } from '../browser/fs.ts';
import { progressReceiver } from '../browser/twins.ts';
import type { Session } from './worker.ts';

const FILE = 'network.yaml';
const NETWORK_RUN = '/network';

export interface NetworkFileError {
  readonly message: string;
  /** Line, from 1. */
  readonly line: number;
}

function loadDescription(text: string): NetworkDescription {
  putFile(`/${FILE}`, new TextEncoder().encode(text));
  const complete = (config: Parameters<typeof withDevices>[0]) => withDevices(config, FILE);
  return resolveFiles(loadConfig(networkSchema, { file: FILE, complete }, 'network'), FILE);
}

/** Line of an error: the line that its sentence names, or the line of the longest part of its path in the file. */
function lineOf(sentence: string, text: string): number {
  const line = /^network\.yaml:(\d+):/.exec(sentence)?.[1];
  if (line !== undefined) return Number(line);
  const path = /^(?:network\.yaml: )?([\w-]+(?:\.[\w-]+)*) /.exec(sentence)?.[1]?.split('.') ?? [];
  const document = parseDocument(text);
  for (let length = path.length; length > 0; length--) {
    const found = document.getIn(
      path.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
      true,
    );
    if (isNode(found) && found.range) return text.slice(0, found.range[0]).split('\n').length;
  }
  return 1;
}

/** Checks a network file; returns its errors in the words of the command line, or null. */
export function checkNetworkFile({ text }: { readonly text: string }): NetworkFileError | null {
  try {
    loadDescription(text);
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { message: error.message, line: lineOf(error.message, text) };
  }
}

export interface NetworkResult {
  readonly facts: Readonly<Record<string, unknown>> & {
    readonly populations: Readonly<Record<string, { readonly spikes: number; readonly rate: number }>>;
    readonly spikesSha256: string;
    readonly weightsSha256: string | null;
    readonly warnings: readonly string[];
  };
  readonly spikes: {
    readonly window: readonly [number, number];
    readonly tick: number;
    readonly populations: readonly { readonly name: string; readonly size: number; readonly first?: number }[];
    readonly ticks: Uint32Array;
    readonly neurons: Uint32Array;
    readonly population: Uint8Array;
  } | null;
}

/** Reads the spikes, or returns null if none were recorded. */
function readSpikes(): NetworkResult['spikes'] {
  try {
    const { times, neurons, population, populations, window } = loadSpikes(NETWORK_RUN, {});
    const tick = Math.max(1e-3, (window[1] - window[0]) / 2 ** 32);
    const ticks = Uint32Array.from(times, (t) => Math.round((t - window[0]) / tick));
    return { window, tick, populations, ticks, neurons: neurons.slice(), population: population.slice() };
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Runs a network file like `memspike run`, into the directory `/network`; returns null if it was stopped. */
export async function runNetworkFile(
  { text }: { readonly text: string },
  session: Session,
): Promise<NetworkResult | null> {
  const description = loadDescription(text);
  rmSync(NETWORK_RUN, { recursive: true, force: true });
  progressReceiver.send = (progress) => session.send({ progress });
  const done = await runNetwork({
    description,
    source: FILE,
    out: NETWORK_RUN,
    progress: 'auto',
    signal: session.signal,
  });
  if (!done) return null;
  const facts = readJson(NETWORK_RUN, 'run.json') as NetworkResult['facts'];
  const fired = Object.values(facts.populations).some(({ spikes }) => spikes > 0);
  return { facts, spikes: fired ? readSpikes() : null };
}
