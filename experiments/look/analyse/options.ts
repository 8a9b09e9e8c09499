import * as z from 'zod/mini';
import { integer, number, object } from '../../../core/declare/params.ts';
import type { Phase } from '../imageLog.ts';

const milliseconds = (help: string, initial: number) =>
  number({ default: initial, min: 0, exclusiveMin: true, unit: 'ms', help });

/** Parameters of the measures, with assumed default values. */
export const analysisParameters = {
  bin: milliseconds('bin width of counts, correlations, power spectrum and PSTH', 5),
  maxLag: milliseconds('longest lag of correlograms', 100),
  fanoWindow: milliseconds('length of the windows whose spike counts give the Fano factor', 100),
  burstInterval: milliseconds('longest interspike interval within a burst', 10),
  burstSpikes: integer({ default: 3, min: 2, help: 'smallest number of spikes of a burst' }),
  segment: integer({
    default: 256,
    min: 4,
    max: 2 ** 20,
    help: 'segment length of the power spectrum in bins, a power of two',
  }).check(z.refine((n) => Number.isInteger(Math.log2(n)), 'a power of two')),
  after: milliseconds('length of the PSTH after a trigger', 100),
  tau: milliseconds('time constant of the van Rossum distance', 20),
  cost: number({ default: 0.1, min: 0, unit: '1/ms', help: 'cost of moving a spike in the Victor-Purpura distance' }),
};

const schema = object(analysisParameters);

export interface AnalysisOptions extends z.output<typeof schema> {
  /** Names of the populations. Default: all populations with spikes. */
  readonly populations?: readonly string[] | undefined;
  /** Start of the window, ms. Default: start of the run. */
  readonly from?: number | undefined;
  /** End of the window, ms. Default: end of the run. */
  readonly to?: number | undefined;
  /** Triggers of the PSTH: `images`, `every=PERIOD` or times separated by commas. Default: no PSTH. */
  readonly trigger?: string | undefined;
  /** Phase of the MNIST job whose images are triggers. Default: all phases. */
  readonly phase?: Phase | undefined;
  /** Indices of the neurons that are compared pairwise. Default: the first ten neurons that fire. */
  readonly neurons?: readonly number[] | undefined;
  /** Whether distances of pairs of spike trains are computed, the slowest measure. Default: true. */
  readonly distances?: boolean | undefined;
}

export const DEFAULTS: AnalysisOptions = schema.parse({});
