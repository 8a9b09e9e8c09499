/** The tables memspike writes: column names and types, in order. A log file holds exactly one of them. */
export type ColumnType = 'float64' | 'float32' | 'uint32' | 'uint16' | 'uint8';
export type Column = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array;

export interface TableSpec {
  /** Name and version, written to the schema metadata under `schema`. */
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
}

/** 13 bytes a row. `population` indexes the JSON list `populations` of the metadata. Rows ascend by (time, population, neuron). */
export const SPIKES: TableSpec = {
  name: 'memspike.spikes/1',
  columns: { time: 'float64', neuron: 'uint32', population: 'uint8' },
};

/** Membrane potentials (mV from rest) at asked times, read after the events of that instant. */
export const POTENTIALS: TableSpec = {
  name: 'memspike.potentials/1',
  columns: { time: 'float64', neuron: 'uint32', potential: 'float64', population: 'uint8' },
};

/** Weights in the target's unit, conductance in S (NaN without a device that has one), efficacy = weight × short-term factor. */
export const WEIGHTS: TableSpec = {
  name: 'memspike.weights/1',
  columns: {
    time: 'float64',
    pre: 'uint32',
    post: 'uint32',
    weight: 'float64',
    conductance: 'float64',
    efficacy: 'float64',
    projection: 'uint8',
  },
};

/**
 * Quantities of models at asked times: `quantity` indexes the JSON list `quantities` of the metadata (`output.threshold`), `index` is a
 * neuron of its population, or of its projection's source or target.
 */
export const STATES: TableSpec = {
  name: 'memspike.states/1',
  columns: { time: 'float64', index: 'uint32', value: 'float64', quantity: 'uint8' },
};

/**
 * Each device at the end of a run: pulses it took, joules spent on them (NaN without a conductance), and its condition
 * (0 works, 1 stuck from the beginning, 2 worn out).
 */
export const DEVICES: TableSpec = {
  name: 'memspike.devices/1',
  columns: {
    pre: 'uint32',
    post: 'uint32',
    pulses: 'uint32',
    writeEnergy: 'float64',
    condition: 'uint8',
    projection: 'uint8',
  },
};

/** Images as they were shown: start of each, phase (0 training, 1 labelling, 2 test), true class, predicted one (255: none). */
export const IMAGES: TableSpec = {
  name: 'memspike.images/1',
  columns: { time: 'float64', image: 'uint32', phase: 'uint8', label: 'uint8', prediction: 'uint8' },
};

/** What the neurons of a readout population have become: threshold (mV), class they stand for (255: none), spikes in training. */
export const NEURONS: TableSpec = {
  name: 'memspike.neurons/1',
  columns: { neuron: 'uint32', threshold: 'float64', label: 'uint8', wins: 'uint32' },
};

/** A table of one of these names has these columns. */
export const TABLES: readonly TableSpec[] = [SPIKES, POTENTIALS, WEIGHTS, STATES, DEVICES, IMAGES, NEURONS];

export function sameTable(a: TableSpec, b: TableSpec): boolean {
  return describeTable(a) === describeTable(b);
}

export function describeTable({ name, columns }: TableSpec): string {
  return `${name} (${Object.entries(columns).map(([column, type]) => `${column} ${type}`)})`;
}

/** What records into a sink. */
export interface RecordSource {
  /** Of spikes: whose. Ids are settled when the network is built. */
  readonly populations?: readonly { readonly name: string; readonly id: number; readonly size: number }[];
  /** Of states: which. */
  readonly quantities?: () => readonly { readonly name: string; readonly id: number }[];
  /** Hands on every row up to the clock. */
  flush(): void;
}

/** Where recorders put finished rows; `columns` are views of at least `rows` elements, valid only during the call. */
export interface RowSink {
  /** Told by what records into it, before any row. */
  addSource?(source: RecordSource): void;
  write(columns: Readonly<Record<string, Column>>, rows: number): void;
}
