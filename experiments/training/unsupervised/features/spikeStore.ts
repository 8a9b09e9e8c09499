/** Spikes of one image, with times since its start, ms; valid until the next request. */
export interface ImageSpikes {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
}

/** Number of ticks of the time grid per ms. */
const TICKS_PER_MS = 2 ** 26;
/** Largest gap, ticks: an entry without a spike that only advances time. */
const MAX_GAP = 2 ** 32 - 1;
/** Number of entries per allocation. */
const CHUNK_SIZE = 2 ** 20;

interface Chunk {
  readonly gaps: Uint32Array;
  readonly neurons: Uint16Array | Uint32Array;
}

/** Lossless store of spikes by image: gap to the previous spike in ticks and neuron index, six bytes per spike in small populations. */
export class SpikeStore {
  readonly #neurons: number;
  readonly #chunks: Chunk[] = [];
  #used = CHUNK_SIZE;
  /** Location of each image: chunk, first entry, and end. */
  readonly #locations = new Map<number, readonly [chunk: number, from: number, to: number]>();
  #times = new Float64Array(1024);
  #spikeNeurons = new Uint32Array(1024);

  /** @param neurons number of neurons of the population */
  constructor(neurons: number) {
    this.#neurons = neurons;
  }

  has(image: number): boolean {
    return this.#locations.has(image);
  }

  put(image: number, { times, neurons }: ImageSpikes): void {
    let entries = times.length;
    for (let k = 0, before = 0; k < times.length; before = times[k++]!)
      entries += Math.floor(((times[k]! - before) * TICKS_PER_MS) / MAX_GAP);
    if (this.#used + entries > (this.#chunks.at(-1)?.gaps.length ?? 0)) {
      const length = Math.max(CHUNK_SIZE, entries);
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
      let gap = (times[k]! - before) * TICKS_PER_MS;
      for (; gap >= MAX_GAP; gap -= MAX_GAP) chunk.gaps[at++] = MAX_GAP;
      chunk.gaps[at] = gap;
      chunk.neurons[at++] = neurons[k]!;
    }
    this.#locations.set(image, [this.#chunks.length - 1, this.#used, at]);
    this.#used = at;
  }

  /** Spikes stored for an image. */
  get(image: number): ImageSpikes {
    const [c, from, to] = this.#locations.get(image)!;
    const { gaps, neurons } = this.#chunks[c]!;
    if (to - from > this.#times.length) {
      this.#times = new Float64Array(2 * (to - from));
      this.#spikeNeurons = new Uint32Array(2 * (to - from));
    }
    let ticks = 0;
    let n = 0;
    for (let k = from; k < to; k++) {
      ticks += gaps[k]!;
      if (gaps[k] === MAX_GAP) continue;
      this.#times[n] = ticks / TICKS_PER_MS;
      this.#spikeNeurons[n++] = neurons[k]!;
    }
    return { times: this.#times.subarray(0, n), neurons: this.#spikeNeurons.subarray(0, n) };
  }
}
