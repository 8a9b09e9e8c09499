import * as z from 'zod/mini';
import { integer, number, object } from '../../../core/declare/params.ts';
import type { MnistPhase } from '../imageLog.ts';

const milliseconds = (help: string, initial: number) =>
  number({ default: initial, min: 0, exclusiveMin: true, unit: 'ms', help });

/** Parameters of the spike analysis; most defaults have no published source. */
export const spikeAnalysisParameters = {
  bin: milliseconds('bin width of counts, correlations, power spectrum and PSTH', 5),
  maxLag: milliseconds('longest lag of correlograms', 100),
  fanoWindow: milliseconds('length of the windows whose spike counts give the Fano factor', 100),
  burstInterval: milliseconds('longest interspike interval within a burst', 10),
  burstSpikes: integer({ default: 3, min: 2, help: 'smallest number of spikes in a burst' }),
  segment: integer({
    default: 256,
    min: 4,
    max: 2 ** 20,
    help: 'number of bins in a segment for the power spectrum (Welch); power of two',
  }).check(z.refine((n) => Number.isInteger(Math.log2(n)), 'a power of two')),
  after: milliseconds('length of the PSTH after a trigger', 100),
  tau: milliseconds('time constant of the van Rossum distance', 20),
  cost: number({ default: 0.1, min: 0, unit: '1/ms', help: 'Victor-Purpura cost of shifting a spike by 1 ms' }),
};

const schema = object(spikeAnalysisParameters);

/** Selection of populations, neurons and times (ms) for a spike analysis, and the parameters of its measures. */
export interface AnalysisOptions extends z.output<typeof schema> {
  /** Populations to analyse. Default: all with spikes. */
  readonly populations?: readonly string[] | undefined;
  /** Start of the time window, ms. Default: start of the run. */
  readonly from?: number | undefined;
  /** End of the time window, ms. Default: end of the run. */
  readonly to?: number | undefined;
  /** Triggers of the peristimulus time histogram: `images`, `every=PERIOD`, or times (a,b,c). Default: no histogram. */
  readonly trigger?: string | undefined;
  /** Phase of the MNIST job from which images are used as triggers. Default: all phases. */
  readonly phase?: MnistPhase | undefined;
  /** Indices of the neurons compared pairwise. Default: the first ten neurons that fired. */
  readonly neurons?: readonly number[] | undefined;
  /** True to compute distances between spike trains, which is slow. Default: true. */
  readonly distances?: boolean | undefined;
}

export const DEFAULT_ANALYSIS_OPTIONS: AnalysisOptions = schema.parse({});
