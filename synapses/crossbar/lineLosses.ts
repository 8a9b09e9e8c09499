import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import type { DeviceRanges } from '../../core/factories.ts';
import type { Devices } from '../../core/model.ts';
import { Crossbar, type CrossbarOptions } from './crossbar.ts';
import { NonLinearCrossbar } from './nonLinear.ts';
import type { CellIvCurve, ResolvedPeriphery } from './periphery.ts';

/** Options of `effectiveConductances`: a whole matrix, and the size of the tiles (crossbars) that hold its parts. */
export interface TiledOptions extends CrossbarOptions {
  /** Size of a tile; default: the whole matrix. Tiles at the right and lower edge may be smaller. */
  readonly tile?: { readonly rows: number; readonly columns: number };
}

/**
 * Effective conductances of a matrix that is distributed over several crossbars (tiles), S, row-major. Output
 * currents of tiles in the same columns are added outside the arrays.
 */
export function effectiveConductances(o: TiledOptions) {
  const { rows, columns, conductances, lineResistance, tile } = o;
  const effective = new Float64Array(rows * columns);
  for (const { rowCount, columnCount, toMatrixIndex } of listTiles({ rows, columns }, tile)) {
    const own = Float64Array.from({ length: rowCount * columnCount }, (_, k) => conductances[toMatrixIndex(k)]!);
    const crossbar = new Crossbar({ rows: rowCount, columns: columnCount, conductances: own, lineResistance });
    crossbar.effective.forEach((g, k) => {
      effective[toMatrixIndex(k)] = g;
    });
  }
  return effective;
}

type Size = NonNullable<TiledOptions['tile']>;

/** Crossbars that hold parts of a matrix. `toMatrixIndex`: index in the matrix of a cell of the crossbar. */
export function listTiles({ rows, columns }: Size, tile: Size = { rows, columns }) {
  if (!(isSize(tile.rows) && isSize(tile.columns)))
    throw new UserError(`Crossbar: rows and columns of a tile must be integers >= 1 (got ${show(tile)}).`);
  const tiles = [];
  for (let topRow = 0; topRow < rows; topRow += tile.rows) {
    for (let leftColumn = 0; leftColumn < columns; leftColumn += tile.columns) {
      const columnCount = Math.min(tile.columns, columns - leftColumn);
      const toMatrixIndex = (k: number) =>
        (topRow + Math.floor(k / columnCount)) * columns + leftColumn + (k % columnCount);
      tiles.push({ topRow, leftColumn, rowCount: Math.min(tile.rows, rows - topRow), columnCount, toMatrixIndex });
    }
  }
  return tiles;
}

const isSize = (n: number) => Number.isInteger(n) && n >= 1;

function computeMeanConductances(devices: Devices, t: number) {
  const { count } = devices.edges;
  const each = devices.usage.devices / count;
  return Float64Array.from({ length: count }, (_, k) => devices.conductance(k, t) / each);
}

/**
 * Line losses of the arrays of a layer: one array, or two with opposite signs. The current of a reference device is
 * assumed to lose the same fraction as the adjacent cell.
 */
export function createLineLosses(
  layer: Devices,
  { weightPerSiemens, gMin }: NonNullable<DeviceRanges['electricalProperties']>,
  { word, bit, tile }: NonNullable<ResolvedPeriphery['lines']>,
  cell: CellIvCurve,
) {
  const { rows, columns, count } = layer.edges;
  const lineResistance = { word, bit };
  const sides = (layer.signedArrays ?? [{ sign: 1, devices: layer } as const]).map((side) => ({
    ...side,
    /** Conductance of each cell with line losses, as a fraction of its device conductance. */
    attenuation: new Float64Array(count).fill(1),
  }));
  /** Weight at gMin on each side of a differential pair; without line losses, the two sides cancel. */
  const offset = layer.signedArrays ? gMin * weightPerSiemens : 0;
  return {
    state: Object.fromEntries(sides.map(({ attenuation }, n) => [`attenuation${n}`, attenuation])),
    solve(t: number) {
      for (const { devices, attenuation } of sides) {
        const conductances = computeMeanConductances(devices, t);
        const effective = effectiveConductances({ rows, columns, conductances, lineResistance, ...(tile && { tile }) });
        for (let k = 0; k < effective.length; k++)
          attenuation[k] = conductances[k]! > 0 ? effective[k]! / conductances[k]! : 1;
      }
    },
    fillWeights(out: Float64Array) {
      out.fill(0);
      for (const { sign, devices, attenuation } of sides) {
        const weights = devices.edges.weights!;
        for (let k = 0; k < out.length; k++) out[k]! += sign * attenuation[k]! * (weights[k]! + offset);
      }
    },
    /**
     * Column currents with non-linear cells, in units of weight × input.
     * @param inputs word line voltages as fractions of the read voltage
     */
    currents(inputs: ArrayLike<number>, out: Float64Array, t: number) {
      out.fill(0);
      for (const { sign, devices } of sides) {
        const conductances = computeMeanConductances(devices, t);
        for (const one of listTiles({ rows, columns }, tile)) {
          const { topRow, leftColumn, rowCount, columnCount, toMatrixIndex } = one;
          const own = Float64Array.from({ length: rowCount * columnCount }, (_, k) => conductances[toMatrixIndex(k)]!);
          const voltages = Float64Array.from({ length: rowCount }, (_, i) => inputs[topRow + i]!);
          const crossbar = new NonLinearCrossbar({ rows: rowCount, columns: columnCount, lineResistance, cell });
          const found = crossbar.currents(voltages, own);
          for (let j = 0; j < columnCount; j++) out[leftColumn + j]! += sign * found[j]! * weightPerSiemens;
        }
      }
    },
  };
}
