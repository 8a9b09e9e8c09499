import { defineStimulus } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { customValue, described, optional, text } from '../../core/declare/params.ts';
import type { ModelContext } from '../../core/factories.ts';
import { validateTime } from '../../core/time.ts';
import { SIZE } from '../parts/params.ts';
import { RecordedSpikes, requireLoaded } from './recorded.ts';

/** Spikes of one population from a log: ascending times (ms) and neuron indices. */
export interface Recording {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  /** Origin of the recording, for error messages. */
  readonly from: string;
}

/** Parameter type: path of a log (network files), or a `Recording` (code). */
export const recordingParam = customValue<Recording | string>(
  (v) => typeof v === 'string' || isRecording(v),
  'a path or a Recording: `times` (Float64Array), `neurons` (Uint32Array of the same length) and `from`',
);

function isRecording(v: unknown): boolean {
  const { times, neurons, from } = Object(v) as Partial<Recording>;
  const arrays = times instanceof Float64Array && neurons instanceof Uint32Array && times.length === neurons.length;
  return arrays && typeof from === 'string';
}

const params = {
  log: described(recordingParam, {
    description:
      'spike log (.arrows), run directory or list of spikes (.csv), relative to the network file; in code also a Recording',
  }),
  population: text({ default: 'input', help: 'name of the recorded population' }),
  size: optional(SIZE),
};

/** Creates the stimulus that plays a recording. Default size: highest neuron index in the recording + 1. */
export function createReplay(
  recording: Recording,
  size: number | undefined,
  { arena, name }: ModelContext,
): RecordedSpikes {
  const { neurons, from } = recording;
  const times = Float64Array.from(recording.times, (t, i) => validateTime(t, `${from}, row ${i}: time`));
  const needed = neurons.reduce((most, neuron) => Math.max(most, neuron + 1), 1);
  if (size !== undefined && needed > size) {
    throw new UserError(`${name}.size is ${size}, but ${from} contains spikes of neuron ${needed - 1}.`);
  }
  for (let i = 1; i < times.length; i++) {
    if (times[i]! < times[i - 1]!)
      throw new UserError(`${from}, row ${i}: time ${times[i]} ms follows ${times[i - 1]} ms, but times must ascend.`);
  }
  return new RecordedSpikes(size ?? needed, times, neurons, arena);
}

/** Stimulus `replay`: recorded spikes of one population. */
export const replay = defineStimulus({
  name: 'replay',
  help: 'replays the spikes of one population from a log',
  equation: 'neuron j fires when it fired in the log',
  source: 'none needed',
  params,
  create: (p, context) => createReplay(requireLoaded(p.log, `${context.name}.log`), p.size, context),
});
