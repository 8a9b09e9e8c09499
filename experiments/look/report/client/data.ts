/** What a report page carries for its scripts: the contract between the two sides. */
export interface Band {
  readonly name: string;
  /** `#rrggbb`, on a light ground and on a dark one. */
  readonly colour: string;
  readonly colourOnDark: string;
  /** Neurons shown: first … first + size - 1. */
  readonly first: number;
  readonly size: number;
}

export interface RasterData {
  /** ms */
  readonly window: readonly [number, number];
  /** Times are whole multiples of this from the start of the window, ms. */
  readonly tick: number;
  readonly populations: readonly Band[];
  readonly marks: readonly { readonly time: number; readonly label?: string }[];
  /** Whether the page carries every image too, to be marked where few are in view. */
  readonly images?: boolean;
}

export interface FieldsData {
  readonly rows: number;
  readonly columns: number;
  readonly neurons: number;
  /** 256 colours, `#rrggbb`, from weight 0 to the largest. */
  readonly ramp: readonly string[];
  /** Class a neuron stands for, -1: none; its threshold in mV; how often it won each class in training (not known live). */
  readonly labels: readonly number[];
  /** What the classes are called, where not by their number. */
  readonly names?: readonly string[] | undefined;
  readonly thresholds: readonly number[];
  readonly wins?: readonly (readonly number[])[];
}

export interface PageData {
  /** The page follows a running simulation. */
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
