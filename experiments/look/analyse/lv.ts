import { MeanOverNeighbours } from './neighbours.ts';

/**
 * Local variation LV: mean over neighbouring intervals of 3 (I_i - I_{i+1})^2 / (I_i + I_{i+1})^2. 0 for a clock, 1 for a
 * Poisson process. NaN with fewer than two intervals.
 * Definition: `elephant.statistics.lv`. Source: Shinomoto, Shima & Tanji 2003, doi:10.1162/089976603322518759.
 */
export class Lv extends MeanOverNeighbours {
  protected term(isi: number, before: number): number {
    return 3 * ((before - isi) / (before + isi)) ** 2;
  }
}
