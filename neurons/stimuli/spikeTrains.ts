import * as z from 'zod/mini';
import { define } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { described, object } from '../../core/declare/params.ts';
import type { ModelContext, StimulusFactory } from '../../core/model.ts';
import { checkedTime } from '../../core/time.ts';
import { RecordedSpikes } from './recorded.ts';

const params = object({
  trains: described(z.array(z.array(z.number())).check(z.minLength(1)), {
    description: 'one list of spike times a neuron',
    unit: 'ms',
  }),
});

function create(trains: readonly (readonly number[])[], { arena, name }: ModelContext): RecordedSpikes {
  const spikes = trains.flatMap((train, neuron) =>
    train.map((t, i) => ({ time: checkedTime(t, `${name}.trains[${neuron}][${i}]`), neuron })),
  );
  spikes.sort((a, b) => a.time - b.time || a.neuron - b.neuron);
  spikes.forEach((spike, i) => {
    const before = spikes[i - 1];
    if (before?.time === spike.time && before.neuron === spike.neuron) {
      throw new UserError(
        `${name}.trains[${spike.neuron}] has two spikes at ${spike.time} ms; a neuron fires once at an instant.`,
      );
    }
  });
  const times = Float64Array.from(spikes, (spike) => spike.time);
  const neurons = Uint32Array.from(spikes, (spike) => spike.neuron);
  return new RecordedSpikes(trains.length, times, neurons, arena);
}

/** Given spike trains. */
export const spikeTrains = define({
  name: 'spikeTrains',
  help: 'given spike times, one list a neuron',
  equation: 'neuron j fires at the times of trains[j]',
  source: 'none needed',
  params,
  make: (p): StimulusFactory<RecordedSpikes> => ({ kind: 'stimulus', create: (context) => create(p.trains, context) }),
});
