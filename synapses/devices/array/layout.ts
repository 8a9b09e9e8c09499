import type { Edges } from '../../../core/graph/edges.ts';
import type { Arena, TypedArray } from '../../../core/kernels/arena.ts';
import type { PulseBatchRecord } from '../../../core/kernels/records.ts';

function transposeMatrix<T extends TypedArray>(from: T, to: T, rows: number, columns: number, width = 1): T {
  for (let i = 0, column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++)
      for (let w = 0; w < width; w++) to[i++] = from[(row * columns + column) * width + w]!;
  return to;
}

/**
 * Memory order of the states that pulses change. While columns are pulsed and no row is read, it is column order, so
 * that devices that are pulsed together are adjacent in memory.
 * @param canUseColumnOrder true if states may be stored in column order
 */
export function createStateLayout(arrays: readonly TypedArray[], edges: Edges, canUseColumnOrder: boolean) {
  const canTranspose = canUseColumnOrder && edges.targets === null;
  let isTransposed = false;
  let pulsedColumnCount = 0;
  const transpose = (rows: number, columns: number) => {
    for (const array of arrays) transposeMatrix(array.slice(), array, rows, columns);
    isTransposed = !isTransposed;
  };
  return {
    /** Counts a column pulse, and may switch to column order. Returns the index of the first state; -1 in row order. */
    findColumnStart(column: number): number {
      const { rows, columns } = edges;
      if (canTranspose && !isTransposed && ++pulsedColumnCount > columns) transpose(rows, columns);
      return isTransposed ? column * rows : -1;
    },
    useRowOrder() {
      pulsedColumnCount = 0;
      if (isTransposed) transpose(edges.columns, edges.rows);
    },
  };
}

/** Weight range, factors of up and down steps, and lifetime per device; null if equal for all devices. */
interface DeviceConstants {
  readonly weightRanges: Float64Array | null;
  readonly upFactors: Float32Array | null;
  readonly downFactors: Float32Array | null;
  readonly lifetimes: Float64Array | null;
}

/** Device constants in row order and, from the first column pulse of a dense projection on, also in column order. */
export function createDeviceConstants(inRows: DeviceConstants, { rows, columns, targets }: Edges, arena: Arena) {
  const { weightRanges, upFactors, downFactors, lifetimes } = inRows;
  const hasColumnOrder = targets === null && (weightRanges ?? upFactors ?? lifetimes) !== null;
  let inColumns: DeviceConstants | null = null;
  let selected: DeviceConstants | null = null;
  const transpose = (): DeviceConstants => {
    const singles = (from: Float32Array | null) => from && transposeMatrix(from, arena.f32(from.length), rows, columns);
    const ups = singles(upFactors);
    return {
      weightRanges: weightRanges && transposeMatrix(weightRanges, arena.f64(weightRanges.length), rows, columns, 2),
      upFactors: ups,
      downFactors: downFactors === upFactors ? ups : singles(downFactors),
      lifetimes: lifetimes && transposeMatrix(lifetimes, arena.f64(lifetimes.length), rows, columns),
    };
  };
  /** Sets the memory order of a batch, the device constants in this order, and the index of the first constant. */
  return (b: PulseBatchRecord) => {
    const isColumn = hasColumnOrder && b.column >= 0;
    b.firstConstant = isColumn ? b.column * rows : 0;
    if (isColumn) inColumns ??= transpose();
    const wanted = isColumn ? inColumns! : inRows;
    if (wanted === selected) return;
    selected = wanted;
    b.hasColumnOrder = isColumn ? 1 : 0;
    b.weightRanges = wanted.weightRanges;
    b.upFactors = wanted.upFactors;
    b.downFactors = wanted.downFactors;
    b.lifetimes = wanted.lifetimes;
  };
}
