import { linear, PulseBench, type Seed } from '../../index.ts';

const PERIOD = 1; // ms
const [UP, DOWN] = [10, 3]; // pulses of one programming: to the middle of the range, and back to its lower end

interface Chip {
  /** Chips of different seeds have different devices. */
  readonly seed: Seed;
  readonly devices: number;
  readonly rounds: number;
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
}

/** Key of a chip each time that it is programmed anew: bit k tells which of devices 2k, 2k + 1 conducts better. */
export function keys({ seed, devices, rounds, deviceToDevice, cycleToCycle }: Chip): boolean[][] {
  const starts = Array.from({ length: rounds }, (_, k) => k * (UP + DOWN) * PERIOD);
  const train = (pulses: number, after: number) =>
    starts.flatMap((start) => Array.from({ length: pulses }, (_, k) => start + (after + k) * PERIOD));
  const all = (pulses: readonly number[]) => Array.from({ length: devices }, () => pulses);
  const device = linear({ etaUp: 0.05, etaDown: 1, deviceToDevice, cycleToCycle });
  const bench = new PulseBench({ device, seed, up: all(train(UP, 0)), down: all(train(DOWN, UP)) });
  return starts.map((start) => {
    bench.runTo(start + (UP - 1) * PERIOD);
    const siemens = bench.conductances();
    return Array.from({ length: devices / 2 }, (_, k) => siemens[2 * k]! > siemens[2 * k + 1]!);
  });
}

/** Share of bits in which two keys differ. */
const hamming = (a: readonly boolean[], b: readonly boolean[]): number =>
  a.reduce((sum, bit, k) => sum + (bit === b[k] ? 0 : 1), 0) / a.length;

/** Distances of all pairs of keys of one chip, and of the first keys of all pairs of chips. */
export function distances(chips: readonly (readonly (readonly boolean[])[])[]) {
  const pairs = (some: readonly (readonly boolean[])[]) =>
    some.flatMap((a, i) => some.slice(i + 1).map((b) => hamming(a, b)));
  return { intra: chips.flatMap(pairs), inter: pairs(chips.map(([first]) => first!)) };
}
