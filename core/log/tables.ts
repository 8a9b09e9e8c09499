/** Column types of the tables that memspike writes. A log file holds one table. */
export type ColumnType = 'float64' | 'float32' | 'uint32' | 'uint16' | 'uint8';
/** Values of one column of a recorded table, one entry per row, in the column's type. */
export type Column = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array;

export type LogMetadata = Readonly<Record<string, string>>;

/** Name and columns of a log table. */
export interface TableSpec {
  /** Name and version of the table, stored in the schema metadata under `schema`. */
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
}

/** Spikes, 13 bytes per row, ascending by (time, population, neuron). `population` is an index in the metadata list `populations`. */
export const SPIKES: TableSpec = {
  name: 'memspike.spikes/1',
  columns: { time: 'float64', neuron: 'uint32', population: 'uint8' },
};

/** Membrane potentials relative to rest, mV, read after the events of the tick. */
export const POTENTIALS: TableSpec = {
  name: 'memspike.potentials/1',
  columns: { time: 'float64', neuron: 'uint32', potential: 'float64', population: 'uint8' },
};

/** Weights in the target's unit, conductance in S (NaN for a device without one), and efficacy = weight × short-term factor. */
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
 * Quantities of models. `quantity` is an index in the metadata list `quantities` (`output.threshold`). `index` is a neuron of
 * the population, or of the source or target of the projection.
 */
export const STATES: TableSpec = {
  name: 'memspike.states/1',
  columns: { time: 'float64', index: 'uint32', value: 'float64', quantity: 'uint8' },
};

/**
 * Devices at the end of a run: number of pulses, write energy in J (NaN without a conductance), and condition (0 working,
 * 1 stuck from the start, 2 worn out).
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

/** Presented images: start time, phase (0 training, 1 labelling, 2 test), true class, predicted class (255: none). */
export const IMAGES: TableSpec = {
  name: 'memspike.images/1',
  columns: { time: 'float64', image: 'uint32', phase: 'uint8', label: 'uint8', prediction: 'uint8' },
};

/** Neurons of a readout population after training: threshold (mV), assigned class (255: none), number of training spikes. */
export const NEURONS: TableSpec = {
  name: 'memspike.neurons/1',
  columns: { neuron: 'uint32', threshold: 'float64', label: 'uint8', wins: 'uint32' },
};

export const TABLES: readonly TableSpec[] = [SPIKES, POTENTIALS, WEIGHTS, STATES, DEVICES, IMAGES, NEURONS];

export function describeTable({ name, columns }: TableSpec): string {
  return `${name} (${Object.entries(columns).map(([column, type]) => `${column} ${type}`)})`;
}

export interface RecordSource {
  /** Populations of recorded spikes; ids are assigned when the network is built. */
  readonly populations?: readonly { readonly name: string; readonly id: number; readonly size: number }[];
  readonly quantities?: () => readonly { readonly name: string; readonly id: number }[];
  /** Writes all recorded rows up to the clock of the network. */
  flush(): void;
}

/** Destination of recorded rows. `columns`: views of at least `rows` elements, valid during the call only. */
export interface RowSink {
  /** Registers a recorder; each recorder calls this method before its first row. */
  addSource?(source: RecordSource): void;
  write(columns: Readonly<Record<string, Column>>, rows: number): void;
}

/** Buffer of rows, shared by all recorders of a sink, so that rows keep the order of events. */
export class RowBuffer {
  readonly columns: ColumnsByName;
  readonly #sink;
  readonly #capacity;
  #count = 0;

  constructor(sink: RowSink, spec: TableSpec, capacity: number) {
    this.columns = allocateColumns(spec, capacity);
    this.#sink = sink;
    this.#capacity = capacity;
  }

  /** Adds a row, which the caller must fill at once; returns the index. */
  addRow(): number {
    if (this.#count === this.#capacity) this.flush();
    return this.#count++;
  }

  flush() {
    if (this.#count > 0) this.#sink.write(this.columns, this.#count);
    this.#count = 0;
  }
}

export const COLUMN_ARRAY_TYPES = {
  float64: Float64Array,
  float32: Float32Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;

export const MAX_BATCH_ROWS: number = 2 ** 20;

export type ColumnsByName = Readonly<Record<string, Column>>;

export function allocateColumns(spec: TableSpec, rows: number): ColumnsByName {
  return mapColumns(spec, (type) => new COLUMN_ARRAY_TYPES[type](rows));
}

export function rowsToColumns(spec: TableSpec, rows: readonly object[]): ColumnsByName {
  return mapColumns(spec, (type, name) =>
    COLUMN_ARRAY_TYPES[type].from(rows.map((row) => Number(Reflect.get(row, name)))),
  );
}

export function mapColumns<T>(spec: TableSpec, f: (type: ColumnType, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(spec.columns).map(([name, type]) => [name, f(type, name)]));
}

export function countRowBytes(spec: TableSpec): number {
  return Object.values(spec.columns).reduce((sum, type) => sum + COLUMN_ARRAY_TYPES[type].BYTES_PER_ELEMENT, 0);
}
