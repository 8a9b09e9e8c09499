/** Population in a raster plot, and its spikes. */
export interface PopulationSize {
  readonly name: string;
  /** Number of neurons shown. */
  readonly size: number;
  /** Index of the first neuron shown. Default: 0. */
  readonly first?: number;
}

/** Spikes in parallel arrays. */
export interface Spikes {
  /** ms */
  readonly times: ArrayLike<number>;
  readonly neurons: ArrayLike<number>;
  /** Index of the population of each spike. */
  readonly population: ArrayLike<number>;
}
