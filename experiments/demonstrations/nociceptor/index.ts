/** A volatile threshold switch that warns of harmful stimuli: threshold, relaxation, no adaptation, and sensitisation by injury. */
import { Network, nociceptor, number, spikeTrains } from '../../index.ts';
import { defineDemonstration } from '../demonstration.ts';
import { inUnit, ResultGrid } from '../findings.ts';

type Pulse = readonly [time: number, amplitude: number]; // ms, mV

const START = 10; // ms
const [PULSES, PERIOD] = [20, 5]; // pulses of a stimulus, and ms between them
const AMPLITUDES = Array.from({ length: 41 }, (_, k) => k / 2); // mV
const WAITS = Array.from({ length: 49 }, (_, k) => 5 * 10 ** (k / 10.5)); // ms
const REPEATS = 50;

const makeStimulus = (from: number, amplitude: number): Pulse[] =>
  Array.from({ length: PULSES }, (_, k) => [from + k * PERIOD, amplitude]);

type Model = Readonly<Record<'allodynia' | 'hyperalgesia' | 'facilitation' | 'recovery', number>>;

/** Runs one neuron per list of pulses; returns their spike trains. */
function runNeurons(pulses: readonly (readonly Pulse[])[], model: Model): Float64Array[] {
  const net = new Network({ seed: 0 }); // deterministic
  const all = pulses.flatMap((list, neuron) => list.map(([time, amplitude]) => ({ neuron, time, amplitude })));
  const source = net.population('source', spikeTrains({ trains: all.map(({ time }) => [time]) }));
  const neurons = net.population('nociceptors', nociceptor({ size: pulses.length, ...model }));
  net.projection(source, neurons, { connect: { list: all.map((p, i) => [i, p.neuron, p.amplitude]) } });
  const spikes = net.recordSpikes([neurons]);
  net.run(Math.max(...all.map(({ time }) => time)));
  return spikes.trains('nociceptors');
}

const countAfter = (trains: readonly Float64Array[], time: number): number[] =>
  trains.map((train) => train.filter((t) => t >= time).length);

/** Number of spikes that a stimulus of each amplitude evokes, `wait` ms after the pulses `before`. */
function measureResponses(before: readonly Pulse[], wait: number, model: Model): number[] {
  const from = START + wait;
  const pulses = AMPLITUDES.map((amplitude) => [...before, ...makeStimulus(from, amplitude)]);
  return countAfter(runNeurons(pulses, model), from);
}

/** Smallest single pulse that fires at each wait after a pulse of `first` mV, by bisection to 1e-4 mV. */
function findThresholds(first: number, model: Model): number[] {
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

const LABELS = {
  amplitude: 'amplitude of the pulses (mV)',
  spikes: 'response (spikes a stimulus)',
  threshold: 'threshold (mV)',
};

export default defineDemonstration({
  name: 'nociceptor',
  title: 'An artificial nociceptor: threshold, relaxation, no adaptation, sensitisation',
  claim:
    'Volatile memristors act as nociceptors: they respond above a threshold, relax, do not adapt, and are sensitised by injury (allodynia, hyperalgesia) until they recover.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, refs 33 and 132; doi:10.1038/s41467-017-02572-3',
  parameters: {
    noxious: number({ default: 80, min: 0, unit: 'mV', help: 'amplitude of the pulse that injures' }),
    wait: number({ default: 1000, min: 1, unit: 'ms', help: 'time between the injury and the test' }),
    allodynia: number({ default: 0.4, min: 0, max: 0.9, help: 'relative decrease of the threshold by a full injury' }),
    hyperalgesia: number({ default: 0.5, min: 0, max: 10, help: 'relative increase of inputs by a full injury' }),
    facilitation: number({ default: 0.3, min: 0, max: 0.9, help: 'relative decrease of the threshold by a spike' }),
    recovery: number({ default: 1e4, min: 1, unit: 'ms', help: 'time constant of healing' }),
  },
  deterministic: true,
  async run({ noxious, wait, ...model }, context) {
    await context.step('stimuli of each amplitude');
    const injury: Pulse[] = [[START, noxious]];
    const states = {
      'before the injury': measureResponses([], wait, model),
      injured: measureResponses(injury, wait, model),
      healed: measureResponses(injury, wait + 10 * model.recovery, model),
    };
    const responses = new ResultGrid(
      Object.entries(states).flatMap(([state, counts]) =>
        counts.map((spikes, i) => ({ state, amplitude: AMPLITUDES[i]!, spikes })),
      ),
      LABELS,
    );
    const thresholds = new ResultGrid(
      Object.entries(states).map(([state, counts]) => {
        return { state, threshold: AMPLITUDES[counts.findIndex((n) => n > 0)]! };
      }),
      LABELS,
    );
    await context.step('relaxation');
    const afterSpike = findThresholds(20, model);
    const relaxation = new ResultGrid(
      WAITS.map((wait, i) => ({ wait, threshold: afterSpike[i]! })),
      { ...LABELS, wait: 'time after a spike (ms)' },
    );
    await context.step('repetition');
    const starts = Array.from({ length: REPEATS }, (_, k) => START + 1000 * k);
    const [train] = runNeurons([starts.flatMap((from) => makeStimulus(from, 10))], model);
    const repeated = starts.map((from) => train!.filter((t) => t >= from && t < from + 1000).length);

    const resting = findThresholds(0, model).at(-1)!;
    const mV = inUnit('mV');
    const count = inUnit('spikes a stimulus');
    const thresholdAt = (wait: number) => afterSpike[WAITS.findIndex((w) => w >= wait)]!;
    const response = (amplitude: number, state = 'before the injury') => responses.mean('spikes', { amplitude, state });
    const all = { state: Object.keys(states) };
    const threshold = (state: string) => thresholds.mean('threshold', { state });
    return {
      figures: {
        ...thresholds.figures('threshold', all),
        ...responses.figures('spikes', { amplitude: 8, ...all }),
        'threshold of a pulse at rest': mV(resting),
        'threshold of a pulse 10 ms after a spike': mV(thresholdAt(10)),
        'threshold of a pulse 1 s after a spike': mV(thresholdAt(1000)),
        'first of 50 responses': count(repeated[0]!),
        'last of 50 responses': count(repeated.at(-1)!),
      },
      expectations: {
        'threshold: no response below it, more spikes with stronger stimuli':
          response(AMPLITUDES[1]!) === 0 && response(8) > response(4) && response(4) > 0,
        'relaxation: a weaker pulse suffices soon after a spike, but not 1 s later':
          thresholdAt(10) < 0.9 * resting && thresholdAt(1000) > 0.999 * resting,
        'no adaptation: equal responses to equal stimuli': repeated[0]! > 0 && new Set(repeated).size === 1,
        'allodynia: a lower threshold while injured': threshold('injured') < threshold('before the injury'),
        'hyperalgesia: stronger responses while injured': response(8, 'injured') > response(8),
        'control: recovery to the responses before the injury': states.healed.every(
          (n, i) => n === states['before the injury'][i],
        ),
      },
      tables: { responses, thresholds, relaxation },
      pictures: { amplitudes: responses.picture({ x: 'amplitude', y: 'spikes', by: ['state'] }) },
    };
  },
});
