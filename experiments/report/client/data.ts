/** Data embedded in a report page for its script. */

export interface RasterStrip {
  readonly name: string;
  /** On a light background, `#rrggbb`. */
  readonly colour: string;
  readonly colourOnDark: string;
  /** Index of the first neuron shown. */
  readonly first: number;
  readonly size: number;
}

export interface RasterData {
  /** ms */
  readonly window: readonly [number, number];
  /** Time resolution, ms. */
  readonly tick: number;
  readonly populations: readonly RasterStrip[];
  readonly marks: readonly { readonly time: number; readonly label?: string }[];
  /** True if the page also contains all image presentations. */
  readonly images?: boolean;
}

export interface FieldsData {
  readonly rows: number;
  readonly columns: number;
  readonly neurons: number;
  /** 256 colours from weight 0 to the largest weight. */
  readonly ramp: readonly string[];
  /** Class assigned to each neuron; -1: none. */
  readonly labels: readonly number[];
  /** Class names. Default: numbers. */
  readonly names?: readonly string[] | undefined;
  /** Threshold of each neuron, mV. */
  readonly thresholds: readonly number[];
  /** Training images won by each neuron, per class. Absent on live pages. */
  readonly wins?: readonly (readonly number[])[];
}

export interface PageData {
  readonly live?: boolean;
  readonly raster?: RasterData;
  readonly fields?: FieldsData;
}

/** Spikes in ascending order of time. */
export interface SpikeColumns {
  /** Spike times in ticks, counted from the start of the time window. */
  readonly ticks: Uint32Array;
  readonly neurons: Uint32Array;
  readonly populations: Uint8Array;
}
