import alea from 'seedrandom/lib/alea.js';
import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { int, nonEmptyText } from '../declare/ranged.ts';
import { log1p } from '../elementary.ts';
import { cos, exp, log } from '../math.ts';
import { nextUint32 } from './generators.ts';
import { getNormalZiggurat, LAYER_COUNT } from './ziggurat.ts';

/** Seed: an integer or a string. Objects are refused, because seedrandom converts all of them to `[object Object]`. */
export type Seed = number | string;
export const seedSchema = z.union([int(), nonEmptyText()]);

/**
 * Named random stream: xoshiro128++ (see generators.ts). Alea of seedrandom initialises its 128-bit state from the text
 * `seed/name`, so that a stream does not depend on the order of construction or on other parts of the simulation.
 */
export class RandomStream {
  readonly state: Uint32Array;

  constructor(seed: Seed, name: string, state: Uint32Array = new Uint32Array(4)) {
    if (typeof seed !== 'string' && !Number.isInteger(seed)) {
      throw new UserError(`seed is ${String(seed)}, but a seed must be an integer or a string.`);
    }
    this.state = state;
    const words = alea(`${seed}/${name}`);
    for (let i = 0; i < 4; i++) state[i] = words.int32();
    if (!(state[0]! | state[1]! | state[2]! | state[3]!)) state[0] = 1; // xoshiro needs at least one bit that is not 0
  }

  uint32(): number {
    return nextUint32(this.state);
  }

  /** Draws a uniform number on [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    return (high * 67108864 + (this.uint32() >>> 6)) * 2 ** -53;
  }

  /** Draws a uniform integer in [0, n), n <= 2^32, unbiased (Lemire 2019, doi:10.1145/3230636; mask rejection for large n). */
  integerBelow(n: number): number {
    if (n > 2 ** 21) {
      const shift = Math.clz32(n - 1);
      for (;;) {
        const drawn = this.uint32() >>> shift;
        if (drawn < n) return drawn;
      }
    }
    for (;;) {
      const product = this.uint32() * n;
      const high = Math.floor(product / 4294967296);
      const low = product - high * 4294967296;
      if (low >= n || low >= 4294967296 % n) return high;
    }
  }

  /** Draws an exponentially distributed number with mean 1. */
  exponential(): number {
    return -log1p(-this.uniform());
  }

  /** Standard normal number (Box & Muller 1958). The second number of the pair is discarded, so that the state has 128 bits. */
  normal(): number {
    return Math.sqrt(2 * this.exponential()) * cos(2 * Math.PI * this.uniform());
  }
}

const ODD_ROTATIONS = [13, 15, 26, 6] as const;
const EVEN_ROTATIONS = [17, 29, 16, 24] as const;

/**
 * Counter-based random numbers: Threefry-2x32-20 (Salmon et al. 2011, doi:10.1145/2063384.2063405) of (entity, count) with
 * a key. Draw number `count` of an entity (neuron or synapse) does not depend on other draws.
 */
export class CounterRandom {
  /** Key of the generator: two random 32-bit words, and a third word derived from them. */
  readonly key: Int32Array;
  #high = 0;
  #low = 0;

  constructor(seedStream: Seed, name: string) {
    const stream = new RandomStream(seedStream, name);
    this.key = Int32Array.of(stream.uint32(), stream.uint32(), 0x1bd11bda);
    this.key[2]! ^= this.key[0]! ^ this.key[1]!;
  }

