import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { Crossbar, type CrossbarOptions } from './crossbar.ts';

export interface TiledOptions extends CrossbarOptions {
  /** Size of a tile; default: the whole matrix. Tiles at the right and lower edge may be smaller. */
  readonly tile?: { readonly rows: number; readonly columns: number };
}

/**
 * Effective conductances of a matrix that is distributed over several crossbars, S, row-major. Each tile is a crossbar
 * with sources on its left and outputs at 0 V below; currents of tiles above each other are added outside. Tiles as
 * wide as the matrix also describe a stack of layers that share the outputs.
 */
export function effectiveConductances(o: TiledOptions): Float64Array {
  const { rows, columns, conductances, lineResistance, tile } = o;
  const effective = new Float64Array(rows * columns);
  for (const { height, width, at } of tilesOf({ rows, columns }, tile)) {
    const own = Float64Array.from({ length: height * width }, (_, k) => conductances[at(k)]!);
    const crossbar = new Crossbar({ rows: height, columns: width, conductances: own, lineResistance });
    crossbar.effective.forEach((g, k) => {
      effective[at(k)] = g;
    });
  }
  return effective;
}

/** One crossbar of a matrix that is distributed over several; `at(k)`: index of its cell k in the matrix. */
interface Tile {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly at: (k: number) => number;
}

type Size = NonNullable<TiledOptions['tile']>;

export function tilesOf({ rows, columns }: Size, tile: Size = { rows, columns }): Tile[] {
  if (!(isSize(tile.rows) && isSize(tile.columns)))
    throw new UserError(`Crossbar: rows and columns of a tile must be integers >= 1 (got ${show(tile)}).`);
  const tiles: Tile[] = [];
  for (let top = 0; top < rows; top += tile.rows) {
    for (let left = 0; left < columns; left += tile.columns) {
      const width = Math.min(tile.columns, columns - left);
      const at = (k: number) => (top + Math.floor(k / width)) * columns + left + (k % width);
      tiles.push({ top, left, height: Math.min(tile.rows, rows - top), width, at });
    }
  }
  return tiles;
}

const isSize = (n: number): boolean => Number.isInteger(n) && n >= 1;
