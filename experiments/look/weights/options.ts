import type * as z from 'zod';
import { integer, number, object } from '../../../core/declare/params.ts';

/** How to show weights. The defaults are assumed values. */
export const showing = {
  bins: integer({ default: 50, min: 2, max: 1000, help: 'bins of the histograms' }),
  window: number({
    default: 100,
    min: 0,
    exclusiveMin: true,
    unit: 'ms',
    help: 'longest interval between the spikes of an STDP pair',
  }),
};

const schema = object(showing);

export interface WeightsOptions extends z.output<typeof schema> {
  /** Name of the projection; needed where the log holds several. */
  readonly projection?: string | undefined;
  /** Moments to show, ms; default: evenly chosen of those that were recorded. */
  readonly times?: readonly number[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** The image that the presynaptic neurons form; default: that of the run, if it tells. */
  readonly rows?: number | undefined;
  readonly columns?: number | undefined;
  /** Postsynaptic neurons of the film strip; default: the first ones. */
  readonly neurons?: readonly number[] | undefined;
}

export const DEFAULTS: WeightsOptions = schema.parse({});
