/**
 * Volatile memristors as a reservoir: the state of a device depends on the pulses that it got and on their order, because it
 * relaxes between them. Devices of three time constants get each stream; only a linear readout of their states is trained.
 */
import type * as z from 'zod';
import { type LabelledImages, lif, Network, type Seed, Stream, spikeTrains, volatile } from '../../index.ts';
import { curve, summariseSeeds } from '../../look/plots/index.ts';
import { imagesOf, loadMnist, mnistConfig, mnistSchema } from '../../training/unsupervised/index.ts';
import { defineDemonstration, integer, measureSeeds, number, object, POSITIVE, SEED_PARAMS } from '../demonstration.ts';
import { areNear, column, inUnit, isGreater, mergeRecords, percent, zipPoints } from '../findings.ts';
import { testLinear } from '../readouts.ts';

/** Volatile devices that get streams of bits; times in ms. */
interface Reservoir {
  readonly bits: number;
  /** Interval between bits. */
  readonly interval: number;
  readonly tau: number;
  /** Share of the way to saturation that a pulse covers. */
  readonly eta: number;
  readonly deviceToDevice: number;
}

/**
 * Sends each train (ms) to its own volatile memristor and reads it one interval after the last bit. A reading is the efficacy of
 * the read pulse: eta for a device without pulses, 1 for a saturated one.
 */
function readTrains(trains: readonly (readonly number[])[], reservoir: Reservoir, seed: Seed): number[] {
  const { bits, interval, eta, tau, deviceToDevice } = reservoir;
  const readTime = bits * interval;
  const net = new Network({ seed });
  const input = net.population('input', spikeTrains({ trains: trains.map((train) => [...train, readTime]) }));
  const output = net.population('output', lif({ size: 1, threshold: 1e9 }));
  const synapses = net.projection(input, output, {
    connect: { all: { weight: 1 } },
    shortTerm: volatile({ base: 0, eta, tau, deviceToDevice }),
  });
  const weights = net.recordWeights(synapses, { on: 'pre' });
  net.run(readTime);
  const efficacy = weights.column('efficacy');
  return weights.column('time').flatMap((time, row) => (time === readTime ? [efficacy[row]!] : []));
}

/** Positions of the bits of a pattern that are 1, first bit highest. */
const onesOf = (pattern: number, bits: number): number[] =>
  Array.from({ length: bits }, (_, bit) => bit).filter((bit) => (pattern >> (bits - 1 - bit)) & 1);

/** Readings of the same `devices` devices after each pattern: a pulse for each 1. Patterns × devices. */
function readPatterns(reservoir: Reservoir, devices: number, seed: Seed): number[][] {
  const { bits, interval } = reservoir;
  return Array.from({ length: 2 ** bits }, (_, pattern) => {
    const train = onesOf(pattern, bits).map((bit) => bit * interval);
    const trains = Array.from({ length: devices }, () => train);
    return readTrains(trains, reservoir, seed);
  });
}

/** Patterns with equal numbers of ones and zeros, which differ in order alone. */
const balancedPatterns = (bits: number): number[][] =>
  Array.from({ length: 2 ** bits }, (_, pattern) => onesOf(pattern, bits)).filter((ones) => 2 * ones.length === bits);

/** Number of readings that a converter with `levels` levels from 0 to 1 distinguishes. */
const countDistinct = (values: readonly number[], levels: number): number =>
  new Set(values.map((value) => Math.round(value * (levels - 1)))).size;

/** Numbers of streams for training and test of the order task. */
const TRAIN_STREAMS = 3000;
const TEST_STREAMS = 1200;

/**
 * Accuracy (%) in the order task: each stream is a balanced pattern whose pulses are displaced by `jitter` of an interval (sd). It
 * goes to one device of each time constant (ms); a linear readout is trained on the readings.
 */
export function testOrder(
  { jitter, levels, ...device }: Reservoir & { readonly jitter: number; readonly levels: number },
  taus: readonly number[],
  seed: number,
): number {
  const stream = new Stream(seed, 'order');
  const patterns = balancedPatterns(device.bits);
  const count = TRAIN_STREAMS + TEST_STREAMS;
  const labels = Uint8Array.from({ length: count }, () => stream.below(patterns.length));
  const shift = () => Math.min(Math.max(jitter * stream.normal(), -0.49), 0.49); // no pulse overtakes another
  const trains = Array.from(labels, (label) => patterns[label]!.map((bit) => (bit + 0.5 + shift()) * device.interval));
  const readings = taus.map((tau) => readTrains(trains, { ...device, tau, deviceToDevice: 0 }, seed));
  const counts = Uint16Array.from({ length: count * taus.length }, (_, k) =>
    Math.round(readings[k % taus.length]![Math.floor(k / taus.length)]! * (levels - 1)),
  );
  const split = TRAIN_STREAMS * taus.length;
  const training = { counts: counts.subarray(0, split), labels: labels.subarray(0, TRAIN_STREAMS) };
  const test = { counts: counts.subarray(split), labels: labels.subarray(TRAIN_STREAMS) };
  return testLinear(training, test, taus.length, stream);
}

