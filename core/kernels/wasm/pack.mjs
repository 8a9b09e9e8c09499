/** What `core/kernels/unpack.ts` takes apart again: LZMA's search for repetitions, whose findings are written in another way. */
const inside = (file) => import(new URL(file, import.meta.resolve('lzma1')));
const { Encoder } = await inside('encoder.js');
const { InputBuffer, OutputBuffer } = await inside('streams.js');
const { RangeBitTreeCoder } = await inside('range-bit-tree-coder.js');

/** Prices of lengths are reckoned anew after so many. */
const RECKONED = 16;
/** Of a bit that is as likely 0 as 1. */
const PRICE = 64;

/** How many bits a number below 2^32 has and the second of these, and the others: their value and how many they are. */
function parts(value) {
  if (value < 4) return [value, 0, 0];
  const count = 30 - Math.clz32(value);
  return [2 * count + (value >> count), value % 2 ** count, count];
}

/** In place of LZMA's lengths, which are written in three ways. */
class Lengths {
  #kinds = new RangeBitTreeCoder(6);
  #prices = [];

  init() {}
  setTableSize() {}
  updateTables() {
    this.#prices = Array.from({ length: 272 }, (_, value) => {
      const [kind, , count] = parts(value);
      return this.#kinds.getPrice(kind) + PRICE * count;
    });
  }
  getPrice(value) {
    return this.#prices[value];
  }
  encode(value, coder) {
    const [kind, rest, count] = parts(value);
    this.#kinds.encode(coder, kind);
    coder.encodeEven(rest, count);
  }
}

/** A range coder of base 64, whose chances are a mean of a quick and a slow one. */
class Packer extends Encoder {
  #chances = new Map();
  #digits = [];
  #low = 0;
  #range = 2 ** 24;
  #lengths = 0;
  #high = [0, 0];

  configure(mode) {
    super.configure(mode);
    this._posStateBits = 0;
    this._posStateMask = 0;
    this._numLiteralContextBits = 0;
  }
  init() {
    this._lenEncoder = new Lengths();
    this._repMatchLenEncoder = new Lengths();
    super.init();
  }
  encodeLength(lengths, value) {
    lengths.encode(value, this);
    if (++this.#lengths % RECKONED === 0) lengths.updateTables();
  }
  /** Of long distances: all but the last four of the bits that are even, which come next. */
  encodeDirectBits(value, count) {
    this.#high = [16 * value, count + 4];
  }
  reverseEncode(value) {
    this.encodeEven(this.#high[0] + value, this.#high[1]);
  }
  reverseEncodeRange(_, count, value) {
    this.encodeEven(value, count);
  }

  encodeBit(prices, i, bit) {
    if (!this.#chances.has(prices)) this.#chances.set(prices, new Uint16Array(2 * prices.length).fill(0x8000));
    const chances = this.#chances.get(prices);
    const [quick, slow] = chances.subarray(2 * i);
    const bound = Math.floor((this.#range * (quick + slow)) / 2 ** 17);
    chances[2 * i] += bit ? -(quick >> 2) : (65535 - quick) >> 2;
    chances[2 * i + 1] += bit ? -(slow >> 6) : (65535 - slow) >> 6;
    prices[i] = Math.max(31, Math.min(2017, (chances[2 * i] + chances[2 * i + 1]) >> 6)); // its table ends there
    if (bit) this.#narrow(bound, this.#range - bound);
    else this.#narrow(0, bound);
  }
  encodeEven(value, count) {
    const size = Math.floor(this.#range / 2 ** count);
    this.#narrow(value * size, size);
  }
  #narrow(from, size) {
    this.#low += from;
    this.#range = size;
    while (this.#range < 2 ** 24) this.#digit();
  }
  #digit() {
    const digit = Math.floor(this.#low / 2 ** 24);
    this.#digits.push(digit % 64);
    for (let i = this.#digits.length - 2, carry = digit >> 6; carry; i--) {
      carry = this.#digits[i] === 63 ? 1 : 0;
      this.#digits[i] = (this.#digits[i] + 1) % 64;
    }
    this.#low = (this.#low % 2 ** 24) * 64;
    this.#range *= 64;
  }

  flushEncoding() {
    this.releaseMFStream();
    for (let i = 0; i < 5; i++) this.#digit();
  }
  digits(bytes) {
    this.compress(new InputBuffer(bytes), new OutputBuffer(64), { searchDepth: 25, filterStrength: 255, modeIndex: 1 });
    return Uint8Array.from(this.#digits.slice(1)); // the first is 0
  }
}

/** Digits of base 64. */
export const pack = (bytes) => new Packer().digits(bytes);
