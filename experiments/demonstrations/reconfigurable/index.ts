/** Volatile devices act as neurons, non-volatile devices as synapses. Devices: Au/MAPbI3/Au, Ag/MXene:PVA/ITO. */
import type { Seed } from '../../index.ts';
import { loadDevice, Network, poisson, postTriggered, RandomStream } from '../../index.ts';
import { receptiveFields } from '../../look/plots/index.ts';
import { defineDemonstration, integer, isGreaterPerSeed, mapRange, number } from '../demonstration.ts';
import { createDevice } from '../devicePairs.ts';
import { countSpikes, measureMaxRateAccuracy } from '../readouts.ts';
import { deviceNeurons } from './deviceNeurons.ts';

const { device } = loadDevice('mapbi3');
const MODES = ['volatile', 'nonVolatile'] as const;
type DeviceMode = (typeof MODES)[number];

/** Creates the preset device in volatile or non-volatile mode; its relaxation time of 100 ms is an assumed value. */
const makeDevice = (mode: DeviceMode) => createDevice({ ...device, mode, relaxation: 100, weightAtGMax: 1 });

const LETTERS = [
  // Letters of 5 × 5 pixels, each with nine black pixels.
  '1111100100001000010000100', // T
  '1000101010001000101010001', // X
  '1000010000100001000011111', // L
  '0010000100111110010000100', // +
  '1111100001000010000100001', // a corner
].map((bits) => [...bits].map(Number));
const PIXELS = 25;
const NEURONS = 25;
const BLACK_RATE = 150; // Hz
const WHITE_RATE = 5; // Hz
const PRESENTATION_TIME = 150; // ms
const PAUSE = 60; // ms, refractory period: without it, one neuron learns several letters

const makeNeurons = (mode: DeviceMode, size: number, refractoryPeriod: number) =>
  deviceNeurons({
    neuronCount: size,
    device: makeDevice(mode),
    threshold: 0.5,
    refractoryPeriod,
    resetStrength: 1 / (device.etaDown as number),
  });

type ModeChoice = Readonly<Partial<Record<'synapses' | 'neurons', DeviceMode>>>;

function drawLetters(count: number, seed: number, purpose: string): number[] {
  const stream = new RandomStream(seed, purpose);
  return mapRange(count, () => stream.integerBelow(LETTERS.length));
}

/** Spike counts (letters × neurons) and weights 1 s after the last letter. `noise`: share of inverted pixels; `frozen`: fixed weights. */
function presentLetters(
  letters: readonly number[],
  noise: number,
  seed: Seed,
  modes: ModeChoice = {},
  frozen?: Float64Array,
) {
  const { synapses = 'nonVolatile', neurons = 'volatile' } = modes;
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size: PIXELS }));
  const output = net.population('output', makeNeurons(neurons, NEURONS, PAUSE), { winnerTakeAll: { hold: 20 } });
  const learned = {
    connect: { all: { weight: { uniform: [0.4, 0.8] as const } } },
    device: makeDevice(synapses),
    rule: postTriggered({ window: 20 }),
  };
  const { devices } = net.projection(input, output, frozen ? { connect: { matrix: { weights: frozen } } } : learned);
  const spikes = net.recordSpikes([output]);
  const stream = new RandomStream(seed, 'reconfigurable/noise');
  for (const letter of letters) {
    const rates = LETTERS[letter]!.map((bit) => ((bit === 1) !== stream.uniform() < noise ? BLACK_RATE : WHITE_RATE));
    net.change(input, (m) => m.setRates(rates));
    net.run(PRESENTATION_TIME);
    net.resetDynamicState();
  }
  const counts = countSpikes(spikes.of('output'), letters.length, PRESENTATION_TIME, NEURONS);
  const weights =
    frozen ?? Float64Array.from({ length: PIXELS * NEURONS }, (_, k) => devices!.weight(k, net.now + 1000));
  return { counts, weights };
}

/** Mean rate, Hz, of neurons that get pulses of strength 1 at rate `pulses` (Hz). */
function measureRate(mode: DeviceMode, pulses: number, seed: number, size = 20): number {
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size, rate: pulses }));
  const output = net.population('output', makeNeurons(mode, size, 5));
  net.projection(input, output, { connect: { oneToOne: { weight: 1 } } });
  const spikes = net.recordSpikes([output]);
  net.run(10_000);
  return spikes.of('output').times.length / size / 10;
}

const SLOW_RATE = 40; // Hz

export default defineDemonstration({
  parameters: {
    presentations: integer({ default: 300, min: 1, max: 100_000, help: 'number of letters presented for learning' }),
    tested: integer({ default: 200, min: 10, max: 100_000, help: 'number of letters per labelling and per test run' }),
    noise: number({ default: 0.05, min: 0, max: 0.5, help: 'share of the pixels of a letter that are inverted' }),
  },
  async simulate(p, context) {
    const { accuracies, rates, weights } = await context.measurePerSeed(async (seed) => {
      await context.reportProgress('neurons');
      const rates = [10, 40, 100, 400].flatMap((pulses) =>
        MODES.map((mode) => ({ mode, pulses, rate: measureRate(mode, pulses, seed) })),
      );
      await context.reportProgress('letters');
      const letters = drawLetters(p.presentations, seed, 'learn');
      const learnWith = (modes: ModeChoice) => presentLetters(letters, p.noise, seed, modes).weights;
      const after = learnWith({});
      const test = (frozen: Float64Array, modes: ModeChoice = {}) => {
        const present = (purpose: string) => {
          const shown = drawLetters(p.tested, seed, purpose);
          const { counts } = presentLetters(shown, p.noise, `${seed} ${purpose}`, modes, frozen);
          return { counts, labels: Uint8Array.from(shown) };
        };
        return measureMaxRateAccuracy(present('assign'), present('test'));
      };
      const accuracies = {
        naive: test(presentLetters([], p.noise, seed).weights),
        learned: test(after),
        volatileSynapses: test(learnWith({ synapses: 'volatile' })),
        nonVolatileNeurons: test(learnWith({ neurons: 'nonVolatile' }), { neurons: 'nonVolatile' }),
      };
      return { rates, accuracies, weights: { after } };
    });
    const naive = accuracies.values('naive');
    const slowRates = (mode: DeviceMode) => rates.values('rate', { mode, pulses: SLOW_RATE });
    return {
      expectations: [
        {
          'learning improves recognition in every seed': isGreaterPerSeed(accuracies.values('learned'), naive),
          'more than 90 % of the letters are recognised': accuracies.mean('learned') > 90,
          'control: volatile synapses do not learn': accuracies.rows.every((row) => row.volatileSynapses <= row.naive),
        },
        {
          'volatile neurons respond to fast pulses, not to slow ones':
            isGreaterPerSeed(rates.values('rate', { mode: 'volatile', pulses: 400 }), 1) &&
            isGreaterPerSeed(0.1, slowRates('volatile')),
          'control: non-volatile neurons respond to slow pulses': isGreaterPerSeed(slowRates('nonVolatile'), 1),
        },
      ],
      pictures: {
        weights: receptiveFields({
          title: 'Weights after learning',
          subtitle: `${LETTERS.length} letters of 5 × 5 pixels, ${p.presentations} presentations; seed ${p.seed}`,
          weights: weights.rows[0]!.after,
          rows: 5,
          columns: 5,
          neurons: NEURONS,
        }),
      },
    };
  },
});
