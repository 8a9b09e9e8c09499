import alea from 'seedrandom/lib/alea.js';
import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { notEmpty, whole } from '../declare/ranged.ts';
import { log1p } from '../elementary.ts';
import { cos, exp, log } from '../math.ts';
import { below, nextUint32, uniformFrom } from './xoshiro.ts';
import { LAYERS, normalZiggurat } from './ziggurat.ts';

/** A seed as users give it. Objects are refused: seedrandom would read every one of them as `[object Object]`. */
export type Seed = number | string;
export const seed = z.union([whole(), notEmpty()]);

/**
 * A named stream of random numbers: xoshiro128++ (Blackman & Vigna 2021, doi:10.1145/3460772), whose 128 bits of state
 * come from seedrandom's Alea under the name `seed/path`. Streams depend on their name alone, never on the order of
 * construction, on what else is simulated or on the number of workers. The state is a plain array and goes into the
 * checkpoint as it is.
 */
export class Stream {
  readonly state: Uint32Array;

  constructor(seed: Seed, name: string, state: Uint32Array = new Uint32Array(4)) {
    if (typeof seed !== 'string' && !Number.isInteger(seed)) {
      throw new UserError(`seed is ${String(seed)}, but a seed must be an integer or a string.`);
    }
    this.state = state;
    const words = alea(`${seed}/${name}`);
    for (let i = 0; i < 4; i++) state[i] = words.int32();
    if (!(state[0]! | state[1]! | state[2]! | state[3]!)) state[0] = 1; // xoshiro's one forbidden state
  }

  /** 32 random bits. */
  uint32(): number {
    return nextUint32(this.state);
  }

  /** Uniform on [0, 1), 53 bits. */
  uniform(): number {
    return uniformFrom(this.state);
  }

  /** Uniform integer in [0, n), n at most 2^32. */
  below(n: number): number {
    return below(this.state, n);
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -log1p(-this.uniform());
  }

  /** Standard normal (Box & Muller 1958; one of the pair, so that the state stays 128 bits). */
  normal(): number {
    return Math.sqrt(2 * this.exponential()) * cos(2 * Math.PI * this.uniform());
  }
}

const ODD = [13, 15, 26, 6] as const;
const EVEN = [17, 29, 16, 24] as const;

/**
 * Random numbers that belong to an entity and not to a moment: Threefry-2x32-20 (Salmon et al. 2011,
 * doi:10.1145/2063384.2063405) of (entity, count) under a key. Draw `count` of entity `e` is the same whatever else was drawn.
 */
export class CounterRandom {
  /** Its key and the third word that follows from it, of 32 bits each. */
  readonly key: Int32Array;
  #high = 0;
  #low = 0;

  constructor(seed: Seed, name: string) {
    const stream = new Stream(seed, name);
    this.key = Int32Array.of(stream.uint32(), stream.uint32(), 0x1bd11bda);
    this.key[2]! ^= this.key[0]! ^ this.key[1]!;
  }

  /** Uniform on (0, 1), 53 bits. */
  uniform(entity: number, count: number): number {
    this.#mix(entity, count);
    return ((this.#high >>> 5) * 67108864 + (this.#low >>> 6) + 0.5) * 2 ** -53;
  }

  /** Exponential with mean 1. */
  exponential(entity: number, count: number): number {
    return -log(this.uniform(entity, count));
  }

  /** Standard normal by Box & Muller, as what is drawn once always was. */
  normal(entity: number, count: number): number {
    this.#mix(entity, count);
    return Math.sqrt(-2 * log(((this.#high >>> 0) + 0.5) * 2 ** -32)) * cos(2 * Math.PI * (this.#low >>> 0) * 2 ** -32);
  }

  /** Standard normal by layers, of other bits than `normal` in less than half of its time: for what is drawn with each pulse and read. */
  noise(entity: number, count: number): number {
    this.#mix(entity, count);
    return CounterRandom.noiseOf(this.#high, this.#low);
  }

  /** Another one, of the same words in the other order: what both depend on is less than 2^-20 of either, so they are independent. */
  otherNoise(entity: number, count: number): number {
    this.#mix(entity, count);
    return CounterRandom.noiseOf(this.#low, this.#high);
  }

  /**
   * A standard normal number from two random words by the ziggurat: of the first, 11 bits for the layer, one for the sign, 20 for a fraction,
   * whose other 32 are the second. One in 440 needs more words, which are Threefry's of these two, and so on.
   */
  static noiseOf(this: void, high: number, low: number): number {
    const table = normalZiggurat();
    const words = CounterRandom.#further;
    words.#high = high;
    words.#low = low;
    for (;;) {
      const layer = words.#high & (LAYERS - 1);
      const sign = words.#high & LAYERS ? -1 : 1;
      const inner = table[layer + 1]!;
      const x = words.#fraction() * table[layer]!;
      if (x < inner) return sign * x;
      if (layer === 0) return sign * (inner + words.#beyond(inner));
      const under = table[LAYERS + 1 + layer]!;
      const over = table[LAYERS + 2 + layer]!;
      if (under + words.#next() * (over - under) < exp(-0.5 * x * x)) return sign * x;
      words.#next();
    }
  }

  static readonly #further = new CounterRandom(0, 'noise');

  /** How far beyond x a normal number is that lies there (Marsaglia, Technometrics 6 (1964), 101). */
  #beyond(x: number): number {
    for (;;) {
      const further = -log(1 - this.#next()) / x;
      if (-2 * log(1 - this.#next()) > further * further) return further;
    }
  }

  /** On [0, 1), from 20 bits of the first word and all of the second. */
  #fraction(): number {
    return ((this.#high >>> 12) * 2 ** 32 + (this.#low >>> 0)) * 2 ** -52;
  }

  /** Goes on to the words that follow from these. */
  #next(): number {
    this.#mix(this.#high, this.#low);
    return this.#fraction();
  }

  /** Four random words for block `entity`: the state of an independent stream a block. */
  seed(state: Uint32Array, entity: number): void {
    this.#mix(entity, 0x80000000);
    state[0] = this.#high;
    state[1] = this.#low;
    this.#mix(entity, 0x80000001);
    state[2] = this.#high;
    state[3] = this.#low;
  }

  #mix(entity: number, count: number): void {
    const { key } = this;
    let x0 = (entity + key[0]!) | 0;
    let x1 = (count + key[1]!) | 0;
    let at = 1;
    for (let group = 1; group <= 5; group++) {
      const r = group & 1 ? ODD : EVEN;
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

/** Anything with indices whose entries can be swapped. */
interface List<T> {
  readonly length: number;
  [index: number]: T;
}

function swap<T>(list: List<T>, i: number, j: number): void {
  [list[i], list[j]] = [list[j]!, list[i]!];
}

/**
 * Puts a list into random order, all orders being equally likely (Fisher & Yates).
 * @param below a random integer from 0 to n - 1
 */
export function shuffle<L extends List<T>, T>(list: L, below: (n: number) => number): L {
  for (let i = list.length - 1; i > 0; i--) swap(list, i, below(i + 1));
  return list;
}

/** Brings a random sample of `count` entries, in random order, to the front of a list. */
export function sampleFirst<L extends List<T>, T>(list: L, count: number, below: (n: number) => number): L {
  for (let i = 0; i < count; i++) swap(list, i, i + below(list.length - i));
  return list;
}
