import type { DeviceContext } from '../../../core/factories.ts';
import { rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { PulsedDevices, PulseRun, StepFamily } from '../../../core/kernels/devices.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import { recordsIn, WeightsRecord } from '../../../core/kernels/records.ts';
import { randomsOf } from '../../randoms.ts';
import type { Cells } from './array.ts';
import { Books } from './books.ts';
import { some } from './forKernels.ts';
import { normaliseColumn } from './normalise.ts';
import type { CellRange } from './range.ts';
import { Signal } from './signal.ts';
import { drawFloors, drawSpread, type SpreadParams } from './spread.ts';

/** Rows that a kernel pulses and reads in one call at most. */
const MOST_ROWS = 1024;

/** Arrivals whose noise a kernel draws at once. */
const AHEAD = 64;

/**
 * Devices that are their weights, conductance × weightAtGMax / gMax, and whose steps a kernel knows: it pulses them where they
 * lie, so that delivery needs no conversion. Nothing is wrong with them but that they differ and that their steps scatter.
 */
export class WeightCells implements Cells {
  readonly steady = true;
  readonly books: Books;
  readonly rows: PulsedDevices | null;
  readonly state;
  readonly #weights: Floats;
  readonly #range: CellRange;
  readonly #devices: PulsedDevices;
  readonly #pulse: Kernels['pulse'];
  readonly #context: DeviceContext;
  /** Postsynaptic neurons with a pulsed synapse since the last `normalise`. */
  readonly #touched: Uint8Array;
  #allTouched = false;

  constructor(family: StepFamily, range: CellRange, p: SpreadParams, context: DeviceContext) {
    const { edges, arena } = context;
    const weights = edges.weights as Floats;
    const { wMin, wMax, electrical: e } = range;
    this.#weights = weights;
    this.#range = range;
    this.#context = context;
    this.books = new Books(range, p.cycleToCycle > 0, e ? e.gMax / e.weightAtGMax : 1, context);
    const { rows: rowSums, totals, pulses, joules, perUnit } = this.books;
    const own = drawSpread(p, range, context);
    const floors = drawFloors(p, range, context);
    const signal = new Signal(range, own, floors, context);
    floors?.forEach((_, k) => {
      floors[k] = signal.lowOf(k);
    });
    const spread = own && { ...own, wMin: floors };
    const { soft, up, down } = family;
    const steps = {
      aUp: up.a,
      bUp: up.b,
      aDown: down.a,
      bDown: down.b,
      wMin,
      wMax,
      perWeight: perUnit,
      scatter: p.cycleToCycle,
    };
    const length = p.cycleToCycle > 0 ? Math.max(edges.rows, edges.columns, AHEAD) + 8 : 0;
    const room = { edges: arena.u32(length), numbers: arena.u32(length), draws: arena.f64(length) };
    const random = randomsOf(context)('device');
    const sums = arena.f64(MOST_ROWS);
    const record = recordsIn(arena, WeightsRecord, 1)[0]!;
    Object.assign(record, steps, room, {
      ...{ weights, totals, sums, soft },
      ...{ key0: random.key[0], key1: random.key[1] },
      ...{ wMaxs: spread?.wMax, wMins: spread?.wMin, ups: spread?.up, downs: spread?.down },
      ...{ rowSums: some(rowSums), pulses: some(pulses), joules: some(joules) },
    });
    this.#devices = { ...steps, record, weights, soft, spread, rowSums, sums, totals, pulses, joules, random };
    this.#pulse = arena.kernels.pulse;
    this.#touched = arena.u8(edges.columns).fill(1);
    this.#fit();
    const dense = edges.targets === null && weights instanceof Float64Array;
    this.rows = dense && edges.least === 0 ? this.#devices : null;
    this.state = { weights, rowSums, touched: this.#touched, ...this.books.state };
  }

  pulse(run: PulseRun, trace: Float64Array, scale: number, mu: number): void {
    this.#pulse(this.#devices, run, trace, scale, mu);
  }

  touch(column: number): void {
    if (column >= 0) this.#touched[column] = 1;
    else if (!this.#allTouched) {
      this.#touched.fill(1);
      this.#allTouched = true;
    }
  }

  normalise(sum: number): void {
    const { edges, transpose } = this.#context;
    const touched = this.#touched;
    for (let column = 0; column < touched.length; column++) {
      if (touched[column] === 1) normaliseColumn(edges, transpose, column, sum, this.books.rows);
    }
    touched.fill(0);
    this.#allTouched = false;
  }

  restored(): void {
    this.#allTouched = false;
  }

  weight(k: number): number {
    return this.#weights[k]!;
  }

  conductance(k: number): number {
    const e = this.#range.electrical;
    return e ? (this.#weights[k]! * e.gMax) / e.weightAtGMax : Number.NaN;
  }

  show(row: number): number {
    return this.books.rows[row]!;
  }

  failures(): null {
    return null;
  }

  rest(): void {}

  /** Brings the initial weights into each device's range and sums up the rows. */
  #fit(): void {
    const { edges } = this.#context;
    const { wMin, wMax } = this.#range;
    const { rows } = this.books;
    const { spread } = this.#devices;
    for (let row = 0; row < edges.rows; row++) {
      for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
        const w = this.#weights[k]!;
        this.#weights[k] = Math.min(Math.max(w, spread?.wMin?.[k] ?? wMin), spread?.wMax[k] ?? wMax);
        if (rows.length > 0) rows[row]! += this.#weights[k]!;
      }
    }
    edges.least = Math.min(wMin, 0);
  }
}
