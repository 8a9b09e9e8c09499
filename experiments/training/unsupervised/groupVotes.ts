import { type SparseCounts, sparseOf } from './readout/counts.ts';
import type { Readout, SpikeCounts } from './readout/index.ts';
import { largest } from './readout/readout.ts';

/** What a group answers that was not heard. */
export const SILENT = 255;

/**
 * The class that each of the equal groups of neurons would answer by itself, `images x groups`, row-major: the largest sum of the
 * evidence that its spikes bring, the lowest class on a tie, SILENT without a spike of a neuron that says something.
 */
export function groupVotes(
  { evidence }: Readout,
  counts: SpikeCounts | SparseCounts,
  neurons: number,
  groups: number,
): Uint8Array {
  const { start, neuron, spikes } = sparseOf(counts, neurons);
  const images = start.length - 1;
  const classes = evidence.length / neurons;
  const each = neurons / groups;
  const votes = new Uint8Array(images * groups).fill(SILENT);
  const score = new Float64Array(classes);
  for (let i = 0; i < images; i++)
    for (let s = start[i]!; s < start[i + 1]!; ) {
      const group = Math.floor(neuron[s]! / each);
      score.fill(0);
      let heard = false;
      for (; s < start[i + 1]! && neuron[s]! < (group + 1) * each; s++)
        for (let c = 0; c < classes; c++) {
          const own = evidence[neuron[s]! * classes + c]!;
          if (own !== 0) heard = true;
          score[c]! += spikes[s]! * own;
        }
      if (heard) votes[i * groups + group] = largest(score);
    }
  return votes;
}
