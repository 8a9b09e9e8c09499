import { MeanOverNeighbours } from './neighbours.ts';

/**
 * CV2: mean over neighbouring intervals of 2 |I_{i+1} - I_i| / (I_{i+1} + I_i). Like CV, but slow changes of the rate do not
 * count. 0 for a clock, 1 for a Poisson process. NaN with fewer than two intervals.
 * Definition: `elephant.statistics.cv2`. Source: Holt et al. 1996, doi:10.1152/jn.1996.75.5.1806.
 */
export class Cv2 extends MeanOverNeighbours {
  protected term(isi: number, before: number): number {
    return (2 * Math.abs(isi - before)) / (isi + before);
  }
}
