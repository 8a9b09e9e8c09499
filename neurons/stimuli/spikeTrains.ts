import * as z from 'zod/mini';
import { defineStimulus } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { described } from '../../core/declare/params.ts';
import { minLength } from '../../core/declare/ranged.ts';
import type { ModelContext } from '../../core/factories.ts';
import { validateTime } from '../../core/time.ts';
import { RecordedSpikes, sortSpikes } from './recorded.ts';

const params = {
  trains: described(z.array(z.array(z.number())).check(minLength(1)), {
    description: 'one list of spike times per neuron',
    unit: 'ms',
  }),
};

function create(trains: readonly (readonly number[])[], { arena, name }: ModelContext): RecordedSpikes {
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

/** Stimulus `spikeTrains`: given spike times. */
export const spikeTrains = defineStimulus({
  name: 'spikeTrains',
  help: 'given spike times, one list per neuron',
  equation: 'neuron j fires at the times of trains[j]',
  source: 'none needed',
  params,
  create: (p, context) => create(p.trains, context),
});
