import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import { LogTable } from '../../logs/table.ts';
import { weightLabel } from './described.ts';
import { type DeviceMaps, deviceMaps } from './devices.ts';
import { type ImageShape, imageOf } from './image.ts';
import { checkedTimes, evenly, type Moments, momentsOf } from './moments.ts';
import { DEFAULTS, type WeightsOptions } from './options.ts';
import { type Recorded, recordedIn } from './recorded.ts';
import { type StdpPairs, stdpPairs } from './stdpPairs.ts';

const MOST_MOMENTS = 100;
const MOST_FRAMES = 6;
/** A film strip of more named moments would be too fine. */
const MOST_NAMED_FRAMES = 12;

/** What is known of the weights of a projection, and of its devices. */
export interface WeightsStudy {
  readonly projection: string;
  /** `weight (mV)` */
  readonly label: string;
  readonly options: WeightsOptions;
  /** Null where only devices were recorded. */
  readonly recorded: (Recorded & Moments & StdpPairs) | null;
  readonly devices: DeviceMaps | null;
  /** The image that the presynaptic neurons form. */
  readonly image: ImageShape | null;
  /** What was left out, and why. */
  readonly notes: readonly string[];
  /** UserError if a log is cut or damaged; the study is of its whole batches then. */
  requireWhole(): void;
}

/**
 * Reads the weights of one projection from a run directory (`weights.arrows`, `devices.arrows`, and the spikes for STDP pairs)
 * or from a log of weights. UserError in one sentence for a run without weights, a log of another table or without rows,
 * several projections of which none is chosen, and times outside the run.
 */
export function weightsOf(path: string, options: Partial<WeightsOptions> = {}): WeightsStudy {
  const o: WeightsOptions = { ...DEFAULTS, ...options };
  const directory = existsSync(path) && statSync(path).isDirectory();
  const file = directory ? join(path, 'weights.arrows') : path;
  const hasWeights = !directory || existsSync(file);
  if (!hasWeights && !existsSync(join(path, 'devices.arrows')))
    throw new UserError(
      `${path} has no weights.arrows: the run recorded no weights (record: { weights: { every: 100 } } of a projection does).`,
    );
  const recorded = hasWeights ? studied(path, file, o) : null;
  const devices = existsSync(path) ? deviceMaps(path, recorded?.projection ?? o.projection) : null;
  const known = recorded ?? devices;
  if (known === null) throw new UserError(`${path}: devices.arrows holds no rows.`);
  const notes = [
    recorded === null && 'no weights, for they were not recorded',
    recorded?.note,
    devices === null && 'no maps of devices, for they were not recorded (record: { devices: true })',
  ];
  return {
    projection: known.projection,
    label: weightLabel(path, known.projection),
    options: o,
    recorded,
    devices,
    image: imageOf(path, o, known.pre),
    notes: notes.filter((note) => typeof note === 'string'),
    requireWhole: () => {
      recorded?.table.requireWhole();
      devices?.requireWhole();
    },
  };
}

function studied(path: string, file: string, o: WeightsOptions): Recorded & Moments & StdpPairs {
  const { projection, from, to } = o;
  const populations = projection === undefined ? undefined : [projection];
  const recorded = recordedIn(new LogTable(file, { populations, from, to }, WEIGHTS));
  const asked = o.times && checkedTimes(o.times, recorded);
  const frames = asked ? evenly(asked, MOST_NAMED_FRAMES) : evenly(recorded.times, MOST_FRAMES);
  const at = asked ?? [...new Set([...evenly(recorded.times, MOST_MOMENTS), ...frames])].sort((a, b) => a - b);
  const outside = o.neurons?.find((neuron) => neuron >= recorded.post);
  if (outside !== undefined)
    throw new UserError(`--neurons names ${outside}, but ${file} has postsynaptic neurons 0 to ${recorded.post - 1}.`);
  return {
    ...recorded,
    ...momentsOf(recorded, at, new Set(frames), o.bins),
    ...stdpPairs(path, recorded, o.window),
  };
}
