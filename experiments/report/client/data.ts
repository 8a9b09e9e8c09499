import type { PopulationSize } from '../../look/plots/density.ts';

export interface RasterStrip extends Required<PopulationSize> {
  /** Colour of the population on a light background, `#rrggbb`. */
  readonly colour: string;
  readonly colourOnDark: string;
}

export interface RasterData {
  readonly window: readonly [number, number]; // ms
  readonly tickLength: number; // ms
  readonly populations: readonly RasterStrip[];
  readonly marks: readonly { readonly time: number; readonly label?: string }[];
  readonly hasImages?: boolean;
}

export interface ReceptiveFieldsData {
  readonly rowsPerField: number;
  readonly columnsPerField: number;
  readonly neuronCount: number;
  /** 256 colours: the first one for weight 0, the last one for the largest weight. */
  readonly colourRamp: readonly string[];
  /** Class assigned to each neuron; -1 if it has none. */
  readonly neuronClasses: readonly number[];
  /** Names of the classes. Default: 0, 1, 2 … */
  readonly classNames?: readonly string[] | undefined;
  readonly thresholds: readonly number[]; // mV
  /** Number of wins (output spikes in training) of each neuron, per class; absent on live pages. */
  readonly winCounts?: readonly (readonly number[])[];
}

export interface PageData {
  readonly isLive?: boolean;
  readonly raster?: RasterData;
  readonly fields?: ReceptiveFieldsData;
}

/** Spikes in ascending order of time. */
export interface SpikeColumns {
  /** Spike times in ticks from the start of the time window. */
  readonly ticks: Uint32Array;
  readonly neurons: Uint32Array;
  readonly populationIndices: Uint8Array;
}
