/** What an analysis is told; times in ms. */
export interface AnalysisOptions {
  readonly populations?: readonly string[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Width of the bins of counts. */
  readonly bin: number;
  /** Longest lag of correlograms. */
  readonly maxLag: number;
  readonly fanoWindow: number;
  readonly burstInterval: number;
  readonly burstSpikes: number;
  /** Bins a segment of the power spectrum, a power of two. */
  readonly segment: number;
  /** `images`, `every=PERIOD` or times separated by commas; without it there is no PSTH. */
  readonly trigger?: string | undefined;
  /** How long after a trigger the PSTH goes. */
  readonly after: number;
  /** Neurons whose pairs are compared; without it the first ten that fire. */
  readonly neurons?: readonly number[] | undefined;
  /** Time constant of the van Rossum distance. */
  readonly tau: number;
  /** Cost of the Victor-Purpura distance, per ms. */
  readonly cost: number;
}
