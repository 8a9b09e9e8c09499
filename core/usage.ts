/** What it took to bring devices to their initial weights by pulses. */
export interface Programmed {
  readonly pulses: number;
  /** Joules of these pulses and of the reads between them; NaN where devices have no conductance. */
  readonly energy: number;
  /** Devices that were not within the tolerance when their last pulse was spent. */
  readonly missed: number;
  /** Root mean square of what the weights lie beside the wanted ones, as a share of the range. */
  readonly error: number;
}

/** What of a write pulse nobody told: the number that stands for it, V and s. */
export interface AssumedPulse {
  readonly voltage?: number;
  readonly time?: number;
}

/** J of the circuits around a crossbar. */
export interface PeripheralEnergy {
  readonly rowReads: number;
  readonly columnReads: number;
  readonly writePulses: number;
}

/** What the devices of a projection did so far: it only grows. Joules are NaN where they have no conductance. */
export interface DeviceUsage {
  /** How many there are: one a synapse, or several. */
  readonly devices: number;
  /** Devices that were read. */
  readonly reads: number;
  /** Pulses, upwards and downwards in what they do to the weight. */
  readonly writesUp: number;
  readonly writesDown: number;
  /** Pulses that were saved because the device was at the bound already (write on change), or hidden. */
  readonly skipped: number;
  /** Devices that saw a part of a write voltage meant for another one, once for each write. */
  readonly halfSelected: number;
  /**
   * Largest change by one full pulse, as a share of the range, that the part of a write voltage would make on half-selected devices. It is not
   * made: states of half-selected devices stay. 0 where no device is half-selected, or if the model knows no voltage.
   */
  readonly disturbance: number;
  /** Synapses that are hidden at present. */
  readonly hidden: number;
  /** Devices stuck from the beginning, and worn out since. */
  readonly stuck: number;
  readonly wornOut: number;
  readonly energy: { readonly read: number; readonly write: number; readonly halfSelected: number };
  /** Null where the energy of writes is that of pulses which somebody told. */
  readonly assumed: AssumedPulse | null;
  /** Null where no cost is given. */
  readonly peripheral: PeripheralEnergy | null;
  /** Pulses that each device took, by edge (where a synapse has several: the first ones of all, then the second ones, …); null where that is not counted (nothing depends on it, and it was not asked for). */
  readonly wear: Uint32Array | null;
  /** Joules spent on the pulses of each device, without what they cost half-selected ones; null unless asked for. */
  readonly writeEnergies: Float64Array | null;
  /** Of each device: 0 it works, 1 stuck from the beginning, 2 worn out; null where none can be. */
  readonly failures: Uint8Array | null;
  /** What was spent before the first spike to bring the devices to their weights; null where these were there at once. */
  readonly programming: Programmed | null;
}
