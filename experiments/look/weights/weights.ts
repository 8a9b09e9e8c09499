import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { UserError } from '../../../core/declare/errors.ts';
import { integer, number, object } from '../../../core/declare/params.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import { LogTable } from '../../logs/table.ts';
import { isDirectory } from '../../output/file.ts';
import { type DeviceUsageMaps, readDeviceUsageMaps } from './devices.ts';
import { createWeightAxisLabel, findImageShape, type ImageShape } from './runFacts.ts';
import {
  scanWeightsLog,
  selectSnapshotTimes,
  takeSnapshots,
  validateSnapshotTimes,
  type WeightSnapshots,
  type WeightsLog,
} from './snapshots.ts';
import { findStdpPairs, type StdpPairs } from './stdpPairs.ts';

const MAX_SNAPSHOTS = 100;
const MAX_FRAMES = 6;
const MAX_NAMED_FRAMES = 12; // limit if the user sets the times

/** Parameters of the weight analysis; the defaults have no published source. */
export const weightAnalysisParameters = {
  bins: integer({ default: 50, min: 2, max: 1000, help: 'number of bins of the weight histograms' }),
  window: number({
    default: 100,
    min: 0,
    exclusiveMin: true,
    unit: 'ms',
    help: 'longest interval between the pre- and the postsynaptic spike of an STDP pair',
  }),
};

const schema = object(weightAnalysisParameters);

/** Selection of a projection, neurons and times (ms) for a weight analysis, and the parameters of its measures. */
export interface WeightsOptions extends z.output<typeof schema> {
  /** Projection to analyse; required if there are several. */
  readonly projection?: string | undefined;
  /** Snapshot times, ms. Default: evenly selected from the recorded times. */
  readonly times?: readonly number[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Number of rows (and columns) of the image that the presynaptic neurons form. Default: as stated by the run. */
  readonly rows?: number | undefined;
  readonly columns?: number | undefined;
  /** Postsynaptic neurons shown in the film strip. Default: the first neurons. */
  readonly neurons?: readonly number[] | undefined;
}

const DEFAULTS: WeightsOptions = schema.parse({});

/** Recorded weights and devices of one projection; weights are in the unit of `weightLabel`. */
export interface WeightsAnalysis {
  readonly projection: string;
  /** Axis label such as `weight (mV)`. */
  readonly weightLabel: string;
  readonly options: WeightsOptions;
  /** Recorded weights, snapshots and STDP pairs; null if only devices were recorded. */
  readonly weightRecord: (WeightsLog & WeightSnapshots & StdpPairs) | null;
  readonly devices: DeviceUsageMaps | null;
  readonly image: ImageShape | null;
  readonly notes: readonly string[];
  /** Rejects damaged logs. Without this call, their intact batches are analysed. */
  requireIntact(): void;
}

/**
 * Analyses the weights of one projection, from a run directory (weights, devices, spikes for STDP pairs) or weight log.
 * @throws UserError if weights are missing, if none of several projections is selected, or if times are outside the run
 */
export function analyseWeights(path: string, options: Partial<WeightsOptions> = {}): WeightsAnalysis {
  const o: WeightsOptions = { ...DEFAULTS, ...options };
  const file = isDirectory(path) ? join(path, 'weights.arrows') : path;
  const hasWeights = !isDirectory(path) || existsSync(file);
  if (!hasWeights && !existsSync(join(path, 'devices.arrows')))
    throw new UserError(
      `${path} has no weights.arrows; record weights with record: { weights: { every: 100 } } of a projection.`,
    );
  const recorded = hasWeights ? readWeights(path, file, o) : null;
  const devices = existsSync(path) ? readDeviceUsageMaps(path, recorded?.projection ?? o.projection) : null;
  const known = recorded ?? devices;
  if (known === null) throw new UserError(`${path}: devices.arrows holds no rows.`);
  const notes = [
    recorded === null && 'no weights: they were not recorded',
    recorded?.omissionNote,
    devices === null && 'no maps of devices: they were not recorded (record: { devices: true })',
  ];
  return {
    projection: known.projection,
    weightLabel: createWeightAxisLabel(path, known.projection),
    options: o,
    weightRecord: recorded,
    devices,
    image: findImageShape(path, o, known.pre),
    notes: notes.filter((note) => typeof note === 'string'),
    requireIntact: () => {
      recorded?.table.requireIntact();
      devices?.requireIntact();
    },
  };
}

function readWeights(path: string, file: string, o: WeightsOptions) {
  const { projection, from, to } = o;
  const populations = projection === undefined ? undefined : [projection];
  const log = scanWeightsLog(new LogTable(file, { populations, from, to }, WEIGHTS));
  const named = o.times && validateSnapshotTimes(o.times, log);
  const frames = named ? selectSnapshotTimes(named, MAX_NAMED_FRAMES) : selectSnapshotTimes(log.times, MAX_FRAMES);
  const times =
    named ?? [...new Set([...selectSnapshotTimes(log.times, MAX_SNAPSHOTS), ...frames])].sort((a, b) => a - b);
  const outside = o.neurons?.find((neuron) => neuron >= log.post);
  if (outside !== undefined)
    throw new UserError(`--neurons includes ${outside}, but ${file} has postsynaptic neurons 0 to ${log.post - 1}.`);
  return {
    ...log,
    ...takeSnapshots(log, times, new Set(frames), o.bins),
    ...findStdpPairs(path, log, o.window),
  };
}
