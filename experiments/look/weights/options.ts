import type * as z from 'zod';
import { integer, object } from '../../../core/declare/params.ts';

/** Parameters of the analysis of weights, with assumed default values. */
export const weightsParameters = {
  bins: integer({ default: 50, min: 2, max: 1000, help: 'number of bins of the histograms' }),
};

const schema = object(weightsParameters);

export interface WeightsOptions extends z.output<typeof schema> {
  /** Name of the projection; required if the log holds several. */
  readonly projection?: string | undefined;
  /** Times of the snapshots, ms. Default: evenly chosen among the recorded times. */
  readonly times?: readonly number[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Shape of the image that the presynaptic neurons form. Default: shape stated by the run. */
  readonly rows?: number | undefined;
  readonly columns?: number | undefined;
  /** Postsynaptic neurons of the film strip. Default: the first neurons. */
  readonly neurons?: readonly number[] | undefined;
}

export const DEFAULTS: WeightsOptions = schema.parse({});
