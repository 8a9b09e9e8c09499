import { isNode, parseDocument } from 'yaml';
import { UserError } from '../../../core/declare/errors.ts';
import { openLog } from '../../../core/log/file.ts';
import { POTENTIALS, WEIGHTS } from '../../../core/log/tables.ts';
import { summarisePoint } from '../../devices/characterise/part.ts';
import { resolveDevices } from '../../devices/reference.ts';
import { readJson } from '../../logs/runJson.ts';
import type { CurveSeries } from '../../look/plots/chart.ts';
import { loadSpikes } from '../../look/raster/spikes.ts';
import { loadConfig } from '../../network/config/load.ts';
import { type NetworkDescription, networkSchema } from '../../network/schema.ts';
import { resolveFiles } from '../../run/loadNetwork.ts';
import { runNetwork } from '../../run/run.ts';
import { existsSync, putFile, rmSync } from '../browser/fs.ts';
import { progressReceiver } from '../browser/twins.ts';
import type { Session } from './session.ts';

const FILE = 'network.yaml';
const NETWORK_RUN = '/network';
/** Maximum number of neurons whose potentials are drawn. */
const MAX_TRACES = 8;
/** Maximum number of points of a drawn curve. */
const MAX_POINTS = 4000;

export interface NetworkFileError {
  readonly message: string;
  /** Line number of the error, counted from 1. */
  readonly line: number;
}

function loadDescription(text: string): NetworkDescription {
  putFile(`/${FILE}`, new TextEncoder().encode(text));
  const complete = (config: Parameters<typeof resolveDevices>[0]) => resolveDevices(config, FILE);
  return resolveFiles(loadConfig(networkSchema, { file: FILE, complete }, 'network'), FILE);
}

/** Line of an error: from its message, or the line of the longest part of its path that exists in the file. */
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

/** Checks a network file; returns its error as on the command line, or null. */
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
  readonly potentials: readonly CurveSeries[];
  readonly weights: readonly CurveSeries[];
}

function readSpikes(): NetworkResult['spikes'] {
  const { times, neurons, population, populations, window } = loadSpikes(NETWORK_RUN, {});
  const tick = Math.max(1e-3, (window[1] - window[0]) / 2 ** 32);
  const ticks = Uint32Array.from(times, (t) => Math.round((t - window[0]) / tick));
  return { window, tick, populations, ticks, neurons: neurons.slice(), population: population.slice() };
}

/** Reads the recorded potentials of the first neurons, mV from rest. */
function readPotentials(): CurveSeries[] {
  const path = `${NETWORK_RUN}/potentials.arrows`;
  if (!existsSync(path)) return [];
  const log = openLog(path, { spec: POTENTIALS });
  const names = JSON.parse(log.metadata.populations!) as string[];
  const traces = new Map<string, { x: number; y: number }[]>();
  for (const { columns: c, rows } of log)
    for (let i = 0; i < rows; i++) {
      const name = `${names[c.population![i]!]} ${c.neuron![i]}`;
      if (!traces.has(name) && traces.size < MAX_TRACES) traces.set(name, []);
      traces.get(name)?.push({ x: c.time![i]!, y: c.potential![i]! });
    }
  return [...traces].map(([name, points]) => ({ name, points: thinOut(points) }));
}

/** Thins a list of points by taking every n-th one. */
const thinOut = <T>(points: readonly T[]): T[] =>
  points.filter((_, i) => i % Math.ceil(points.length / MAX_POINTS) === 0);

/** Reads recorded weights against time: for each projection, median, 5th and 95th percentile over its synapses. */
function readWeights(): CurveSeries[] {
  const path = `${NETWORK_RUN}/weights.arrows`;
  if (!existsSync(path)) return [];
  const log = openLog(path, { spec: WEIGHTS });
  const names = JSON.parse(log.metadata.projections!) as string[];
  const found = new Map<number, Map<number, number[]>>();
  for (const { columns: c, rows } of log)
    for (let i = 0; i < rows; i++) {
      const projection = found.get(c.projection![i]!) ?? new Map<number, number[]>();
      found.set(c.projection![i]!, projection);
      const at = projection.get(c.time![i]!) ?? [];
      projection.set(c.time![i]!, at);
      at.push(c.weight![i]!);
    }
  return [...found].map(([id, moments]) => ({
    name: names[id]!,
    points: thinOut([...moments]).map(([time, values]) => summarisePoint(time, values)),
  }));
}

/** Runs a network file like `memspike run`, with results in the directory `/network`. Returns null if stopped. */
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
  return { facts, spikes: fired ? readSpikesIfRecorded() : null, potentials: readPotentials(), weights: readWeights() };
}

/** Reads the spikes, or returns null if none were recorded. */
function readSpikesIfRecorded(): NetworkResult['spikes'] {
  try {
    return readSpikes();
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
