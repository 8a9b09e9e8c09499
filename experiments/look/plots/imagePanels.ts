import * as Plot from '@observablehq/plot';
import { UserError } from '../../../core/declare/errors.ts';
import { formatCount } from '../../../core/declare/show.ts';
import {
  COLOUR_BAR_WIDTH,
  type ColourScale,
  encodeGridPng,
  renderColourBar,
  renderGridPixels,
  type ValueGrid,
} from './colours.ts';
import { createImageMark, encodePngUrl, renderPixelPlot } from './panel.ts';
import { getLayoutWidth } from './pictureStyle.ts';
import {
  composePicture,
  fitFontSize,
  getSeriesColour,
  limitFontSize,
  MUTED_COLOUR,
  measureText,
  type Panel,
  requireFinite,
  requireNonEmpty,
  TEXT_COLOUR,
} from './style.ts';

/** Grids of values at successive times, with one colour scale. */
export interface FilmStripPlot {
  /** Rows of grids; each row has a label and one grid per time. */
  readonly rows: readonly { readonly label: string; readonly frames: readonly ValueGrid[] }[];
  /** Column headings, such as the times of the grids with their unit. */
  readonly moments: readonly string[];
  readonly colours: ColourScale;
  readonly title: string;
  readonly subtitle?: string;
}

const LEFT = 16;
const GAP = 6;
const HEADING = 22;
const MAX_FRAME_WIDTH = 150;

/** Draws grids at successive times, from left to right, with one colour scale. */
export function renderFilmStrip({ rows, moments, colours, title, subtitle }: FilmStripPlot): string {
  requireNonEmpty(rows.length * moments.length, 'film strip', 'frames');
  const names = Math.max(...rows.map(({ label }) => measureText(label))) + 10;
  const most = getLayoutWidth() - 2 * LEFT - names - COLOUR_BAR_WIDTH;
  const grid = rows[0]!.frames[0]!;
  const cell = Math.floor(Math.min(MAX_FRAME_WIDTH + GAP, most / moments.length));
  // The ratio of height to width of a frame is limited to 0.5 … 2, even for the weight matrix of a whole projection.
  const ratio = Math.min(2, Math.max(0.5, grid.rows / grid.columns));
  const width = cell - GAP;
  const height = Math.max(12, Math.round(width * ratio));
  const size = Math.min(...moments.map((moment) => fitFontSize(moment, 12, cell)));
  const place = (i: number): number => names + i * cell;
  const top = (j: number): number => HEADING + j * (height + GAP);
  const panels: Panel[] = rows.flatMap(({ frames }, j) =>
    frames.map((frame, i) => ({
      x: LEFT + place(i),
      y: top(j),
      svg: renderPixelPlot(width, height, [
        createImageMark(encodeGridPng(frame, colours, width, height), 0, 0, width, height),
        Plot.frame({ stroke: '#bebebe' }),
      ]),
    })),
  );
  const across = names + moments.length * cell;
  const down = top(rows.length);
  const words = renderPixelPlot(across, down, [
    Plot.text(moments, { x: (_, i) => place(i) + width / 2, y: () => HEADING / 2, text: (m) => m, fontSize: size }),
    Plot.text(rows, { x: () => names - 8, y: (_, j) => top(j) + height / 2, text: 'label', textAnchor: 'end' }),
  ]);
  const bar = Math.max(100, Math.min(down - HEADING - GAP, 260));
  return composePicture(
    Math.max(Math.min(600, getLayoutWidth()), LEFT + across + COLOUR_BAR_WIDTH + LEFT),
    Math.max(down, HEADING + bar + 16) + 8,
    { title, subtitle },
    [
      { x: LEFT, y: 0, svg: words },
      ...panels,
      { x: LEFT + across + 8, y: HEADING - 8, svg: renderColourBar(colours, bar) },
    ],
  );
}

/** Images of `rows x columns` pixels, each with its votes (one per window), true class and predicted class. */
export interface WindowVotesPlot {
  /** Grey values of the images, one image after the other. */
  readonly images: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly windowsPerSide: number;
  /** Class for which each window of each image voted; 255 if no neuron of the window fired. */
  readonly votes: Uint8Array;
  readonly labels: Uint8Array;
  readonly predictions: Uint8Array;
  readonly title?: string;
}

const SILENT = 255;
const CELL = 20;
const GREY: ColourScale = { label: '', domain: [0, 255] };

