import { Network } from '../../../core/network.ts';
import { snap, TICK } from '../../../core/time.ts';
import { lif } from '../../../neurons/index.ts';
import { sortSpikes } from '../../../neurons/stimuli/recorded.ts';
import { volatile } from '../../../synapses/shortTerm/volatile.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { POLARITY_COUNT, RecordingPlayer } from '../../data/recordings.ts';
import { createReplayPopulation } from '../unsupervised/features/frontEnd.ts';
import type { ReservoirConfig } from './settings.ts';

/** Number of levels of the analog-to-digital converter that reads the devices, minus 1. */
const ADC_MAX = 255;
const RESERVOIR_SEED = 'signals/reservoir';

/**
 * Conductances of volatile devices that recordings drive: each input spike train drives one device per time constant, which relaxes
 * between spikes. Each example starts at rest, so its readings do not depend on other examples; devices are the same for all examples.
 * Returned images: read pulses × devices, share of the largest conductance × 255. A read pulse has the effect of a spike.
 * Source: Du et al. 2017, doi:10.1038/s41467-017-02337-y.
 */
export function readReservoir(
  { events, rows, columns, ...set }: LabelledImages & { readonly events: readonly Uint32Array[] },
  { taus, eta, deviceToDevice, readings }: ReservoirConfig,
  duration: number,
): LabelledImages {
  const inputs = rows * columns * POLARITY_COUNT;
  const net = new Network({ seed: RESERVOIR_SEED });
  const input = createReplayPopulation(net, 'input', inputs);
  const output = net.population('output', lif({ size: 1, threshold: 1e9 }));
  const devices = inputs * taus.length;
  const images = new Uint8Array(set.n * readings * devices);
  const readTimes = Float64Array.from({ length: readings }, (_, r) => snap(((r + 1) * duration) / readings) + TICK);
  let [example, start] = [0, 0];
  taus.forEach((tau, group) => {
    const synapses = net.projection(input, output, {
      connect: { all: { weight: 1 } },
      shortTerm: volatile({ base: 0, eta, tau, deviceToDevice }),
    });
    net.recordWeights(
      synapses,
      { on: 'pre' },
      {
        write({ time, pre, efficacy }, count) {
          for (let k = 0; k < count; k++) {
            const reading = readTimes.indexOf(time![k]! - start);
            if (reading < 0) continue;
            const at = (example * readings + reading) * devices + pre![k]! * taus.length + group;
            images[at] = Math.round(ADC_MAX * efficacy![k]!);
          }
        },
      },
    );
  });
  const player = new RecordingPlayer(columns, 1);
  for (example = 0; example < set.n; example++) {
    start = net.now;
    const { times, neurons } = player.createInputSpikes(events[example]!, start);
    const spikes = [...times].map((time, k) => ({ time, neuron: neurons[k]! }));
    const reads = [...readTimes].flatMap((t) =>
      Array.from({ length: inputs }, (_, neuron) => ({ time: start + t, neuron })),
    );
    const all = sortSpikes([...spikes, ...reads]);
    net.resetDynamicState();
    net.change(input, (model) => model.setSpikes(all.times, all.neurons));
    net.run(duration + 1);
    net.flush();
  }
  return { ...set, images, rows: readings, columns: devices };
}