  /** Two random 32-bit integers, for a key of further draws. */
  drawWords(entity: number, count: number): [high: number, low: number] {
    this.#mixKey(entity, count);
    return [this.#high, this.#low];
  }

  /** Uniform number on (0, 1) with 53 random bits. */
  uniform(entity: number, count: number): number {
    this.#mixKey(entity, count);
    return ((this.#high >>> 5) * 67108864 + (this.#low >>> 6) + 0.5) * 2 ** -53;
  }

  /** Exponentially distributed number with mean 1. */
  exponential(entity: number, count: number): number {
    return -log(this.uniform(entity, count));
  }

  /** Standard normal number by Box & Muller, for values that are drawn once. */
  normal(entity: number, count: number): number {
    this.#mixKey(entity, count);
    return Math.sqrt(-2 * log(((this.#high >>> 0) + 0.5) * 2 ** -32)) * cos(2 * Math.PI * (this.#low >>> 0) * 2 ** -32);
  }

  /** Standard normal number by the ziggurat, for noise of pulses and reads; twice as fast as `normal`, with different bits. */
  noise(entity: number, count: number): number {
    this.#mixKey(entity, count);
    return CounterRandom.convertToNormal(this.#high, this.#low);
  }

  /**
   * Second standard normal number of draw `count`: from the same two random words as `noise`, with their roles exchanged.
   * The bits that both numbers use change this one by less than 2^-20, so the two are almost independent.
   */
  secondNoise(entity: number, count: number): number {
    this.#mixKey(entity, count);
    return CounterRandom.convertToNormal(this.#low, this.#high);
  }

  /**
   * Standard normal number from two random 32-bit words by the ziggurat method: 11 bits for the layer, one for the sign
   * and 52 for the fraction. One in 440 draws needs further words.
   */
  static convertToNormal(this: void, high: number, low: number): number {
    const table = getNormalZiggurat();
    const words = CounterRandom.#further;
    words.#high = high;
    words.#low = low;
    for (;;) {
      const layer = words.#high & (LAYER_COUNT - 1);
      const sign = words.#high & LAYER_COUNT ? -1 : 1;
      const inner = table[layer + 1]!;
      const x = words.#composeFraction() * table[layer]!;
      if (x < inner) return sign * x;
      if (layer === 0) return sign * (inner + words.#drawTail(inner));
      const under = table[LAYER_COUNT + 1 + layer]!;
      const over = table[LAYER_COUNT + 2 + layer]!;
      if (under + words.#drawFraction() * (over - under) < exp(-0.5 * x * x)) return sign * x;
      words.#drawFraction();
    }
  }

  static readonly #further = new CounterRandom(0, 'noise');

  /** Draws the excess over x of a standard normal number above x (Marsaglia, Technometrics 6 (1964), 101). */
  #drawTail(x: number): number {
    for (;;) {
      const further = -log(1 - this.#drawFraction()) / x;
      if (-2 * log(1 - this.#drawFraction()) > further * further) return further;
    }
  }

  /** Fraction in [0, 1), composed of 20 bits of the first random word and all 32 bits of the second. */
  #composeFraction(): number {
    return ((this.#high >>> 12) * 2 ** 32 + (this.#low >>> 0)) * 2 ** -52;
  }

  /** Derives the next two random words from the current ones. Returns the fraction that they encode. */
  #drawFraction(): number {
    this.#mixKey(this.#high, this.#low);
    return this.#composeFraction();
  }

  /** Seeds a separate random stream: writes four random words, which depend on the key and `entity`, into `state`. */
  seed(state: Uint32Array, entity: number) {
    this.#mixKey(entity, 0x80000000);
    state[0] = this.#high;
    state[1] = this.#low;
    this.#mixKey(entity, 0x80000001);
    state[2] = this.#high;
    state[3] = this.#low;
  }

  #mixKey(entity: number, count: number) {
    const { key } = this;
    let x0 = (entity + key[0]!) | 0;
    let x1 = (count + key[1]!) | 0;
    let at = 1;
    for (let group = 1; group <= 5; group++) {
      const r = group & 1 ? ODD_ROTATIONS : EVEN_ROTATIONS;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << r[0]) | (x1 >>> (32 - r[0]))) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << r[1]) | (x1 >>> (32 - r[1]))) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << r[2]) | (x1 >>> (32 - r[2]))) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << r[3]) | (x1 >>> (32 - r[3]))) ^ x0;
      const next = at === 2 ? 0 : at + 1;
      x0 = (x0 + key[at]!) | 0;
      x1 = (x1 + key[next]! + group) | 0;
      at = next;
    }
    this.#high = x0;
    this.#low = x1;
  }
}

interface List<T> {
  readonly length: number;
  [index: number]: T;
}

function swap<T>(list: List<T>, i: number, j: number) {
  [list[i], list[j]] = [list[j]!, list[i]!];
}

/**
 * Shuffles a list in place; all orders are equally likely (Fisher & Yates).
 * @param below function that returns a random integer from 0 to n - 1
 */
export function shuffle<L extends List<T>, T>(list: L, below: (n: number) => number): L {
  for (let i = list.length - 1; i > 0; i--) swap(list, i, below(i + 1));
  return list;
}

/** Integers from 0 to `count - 1` in random order. */
export const shuffleIndices = (count: number, stream: RandomStream): Uint32Array =>
  shuffle(
    Uint32Array.from({ length: count }, (_, i) => i),
    (n) => stream.integerBelow(n),
  );

/** Moves a random sample of `count` entries, in random order, to the front of a list. */
export function moveSampleToFront<L extends List<T>, T>(list: L, count: number, below: (n: number) => number): L {
  for (let i = 0; i < count; i++) swap(list, i, i + below(list.length - i));
  return list;
}
