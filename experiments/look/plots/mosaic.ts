import { type ColourScale, colourIndex } from './colourBar.ts';
import { SEQUENTIAL_RAMP } from './ramp.ts';

/** Mosaics are enlarged or averaged to about this many pixels a side, finer than they are shown. */
const PIXELS = 1400;
const LARGEST_ZOOM = 12;
const GAP = [190, 190, 190] as const;

interface TileLayout {
  readonly across: number;
  readonly down: number;
  /** Weights averaged into one pixel, a side; 1 where `zoom` enlarges. */
  readonly shrink: number;
  /** Pixels a weight is drawn with, a side: enlarged here, weights keep sharp edges in every viewer. */
  readonly zoom: number;
  /** One tile's picture within its cell, in image pixels; the cell also holds a gap of 1 and the strip. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly width: number;
  readonly height: number;
}

/** A near-square arrangement of tiles, or `across` of them a row. `strip` is the room under each tile as a share of its width. */
export function layOutTiles(
  neurons: number,
  rows: number,
  columns: number,
  strip: number,
  across = Math.ceil(Math.sqrt((neurons * rows * (1 + strip)) / columns)),
): TileLayout {
  const down = Math.ceil(neurons / across);
  const ratio = (across * columns) / PIXELS;
  const shrink = Math.max(1, Math.round(ratio));
  const zoom = Math.min(LARGEST_ZOOM, Math.max(1, Math.floor(1 / ratio)));
  const tileWidth = Math.ceil(columns / shrink) * zoom;
  const tileHeight = Math.ceil(rows / shrink) * zoom;
  const cellWidth = tileWidth + 1;
  const cellHeight = tileHeight + 1 + Math.ceil(tileWidth * strip);
  const width = across * cellWidth + 1;
  const height = down * cellHeight + 1;
  return { across, down, shrink, zoom, tileWidth, tileHeight, cellWidth, cellHeight, width, height };
}

/**
 * Draws every neuron's weights as one tile, in RGB. Weights outside the domain of the colours take their ends. Tiles are framed by a thin grey line, the rest is white.
 * @param weights `(rows * columns) x neurons`, row-major
 */
export function renderMosaic(
  weights: Float32Array | Float64Array,
  rows: number,
  columns: number,
  neurons: number,
  colours: ColourScale,
  layout: TileLayout,
): Uint8Array {
  const { across, shrink, zoom, tileWidth, tileHeight, cellWidth, cellHeight, width, height } = layout;
  const rgb = new Uint8Array(width * height * 3).fill(255);
  const mean = (neuron: number, row: number, column: number): number => {
    let [sum, n] = [0, 0];
    for (let y = row * shrink; y < Math.min(rows, (row + 1) * shrink); y++) {
      for (let x = column * shrink; x < Math.min(columns, (column + 1) * shrink); x++, n++) {
        sum += weights[(y * columns + x) * neurons + neuron]!;
      }
    }
    return sum / n;
  };
  for (let neuron = 0; neuron < neurons; neuron++) {
    const left = (neuron % across) * cellWidth;
    const top = Math.floor(neuron / across) * cellHeight;
    for (let y = 0; y < tileHeight + 2; y++) {
      for (let x = 0; x < tileWidth + 2; x++) {
        const framed = x === 0 || y === 0 || x > tileWidth || y > tileHeight;
        const rgbHere = framed
          ? GAP
          : SEQUENTIAL_RAMP[
              colourIndex(mean(neuron, Math.floor((y - 1) / zoom), Math.floor((x - 1) / zoom)), colours)
            ]!;
        rgb.set(rgbHere, ((top + y) * width + left + x) * 3);
      }
    }
  }
  return rgb;
}