/** Smallest grey value of a pixel that is a pulse. */
const MIN_GREY = 128;

/** Number of sections of an image: each row is cut into sections of `bits` pixels, the last one padded with zeros. */
const countSections = ({ rows, columns }: Pick<LabelledImages, 'rows' | 'columns'>, bits: number): number =>
  rows * Math.ceil(columns / bits);

/**
 * Features of the first `count` images: for each section one reading from each table (pattern × section), in levels above the
 * reading of a device without pulses.
 */
function imageFeatures(
  { images, rows, columns }: LabelledImages,
  count: number,
  tables: readonly (readonly (readonly number[])[])[],
  levels: number,
): Uint16Array {
  const bits = Math.log2(tables[0]!.length);
  const across = Math.ceil(columns / bits);
  const codes = tables.map((table) =>
    table.map((row) => row.map((value, k) => Math.round((value - table[0]![k]!) * (levels - 1)))),
  );
  const features = new Uint16Array(count * rows * across * tables.length);
  for (let i = 0, k = 0; i < count; i++) {
    for (let section = 0; section < rows * across; section++) {
      const start = i * rows * columns + Math.floor(section / across) * columns;
      let pattern = 0;
      for (let bit = 0, x = (section % across) * bits; bit < bits; bit++, x++)
        pattern = 2 * pattern + (x < columns && images[start + x]! >= MIN_GREY ? 1 : 0);
      for (const code of codes) features[k++] = code[pattern]![section]!;
    }
  }
  return features;
}

/** Pulses of each pixel, 0 or 1: the features of the control. */
const imagePulses = ({ images, rows, columns }: LabelledImages, count: number): Uint8Array =>
  images.subarray(0, count * rows * columns).map((grey) => (grey >= MIN_GREY ? 1 : 0));

const parameters = object({
  ...SEED_PARAMS,
  bits: integer({ default: 4, min: 2, max: 8, help: 'number of pixels of a row that a device gets as a stream' }),
  interval: number({ default: 10, ...POSITIVE, unit: 'ms', help: 'interval between pulses (assumed)' }),
  tau: number({ default: 17, ...POSITIVE, unit: 'ms', help: 'relaxation time, of three the middle one (assumed)' }),
  factor: number({ default: 3, min: 1, help: 'ratio of neighbouring relaxation times of three devices (assumed)' }),
  eta: number({ default: 0.3, ...POSITIVE, max: 1, help: 'share of the way to saturation per pulse (assumed)' }),
  deviceToDevice: number({ default: 0.1, min: 0, help: 'relative sd of tau between devices (assumed)' }),
  jitter: number({ default: 0.1, min: 0, help: 'sd of pulse times in the order task, in intervals (assumed)' }),
  levels: integer({ default: 256, min: 2, max: 65536, help: 'number of levels of the converter' }),
  train: integer({ default: 20000, min: 100, help: 'number of training images of the readout' }),
  test: integer({ default: 10000, min: 10, help: 'number of test images' }),
  split: mnistSchema.shape.split,
});
type Settings = z.output<typeof parameters>;

const SEPARATED_BITS = [4, 5];
/** Time constants for the separation of patterns, in intervals. */
const RATIOS = [0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.4, 1.7, 2, 3, 5, 10, 20, 50, 100, 300, 1000];
/** Time constant of a device that never relaxes and therefore counts pulses, ms. */
const COUNTING = 1e9;

const RESERVOIRS = {
  three: { name: 'three time constants', taus: ({ tau, factor }: Settings) => [tau / factor, tau, tau * factor] },
  one: { name: 'one time constant', taus: ({ tau }: Settings) => [tau] },
  counting: { name: 'devices that only count', taus: () => [COUNTING] },
};
type Kind = keyof typeof RESERVOIRS;
const KINDS = Object.keys(RESERVOIRS) as Kind[];

