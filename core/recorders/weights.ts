import { choice } from '../declare/params.ts';
import { type Schedule, scheduleOptions } from '../engine/timer.ts';
import { getColumn, getRowEnd, getRowStart, getWeight } from '../graph/edges.ts';
import type { Projection, ProjectionRecorder } from '../graph/projection.ts';
import type { Floats } from '../kernels/arena.ts';
import type { RowBuffer } from '../log/tables.ts';

export const weightScheduleOptions = {
  ...scheduleOptions,
  on: choice(['pre', 'post'], { help: 'weights are recorded at each arrival (pre) or postsynaptic spike (post)' }),
};

/** Times of weight records: a schedule, or each presynaptic arrival (pre) or postsynaptic spike (post). */
export type WeightSchedule = Schedule | { readonly on: 'pre' | 'post' };

/**
 * Writes rows of table `WEIGHTS` at the end of a tick, after all weight updates of the tick. Efficacy is weight ×
 * short-term factor of the arrival, or the weight without an arrival. For devices with relaxation or read noise, efficacy
 * uses the value read at the arrival.
 */
export class WeightRecorder implements ProjectionRecorder {
  readonly #projection;
  readonly #rows;
  readonly #trigger: 'pre' | 'post' | undefined;
  readonly #arrivals: { row: number; factor: number; weightsAtArrival: Floats | null }[] = [];
  readonly #spikedColumns: number[] = [];

  /** @param on trigger of rows: arrivals (`pre`), postsynaptic spikes (`post`), or undefined: a timer calls `writeValues` */
  constructor(projection: Projection, log: RowBuffer, on: 'pre' | 'post' | undefined) {
    this.#projection = projection;
    this.#rows = log;
    this.#trigger = on;
  }

  get recordsArrivals(): boolean {
    return this.#trigger === 'pre';
  }

  onArrival(row: number, factor: number) {
    if (this.#trigger !== 'pre') return;
    const { edges, devices, shortTerm } = this.#projection;
    const [start, end] = [getRowStart(edges, row), getRowEnd(edges, row)];
    const factors = shortTerm?.factors;
    const weightsAtArrival = factors
      ? Float64Array.from({ length: end - start }, (_, i) => getWeight(edges, start + i) * factors[start + i]!)
      : devices?.hasSteadyWeights === false
        ? edges.weights!.slice(start, end)
        : null;
    this.#arrivals.push({ row, factor, weightsAtArrival });
  }

  onSpike(column: number) {
    if (this.#trigger === 'post') this.#spikedColumns.push(column);
  }

  finishTick(t: number) {
    const { edges } = this.#projection;
    for (const { row, factor, weightsAtArrival } of this.#arrivals) {
      const start = getRowStart(edges, row);
      for (let k = start; k < getRowEnd(edges, row); k++) this.#write(t, row, k, factor, weightsAtArrival?.[k - start]);
    }
    this.#arrivals.length = 0;
    if (this.#spikedColumns.length > 0) this.writeValues(t, (column) => this.#spikedColumns.includes(column));
    this.#spikedColumns.length = 0;
  }

  writeValues(t: number, isWritten: (column: number) => boolean = () => true) {
    const { edges } = this.#projection;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++)
        if (isWritten(getColumn(edges, row, k))) this.#write(t, row, k, 1);
    }
  }

  #write(t: number, row: number, edge: number, factor: number, weightAtArrival?: number) {
    const { edges, devices, sources, id } = this.#projection;
    const c = this.#rows.columns;
    const i = this.#rows.addRow();
    const weight = devices?.weight(edge, t) ?? getWeight(edges, edge);
    c.time![i] = t;
    c.pre![i] = sources.getNeuron(row % sources.neuronCount);
    c.post![i] = getColumn(edges, row, edge);
    c.weight![i] = weight;
    c.conductance![i] = devices?.conductance(edge, t) ?? Number.NaN;
    c.efficacy![i] = (weightAtArrival ?? weight) * factor;
    c.projection![i] = id;
  }
}
