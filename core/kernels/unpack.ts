/** How likely bits are 0, out of 2^16 each: by the last few of their kind, and by many. */
const chances = (count: number) => new Uint16Array(2 * count).fill(0x8000);

/** What a range coder made: digits of base 64 that say, ever finer, in which part of a range a number lies. */
class Bits {
  #range = 0;
  #code = 0;
  #at = 0;
  readonly #digits: Uint8Array;

  constructor(digits: Uint8Array) {
    this.#digits = digits;
    this.#narrow(0, 1);
  }

  #narrow(from: number, size: number): void {
    this.#code -= from;
    this.#range = size;
    for (; this.#range < 2 ** 24; this.#range *= 64) this.#code = 64 * this.#code + this.#digits[this.#at++]!;
  }

  bit(chances: Uint16Array, i: number): number {
    const quick = chances[2 * i]!;
    const slow = chances[2 * i + 1]!;
    const bound = Math.floor((this.#range * (quick + slow)) / 2 ** 17);
    const one = this.#code < bound ? 0 : 1;
    chances[2 * i] = quick + (one ? -(quick >> 2) : (65535 - quick) >> 2);
    chances[2 * i + 1] = slow + (one ? -(slow >> 6) : (65535 - slow) >> 6);
    if (one) this.#narrow(bound, this.#range - bound);
    else this.#narrow(0, bound);
    return one;
  }

  /** The two highest bits of a number and how many follow have chances by what came before them; the others are even. */
  number(chances: Uint16Array, from: number): number {
    let node = 1;
    while (node < 64) node = 2 * node + this.bit(chances, from + node);
    const kind = node - 64;
    if (kind < 4) return kind;
    const most = 2 ** ((kind >> 1) - 1);
    const size = Math.floor(this.#range / most);
    const rest = Math.floor(this.#code / size);
    this.#narrow(rest * size, size);
    return (2 + (kind & 1)) * most + rest;
  }
}

/**
 * The bytes that `wasm/pack.mjs` made `digits` of: LZMA (Pavlov, 7-Zip) without what helps only large files, and the chances of bits
 * a mean of two. Takes a fourth less than gzip's deflate, which servers put on top in vain.
 */
export function unpack(digits: Uint8Array, length: number): Uint8Array {
  const bits = new Bits(digits);
  const bytes = new Uint8Array(length);
  const literal = chances(768);
  const [isMatch, isKnown, isOneByte] = [chances(12), chances(12), chances(12)];
  const [isOther, isThird, isFourth] = [chances(12), chances(12), chances(12)];
  const [lengths, lengthsOfKnown, distances] = [chances(64), chances(64), chances(256)];
  let back = [0, 0, 0, 0];
  let state = 0; // what the last steps were: below 7 the last one was a byte
  let at = 0;

  const byte = () => {
    let node = 1;
    // After a repetition: other than the byte that would have gone on with it.
    for (let other = state < 7 ? 0x10000 : bytes[at - back[0]! - 1]!; node < 256 && other < 0x10000; ) {
      const wrong = (other >> 7) & 1;
      const bit = bits.bit(literal, 256 * (1 + wrong) + node);
      node = 2 * node + bit;
      other = bit === wrong ? (other << 1) & 0xff : 0x10000;
    }
    while (node < 256) node = 2 * node + bits.bit(literal, node);
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
    let count = 0; // less 2
    if (!bits.bit(isKnown, was)) {
      count = bits.number(lengths, 0);
      back = [bits.number(distances, 64 * Math.min(count, 3)), back[0]!, back[1]!, back[2]!];
      state = was < 7 ? 7 : 10;
    } else {
      const which = !bits.bit(isOther, was) ? 0 : !bits.bit(isThird, was) ? 1 : 2 + bits.bit(isFourth, was);
      const single = which === 0 && !bits.bit(isOneByte, was);
      back.unshift(...back.splice(which, 1));
      count = single ? -1 : bits.number(lengthsOfKnown, 0);
      state = single ? (was < 7 ? 9 : 11) : was < 7 ? 8 : 11;
    }
    for (const end = at + count + 2; at < end; at++) bytes[at] = bytes[at - back[0]! - 1]!;
  }
  return bytes;
}
