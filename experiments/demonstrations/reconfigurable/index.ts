/**
 * One device file in both roles: in its volatile mode the memristor is the neuron, which integrates, leaks and fires; in its
 * non-volatile mode it is the synapse. Devices: Au/MAPbI3/Au and Ag/MXene:PVA/ITO.
 */
import { type DeviceFactory, loadDevice, MODELS, Network, poisson, postTriggered, Stream } from '../../index.ts';
import { curve, filmStrip } from '../../look/plots/index.ts';
import { defineDemonstration, integer, measureSeeds, number, object, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, isGreater, makeTable, percent, WHOLE } from '../findings.ts';
import { countSpikes, listWeights, testMaxRate } from '../readouts.ts';
import { deviceNeurons } from './deviceNeurons.ts';

/** Au/MAPbI3/Au: volatile or non-volatile. */
const PRESET = 'mapbi3';
type Mode = 'volatile' | 'nonVolatile';
const RELAXATION = 100; // ms, of the volatile mode (assumed)

const { model, ...quoted } = loadDevice(PRESET).device as unknown as {
  readonly model: 'reconfigurable';
  readonly etaDown: number;
};

/** Device of the preset in either mode. */
function makeDevice(mode: Mode): DeviceFactory {
  const create = MODELS.devices[model] as (p: object) => DeviceFactory;
  return create({ ...quoted, mode, relaxation: RELAXATION, weightAtGMax: 1 });
}

/** Five letters of 5 × 5 pixels, nine of them black. */
const LETTERS = [
  '1111100100001000010000100', // T
  '1000101010001000101010001', // X
  '1000010000100001000011111', // L
  '0010000100111110010000100', // +
  '1111100001000010000100001', // a corner
].map((bits) => [...bits].map(Number));
const PIXELS = 25;
const NEURONS = 25;
const THRESHOLD = 0.5;
const BLACK_RATE = 150; // Hz
const WHITE_RATE = 5; // Hz
const PRESENTATION = 150; // ms
const INHIBITION = 20; // ms of silence of all neurons after a spike
/** Refractory period after a spike, ms, in which other neurons win: the only mechanism against one neuron learning several letters. */
const PAUSE = 60;

const makeNeurons = (mode: Mode, size: number, refractory: number) =>
  deviceNeurons({ size, device: makeDevice(mode), threshold: THRESHOLD, refractory, reset: 1 / quoted.etaDown });

interface PresentationOptions {
  /** Modes of the device. */
  readonly synapses: Mode;
  readonly neurons: Mode;
  readonly seed: number | string;
  /** Share of the pixels that are inverted, drawn at each presentation. */
  readonly noise: number;
  /** Refractory period, ms; PAUSE by default. */
  readonly pause?: number;
  /** Constant weights; by default weights are learned. */
  readonly frozen?: Float64Array;
}

/** Draws letters at random. */
function drawLetters(count: number, seed: number, purpose: string): number[] {
  const stream = new Stream(seed, purpose);
  return Array.from({ length: count }, () => stream.below(LETTERS.length));
}

/** Presents letters; returns spike counts per letter and neuron, and the weights a second after the last letter. */
function presentLetters(letters: readonly number[], options: PresentationOptions) {
  const { seed, noise, synapses: mode, neurons, frozen, pause = PAUSE } = options;
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size: PIXELS }));
  const output = net.population('output', makeNeurons(neurons, NEURONS, pause), {
    winnerTakeAll: { hold: INHIBITION },
  });
  const learned = {
    connect: { all: { weight: { uniform: [0.4, 0.8] as const } } },
    device: makeDevice(mode),
    rule: postTriggered({ window: 20 }),
  };
  const { devices } = net.projection(input, output, frozen ? { connect: { matrix: { weights: frozen } } } : learned);
  const spikes = net.recordSpikes([output]);
  const stream = new Stream(seed, 'reconfigurable/noise');
  for (const letter of letters) {
    const rates = LETTERS[letter]!.map((bit) => ((bit === 1) !== stream.uniform() < noise ? BLACK_RATE : WHITE_RATE));
    net.change(input, (m) => m.setRates(rates));
    net.run(PRESENTATION);
    net.rest();
  }
  const counts = countSpikes(spikes.of('output'), letters.length, PRESENTATION, NEURONS);
  const weights =
    frozen ?? Float64Array.from({ length: PIXELS * NEURONS }, (_, k) => devices!.weight(k, net.now + 1000));
  return { counts, weights };
}

/** Mean firing rate, Hz, of neurons that get pulses of strength 1 at rate `pulses` (Hz). */
function measureRate(mode: Mode, pulses: number, seed: number, size = 20): number {
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size, rate: pulses }));
  const output = net.population('output', makeNeurons(mode, size, 5));
  net.projection(input, output, { connect: { oneToOne: { weight: 1 } } });
  const spikes = net.recordSpikes([output]);
  net.run(10_000);
  return spikes.of('output').times.length / size / 10;
}

const PULSES = [10, 20, 40, 60, 80, 100, 120, 150, 200, 300, 400]; // Hz
const SLOW = 40; // Hz
const SHORT_PAUSE = 5; // ms
const ROLES = { synapses: 'nonVolatile', neurons: 'volatile' } as const;
const SHOWN_NEURONS = 6;

