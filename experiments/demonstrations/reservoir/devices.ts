import { lif, MemoryTable, Network, type Seed, spikeTrains, volatile } from '../../index.ts';

/** What a volatile device of the reservoir is, times in ms. */
export interface Reservoir {
  readonly bits: number;
  /** From one bit to the next. */
  readonly interval: number;
  readonly tau: number;
  /** Share of the rest that a pulse adds. */
  readonly eta: number;
  readonly deviceToDevice: number;
}

/**
 * Sends each of these trains (ms) to a volatile memristor of its own and reads it one interval after the last bit: the efficacy of
 * the read pulse, eta for a device that was silent, 1 for a saturated one.
 */
export function readAfter(trains: readonly (readonly number[])[], reservoir: Reservoir, seed: Seed): number[] {
  const { bits, interval, eta, tau, deviceToDevice } = reservoir;
  const read = bits * interval;
  const net = new Network({ seed });
  const input = net.population('input', spikeTrains({ trains: trains.map((train) => [...train, read]) }));
  const output = net.population('output', lif({ size: 1, threshold: 1e9 }));
  const synapses = net.projection(input, output, {
    connect: { all: { weight: 1 } },
    shortTerm: volatile({ base: 0, eta, tau, deviceToDevice }),
  });
  const table = new MemoryTable();
  net.recordWeights(synapses, { on: 'pre' }, table);
  net.run(read);
  net.flush();
  const efficacy = table.column('efficacy');
  return table.column('time').flatMap((time, row) => (time === read ? [efficacy[row]!] : []));
}

/** Bits of a pattern that are 1, first bit highest. */
const onesOf = (pattern: number, bits: number): number[] =>
  Array.from({ length: bits }, (_, bit) => bit).filter((bit) => (pattern >> (bits - 1 - bit)) & 1);

/** What is read of `devices` devices after each pattern: a pulse for a 1, none for a 0. They are the same devices for all patterns. */
export function readings(reservoir: Reservoir, devices: number, seed: Seed): number[][] {
  const { bits, interval } = reservoir;
  return Array.from({ length: 2 ** bits }, (_, pattern) => {
    const train = onesOf(pattern, bits).map((bit) => bit * interval);
    return readAfter(
      Array.from({ length: devices }, () => train),
      reservoir,
      seed,
    );
  });
}

/** The patterns of as many ones as zeros: they differ in order alone. */
export const balanced = (bits: number): number[][] =>
  Array.from({ length: 2 ** bits }, (_, pattern) => onesOf(pattern, bits)).filter((ones) => 2 * ones.length === bits);

/** How many of these readings a converter with `levels` levels from 0 to 1 tells apart. */
export const separated = (values: readonly number[], levels: number): number =>
  new Set(values.map((value) => Math.round(value * (levels - 1)))).size;
