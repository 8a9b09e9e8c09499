/** Mutations of files: bytes of any file, cells of text, and values of a tree that is written as a valid file again. */
import seedrandom from 'seedrandom';

/** Stream of random numbers with the choices that mutations need. */
export interface Random {
  /** Number in [0, 1). */
  uniform(): number;
  /** Integer from 0 to `sides` - 1. */
  below(sides: number): number;
  pick<T>(items: readonly T[]): T;
}

export function randomOf(seed: string): Random {
  const uniform = seedrandom(seed);
  const below = (sides: number) => Math.floor(uniform() * sides);
  return { uniform, below, pick: (items) => items[below(items.length)]! };
}

/** Integers at the limits of the types that lengths, offsets and counts have. */
const INTEGERS = [
  0,
  1,
  2,
  3,
  7,
  8,
  127,
  128,
  255,
  256,
  65535,
  65536,
  2 ** 20,
  2 ** 24,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];
const LARGE = [2 ** 32, 2 ** 40, 2 ** 53 - 1, 2 ** 53, 2 ** 63];
const REALS = [-1, -0, 0.5, 1e-300, 5e-324, 1e10, 1e38, 1e39, 1e300, 1.7976931348623157e308, -1e308];
const NOT_FINITE = [Number.NaN, Infinity, -Infinity];
const TEXTS = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e999',
    'NaN',
    'Infinity',
    'null',
    'true',
    '[]',
    '{}',
    '…',
    '\u202e',
    '\u0000',
    '\u001b[31m',
    '\n',
    '\t',
  ],
  ...[
    'constructor',
    '__proto__',
    'hasOwnProperty',
    'toString',
    'valueOf',
    '../../etc',
    'a'.repeat(500),
    'ß'.repeat(5000),
  ],
];

/** One value of any kind, most often one that a reader does not expect. */
function anyValue(random: Random): unknown {
  return random.pick([
    () => random.pick(INTEGERS),
    () => random.pick(LARGE),
    () => random.pick(REALS),
    () => random.pick(NOT_FINITE),
    () => random.pick(TEXTS),
    () => random.pick([null, true, false]),
    () => [],
    () => ({}),
    () => [random.pick(INTEGERS), random.pick(TEXTS)],
    () => ({ [random.pick(TEXTS)]: random.pick(INTEGERS) }),
  ])();
}

/** Value of the same kind as `value` for two of three times, else of any. */
function otherValue(random: Random, value: unknown): unknown {
  if (random.below(3) === 0) return anyValue(random);
  if (typeof value === 'number')
    return random.pick([
      () => value + random.pick([-1, 1, 0.5]),
      () => -value,
      () => value * random.pick([2, 10, 1e6, 1e-6]),
      () => random.pick(INTEGERS),
      () => random.pick(REALS),
      () => random.pick(NOT_FINITE),
    ])();
  if (typeof value === 'string') return random.below(2) ? random.pick(TEXTS) : mutateText(random, value);
  if (typeof value === 'boolean') return !value;
  return anyValue(random);
}

type Slot = { readonly holder: Record<PropertyKey, unknown>; readonly key: string };

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

function slotsOf(tree: unknown, into: Slot[] = []): Slot[] {
  if (!isTree(tree)) return into;
  for (const key of Object.keys(tree)) {
    into.push({ holder: tree, key });
    slotsOf(tree[key], into);
  }
  return into;
}

const assign = (holder: Record<PropertyKey, unknown>, key: string, value: unknown): void => {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
};

/**
 * Copy of a tree of mappings, lists and plain values with one to three of its entries changed, removed, doubled, renamed or exchanged.
 * Typed arrays count as values: bytes are mutated, numbers changed.
 */
export function mutateTree<T>(random: Random, tree: T): T {
  const copy = structuredClone(tree);
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const slots = slotsOf(copy);
    if (slots.length === 0) return copy;
    const { holder, key } = random.pick(slots);
    const value = holder[key];
    const other = random.pick(slots);
    random.pick([
      () => assign(holder, key, otherLeaf(random, value)),
      () => assign(holder, key, otherLeaf(random, value)),
      () => assign(holder, key, otherLeaf(random, value)),
      () => (Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key]),
      () =>
        Array.isArray(holder) ? holder.splice(Number(key), 0, structuredClone(value)) : rename(random, holder, key),
      () => assign(holder, key, structuredClone(other.holder[other.key])),
    ])();
  }
  return copy;
}

function rename(random: Random, holder: Record<PropertyKey, unknown>, key: string): void {
  const value = holder[key];
  delete holder[key];
  assign(holder, random.below(2) ? random.pick(TEXTS) : mutateText(random, key), value);
}

