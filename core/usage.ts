/** Cost and result of programming devices to their initial weights. */
export interface Programmed {
  /** Number of programming pulses. */
  readonly pulses: number;
  /** Energy of pulses and verify reads, J; NaN for devices without a conductance. */
  readonly energy: number;
  /** Number of devices outside the tolerance at the end of programming. */
  readonly missed: number;
  /** Root-mean-square error of the programmed weights, as a fraction of the weight range. */
  readonly error: number;
}

/** Voltage (V) and duration (s) that are assumed for a write or read pulse if the user gives none. */
export interface AssumedPulse {
  readonly voltage?: number;
  readonly time?: number;
}

/** Read and write pulses of devices with a conductance (V, s), and the number of row reads. */
export interface ElectricalUsage {
  readonly rowReads: number;
  readonly readVoltage: number;
  readonly readTime: number;
  /** Larger one of the voltages of upward and downward pulses. */
  readonly writeVoltage: number;
  readonly writeTimeUp: number;
  readonly writeTimeDown: number;
  /** True if the pulses of an update of a column are applied one by one. */
  readonly hasSerialWrites: boolean;
}

/** Cumulative counters of the devices of a projection. Energies are NaN for devices without a conductance. */
export interface DeviceUsage {
  /** Number of devices: one or several per synapse. */
  readonly devices: number;
  readonly reads: number;
  /** Number of pulses that raise the weight. */
  readonly writesUp: number;
  /** Number of pulses that lower the weight. */
  readonly writesDown: number;
  /** Number of pulses omitted because the device was at its bound (write on change) or masked. */
  readonly skipped: number;
  /** Number of half-selected devices, summed over all write pulses. */
  readonly halfSelected: number;
  /** Number of masked synapses, which are neither read nor pulsed. */
  readonly hidden: number;
  /** Number of devices stuck from the start. */
  readonly stuck: number;
  /** Number of devices worn out since the start. */
  readonly wornOut: number;
  readonly energy: { readonly read: number; readonly write: number; readonly halfSelected: number };
  /** Write voltage and duration that are assumed for the write energy; null if the user gives both. */
  readonly assumed: AssumedPulse | null;
  /** Read voltage and duration that are assumed for the read energy; null if the user gives both. */
  readonly assumedRead: AssumedPulse | null;
  /** Pulses and row reads, for the cost of the circuits around the devices; null for devices without a conductance. */
  readonly electrical: ElectricalUsage | null;
  /**
   * Number of pulses per device, by edge; for several devices per synapse, the first devices of all synapses, then the second
   * ones, and so on. Null if pulses are not counted per device.
   */
  readonly wear: Uint32Array | null;
  /** Write energy per device, J, without the energy in half-selected devices; null unless `itemised` is set. */
  readonly writeEnergies: Float64Array | null;
  /** Condition per device: 0 working, 1 stuck from the start, 2 worn out; null if devices cannot fail. */
  readonly failures: Uint8Array | null;
  /** Programming of the initial weights; null if the weights are set without pulses. */
  readonly programming: Programmed | null;
}
