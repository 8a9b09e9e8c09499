import * as z from 'zod/mini';
import { defineStimulus } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { choice, customValue, described, integer, nonNegative, optional, text } from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import type { StimulusModel } from '../../core/model.ts';
import { findFirstAtOrAfter, TICK, validateTime } from '../../core/time.ts';
import { sizeParam } from '../parts/params.ts';

interface Spike {
  readonly time: number;
  readonly neuron: number;
}

export function sortSpikes(spikes: Spike[]): { times: Float64Array; neurons: Uint32Array } {
  spikes.sort((a, b) => a.time - b.time || a.neuron - b.neuron);
  return {
    times: Float64Array.from(spikes, ({ time }) => time),
    neurons: Uint32Array.from(spikes, ({ neuron }) => neuron),
  };
}

/** Returns the content of a file parameter. @throws UserError for a path: only the command line reads files */
export function requireLoadedFile<T>(file: T | string, where: string): T {
  if (typeof file === 'string')
    throw new UserError(`${where} is a path, but only \`memspike run\` reads files. Pass the loaded data instead.`);
  return file;
}

export class RecordedSpikes implements StimulusModel {
  readonly size: number;
  readonly state;
  #times: Float64Array;
  #neurons: Uint32Array;
  readonly #cursor;

  /** @param cursor state array, of which the first entry is the number of emitted spikes */
  constructor(
    size: number,
    times: Float64Array,
    neurons: Uint32Array,
    arena: Arena,
    cursor: Uint32Array = arena.u32(1),
  ) {
    this.size = size;
    this.#times = times;
    this.#neurons = neurons;
    this.#cursor = cursor;
    this.state = { cursor };
  }

  /** Replaces the list of spikes. Call within `Network.change`. Checkpoints do not contain the list. */
  setSpikes(times: Float64Array, neurons: Uint32Array) {
    this.#times = times;
    this.#neurons = neurons;
    this.#cursor[0] = 0;
  }

  get nextSpikeTime() {
    return this.#times[this.#cursor[0]!] ?? Infinity;
  }

  emit(times: Float64Array, neurons: Uint32Array, capacity: number): number {
    const from = this.#cursor[0]!;
    const to = Math.min(from + capacity, this.#times.length);
    times.set(this.#times.subarray(from, to));
    neurons.set(this.#neurons.subarray(from, to));
    this.#cursor[0] = to;
    return to - from;
  }

  restart(t: number) {
    this.#cursor[0] = findFirstAtOrAfter(this.#times, 0, this.#times.length, t + TICK);
  }
}

/** Spikes of one population from a log: ascending times (ms) and neuron indices. */
export interface Recording {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  /** Origin of the recording, for error messages. */
  readonly origin: string;
}

const recordingParam = customValue<Recording | string>(
  (v) => typeof v === 'string' || isRecording(v),
  'a path or a Recording: `times` (Float64Array), `neurons` (Uint32Array of the same length) and `origin`',
);

function isRecording(v: unknown) {
  const { times, neurons, origin } = Object(v) as Partial<Recording>;
  const arrays = times instanceof Float64Array && neurons instanceof Uint32Array && times.length === neurons.length;
  return arrays && typeof origin === 'string';
}

/** Creates a replay of a recording. Default size: highest neuron index + 1. */
function createReplay(recording: Recording, size: number | undefined, { arena, name }: ModelContext): RecordedSpikes {
  const { neurons, origin } = recording;
  const times = Float64Array.from(recording.times, (t, i) => validateTime(t, `${origin}, row ${i}: time`));
  const needed = neurons.reduce((most, neuron) => Math.max(most, neuron + 1), 1);
  if (size !== undefined && needed > size) {
    throw new UserError(`${name}.size is ${size}, but ${origin} contains spikes of neuron ${needed - 1}.`);
  }
  for (let i = 1; i < times.length; i++) {
    if (times[i]! < times[i - 1]!)
      throw new UserError(
        `${origin}, row ${i}: time ${times[i]} ms follows ${times[i - 1]} ms, but times must ascend.`,
      );
  }
  return new RecordedSpikes(size ?? needed, times, neurons, arena);
}

export const replay = defineStimulus({
  name: 'replay',
  help: 'replays the spikes of one population from a log',
  equation: 'neuron j fires when it fired in the log',
  source: 'none needed',
  params: {
    log: described(recordingParam, {
      description:
        'spike log (.arrows), run directory or list of spikes (.csv), relative to the network file; in code also a Recording',
    }),
    population: text({ default: 'input', help: 'name of the population in the log whose spikes are replayed' }),
    size: optional(sizeParam),
  },
  create: (p, context) => createReplay(requireLoadedFile(p.log, `${context.name}.log`), p.size, context),
});

export const EVENT_POLARITY_MODES = ['both', 'merged', 'on', 'off'] as const;

const countSensorNeurons = (p: { width: number; height: number; polarity: (typeof EVENT_POLARITY_MODES)[number] }) =>
  p.width * p.height * (p.polarity === 'both' ? 2 : 1);

export const events = defineStimulus({
  name: 'events',
  help: 'events of an event camera from a file in N-MNIST or N-Cars format',
  equation: 'neuron x + width y (+ width height for ON events with polarity both) fires at start + t',
  source: 'Orchard et al. 2015, doi:10.3389/fnins.2015.00437 (N-MNIST)',
  params: {
    file: described(recordingParam, {
      description: 'event file (.bin or .dat), relative to the network file; in code also a Recording',
    }),
    width: integer({ default: 34, min: 1, max: 1024, unit: 'pixels', help: 'width of the sensor' }),
    height: integer({ default: 34, min: 1, max: 1024, unit: 'pixels', help: 'height of the sensor' }),
    polarity: choice(EVENT_POLARITY_MODES, {
      default: 'both',
      help: 'polarity: both: two neurons per pixel (OFF, ON); merged: one per pixel; on, off: one polarity only',
    }),
    start: nonNegative(0, 'ms', 'simulation time that corresponds to time 0 of the file'),
  },
  create: (p, context) => {
    const file = requireLoadedFile(p.file, `${context.name}.file`);
    return createReplay({ ...file, times: file.times.map((t) => t + p.start) }, countSensorNeurons(p), context);
  },
});

function createSpikeTrains(trains: readonly (readonly number[])[], { arena, name }: ModelContext): RecordedSpikes {
  const spikes = trains.flatMap((train, neuron) =>
    train.map((t, i) => ({ time: validateTime(t, `${name}.trains[${neuron}][${i}]`), neuron })),
  );
  const { times, neurons } = sortSpikes(spikes);
  spikes.forEach((spike, i) => {
    const before = spikes[i - 1];
    if (before?.time === spike.time && before.neuron === spike.neuron) {
      throw new UserError(
        `${name}.trains[${spike.neuron}] has two spikes at ${spike.time} ms, but a neuron spikes at most once per tick.`,
      );
    }
  });
  return new RecordedSpikes(trains.length, times, neurons, arena);
}

export const spikeTrains = defineStimulus({
  name: 'spikeTrains',
  help: 'spikes at given times, one list per neuron',
  equation: 'neuron j fires at the times of trains[j]',
  source: 'none needed',
  params: {
    trains: described(z.array(z.array(z.number())).check(minLength(1)), {
      description: 'one list of spike times per neuron',
      unit: 'ms',
    }),
  },
  create: (p, context) => createSpikeTrains(p.trains, context),
});
