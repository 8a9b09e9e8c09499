/** Spikes of populations, as rasters show them. */
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
  /** Indices of the bands. */
  readonly population: ArrayLike<number>;
}
