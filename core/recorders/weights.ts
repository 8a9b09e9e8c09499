import { choice } from '../declare/params.ts';
import { scheduleShape } from '../engine/timer.ts';
import { rowEnd, rowStart, weightOf } from '../graph/edges.ts';
import type { Projection, ProjectionRecorder } from '../graph/projection.ts';
import type { Floats } from '../kernels/arena.ts';
import { RowBuffer, type RowSink } from '../log/tables.ts';

/** When weights are written: at each arrival, at each postsynaptic spike, or at given times (by a timer). */
interface WeightsWhen {
  readonly on?: 'pre' | 'post';
}

/** What `Network.recordWeights` and network files take. */
export const weightScheduleShape = {
  ...scheduleShape,
  on: choice(['pre', 'post'], { help: 'at each presynaptic arrival or postsynaptic spike' }),
};

const BATCH = 4096;

/** Rows of a weights log. */
export const weightRows = (sink: RowSink) =>
  new RowBuffer(sink, {
    time: new Float64Array(BATCH),
    pre: new Uint32Array(BATCH),
    post: new Uint32Array(BATCH),
    weight: new Float64Array(BATCH),
    conductance: new Float64Array(BATCH),
    efficacy: new Float64Array(BATCH),
    projection: new Uint8Array(BATCH),
  });
export type WeightRows = ReturnType<typeof weightRows>;

/**
 * Writes weights in long form: time, pre, post, weight, conductance, efficacy, projection. A row belongs to the end of its
 * instant, after both sides' updates due then. Efficacy is weight × the short-term factor of that arrival (1 where there
 * is no arrival); of devices that are not steady, what was read at the arrival, noise included, takes the weight's place.
 */
export class WeightRecorder implements ProjectionRecorder {
  readonly #projection: Projection;
  readonly #log: WeightRows;
  readonly #when: WeightsWhen;
  readonly #arrivals: { row: number; factor: number; seen: Floats | null }[] = [];
  readonly #fired: number[] = [];

  constructor(projection: Projection, log: WeightRows, when: WeightsWhen) {
    this.#projection = projection;
    this.#log = log;
    this.#when = when;
  }

  get atArrivals(): boolean {
    return this.#when.on === 'pre';
  }

  arrival(row: number, factor: number): void {
    if (this.#when.on !== 'pre') return;
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

  fired(column: number): void {
    if (this.#when.on === 'post') this.#fired.push(column);
  }

  endOfInstant(t: number): void {
    const { edges } = this.#projection;
    for (const { row, factor, seen } of this.#arrivals) {
      const start = rowStart(edges, row);
      for (let k = start; k < rowEnd(edges, row); k++) this.#write(t, row, k, factor, seen?.[k - start]);
    }
    this.#arrivals.length = 0;
    if (this.#fired.length === 0) return;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
        if (this.#fired.includes(this.#columnOf(k))) this.#write(t, row, k, 1);
      }
    }
    this.#fired.length = 0;
  }

  snapshot(t: number): void {
    const { edges } = this.#projection;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) this.#write(t, row, k, 1);
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
    const i = this.#log.next();
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
