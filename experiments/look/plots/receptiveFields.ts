import * as Plot from '@observablehq/plot';
import { UserError } from '../../../core/declare/errors.ts';
import { formatCount } from '../../../core/declare/show.ts';
import { BAR_WIDTH, type ColourScale, renderColourBar } from './colourBar.ts';
import { layoutWidth } from './look.ts';
import { renderGrid } from './paint.ts';
import { createImageMark, encodePngUrl, renderPixelPlot } from './panel.ts';
import { composePicture, fitFontSize, printableFontSize, requireFinite, requireNonEmpty } from './style.ts';

export interface ReceptiveFields {
  /** Weights, `(rows * columns) x neurons`, row-major: one row per pixel of the input image. */
  readonly weights: Float32Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly neurons: number;
  /** Number of neurons per row of the picture. Default: nearly square arrangement. */
  readonly across?: number;
  /** Weight at the dark end of the colour bar. Default: largest weight. */
  readonly max?: number;
  /** Weight at the light end of the colour bar. Default: 0. */
  readonly min?: number;
  /** Text below each field, such as the class of the neuron. Drawn for up to 400 neurons, if there is space. */
  readonly captions?: readonly string[];
  readonly title?: string;
  readonly subtitle?: string;
  /** Label of the colour bar. */
  readonly label?: string;
}

const MAX_CAPTIONS = 400;
const MAX_TILE = 150;
/** Height of a caption, px. */
const CAPTION_HEIGHT = 16;
const LEFT = 16;
/** Approximate number of image pixels per side, high enough for sharp field edges in every viewer. */
const MOSAIC_PIXELS = 1400;
const MAX_ZOOM = 12;
const FRAME_GREY = 190;

interface MosaicLayout {
  /** Number of tiles (fields) per row. */
  readonly across: number;
  /** Width and height of a receptive field, image pixels. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Width and height of a receptive field with frame and caption, image pixels. */
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly width: number;
  readonly height: number;
}

/** Lays out the fields as a mosaic. @param strip height of a caption, relative to the width of a tile */
function layOutMosaic({ neurons, rows, columns, across: given }: ReceptiveFields, strip: number): MosaicLayout {
  const across = given ?? Math.ceil(Math.sqrt((neurons * rows * (1 + strip)) / columns));
  const ratio = (across * columns) / MOSAIC_PIXELS;
  const weightsPerPixel = Math.max(1, Math.round(ratio));
  const zoom = Math.min(MAX_ZOOM, Math.max(1, Math.floor(1 / ratio)));
  const [tileWidth, tileHeight] = [columns, rows].map((size) => Math.ceil(size / weightsPerPixel) * zoom) as [
    number,
    number,
  ];
  const [cellWidth, cellHeight] = [tileWidth + 1, tileHeight + 1 + Math.ceil(tileWidth * strip)];
  const size = { width: across * cellWidth + 1, height: Math.ceil(neurons / across) * cellHeight + 1 };
  return { across, tileWidth, tileHeight, cellWidth, cellHeight, ...size };
}

/** Renders all fields as an RGB image, each with a thin grey frame, on white. */
function renderMosaic(
  { weights, rows, columns, neurons }: ReceptiveFields,
  colours: ColourScale,
  layout: MosaicLayout,
) {
  const { across, tileWidth, tileHeight, cellWidth, cellHeight, width, height } = layout;
  const rgb = new Uint8Array(width * height * 3).fill(255);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const values = Float64Array.from({ length: rows * columns }, (_, pixel) => weights[pixel * neurons + neuron]!);
    const tile = renderGrid({ values, rows, columns }, colours, tileWidth, tileHeight);
    const [left, top] = [(neuron % across) * cellWidth, Math.floor(neuron / across) * cellHeight];
    const framedWidth = 3 * (tileWidth + 2);
    for (let y = 0; y < tileHeight + 2; y++) {
      const at = 3 * ((top + y) * width + left);
      rgb.fill(FRAME_GREY, at, at + framedWidth);
      if (y > 0 && y <= tileHeight) rgb.set(tile.subarray(3 * (y - 1) * tileWidth, 3 * y * tileWidth), at + 3);
    }
  }
  return rgb;
}

/** Draws receptive fields as SVG: weights as a tile per neuron, like its input image; neuron 0 at the top left. */
export function receptiveFields(fields: ReceptiveFields): string {
  const { weights, neurons, captions = [] } = fields;
  let largest = 0;
  for (const w of weights) if (w > largest) largest = w;
  const max = fields.max ?? (largest || 1);
  const colours: ColourScale = { label: fields.label ?? 'weight', domain: [fields.min ?? 0, max] };
  checkFields(fields, colours.domain);

  const maxWidth = layoutWidth() - 2 * LEFT - BAR_WIDTH;
  const roughTile = Math.min(MAX_TILE, maxWidth / Math.ceil(Math.sqrt(neurons)));
  const hasCaptions =
    captions.length > 0 &&
    neurons <= MAX_CAPTIONS &&
    printableFontSize(0) <= 0.7 * Math.min(CAPTION_HEIGHT, 0.45 * roughTile);
  const layout = layOutMosaic(fields, hasCaptions ? Math.min(0.45, CAPTION_HEIGHT / roughTile) : 0);
  const scale = Math.min(maxWidth / layout.width, MAX_TILE / layout.tileWidth);
  const [width, height] = [layout.width * scale, layout.height * scale];
  const image = encodePngUrl(renderMosaic(fields, colours, layout), layout.width, layout.height, 3);
  const captionHeight = (layout.cellHeight - layout.tileHeight - 1) * scale;
  const texts = hasCaptions ? captions.slice(0, neurons).map((text, j) => ({ text, j })) : [];
  const longest = texts.reduce((a, { text }) => (text.length > a.length ? text : a), '');
  const fontSize = fitFontSize(longest, Math.min(12, captionHeight - 1), layout.cellWidth * scale);

  const tiles = renderPixelPlot(width, height, [
    createImageMark(image, 0, 0, width, height),
    Plot.text(texts, {
      x: ({ j }) => ((j % layout.across) * layout.cellWidth + layout.cellWidth / 2) * scale,
      y: ({ j }) => (Math.floor(j / layout.across) + 1) * layout.cellHeight * scale - captionHeight / 2,
      text: 'text',
      fontSize,
    }),
  ]);
  const bar = renderColourBar(colours, Math.max(100, Math.min(height, 260)));
  const heading = {
    title: fields.title ?? 'Receptive fields',
    subtitle: fields.subtitle ?? formatCount(neurons, 'neuron'),
  };
  return composePicture(Math.max(360, width + BAR_WIDTH + 2 * LEFT), Math.max(height, 110) + 28, heading, [
    { x: LEFT, y: 8, svg: tiles },
    { x: LEFT + width + 8, y: 0, svg: bar },
  ]);
}

function checkFields({ weights, rows, columns, neurons }: ReceptiveFields, [min, max]: ColourScale['domain']): void {
  const expected = neurons * rows * columns;
  requireNonEmpty(expected, 'receptive fields', 'weights');
  if (weights.length !== expected)
    throw new UserError(
      `receptive fields: ${weights.length} weights found, expected ${expected} for ${rows}x${columns} pixels and ${neurons} neurons`,
    );
  requireFinite(weights, 'receptive fields', 'weight');
  if (!(max > min && max < Infinity))
    throw new UserError(`receptive fields: \`max\` must be a number above \`min\` = ${min} (got ${max})`);
}
