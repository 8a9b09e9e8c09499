/** Spikes of one image, from its start; valid until the next are asked for. */
export interface ImageSpikes {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
}

/** Grid steps of a ms: times are multiples of 2^-26 ms. */
const TICKS = 2 ** 26;
/** A gap that says: so many steps pass, and no spike comes. */
const PASS = 2 ** 32 - 1;
/** Spikes that are allocated at a time. */
const CHUNK = 2 ** 20;

interface Chunk {
  readonly gaps: Uint32Array;
  readonly neurons: Uint16Array | Uint32Array;
}

/** Spikes of many images, six bytes each: the gap since the one before, in steps of the time grid, and who fired. Nothing is rounded. */
export class SpikeStore {
  readonly #neurons: number;
  readonly #chunks: Chunk[] = [];
  #used = CHUNK;
  /** By image: its chunk, its first entry there, and the one after its last. */
  readonly #places = new Map<number, readonly [chunk: number, from: number, to: number]>();
  #times = new Float64Array(1024);
  #who = new Uint32Array(1024);

  /** @param neurons of the population */
  constructor(neurons: number) {
    this.#neurons = neurons;
  }

  has(image: number): boolean {
    return this.#places.has(image);
  }

  put(image: number, { times, neurons }: ImageSpikes): void {
    let entries = times.length;
    for (let k = 0, before = 0; k < times.length; before = times[k++]!)
      entries += Math.floor(((times[k]! - before) * TICKS) / PASS);
    if (this.#used + entries > (this.#chunks.at(-1)?.gaps.length ?? 0)) {
      const length = Math.max(CHUNK, entries);
      const narrow = this.#neurons <= 2 ** 16;
      this.#chunks.push({
        gaps: new Uint32Array(length),
        neurons: narrow ? new Uint16Array(length) : new Uint32Array(length),
      });
      this.#used = 0;
    }
    const chunk = this.#chunks.at(-1)!;
    let at = this.#used;
    for (let k = 0, before = 0; k < times.length; before = times[k++]!) {
      let gap = (times[k]! - before) * TICKS;
      for (; gap >= PASS; gap -= PASS) chunk.gaps[at++] = PASS;
      chunk.gaps[at] = gap;
      chunk.neurons[at++] = neurons[k]!;
    }
    this.#places.set(image, [this.#chunks.length - 1, this.#used, at]);
    this.#used = at;
  }

  /** What was put for an image. */
  get(image: number): ImageSpikes {
    const [c, from, to] = this.#places.get(image)!;
    const { gaps, neurons } = this.#chunks[c]!;
    if (to - from > this.#times.length) {
      this.#times = new Float64Array(2 * (to - from));
      this.#who = new Uint32Array(2 * (to - from));
    }
    let ticks = 0;
    let n = 0;
    for (let k = from; k < to; k++) {
      ticks += gaps[k]!;
      if (gaps[k] === PASS) continue;
      this.#times[n] = ticks / TICKS;
      this.#who[n++] = neurons[k]!;
    }
    return { times: this.#times.subarray(0, n), neurons: this.#who.subarray(0, n) };
  }
}
