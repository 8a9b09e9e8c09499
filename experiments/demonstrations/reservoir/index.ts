/** Reservoir of devices that relax between pulses: their state depends on the order of pulses. Only a linear readout is trained. */
import {
  type LabelledImages,
  lif,
  Network,
  number,
  RandomStream,
  type Seed,
  spikeTrains,
  volatile,
} from '../../index.ts';
import { imagesOf, loadMnist, mnistConfig, mnistSchema } from '../../training/unsupervised/index.ts';
import {
  areAllNear,
  declareCounts,
  defineDemonstration,
  isGreaterPerSeed,
  mapRange,
  positive,
} from '../demonstration.ts';
import { measureLinearAccuracy } from '../readouts.ts';

const BIT_INTERVAL = 10; // ms between bits (assumed)
const PULSE_STEP = 0.3; // step of a pulse, share of the distance to saturation (assumed)
const TAU_SPREAD = 0.1; // relative sd of the time constants of devices (assumed)
const JITTER = 0.1; // sd of pulse times in the order task, intervals (assumed)
const ADC_LEVELS = 256; // number of levels of the analog-to-digital converter
const BIT_COUNT = 4; // number of adjacent pixels of a row that a device gets as a pulse stream
const SEPARATED_BITS = [4, 5];
// Relaxation time constants, ms, of the devices with which the separation of patterns is measured.
const TAUS = [1, 2, 3.5, 5, 7, 10, 14, 17, 20, 30, 50, 100, 200, 500, 1000, 3000, 10_000];

type Reservoir = Readonly<Record<'bits' | 'tau' | 'deviceToDevice', number>>; // `bits`: number per pattern; `tau`: relaxation time, ms

/** Efficacy of a read pulse one interval after the last bit, per train (ms) and device: `PULSE_STEP` without pulses, 1 at saturation. */
function readTrains(trains: readonly (readonly number[])[], { bits, ...params }: Reservoir, seed: Seed): number[] {
  const readTime = bits * BIT_INTERVAL;
  const net = new Network({ seed });
  const input = net.population('input', spikeTrains({ trains: trains.map((train) => [...train, readTime]) }));
  const output = net.population('output', lif({ size: 1, threshold: 1e9 }));
  const synapses = net.projection(input, output, {
    connect: { all: { weight: 1 } },
    shortTerm: volatile({ base: 0, eta: PULSE_STEP, ...params }),
  });
  const weights = net.recordWeights(synapses, { on: 'pre' });
  net.run(readTime);
  const efficacy = weights.column('efficacy');
  return weights.column('time').flatMap((time, row) => (time === readTime ? [efficacy[row]!] : []));
}

/** Lists all patterns of `bits` bits, each as the positions of its ones; position 0 is the most significant bit. */
const listPatterns = (bits: number): number[][] =>
  mapRange(2 ** bits, (pattern) => mapRange(bits, (bit) => bit).filter((bit) => (pattern >> (bits - 1 - bit)) & 1));

/** Readings of all bit patterns, patterns × devices, by the same devices. Each 1 of a pattern is a pulse. */
const readPatterns = (reservoir: Reservoir, devices: number, seed: Seed): number[][] =>
  listPatterns(reservoir.bits).map((ones) => {
    const train = ones.map((bit) => bit * BIT_INTERVAL);
    const trains = mapRange(devices, () => train);
    return readTrains(trains, reservoir, seed);
  });

function countDistinctReadings(bits: number, tau: number): number {
  const readings = readPatterns({ bits, tau, deviceToDevice: 0 }, 1, 0);
  return new Set(readings.map(([reading]) => Math.round(reading! * (ADC_LEVELS - 1)))).size;
}

const BALANCED_PATTERNS = listPatterns(BIT_COUNT).filter((ones) => 2 * ones.length === BIT_COUNT); // equal pulse counts
const TRAIN_STREAMS = 3000; // pulse streams in the order task
const TEST_STREAMS = 1200;

/** Accuracy, %, of a linear readout that names the order of jittered pulses. Each train drives one device per time constant, ms. */
function testOrder(taus: readonly number[], seed: number): number {
  const stream = new RandomStream(seed, 'order');
  const count = TRAIN_STREAMS + TEST_STREAMS;
  const labels = Uint8Array.from({ length: count }, () => stream.integerBelow(BALANCED_PATTERNS.length));
  const shift = () => Math.min(Math.max(JITTER * stream.normal(), -0.49), 0.49); // keeps the order of pulses
  const trains = Array.from(labels, (label) =>
    BALANCED_PATTERNS[label]!.map((bit) => (bit + 0.5 + shift()) * BIT_INTERVAL),
  );
  const readings = taus.map((tau) => readTrains(trains, { bits: BIT_COUNT, tau, deviceToDevice: 0 }, seed));
  const counts = new Uint16Array(count * taus.length).map((_, k) =>
    Math.round(readings[k % taus.length]![Math.floor(k / taus.length)]! * (ADC_LEVELS - 1)),
  );
  const split = TRAIN_STREAMS * taus.length;
  const training = { counts: counts.subarray(0, split), labels: labels.subarray(0, TRAIN_STREAMS) };
  const test = { counts: counts.subarray(split), labels: labels.subarray(TRAIN_STREAMS) };
  return measureLinearAccuracy(training, test, stream);
}

const MIN_GREY = 128; // smallest grey value of a pixel that causes a pulse

