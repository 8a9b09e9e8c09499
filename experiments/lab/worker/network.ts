import { isNode, parseDocument } from 'yaml';
import { UserError } from '../../../core/declare/errors.ts';
import { openLog } from '../../../core/log/file.ts';
import { POTENTIALS, WEIGHTS } from '../../../core/log/tables.ts';
import { MemoryTable } from '../../../core/recorders/memoryTable.ts';
import { resolveDeviceReferences } from '../../devices/reference.ts';
import { groupRowsIntoCurves } from '../../liveExamples/networkPictures.ts';
import { readJson } from '../../logs/runJson.ts';
import type { CurveSeries } from '../../look/plots/chart.ts';
import type { PopulationSize } from '../../look/plots/density.ts';
import { loadSpikes } from '../../look/raster/spikes.ts';
import { loadConfig } from '../../network/config/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { evaluateParameters } from '../../network/config/parameters.ts';
import { type NetworkDescription, networkSchema } from '../../network/schema.ts';
import { createRunFrames } from '../../report/live/runFrames.ts';
import { resolveNetworkFiles } from '../../run/loadNetwork.ts';
import type { ProgressState } from '../../run/progressText.ts';
import { type RunObserverFactory, runNetwork } from '../../run/run.ts';
import { existsSync, putFile, rmSync } from '../browser/fs.ts';
import { progressReceiver } from '../browser/replacements.ts';
import type { CallChannel } from './callChannel.ts';
import { createNetworkGraph } from './networkText.ts';

const FILE = 'network.yaml';
const NETWORK_RUN = '/network';
/** Simulated time that the live raster shows, ms, and wall time between two live pictures, ms. */
const [LIVE_WINDOW, LIVE_INTERVAL] = [200, 300];
const MAX_CURVES = 8;
const MAX_CURVE_POINTS = 4000;

function loadDescription(text: string): NetworkDescription {
  putFile(`/${FILE}`, new TextEncoder().encode(text));
  const complete = (config: Mapping) => resolveDeviceReferences(evaluateParameters(config, FILE), FILE);
  return resolveNetworkFiles(loadConfig(networkSchema, { file: FILE, addDefaults: complete }, 'network'), FILE);
}

/**
 * Finds the line of an error, counted from 1: the line number in its message, or else the line of the YAML node that the
 * message names. If this node is missing, the line of its nearest existing parent.
 */
function findErrorLine(message: string, text: string): number {
  const line = /^network\.yaml:(\d+):/.exec(message)?.[1];
  if (line !== undefined) return Number(line);
  const path = /^(?:network\.yaml: )?([\w-]+(?:\.[\w-]+)*) /.exec(message)?.[1]?.split('.') ?? [];
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

export type NetworkFileError = NonNullable<ReturnType<typeof checkNetworkFile>['error']>;

/** Checks a network file. Returns its populations and projections, or its first error. */
export function checkNetworkFile({ text }: { readonly text: string }) {
  try {
    return { error: null, graph: createNetworkGraph(loadDescription(text)) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { error: { message: error.message, lineNumber: findErrorLine(error.message, text) }, graph: null };
  }
}

export type NetworkResult = NonNullable<Awaited<ReturnType<typeof runNetworkFile>>>;

function readSpikes() {
  try {
    const { times, neurons, population, populations, window } = loadSpikes(NETWORK_RUN, {});
    const tickLength = Math.max(1e-3, (window[1] - window[0]) / 2 ** 32);
    const ticks = Uint32Array.from(times, (t) => Math.round((t - window[0]) / tickLength));
    return { window, tickLength, populations, ticks, neurons, populationIndices: population };
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Reads curves of potentials (mV from rest), or of median, 5th and 95th percentile of weights per projection. */
function readCurves(spec: typeof POTENTIALS | typeof WEIGHTS, quantity: 'potential' | 'weight'): CurveSeries[] {
  const path = `${NETWORK_RUN}/${quantity}s.arrows`;
  if (!existsSync(path)) return [];
  const log = openLog(path, { spec });
  const table = new MemoryTable();
  for (const { columns, rows } of log) table.write(columns, rows);
  const names = JSON.parse(log.metadata[quantity === 'potential' ? 'populations' : 'projections']!) as string[];
  return groupRowsIntoCurves(table, quantity, names)
    .slice(0, MAX_CURVES)
    .map(({ points, ...curve }) => ({
      ...curve,
      points: points.filter((_, i) => i % Math.ceil(points.length / MAX_CURVE_POINTS) === 0),
    }));
}

export interface NetworkUpdate {
  readonly progress?: ProgressState;
  readonly live?: Required<ReturnType<ReturnType<typeof createRunFrames>['makeFrame']>> & {
    readonly populations: readonly PopulationSize[];
  };
}

/** Sends live pictures of the run to the page. */
const watchRun =
  (send: (update: NetworkUpdate) => void): RunObserverFactory =>
  async (net, recorded, duration) => {
    const { makeFrame, populations, teeSpikes } = createRunFrames(net, recorded, duration, LIVE_WINDOW);
    let shownAt = performance.now();
    return {
      teeSpikes,
      update() {
        if (performance.now() - shownAt < LIVE_INTERVAL) return;
        const { progress, raster } = makeFrame();
        if (raster) send({ live: { progress, raster, populations } });
        shownAt = performance.now();
      },
      stop: async () => {},
    };
  };

/** Runs a network file like `memspike run`, with results in the directory `/network`. Returns null if stopped. */
export async function runNetworkFile({ text }: { readonly text: string }, session: CallChannel) {
  const description = loadDescription(text);
  rmSync(NETWORK_RUN, { recursive: true, force: true });
  progressReceiver.send = (progress) => session.send({ progress });
  const done = await runNetwork({
    description,
    source: FILE,
    out: NETWORK_RUN,
    progress: 'auto',
    watch: watchRun((update) => session.send(update)),
    signal: session.signal,
  });
  if (!done) return null;
  const facts = readJson(NETWORK_RUN, 'run.json') as Mapping & {
    readonly populations: Readonly<Record<string, { readonly spikes: number; readonly rate: number }>>;
    readonly spikesSha256: string;
    readonly warnings: readonly string[];
  };
  const fired = Object.values(facts.populations).some(({ spikes }) => spikes > 0);
  return {
    facts,
    spikes: fired ? readSpikes() : null,
    potentials: readCurves(POTENTIALS, 'potential'),
    weights: readCurves(WEIGHTS, 'weight'),
  };
}
