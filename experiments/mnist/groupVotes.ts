import type { Readout, SpikeCounts } from './readout/index.ts';

/** What a group answers that was not heard. */
export const SILENT = 255;

/**
 * The class that each of the equal groups of neurons would answer by itself, `images x groups`, row-major: the largest sum of the
 * evidence that its spikes bring, the lowest class on a tie, SILENT without a spike of a neuron that says something.
 */
export function groupVotes({ evidence }: Readout, counts: SpikeCounts, neurons: number, groups: number): Uint8Array {
  const classes = evidence.length / neurons;
  const each = neurons / groups;
  const score = new Float64Array(classes);
  return Uint8Array.from({ length: (counts.length / neurons) * groups }, (_, i) => {
    score.fill(0);
    let heard = false;
    for (let j = (i % groups) * each; j < ((i % groups) + 1) * each; j++) {
      const n = counts[Math.floor(i / groups) * neurons + j]!;
      if (n === 0) continue;
      for (let c = 0; c < classes; c++) {
        const own = evidence[j * classes + c]!;
        if (own !== 0) heard = true;
        score[c]! += n * own;
      }
    }
    return heard ? score.indexOf(Math.max(...score)) : SILENT;
  });
}
