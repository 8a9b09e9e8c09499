/** Nociceptor: a volatile threshold switch that responds to harmful stimuli and is sensitised by injury. */
import { Network, nociceptor, number, spikeTrains } from '../../index.ts';
import { defineDemonstration, mapRange, mergeRecords } from '../demonstration.ts';

type Pulse = readonly [time: number, amplitude: number]; // ms, mV

const START = 10; // ms
const [PULSES, PERIOD] = [20, 5]; // number of pulses of a stimulus, and their interval, ms
const AMPLITUDES = mapRange(41, (k) => k / 2); // mV
const WAITS = mapRange(49, (k) => 5 * 10 ** (k / 10.5)); // ms
const INJURY_WAIT = 1000; // ms between the injury and the test
const RECOVERY = 1e4; // ms, time constant of healing
const STATES = ['before the injury', 'injured', 'healed'];

const makeStimulus = (from: number, amplitude: number): Pulse[] =>
  mapRange(PULSES, (k) => [from + k * PERIOD, amplitude]);

type SensitisationParameters = Readonly<Record<'allodynia' | 'hyperalgesia' | 'facilitation', number>>;

function runNeurons(pulses: readonly (readonly Pulse[])[], model: SensitisationParameters): Float64Array[] {
  const net = new Network({ seed: 0 }); // the network draws no random numbers
  const all = pulses.flatMap((list, neuron) => list.map(([time, amplitude]) => ({ neuron, time, amplitude })));
  const source = net.population('source', spikeTrains({ trains: all.map(({ time }) => [time]) }));
  const neurons = net.population('nociceptors', nociceptor({ size: pulses.length, recovery: RECOVERY, ...model }));
  net.projection(source, neurons, { connect: { list: all.map((p, i) => [i, p.neuron, p.amplitude]) } });
  const spikes = net.recordSpikes([neurons]);
  net.run(Math.max(...all.map(({ time }) => time)));
  return spikes.trains('nociceptors');
}

const countAfter = (trains: readonly Float64Array[], time: number): number[] =>
  trains.map((train) => train.filter((t) => t >= time).length);

/** Number of spikes evoked by a stimulus of each amplitude, `wait` ms after the pulses `before`. */
function measureResponses(before: readonly Pulse[], wait: number, model: SensitisationParameters): number[] {
  const from = START + wait;
  const pulses = AMPLITUDES.map((amplitude) => [...before, ...makeStimulus(from, amplitude)]);
  return countAfter(runNeurons(pulses, model), from);
}

/** Smallest pulse (mV, to 1e-4) that evokes a spike, for each wait after a pulse of `first` mV. */
function findThresholds(first: number, model: SensitisationParameters): number[] {
  const [low, high] = [WAITS.map(() => 0), WAITS.map(() => 40)];
  while (high[0]! - low[0]! > 1e-4) {
    const middle = WAITS.map((_, i) => (low[i]! + high[i]!) / 2);
    const pulses = WAITS.map((wait, i): Pulse[] => [
      [START, first],
      [START + wait, middle[i]!],
    ]);
    countAfter(runNeurons(pulses, model), START + 1e-3).forEach((count, i) => {
      (count > 0 ? high : low)[i] = middle[i]!;
    });
  }
  return high;
}

export default defineDemonstration({
  isDeterministic: true,
  parameters: {
    noxious: number({ default: 80, min: 0, unit: 'mV', help: 'amplitude of the noxious (harmful) pulse' }),
    allodynia: number({ default: 0.4, min: 0, max: 0.9, help: 'relative decrease of the threshold by a full injury' }),
    hyperalgesia: number({ default: 0.5, min: 0, max: 10, help: 'relative increase of input pulses by a full injury' }),
    facilitation: number({ default: 0.3, min: 0, max: 0.9, help: 'relative decrease of the threshold by a spike' }),
  },
  async simulate({ noxious, ...model }, context) {
    await context.reportProgress('stimuli of each amplitude');
    const injury: Pulse[] = [[START, noxious]];
    const responses = context.createTable(
      'responses',
      [
        measureResponses([], INJURY_WAIT, model),
        measureResponses(injury, INJURY_WAIT, model),
        measureResponses(injury, INJURY_WAIT + 10 * RECOVERY, model),
      ].flatMap((counts, k) => counts.map((spikes, i) => ({ state: STATES[k]!, amplitude: AMPLITUDES[i]!, spikes }))),
    );
    await context.reportProgress('relaxation and recovery');
    const [afterSpike, afterInjury, atRest] = [20, noxious, 0].map((first) => findThresholds(first, model));
    context.createTable(
      'recovery',
      WAITS.map((wait, i) => ({ wait, afterSpike: afterSpike![i]!, afterInjury: afterInjury![i]! })),
    );
    await context.reportProgress('repetition');
    const starts = mapRange(50, (k) => START + 1000 * k);
    const [train] = runNeurons([starts.flatMap((from) => makeStimulus(from, 10))], model);
    const repeated = starts.map((from) => train!.filter((t) => t >= from && t < from + 1000).length);

    const spikesAt = (state: string, amplitude: number) => responses.mean('spikes', { state, amplitude });
    const thresholdOf = (state: string) => responses.selectRows({ state }).find(({ spikes }) => spikes > 0)!.amplitude;
    const [normal, injured, healed] = STATES as [string, string, string];
    const normalCounts = responses.values('spikes', { state: normal });
    const healedCounts = responses.values('spikes', { state: healed });
    const resting = atRest!.at(-1)!;
    const thresholdAt = (wait: number) => afterSpike![WAITS.findIndex((w) => w >= wait)]!;
    return {
      figures: {
        ...mergeRecords(STATES, (state) => ({
          [`threshold of a stimulus, ${state}`]: { unit: 'mV', values: thresholdOf(state) },
        })),
        'threshold of a pulse at rest': { unit: 'mV', values: resting },
        'threshold of a pulse 10 ms after a spike': { unit: 'mV', values: thresholdAt(10) },
        'threshold of a pulse 1 s after a spike': { unit: 'mV', values: thresholdAt(1000) },
        'first of 50 responses': { unit: 'spikes a stimulus', values: repeated[0]! },
        'last of 50 responses': { unit: 'spikes a stimulus', values: repeated.at(-1)! },
      },
      expectations: [
        {
          'threshold: no response below it, more spikes with stronger stimuli':
            spikesAt(normal, 0.5) === 0 && spikesAt(normal, 8) > spikesAt(normal, 4) && spikesAt(normal, 4) > 0,
          'relaxation: a weaker pulse suffices soon after a spike, but not 1 s later':
            thresholdAt(10) < 0.9 * resting && thresholdAt(1000) > 0.999 * resting,
          'no adaptation: equal responses to equal stimuli': repeated[0]! > 0 && new Set(repeated).size === 1,
          'allodynia: a lower threshold while injured': thresholdOf(injured) < thresholdOf(normal),
        },
        {
          'hyperalgesia: stronger responses while injured': spikesAt(injured, 8) > spikesAt(normal, 8),
          'control: recovery to the responses before the injury': normalCounts.every((n, i) => n === healedCounts[i]),
        },
      ],
    };
  },
});