function otherLeaf(random: Random, value: unknown): unknown {
  if (value instanceof Uint8Array) return mutateBytes(random, value);
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return otherValue(random, value);
  const numbers = (value as Float64Array).slice();
  if (numbers.length > 0 && random.below(3) > 0)
    numbers[random.below(numbers.length)] = random.pick([...INTEGERS, ...REALS, ...NOT_FINITE]);
  else return numbers.slice(0, random.below(numbers.length + 1));
  return numbers;
}

/** Copy with characters, words or lines changed, removed, doubled or put in. */
export function mutateText(random: Random, text: string): string {
  const [a, b] = [random.below(text.length + 1), random.below(text.length + 1)].sort((x, y) => x - y) as [
    number,
    number,
  ];
  const end = Math.min(b, a + 1 + random.below(8));
  const lines = text.split('\n');
  const line = random.below(lines.length);
  return random.pick([
    () => text.slice(0, a) + text.slice(end),
    () => text.slice(0, a) + random.pick(TEXTS) + text.slice(random.below(2) ? a : end),
    () => text.slice(0, a) + text.slice(a, end).repeat(1 + random.below(20)) + text.slice(end),
    () =>
      text.replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/g, (n) =>
        random.below(4) ? n : JSON.stringify(otherValue(random, Number(n))),
      ),
    () => lines.filter((_, k) => k !== line).join('\n'),
    () => lines.toSpliced(line, 0, lines[random.below(lines.length)]!).join('\n'),
    () =>
      lines
        .with(line, lines[line]!.replaceAll(random.pick([',', ';', '\t', ' ', ':', '"']), random.pick(TEXTS)))
        .join('\n'),
    () => text.slice(0, a),
  ])();
}

/** Copy of a text file with one to three changes. */
export function mutateTextFile(random: Random, bytes: Uint8Array): Uint8Array {
  let text = new TextDecoder().decode(bytes);
  for (let changes = 1 + random.below(3); changes > 0; changes--) text = mutateText(random, text);
  return new TextEncoder().encode(text.slice(0, 2 ** 20));
}

const MAX_TRIES = 20;

/** A mutant in a valid container: `make` is called until its writer takes the content. */
export function makeValid(make: () => Uint8Array): Uint8Array {
  for (let tries = 1; ; tries++) {
    try {
      return make();
    } catch (error) {
      if (tries === MAX_TRIES) throw error;
    }
  }
}

/** Copy with one to four changes: bits, numbers of 1 to 8 bytes, parts removed, doubled, exchanged or put in, an end cut off. */
export function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  let out: Uint8Array = Uint8Array.from(bytes);
  for (let changes = 1 + random.below(4); changes > 0; changes--) out = changeBytes(random, out);
  return out;
}

function changeBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const length = Math.min(random.pick([1, 2, 4, 8, 16, 64, bytes.length >> 1]), bytes.length - at);
  const part = bytes.subarray(at, at + length);
  const joined = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
  return random.pick([
    () => withNumber(random, bytes),
    () => withNumber(random, bytes),
    () => withNumber(random, bytes),
    () => bytes.map((byte, k) => (k === at ? byte ^ (1 << random.below(8)) : byte)),
    () => bytes.map((byte, k) => (k >= at && k < at + length ? random.below(256) : byte)),
    () => joined(bytes.subarray(0, at), bytes.subarray(at + length)),
    () => joined(bytes.subarray(0, at), part, bytes.subarray(at)),
    () => joined(bytes.subarray(0, at), Buffer.from(random.pick(TEXTS)), bytes.subarray(at)),
    () => bytes.slice(0, at),
  ])();
}

/** Overwrites one number, little- or big-endian, with an extreme one. */
function withNumber(random: Random, bytes: Uint8Array): Uint8Array {
  const width = random.pick([1, 2, 4, 4, 4, 8]);
  if (bytes.length < width) return bytes;
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  const at = random.below(bytes.length - width + 1);
  const little = random.below(4) > 0;
  const integer = random.below(3) === 0 ? random.below(2 ** 32) : random.pick(INTEGERS);
  if (width === 1) view.setUint8(at, integer);
  else if (width === 2) view.setUint16(at, integer, little);
  else if (width === 4 && random.below(4) > 0) view.setUint32(at, integer, little);
  else if (width === 4) view.setFloat32(at, random.pick([...REALS, ...NOT_FINITE]), little);
  else if (random.below(2)) view.setBigUint64(at, BigInt(random.pick([integer, ...LARGE])), little);
  else view.setFloat64(at, random.pick([...REALS, ...NOT_FINITE]), little);
  return out;
}
