import { choice } from '../declare/params.ts';
import { type Schedule, scheduleShape } from '../engine/timer.ts';
import { rowEnd, rowStart, weightOf } from '../graph/edges.ts';
import type { Projection, ProjectionRecorder } from '../graph/projection.ts';
import type { Floats } from '../kernels/arena.ts';
import { RowBuffer, type RowSink } from '../log/tables.ts';

/** Schemas of the schedule of recorded weights, for code and network files. */
export const weightScheduleShape = {
  ...scheduleShape,
  on: choice(['pre', 'post'], { help: 'records weights at each arrival (pre) or postsynaptic spike (post)' }),
};

/** Schedule, or recording at each presynaptic arrival (pre) or postsynaptic spike (post). */
export type WeightSchedule = Schedule | { readonly on: 'pre' | 'post' };

const BATCH_ROWS = 4096;

export const createWeightRows = (sink: RowSink) =>
  new RowBuffer(sink, {
    time: new Float64Array(BATCH_ROWS),
    pre: new Uint32Array(BATCH_ROWS),
    post: new Uint32Array(BATCH_ROWS),
    weight: new Float64Array(BATCH_ROWS),
    conductance: new Float64Array(BATCH_ROWS),
    efficacy: new Float64Array(BATCH_ROWS),
    projection: new Uint8Array(BATCH_ROWS),
  });
export type WeightRows = ReturnType<typeof createWeightRows>;

/**
 * Weight recorder: writes rows (time, pre, post, weight, conductance, efficacy, projection) at the end of a tick, after
 * its presynaptic and postsynaptic updates. Efficacy is weight × short-term factor of the arrival, or the weight
 * without an arrival. For devices with relaxation or read noise, efficacy uses the value read at the arrival.
 */
export class WeightRecorder implements ProjectionRecorder {
  readonly #projection: Projection;
  readonly #log: WeightRows;
  readonly #on: 'pre' | 'post' | undefined;
  readonly #arrivals: { row: number; factor: number; seen: Floats | null }[] = [];
  readonly #fired: number[] = [];

  /** @param on trigger of rows: arrivals (`pre`) or postsynaptic spikes (`post`); a timer calls `writeValues` if undefined */
  constructor(projection: Projection, log: WeightRows, on: 'pre' | 'post' | undefined) {
    this.#projection = projection;
    this.#log = log;
    this.#on = on;
  }

  get atArrivals(): boolean {
    return this.#on === 'pre';
  }

  onArrival(row: number, factor: number): void {
    if (this.#on !== 'pre') return;
    const { edges, devices, shortTerm } = this.#projection;
    const [start, end] = [rowStart(edges, row), rowEnd(edges, row)];
    const factors = shortTerm?.factors;
    const seen = factors
      ? Float64Array.from({ length: end - start }, (_, i) => weightOf(edges, start + i) * factors[start + i]!)
      : devices?.isSteady === false
        ? edges.weights!.slice(start, end)
        : null;
    this.#arrivals.push({ row, factor, seen });
  }

  onSpike(column: number): void {
    if (this.#on === 'post') this.#fired.push(column);
  }

  finishTick(t: number): void {
    const { edges } = this.#projection;
    for (const { row, factor, seen } of this.#arrivals) {
      const start = rowStart(edges, row);
      for (let k = start; k < rowEnd(edges, row); k++) this.#write(t, row, k, factor, seen?.[k - start]);
    }
    this.#arrivals.length = 0;
    if (this.#fired.length > 0) this.writeValues(t, (column) => this.#fired.includes(column));
    this.#fired.length = 0;
  }

  writeValues(t: number, isWritten: (column: number) => boolean = () => true): void {
    const { edges } = this.#projection;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++)
        if (isWritten(this.#columnOf(k))) this.#write(t, row, k, 1);
    }
  }

  flush(): void {
    this.#log.flush();
  }

  #columnOf(edge: number): number {
    const { edges } = this.#projection;
    return edges.targets === null ? edge % edges.columns : edges.targets[edge]!;
  }

  #write(t: number, row: number, edge: number, factor: number, seen?: number): void {
    const { edges, devices, sources, id } = this.#projection;
    const c = this.#log.columns;
    const i = this.#log.addRow();
    const weight = devices?.weight(edge, t) ?? weightOf(edges, edge);
    c.time[i] = t;
    c.pre[i] = sources.neuron(row % sources.count);
    c.post[i] = this.#columnOf(edge);
    c.weight[i] = weight;
    c.conductance[i] = devices?.conductance(edge, t) ?? Number.NaN;
    c.efficacy[i] = (seen ?? weight) * factor;
    c.projection[i] = id;
  }
}