export default defineDemonstration({
  name: 'reservoir',
  title: 'Volatile memristors as a reservoir for pulse streams',
  claim: 'Volatile memristors separate temporal pulse patterns; with a trained linear readout they recognise digits.',
  source: 'R185 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters,
  async run(p, context) {
    await context.step('separation');
    const readAlike = (bits: number, tau: number) =>
      readPatterns({ ...p, bits, tau, deviceToDevice: 0 }, 1, p.seed).map(([reading]) => reading!);
    const countPatterns = (bits: number, tau: number) => countDistinct(readAlike(bits, tau), p.levels);
    const separation = SEPARATED_BITS.map((bits) => RATIOS.map((ratio) => countPatterns(bits, ratio * p.interval)));
    const states = SEPARATED_BITS.map((bits) => readAlike(bits, p.tau));
    const spread = readPatterns(p, 100, p.seed);
    const [four, five] = SEPARATED_BITS.map((bits) => countPatterns(bits, p.tau)) as [number, number];

    const config = mnistConfig({ split: p.split, train: p.train, label: p.train, test: p.test });
    const { train, test } = imagesOf(loadMnist(), config);
    const testMnist = (seed: number, features: (images: LabelledImages, count: number) => Uint8Array | Uint16Array) => {
      const training = { counts: features(train, p.train), labels: train.labels.subarray(0, p.train) };
      const tested = { counts: features(test, p.test), labels: test.labels.subarray(0, p.test) };
      return testLinear(training, tested, training.counts.length / p.train, new Stream(seed, 'readout'));
    };
    const { grid, controls } = await measureSeeds(p, context, async (seed) => {
      const grid = [];
      for (const kind of KINDS) {
        const { name, taus } = RESERVOIRS[kind];
        await context.step(name);
        const tables = taus(p).map((tau, k) =>
          readPatterns({ ...p, tau }, countSections(train, p.bits), k === 0 ? seed : `${seed}/${k}`),
        );
        const mnist = testMnist(seed, (images, count) => imageFeatures(images, count, tables, p.levels));
        grid.push({ kind, mnist, order: testOrder(p, taus(p), seed) });
      }
      await context.step('readout of the pulses');
      return { grid, controls: { pulses: testMnist(seed, imagePulses) } };
    });
    const pulses = controls.values('pulses');
    const mnist = (kind: Kind) => grid.values('mnist', { kind });
    const order = (kind: Kind) => grid.values('order', { kind });
    const chance = 100 / balancedPatterns(p.bits).length;
    const accuracies = (task: 'mnist' | 'order', title: string) =>
      mergeRecords(KINDS, (kind) => ({ [`${title}, ${RESERVOIRS[kind].name}`]: percent(grid.values(task, { kind })) }));
    return {
      figures: {
        'distinct states after patterns of 4 bits': inUnit('of 16')(four),
        'distinct states after patterns of 5 bits': inUnit('of 32')(five),
        ...accuracies('order', 'order'),
        'order, chance': percent(chance),
        ...accuracies('mnist', 'MNIST'),
        'MNIST, readout of the pulses': percent(pulses),
      },
      expectations: {
        'all 16 patterns of 4 bits lead to different states': four === 16,
        'all 32 patterns of 5 bits lead to different states': five === 32,
        'devices that relax at once or never separate at most half of the patterns': separation.every((counts, b) =>
          [counts[0]!, counts.at(-1)!].every((n) => n <= 2 ** SEPARATED_BITS[b]! / 2),
        ),
        'order: three time constants are nearer to 100 % than to chance': isGreater(order('three'), (100 + chance) / 2),
        'MNIST: three time constants are more accurate than counting': isGreater(mnist('three'), mnist('counting')),
        'MNIST: three time constants are more accurate than one': isGreater(mnist('three'), mnist('one')),
        'control: order: devices that only count are within 5 points of chance': areNear(order('counting'), chance, 5),
        'control: MNIST: more accurate than a readout of the pulses': isGreater(mnist('three'), pulses),
      },
      tables: {
        separation: {
          tau: column('intervals', RATIOS),
          ...mergeRecords(SEPARATED_BITS, (bits, b) => ({
            [`${bits} bits`]: column('1', separation[b]!, 'uint32'),
          })),
        },
        ...mergeRecords(SEPARATED_BITS, (bits, b) => ({
          [`states-${bits}-bits`]: {
            pattern: column('1', [...states[b]!.keys()], 'uint32'),
            reading: column('1', states[b]!),
          },
        })),
      },
      pictures: {
        reservoir: curve({
          title: 'Pulse patterns that one volatile device distinguishes',
          subtitle: `${p.levels} levels of the converter, eta ${p.eta}; all patterns of 4 and of 5 bits`,
          x: { label: 'time constant of the device / interval of the pulses', log: true },
          y: { label: 'distinct states', domain: [0, 32] },
          series: SEPARATED_BITS.map((bits, b) => ({
            name: `${bits} bits`,
            points: zipPoints(RATIOS, separation[b]!),
          })),
        }),
        states: curve({
          title: `Reading after each pattern of ${p.bits} bits`,
          subtitle: `band: ± sd over 100 devices whose tau (mean ${p.tau} ms) has a relative sd of ${p.deviceToDevice}`,
          x: { label: 'pattern as a binary number, first bit highest' },
          y: { label: 'reading (1: saturated)' },
          series: [{ name: 'reading', points: spread.map((values, x) => summariseSeeds(x, values)) }],
        }),
      },
    };
  },
});