/** Draws images, each with the network's prediction and the class for which each window voted. */
export function renderWindowVotes({
  images,
  rows,
  columns,
  windowsPerSide: across,
  votes,
  labels,
  predictions,
  title,
}: WindowVotesPlot): string {
  const count = labels.length;
  requireNonEmpty(count, 'window votes', 'images');
  const side = across * CELL;
  const width = 2 * side + 24;
  const height = side + 34;
  const page = getLayoutWidth();
  const perRow = Math.max(1, Math.floor((page - 2 * LEFT) / width));
  const panels = Array.from({ length: count }, (_, i) => {
    const values = images.subarray(i * rows * columns, (i + 1) * rows * columns);
    const cells = Array.from({ length: across * across }, (_, g) => ({
      x: side + 8 + (g % across) * CELL,
      y: 16 + Math.floor(g / across) * CELL,
      vote: votes[i * across * across + g]!,
    }));
    const isRight = predictions[i] === labels[i];
    const svg = renderPixelPlot(width, height, [
      createImageMark(encodeGridPng({ values, rows, columns }, GREY, side, side), 0, 16, side, side),
      Plot.text([`digit ${labels[i]}${isRight ? '' : `, answer ${predictions[i]}`}`], {
        x: 0,
        y: 7,
        text: (d) => d,
        textAnchor: 'start',
        fill: isRight ? TEXT_COLOUR : getSeriesColour(1),
      }),
      Plot.rect(cells, {
        x1: 'x',
        x2: ({ x }) => x + CELL - 1,
        y1: 'y',
        y2: ({ y }) => y + CELL - 1,
        fill: 'none',
        stroke: '#bebebe',
      }),
      Plot.text(cells, {
        x: ({ x }) => x + CELL / 2,
        y: ({ y }) => y + CELL / 2,
        text: ({ vote }) => (vote === SILENT ? '–' : String(vote)),
        fill: ({ vote }) => (vote === SILENT ? MUTED_COLOUR : getSeriesColour(vote === labels[i] ? 0 : 1)),
        fontWeight: 'bold',
      }),
    ]);
    return { x: LEFT + (i % perRow) * width, y: 4 + Math.floor(i / perRow) * height, svg };
  });
  const heading = {
    title: title ?? 'Votes of the windows',
    subtitle: 'vote of each window at its position; blue: correct, orange: wrong, –: no vote',
  };
  return composePicture(page, 4 + Math.ceil(count / perRow) * height, heading, panels);
}

/** Incoming weights of neurons, to draw as one image of `rows x columns` pixels per neuron. */
export interface ReceptiveFieldPlot {
  /** Weights, `(rows * columns) x neurons`, row-major: one row per pixel of the input image. */
  readonly weights: Float32Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly neurons: number;
  /** Number of receptive fields per row. Default: nearly square arrangement. */
  readonly fieldsPerRow?: number;
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
const CAPTION_HEIGHT = 16;
const MOSAIC_PIXELS = 1400; // approximate side length, for sharp edges of the fields in every viewer
const MAX_ZOOM = 12;
const FRAME_GREY = 190;

/**
 * Lays out receptive fields in an image, px. A tile shows one receptive field; a cell is a tile with frame and caption.
 * @param captionRatio height of a caption / width of a tile
 */
function layOutMosaic({ neurons, rows, columns, fieldsPerRow }: ReceptiveFieldPlot, captionRatio: number) {
  const across = fieldsPerRow ?? Math.ceil(Math.sqrt((neurons * rows * (1 + captionRatio)) / columns));
  const ratio = (across * columns) / MOSAIC_PIXELS;
  const weightsPerPixel = Math.max(1, Math.round(ratio));
  const zoom = Math.min(MAX_ZOOM, Math.max(1, Math.floor(1 / ratio)));
  const [tileWidth, tileHeight] = [columns, rows].map((size) => Math.ceil(size / weightsPerPixel) * zoom) as [
    number,
    number,
  ];
  const [cellWidth, cellHeight] = [tileWidth + 1, tileHeight + 1 + Math.ceil(tileWidth * captionRatio)];
  const [width, height] = [across * cellWidth + 1, Math.ceil(neurons / across) * cellHeight + 1];
  return { across, tileWidth, tileHeight, cellWidth, cellHeight, width, height };
}

function renderMosaic(
  { weights, rows, columns, neurons }: ReceptiveFieldPlot,
  colours: ColourScale,
  { across, tileWidth, tileHeight, cellWidth, cellHeight, width, height }: ReturnType<typeof layOutMosaic>,
) {
  const rgb = new Uint8Array(width * height * 3).fill(255);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const values = Float64Array.from({ length: rows * columns }, (_, pixel) => weights[pixel * neurons + neuron]!);
    const tile = renderGridPixels({ values, rows, columns }, colours, tileWidth, tileHeight);
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

/**
 * Draws receptive fields as SVG. A tile per neuron shows its weights, arranged like the input image; neuron 0 is at the
 * top left.
 */
export function renderReceptiveFields(fields: ReceptiveFieldPlot): string {
  const { weights, neurons, captions = [] } = fields;
  let largest = 0;
  for (const w of weights) if (w > largest) largest = w;
  const max = fields.max ?? (largest || 1);
  const colours: ColourScale = { label: fields.label ?? 'weight', domain: [fields.min ?? 0, max] };
  checkReceptiveFields(fields, colours.domain);

  const maxWidth = getLayoutWidth() - 2 * LEFT - COLOUR_BAR_WIDTH;
  const roughTile = Math.min(MAX_TILE, maxWidth / Math.ceil(Math.sqrt(neurons)));
  const hasCaptions =
    captions.length > 0 &&
    neurons <= MAX_CAPTIONS &&
    limitFontSize(0) <= 0.7 * Math.min(CAPTION_HEIGHT, 0.45 * roughTile);
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
  return composePicture(Math.max(360, width + COLOUR_BAR_WIDTH + 2 * LEFT), Math.max(height, 110) + 28, heading, [
    { x: LEFT, y: 8, svg: tiles },
    { x: LEFT + width + 8, y: 0, svg: bar },
  ]);
}

function checkReceptiveFields(
  { weights, rows, columns, neurons }: ReceptiveFieldPlot,
  [min, max]: ColourScale['domain'],
): void {
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
