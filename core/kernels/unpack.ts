/** Bits that are likely the same as last time here cost less: a chance out of 2048 of a 0, which moves by a 32nd of what it lacks. */
class Bits {
  #range = 0xffffffff;
  #code = 0;
  #at = 1;
  readonly #packed: Uint8Array;

  constructor(packed: Uint8Array) {
    this.#packed = packed;
    for (let i = 0; i < 4; i++) this.#take();
  }

  #take(): void {
    this.#code = ((this.#code << 8) | this.#packed[this.#at++]!) >>> 0;
  }

  bit(chances: Uint16Array, i: number): number {
    const chance = chances[i]!;
    const bound = (this.#range >>> 11) * chance;
    const one = this.#code < bound ? 0 : 1;
    chances[i] = one ? chance - (chance >> 5) : chance + ((2048 - chance) >> 5);
    this.#code -= one * bound;
    this.#narrow(one ? this.#range - bound : bound);
    return one;
  }

  #narrow(range: number): void {
    this.#range = range;
    if (range >= 0x1000000) return;
    this.#range = (range << 8) >>> 0;
    this.#take();
  }

  /** A number of `count` bits, the highest first, each with a chance for what came before it. */
  number(chances: Uint16Array, from: number, count: number): number {
    let node = 1;
    for (let i = 0; i < count; i++) node = 2 * node + this.bit(chances, from + node);
    return node - (1 << count);
  }

  /** The same, the lowest first. */
  reversed(chances: Uint16Array, from: number, count: number): number {
    let left = this.number(chances, from, count);
    let value = 0;
    for (let i = 0; i < count; i++, left >>= 1) value = 2 * value + (left & 1);
    return value;
  }

  /** A number whose bits are as likely 0 as 1. */
  even(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const half = this.#range >>> 1;
      const one = this.#code < half ? 0 : 1;
      this.#code -= one * half;
      this.#narrow(half);
      value = 2 * value + one;
    }
    return value;
  }
}

const chances = (count: number) => new Uint16Array(count).fill(1024);

/** How long what is repeated is: 2 to 9, 10 to 17, 18 to 273 bytes. */
class Lengths {
  readonly #kind = chances(2);
  readonly #short = chances(8);
  readonly #middle = chances(8);
  readonly #long = chances(256);

  next(bits: Bits): number {
    if (!bits.bit(this.#kind, 0)) return 2 + bits.number(this.#short, 0, 3);
    if (!bits.bit(this.#kind, 1)) return 10 + bits.number(this.#middle, 0, 3);
    return 18 + bits.number(this.#long, 0, 8);
  }
}

/** How far back it stands, less 1: a number of bits and those bits, of which many are even. */
class Distances {
  readonly #slots = chances(256);
  readonly #low = chances(115);
  readonly #last = chances(16);

  next(bits: Bits, length: number): number {
    const slot = bits.number(this.#slots, 64 * Math.min(length - 2, 3), 6);
    if (slot < 4) return slot;
    const count = (slot >> 1) - 1;
    const first = (2 | (slot & 1)) << count;
    if (slot < 14) return first + bits.reversed(this.#low, first - slot, count);
    return first + 16 * bits.even(count - 4) + bits.reversed(this.#last, 0, 4);
  }
}

/**
 * The bytes that LZMA (Pavlov, 7-Zip) made `packed` of, without its header: three bits of the byte before are the context of a
 * byte. Takes a fifth less than gzip's deflate, which servers put on top in vain.
 */
export function unpack(packed: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const bits = new Bits(packed);
  const bytes = new Uint8Array(length);
  const literal = chances(8 * 768);
  const [isMatch, isKnown, isOneByte] = [chances(12), chances(12), chances(12)];
  const [isOther, isThird, isFourth] = [chances(12), chances(12), chances(12)];
  const [lengths, lengthsOfKnown, distances] = [new Lengths(), new Lengths(), new Distances()];
  let back = [0, 0, 0, 0];
  let state = 0; // what the last steps were: below 7 the last one was a byte
  let at = 0;

  const byte = () => {
    const from = 768 * ((bytes[at - 1] ?? 0) >> 5);
    let node = 1;
    // After a repetition: other than the byte that would have gone on with it.
    for (let other = state < 7 ? 0x10000 : bytes[at - back[0]! - 1]!; node < 256 && other < 0x10000; ) {
      const wrong = (other >> 7) & 1;
      const bit = bits.bit(literal, from + 256 * (1 + wrong) + node);
      node = 2 * node + bit;
      other = bit === wrong ? (other << 1) & 0xff : 0x10000;
    }
    while (node < 256) node = 2 * node + bits.bit(literal, from + node);
    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
    return node;
  };

  while (at < length) {
    if (!bits.bit(isMatch, state)) {
      bytes[at] = byte();
      at++;
      continue;
    }
    const was = state;
    let count: number;
    if (!bits.bit(isKnown, was)) {
      count = lengths.next(bits);
      back = [distances.next(bits, count), back[0]!, back[1]!, back[2]!];
      state = was < 7 ? 7 : 10;
    } else {
      const which = !bits.bit(isOther, was) ? 0 : !bits.bit(isThird, was) ? 1 : 2 + bits.bit(isFourth, was);
      const single = which === 0 && !bits.bit(isOneByte, was);
      back.unshift(...back.splice(which, 1));
      count = single ? 1 : lengthsOfKnown.next(bits);
      state = single ? (was < 7 ? 9 : 11) : was < 7 ? 8 : 11;
    }
    for (const end = at + count; at < end; at++) bytes[at] = bytes[at - back[0]! - 1]!;
  }
  return bytes;
}