const listSections = (pulses: Uint8Array): Uint8Array =>
  new Uint8Array(pulses.length / BIT_COUNT).map((_, k) =>
    pulses.subarray(k * BIT_COUNT, (k + 1) * BIT_COUNT).reduce((pattern, bit) => 2 * pattern + bit, 0),
  );

export default defineDemonstration({
  parameters: {
    tau: positive(17, 'ms', 'middle one of three relaxation times (assumed value)'),
    factor: number({ default: 3, min: 1, help: 'ratio of successive relaxation times of the devices (assumed value)' }),
    ...declareCounts({ train: 20_000, test: 10_000 }),
    split: mnistSchema.shape.split,
  },
  async simulate(p, context) {
    const separation = context.createTable(
      'separation',
      SEPARATED_BITS.flatMap((bits) =>
        [...new Set([...TAUS, p.tau])].map((tau) => ({ bits, tau, distinct: countDistinctReadings(bits, tau) })),
      ),
    );
    const config = mnistConfig({ split: p.split, train: p.train, label: p.train, test: p.test });
    const { train, test } = imagesOf(loadMnist(), config);
    const pixels = train.rows * train.columns;
    const pulsesOf = ({ images }: LabelledImages, count: number) =>
      images.subarray(0, count * pixels).map((grey) => Number(grey >= MIN_GREY));
    const pulses = { train: pulsesOf(train, p.train), test: pulsesOf(test, p.test) };
    const labels = { train: train.labels.subarray(0, p.train), test: test.labels.subarray(0, p.test) };
    const testMnist = (featuresOf: (pulses: Uint8Array) => Uint8Array | Uint16Array, seed: number) => {
      const training = { labels: labels.train, counts: featuresOf(pulses.train) };
      const tested = { labels: labels.test, counts: featuresOf(pulses.test) };
      return measureLinearAccuracy(training, tested, new RandomStream(seed, 'readout'));
    };
    /** MNIST accuracy (%). Features, per image section and time constant: reading minus the reading without pulses, in ADC levels. */
    const testReservoir = (taus: readonly number[], seed: number) => {
      const perImage = pixels / BIT_COUNT;
      const codes = taus.map((tau, k) => {
        const device = { bits: BIT_COUNT, tau, deviceToDevice: TAU_SPREAD };
        const readings = readPatterns(device, perImage, k === 0 ? seed : `${seed}/${k}`);
        return readings.map((row) => row.map((value, s) => Math.round((value - readings[0]![s]!) * (ADC_LEVELS - 1))));
      });
      return testMnist((pulses) => {
        const patterns = listSections(pulses);
        return new Uint16Array(patterns.length * taus.length).map((_, k) => {
          const section = Math.floor(k / taus.length);
          return codes[k % taus.length]![patterns[section]!]![section % perImage]!;
        });
      }, seed);
    };
    const reservoirs = {
      'three time constants': [p.tau / p.factor, p.tau, p.tau * p.factor],
      'one time constant': [p.tau],
      'devices that only count': [1e9],
    };
    const { accuracies: grid, controls } = await context.measurePerSeed(async (seed) => {
      const grid = [];
      for (const [reservoir, taus] of Object.entries(reservoirs)) {
        await context.reportProgress(reservoir);
        grid.push({ reservoir, mnist: testReservoir(taus, seed), order: testOrder(taus, seed) });
      }
      await context.reportProgress('readout of the pulses');
      return { accuracies: grid, controls: { pulses: testMnist((pulses) => pulses, seed) } };
    });
    const valuesOf = (task: 'order' | 'mnist', reservoir: keyof typeof reservoirs) => grid.values(task, { reservoir });
    const three = valuesOf('mnist', 'three time constants');
    const single = valuesOf('mnist', 'one time constant');
    const counting = valuesOf('mnist', 'devices that only count');
    const threeOrder = valuesOf('order', 'three time constants');
    const countingOrder = valuesOf('order', 'devices that only count');
    const chance = 100 / BALANCED_PATTERNS.length;
    const separated = (bits: number) => separation.values('distinct', { bits, tau: p.tau })[0] === 2 ** bits;
    return {
      figures: {
        ...separation.computeFiguresOfMerit('distinct', { bits: SEPARATED_BITS, tau: p.tau }),
        'order, chance': { unit: '%', values: chance },
      },
      expectations: [
        {
          'all 16 patterns of 4 bits lead to different states': separated(4),
          'all 32 patterns of 5 bits lead to different states': separated(5),
          'devices that relax at once or never separate at most half of the patterns': separation
            .selectRows({ tau: [TAUS[0]!, TAUS.at(-1)!] })
            .every(({ bits, distinct }) => distinct <= 2 ** bits / 2),
        },
        {
          'order: three time constants are nearer to 100 % than to chance': isGreaterPerSeed(
            threeOrder,
            (100 + chance) / 2,
          ),
          'control: order: devices that only count are within 5 points of chance': areAllNear(countingOrder, chance, 5),
        },
        {
          'MNIST: three time constants are more accurate than counting': isGreaterPerSeed(three, counting),
          'MNIST: three time constants are more accurate than one': isGreaterPerSeed(three, single),
          'control: MNIST: more accurate than a readout of the pulses': isGreaterPerSeed(
            three,
            controls.values('pulses'),
          ),
        },
      ],
    };
  },
});
