/** Spike counts, `images x neurons`, row-major. */
export type SpikeCounts = Uint8Array | Uint16Array | Uint32Array;

/**
 * Sparse spike counts: in image i, `neuron[s]` fired `spikes[s]` times, for s from `start[i]` to `start[i + 1] - 1`; neurons ascend.
 * Most counts of a large layer are 0.
 */
export interface SparseCounts {
  readonly neurons: number;
  readonly start: Uint32Array;
  readonly neuron: Uint32Array;
  readonly spikes: Uint32Array;
}

export const isSparse = (counts: SpikeCounts | SparseCounts): counts is SparseCounts => 'start' in counts;

/** Converts counts to sparse counts; sparse counts are returned unchanged. */
export function toSparse(counts: SpikeCounts | SparseCounts, neurons: number): SparseCounts {
  if (isSparse(counts)) return counts;
  const images = counts.length / neurons;
  const start = new Uint32Array(images + 1);
  for (let k = 0; k < counts.length; k++) if (counts[k] !== 0) start[Math.floor(k / neurons) + 1]!++;
  for (let i = 0; i < images; i++) start[i + 1]! += start[i]!;
  const neuron = new Uint32Array(start[images]!);
  const spikes = new Uint32Array(start[images]!);
  for (let k = 0, s = 0; k < counts.length; k++) {
    if (counts[k] === 0) continue;
    neuron[s] = k % neurons;
    spikes[s++] = counts[k]!;
  }
  return { neurons, start, neuron, spikes };
}

/**
 * Counts spikes per image and neuron. Spikes of image i are `spikeNeurons[starts[i]]` to `spikeNeurons[starts[i + 1] - 1]`; spike k counts if
 * `counted(k)` is true.
 */
export function countSpikes(
  starts: Uint32Array,
  spikeNeurons: Uint32Array,
  counted: (k: number) => boolean,
  neurons: number,
): SparseCounts {
  const images = starts.length - 1;
  const start = new Uint32Array(images + 1);
  const neuron = new Uint32Array(spikeNeurons.length);
  const spikes = new Uint32Array(spikeNeurons.length);
  const count = new Uint32Array(neurons);
  let end = 0;
  for (let i = 0; i < images; i++) {
    const from = end;
    for (let k = starts[i]!; k < starts[i + 1]!; k++)
      if (counted(k) && count[spikeNeurons[k]!]!++ === 0) neuron[end++] = spikeNeurons[k]!;
    neuron.subarray(from, end).sort();
    for (let s = from; s < end; s++) {
      spikes[s] = count[neuron[s]!]!;
      count[neuron[s]!] = 0;
    }
    start[i + 1] = end;
  }
  return { neurons, start, neuron: neuron.slice(0, end), spikes: spikes.slice(0, end) };
}