export default defineDemonstration({
  name: 'reconfigurable',
  title: 'One device file as neuron and as synapse of a network that learns letters',
  claim: 'A device that is volatile or not, by choice, serves as neuron and as synapse.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 102 and 132',
  parameters: object({
    presentations: integer({ default: 300, min: 1, max: 100_000, help: 'number of letters presented for learning' }),
    tested: integer({ default: 200, min: 10, max: 100_000, help: 'number of letters for assignment, and for test' }),
    noise: number({ default: 0.05, min: 0, max: 0.5, help: 'share of the pixels that are inverted' }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const { accuracies, rates } = await measureSeeds(p, context, async (seed) => {
      await context.step('neurons');
      const rates = PULSES.map((pulses) => ({
        pulses,
        volatile: measureRate('volatile', pulses, seed),
        nonVolatile: measureRate('nonVolatile', pulses, seed),
      }));
      await context.step('letters');
      const { noise } = p;
      const letters = drawLetters(p.presentations, seed, 'learn');
      const learnWith = (change: { synapses?: Mode; neurons?: Mode; pause?: number }) =>
        presentLetters(letters, { ...ROLES, seed, noise, ...change }).weights;
      const before = presentLetters([], { ...ROLES, seed, noise }).weights;
      const after = learnWith({});
      const test = (frozen: Float64Array, neurons: Mode = 'volatile', pause = PAUSE) => {
        const present = (purpose: string) => {
          const shown = drawLetters(p.tested, seed, purpose);
          const options = { ...ROLES, neurons, seed: `${seed} ${purpose}`, noise, frozen, pause };
          return { counts: presentLetters(shown, options).counts, labels: Uint8Array.from(shown) };
        };
        return testMaxRate(present('assign'), present('test'), NEURONS);
      };
      const accuracies = {
        before,
        after,
        naive: test(before),
        learned: test(after),
        volatileSynapses: test(learnWith({ synapses: 'volatile' })),
        nonVolatileNeurons: test(learnWith({ neurons: 'nonVolatile' }), 'nonVolatile'),
        shortPause: test(learnWith({ pause: SHORT_PAUSE }), 'volatile', SHORT_PAUSE),
      };
      return { accuracies, rates };
    });
    const naive = accuracies.values('naive');
    const slow = { pulses: SLOW };
    const hertz = inUnit('Hz');
    return {
      figures: {
        'letters recognised before learning': percent(naive),
        'letters recognised after learning': percent(accuracies.values('learned')),
        'control: synapses in the volatile mode too': percent(accuracies.values('volatileSynapses')),
        'neurons in the non-volatile mode too': percent(accuracies.values('nonVolatileNeurons')),
        'without the pause after a spike': percent(accuracies.values('shortPause')),
        'volatile neurons at pulses of 40 Hz': hertz(rates.values('volatile', slow)),
        'control: non-volatile neurons at pulses of 40 Hz': hertz(rates.values('nonVolatile', slow)),
        'volatile neurons at pulses of 400 Hz': hertz(rates.values('volatile', { pulses: 400 })),
      },
      expectations: {
        'learning improves recognition in every seed': isGreater(accuracies.values('learned'), naive),
        'more than 90 % of the letters are recognised': accuracies.mean('learned') > 90,
        'control: volatile synapses do not learn': accuracies.rows.every((row) => row.volatileSynapses <= row.naive),
        'volatile neurons do not respond to slow pulses': isGreater(0.1, rates.values('volatile', slow)),
        'control: non-volatile neurons respond to slow pulses': isGreater(rates.values('nonVolatile', slow), 1),
      },
      tables: {
        rates: rates.table({ pulses: 'Hz', volatile: 'Hz', nonVolatile: 'Hz' }),
        weights: makeTable(
          listWeights(accuracies.rows, NEURONS).map(({ seed, row, ...rest }) => ({ seed, pixel: row, ...rest })),
          { pixel: WHOLE, neuron: WHOLE },
        ),
      },
      pictures: {
        weights: filmStrip({
          title: `Weights onto the first ${SHOWN_NEURONS} of ${NEURONS} neurons, before and after learning`,
          subtitle: `${LETTERS.length} letters of 5 × 5 pixels, ${p.presentations} presentations, ${PRESET}`,
          rows: accuracies.rows.flatMap(({ seed, before, after }) => [
            { label: `seed ${seed}, before`, frames: makeFrames(before) },
            { label: `seed ${seed}, after`, frames: makeFrames(after) },
          ]),
          moments: Array.from({ length: SHOWN_NEURONS }, (_, j) => `neuron ${j}`),
          colours: { label: 'state (share of the range)', domain: [0, 1] },
        }),
        rates: curve({
          title: 'What the device does as a neuron, in either mode',
          subtitle: `pulses of strength 1, 20 neurons for 10 s, mean and sd of ${p.seeds} seeds`,
          x: { label: 'pulses a second' },
          y: { label: 'spikes a second', domain: [0, 0] },
          series: [
            rates.line('volatile: a neuron', 'pulses', 'volatile'),
            rates.line('non-volatile: no leak', 'pulses', 'nonVolatile'),
          ],
        }),
      },
    };
  },
});

/** Weights onto each of the first neurons as an image of the pixels. */
const makeFrames = (weights: Float64Array) =>
  Array.from({ length: SHOWN_NEURONS }, (_, j) => {
    const values = Array.from({ length: PIXELS }, (_, i) => weights[i * NEURONS + j]!);
    return { values, rows: 5, columns: 5 };
  });
