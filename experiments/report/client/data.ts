/** Data that a report page carries for its script. */

/** Population in the raster. */
export interface Band {
  readonly name: string;
  /** `#rrggbb`, on a light background. */
  readonly colour: string;
  /** `#rrggbb`, on a dark background. */
  readonly colourOnDark: string;
  /** Index of the first neuron shown. */
  readonly first: number;
  /** Number of neurons shown. */
  readonly size: number;
}

export interface RasterData {
  /** ms */
  readonly window: readonly [number, number];
  /** Time resolution, ms: times are multiples of it since the start of the window. */
  readonly tick: number;
  readonly populations: readonly Band[];
  readonly marks: readonly { readonly time: number; readonly label?: string }[];
  /** True if the page also carries all presentations of images, which are marked if few are in view. */
  readonly images?: boolean;
}

export interface FieldsData {
  readonly rows: number;
  readonly columns: number;
  readonly neurons: number;
  /** 256 colours, `#rrggbb`, from weight 0 to the largest weight. */
  readonly ramp: readonly string[];
  /** Class of each neuron; -1: none. */
  readonly labels: readonly number[];
  /** Names of the classes. Default: numbers. */
  readonly names?: readonly string[] | undefined;
  /** Threshold of each neuron, mV. */
  readonly thresholds: readonly number[];
  /** Number of training images that each neuron won, by class. Absent on live pages. */
  readonly wins?: readonly (readonly number[])[];
}

export interface PageData {
  /** True if the page follows a running simulation. */
  readonly live?: boolean;
  readonly raster?: RasterData;
  readonly fields?: FieldsData;
}

/** Columns of spikes, ascending in time. */
export interface SpikeColumns {
  /** Ticks since the start of the window. */
  readonly ticks: Uint32Array;
  readonly neurons: Uint32Array;
  readonly populations: Uint8Array;
}
