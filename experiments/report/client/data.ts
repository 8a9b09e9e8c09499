/** Data embedded in a report page for its script. */

export interface RasterStrip {
  readonly name: string;
  /** Colour on a light background, `#rrggbb`. */
  readonly colour: string;
  readonly colourOnDark: string;
  readonly firstNeuron: number;
  readonly size: number;
}

export interface RasterData {
  /** ms */
  readonly window: readonly [number, number];
  /** ms */
  readonly tickLength: number;
  readonly populations: readonly RasterStrip[];
  readonly marks: readonly { readonly time: number; readonly label?: string }[];
  readonly hasImages?: boolean;
}

export interface FieldsData {
  readonly rows: number;
  readonly columns: number;
  readonly neuronCount: number;
  /** 256 colours from weight 0 to the largest weight. */
  readonly colourRamp: readonly string[];
  /** Class assigned to each neuron; -1: none. */
  readonly neuronClasses: readonly number[];
  /** Default: numbers. */
  readonly classNames?: readonly string[] | undefined;
  /** Threshold of each neuron, mV. */
  readonly thresholds: readonly number[];
  /** Training images won by each neuron, per class. Absent on live pages. */
  readonly winCounts?: readonly (readonly number[])[];
}

export interface PageData {
  readonly isLive?: boolean;
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
