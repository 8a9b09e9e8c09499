import { load, save } from '../../core/checkpoint/state.ts';
import { prefixErrors, UserError } from '../../core/declare/errors.ts';
import { getColumn, getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import type { Population } from '../../core/graph/population.ts';
import type { Projection } from '../../core/graph/projection.ts';
import { DEVICES, POTENTIALS, type RowSink, SPIKES, STATES, type TableSpec } from '../../core/log/tables.ts';
import type { Network } from '../../core/network.ts';
import { snap, validateTime } from '../../core/time.ts';
import { countSteps } from '../../core/windows/requirements.ts';
import type { SystemCost } from '../cost/systemCost.ts';
import type { EnergyAccount } from '../devices/energy/account.ts';
import { attachRecorders, buildNetwork, listRecordedPopulations } from '../network/build.ts';
import { loadHdf5ForSynapses } from '../network/nir/import.ts';
import type { NetworkDescription } from '../network/schema.ts';
import { STIMULUS_READERS } from '../network/stimuli/recording.ts';
import { saveUninterrupted } from './interruption.ts';
import { createProgressOutput, type ProgressMode } from './progress.ts';
import { createRateGuard } from './rateGuard.ts';
import { RunDirectory } from './runDirectory.ts';
import { runInSlices } from './runInSlices.ts';
import { findNonFiniteValues, requireFiniteValues, summariseNetwork } from './summary.ts';
import { computeNetworkCost } from './systemCost.ts';

export interface RunObserver {
  teeSpikes(log: RowSink): RowSink;
  update(): void;
  stop(): Promise<void>;
}

export type RunObserverFactory = (
  net: Network,
  recorded: readonly Population[],
  duration: number,
) => Promise<RunObserver>;

/** Network, result directory `out` and checkpoints of a run; `resume` starts from the checkpoint in `out`. */
export interface RunOptions {
  readonly description: NetworkDescription;
  /** Name of the network description in error messages, usually the network file. */
  readonly source: string;
  readonly out: string;
  readonly resume?: boolean;
  /** Interval between checkpoints, simulated ms. */
  readonly checkpointEvery?: number | undefined;
  readonly watch?: RunObserverFactory | undefined;
  readonly drawPictures?:
    | ((directory: RunDirectory, energy: EnergyAccount, cost: SystemCost | null) => Promise<unknown>)
    | undefined;
  readonly progress?: ProgressMode;
  /** Signal to end the run with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Warnings issued before the run, for `run.json`. */
  readonly warnings?: readonly string[];
}

const COST_BASIS = { name: 'run', count: 1 } as const;

const LOG_FILES = new Map<TableSpec, string>([
  [SPIKES, 'spikes.arrows'],
  [POTENTIALS, 'potentials.arrows'],
  [STATES, 'states.arrows'],
]);

/** Metadata stored in a log, so that it can be read without its run directory. */
export function createLogMetadata(net: Network, duration: number): Record<string, string> {
  net.build();
  const populations = [...net.populations.values()].sort((a, b) => a.id - b.id);
  return {
    seed: String(net.seed),
    populations: JSON.stringify(populations.map((p) => p.name)),
    sizes: JSON.stringify(populations.map((p) => p.size)),
    projections: JSON.stringify([...net.projections.values()].sort((a, b) => a.id - b.id).map((p) => p.name)),
    ...(net.quantities.length > 0 ? { quantities: JSON.stringify(net.quantities) } : {}),
    timeUnit: 'ms',
    tStart: '0',
    tStopPlanned: String(duration),
  };
}

const listDeviceProjections = (net: Network): Projection[] =>
  [...net.projections.values()].filter((p) => p.devices !== null);

/** Writes one row per device. Requires `ProjectionOptions.itemised`. */
export function writeDeviceLog(net: Network, log: RowSink) {
  for (const { id, edges, devices: array, sources } of listDeviceProjections(net)) {
    const { devices, wear, writeEnergies, failures } = array!.usage;
    for (let row = 0; row < edges.rows; row++) {
      const n = getRowEnd(edges, row) - getRowStart(edges, row);
      if (n === 0) continue;
      const start = getRowStart(edges, row);
      const pre = new Uint32Array(n).fill(sources.getNeuron(row % sources.neuronCount));
      const post = Uint32Array.from({ length: n }, (_, i) => getColumn(edges, row, start + i));
      const projection = new Uint8Array(n).fill(id);
      for (let at = start; at < devices; at += edges.count) {
        const columns = {
          pre,
          post,
          pulses: wear!.subarray(at, at + n),
          writeEnergy: writeEnergies!.subarray(at, at + n),
          condition: failures?.subarray(at, at + n) ?? new Uint8Array(n),
          projection,
        };
        log.write(columns, n);
      }
    }
  }
}

/** Builds and validates the network of a run. `logs`: logs by table, which the caller opens after the validation. */
function prepareNetwork({ description, source }: RunOptions) {
  const sinks = new Map<TableSpec, RowSink>(); // one sink per table orders the rows of its recorders
  const logs = new Map<TableSpec, RowSink>();
  return prefixErrors(source, () => {
    validateTime(description.duration, 'duration');
    if (description.delivery) countSteps(description.duration, description.delivery.window, 'duration');
    const net = buildNetwork(description, STIMULUS_READERS);
    net.build();
    if (description.record.devices && listDeviceProjections(net).length === 0)
      throw new UserError(
        '`record.devices` is true, but no projection has a device; add a device, or remove `record.devices`.',
      );
    attachRecorders(net, description, (table) => {
      const sink = sinks.get(table) ?? { write: (columns, rows) => logs.get(table)!.write(columns, rows) };
      sinks.set(table, sink);
      return sink;
    });
    net.build();
    if (description.cost) computeNetworkCost(net, description.cost, COST_BASIS); // refuses unusable settings before the run
    return { net, tables: [...sinks.keys()], logs };
  });
}

/** Runs a network and writes its results to a directory. @returns false if interrupted; the run can then be resumed */
export async function runNetwork(o: RunOptions): Promise<boolean> {
  const { description } = o;
  RunDirectory.requireWritablePath(o.out, o.resume ?? false);
  await loadHdf5ForSynapses(description);
  const { net, tables, logs } = prepareNetwork(o);
  const directory = new RunDirectory(o.out, description, o.resume ?? false);
  const progress = createProgressOutput({
    label: 'simulating',
    total: snap(description.duration),
    unit: 'ms',
    mode: o.progress ?? 'none',
  });
  let watch: RunObserver | undefined;
  try {
    const metadata = createLogMetadata(net, description.duration);
    watch = await o.watch?.(net, listRecordedPopulations(net, description), description.duration);
    for (const table of tables) {
      const log = directory.openLog(LOG_FILES.get(table) ?? 'weights.arrows', table, metadata);
      logs.set(table, table === SPIKES && watch ? watch.teeSpikes(log) : log);
    }
    if (directory.snapshot) load(net, directory.snapshot);
    const checkpoint = () =>
      saveUninterrupted(() => {
        net.flush();
        directory.saveCheckpoint(save(net));
      });
    const rateGuard = createRateGuard(net, description);
    const done = await runInSlices(net, description.duration, {
      signal: o.signal ?? new AbortController().signal,
      checkpointEvery: o.checkpointEvery,
      onCheckpoint: checkpoint,
      maxSlice: rateGuard.maxSlice,
      onPause: (now) => {
        rateGuard.check(now);
        directory.flushLogs(() => net.flush());
        progress.update(now);
        watch?.update();
      },
    });
    if (!done) {
      checkpoint();
      return false;
    }
    net.flush();
    if (description.record.devices) writeDeviceLog(net, directory.openLog('devices.arrows', DEVICES, metadata));
    const { 'spikes.arrows': spikesSha256, 'weights.arrows': weightsSha256 = null } = directory.closeLogs();
    const summary = summariseNetwork(net);
    const cost = description.cost ? computeNetworkCost(net, description.cost, COST_BASIS) : null;
    await o.drawPictures?.(directory, summary.energy, cost);
    const nonFinite = findNonFiniteValues(net);
    directory.finishRun({
      seed: description.seed,
      ...summary,
      ...(cost && { cost }),
      warnings: [...(o.warnings ?? []), ...summary.warnings],
      spikesSha256,
      weightsSha256,
      ...(nonFinite === null ? {} : { notFinite: nonFinite }),
    });
    requireFiniteValues(nonFinite, o.out);
    return true;
  } finally {
    progress.stop();
    directory.close();
    await watch?.stop();
  }
}
