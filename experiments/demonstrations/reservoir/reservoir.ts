import { type LabelledImages, lif, Network, type Seed, Stream, spikeTrains, volatile } from '../../index.ts';
import { testLinear } from '../readouts.ts';

/** Volatile devices that get streams of bits; times in ms. */
export interface Reservoir {
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
export function readPatterns(reservoir: Reservoir, devices: number, seed: Seed): number[][] {
  const { bits, interval } = reservoir;
  return Array.from({ length: 2 ** bits }, (_, pattern) => {
    const train = onesOf(pattern, bits).map((bit) => bit * interval);
    const trains = Array.from({ length: devices }, () => train);
    return readTrains(trains, reservoir, seed);
  });
}

/** Patterns with equal numbers of ones and zeros, which differ in order alone. */
export const balancedPatterns = (bits: number): number[][] =>
  Array.from({ length: 2 ** bits }, (_, pattern) => onesOf(pattern, bits)).filter((ones) => 2 * ones.length === bits);

/** Number of readings that a converter with `levels` levels from 0 to 1 distinguishes. */
export const countDistinct = (values: readonly number[], levels: number): number =>
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

type ImageSize = Pick<LabelledImages, 'rows' | 'columns'>;

/** Number of sections of an image: each row is cut into sections of `bits` pixels, the last one padded with zeros. */
export const countSections = ({ rows, columns }: ImageSize, bits: number): number => rows * Math.ceil(columns / bits);

/**
 * Features of the first `count` images: for each section one reading from each table (pattern × section), in levels above the
 * reading of a device without pulses.
 */
export function imageFeatures(
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
export const imagePulses = ({ images, rows, columns }: LabelledImages, count: number): Uint8Array =>
  images.subarray(0, count * rows * columns).map((grey) => (grey >= MIN_GREY ? 1 : 0));
