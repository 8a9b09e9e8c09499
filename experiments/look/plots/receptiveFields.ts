import * as Plot from '@observablehq/plot';
import { UserError } from '../../../core/declare/errors.ts';
import { plural } from '../../../core/declare/show.ts';
import { BAR_WIDTH, type ColourScale, renderColourBar } from './colourBar.ts';
import { pictureWidth } from './look.ts';
import { layOutTiles, renderMosaic } from './mosaic.ts';
import { encodePngUrl, imageMark, renderPixelPlot } from './panel.ts';
import { composePicture, fitFontSize, printableFontSize, requireFinite, requireNonEmpty } from './style.ts';

export interface ReceptiveFields {
  /** Weights, `(rows * columns) x neurons`, row-major: one row per pixel. */
  readonly weights: Float32Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly neurons: number;
  /** Neurons in a row of the picture; default: as many as make it about square. */
  readonly across?: number;
  /** Weight at the dark end of the colour bar; the largest weight if not given. */
  readonly max?: number;
  /** Weight at the pale end, default 0. */
  readonly min?: number;
  /** One short text under each field, for instance the neuron's class. Drawn while there is room: up to 400 neurons. */
  readonly captions?: readonly string[];
  readonly title?: string;
  readonly subtitle?: string;
  /** Title of the colour bar. */
  readonly label?: string;
}

const MOST_CAPTIONS = 400;
const LARGEST_TILE = 150;
const STRIP = 16; // px under a tile for its caption
const LEFT = 16;

/** The weights onto each neuron, laid out like its input image: a mosaic, neuron 0 top left, with a colour bar. SVG. */
export function receptiveFields(fields: ReceptiveFields): string {
  const { weights, rows, columns, neurons, captions = [] } = fields;
  const max = fields.max ?? (largest(weights) || 1);
  const colours: ColourScale = { label: fields.label ?? 'weight', domain: [fields.min ?? 0, max] };
  check(fields, colours.domain);

  const most = pictureWidth() - 2 * LEFT - BAR_WIDTH;
  const roughTile = Math.min(LARGEST_TILE, most / Math.ceil(Math.sqrt(neurons)));
  const captioned =
    captions.length > 0 && neurons <= MOST_CAPTIONS && printableFontSize(0) <= 0.7 * Math.min(STRIP, 0.45 * roughTile);
  const strip = captioned ? Math.min(0.45, STRIP / roughTile) : 0;
  const layout = layOutTiles(neurons, rows, columns, strip, fields.across);
  const scale = Math.min(most / layout.width, LARGEST_TILE / layout.tileWidth);
  const [width, height] = [layout.width * scale, layout.height * scale];
  const src = encodePngUrl(
    renderMosaic(weights, rows, columns, neurons, colours, layout),
    layout.width,
    layout.height,
    3,
  );
  const room = (layout.cellHeight - layout.tileHeight - 1) * scale;
  const texts = strip > 0 ? captions.slice(0, neurons).map((text, j) => ({ text, j })) : [];
  const longest = texts.reduce((most, { text }) => (text.length > most.length ? text : most), '');
  const fontSize = fitFontSize(longest, Math.min(12, room - 1), layout.cellWidth * scale);

  const tiles = renderPixelPlot(width, height, [
    imageMark(src, 0, 0, width, height),
    Plot.text(texts, {
      x: ({ j }) => ((j % layout.across) * layout.cellWidth + layout.cellWidth / 2) * scale,
      y: ({ j }) => (Math.floor(j / layout.across) + 1) * layout.cellHeight * scale - room / 2,
      text: 'text',
      fontSize,
    }),
  ]);
  const bar = renderColourBar(colours, Math.max(100, Math.min(height, 260)));
  const heading = { title: fields.title ?? 'Receptive fields', subtitle: fields.subtitle ?? plural(neurons, 'neuron') };
  return composePicture(Math.max(360, width + BAR_WIDTH + 2 * LEFT), Math.max(height, 110) + 28, heading, [
    { x: LEFT, y: 8, svg: tiles },
    { x: LEFT + width + 8, y: 0, svg: bar },
  ]);
}

function check({ weights, rows, columns, neurons }: ReceptiveFields, [min, max]: ColourScale['domain']): void {
  requireNonEmpty(neurons * rows * columns, 'receptive fields', 'weights');
  if (weights.length !== neurons * rows * columns) {
    throw new UserError(
      `receptive fields: ${weights.length} weights found, expected ${neurons * rows * columns} ` +
        `for ${rows}x${columns} pixels and ${neurons} neurons`,
    );
  }
  requireFinite(weights, 'receptive fields', 'weight');
  if (!(max > min && max < Infinity)) {
    throw new UserError(`receptive fields: the largest weight is given as ${max}, expected a number above ${min}`);
  }
}

function largest(weights: Float32Array | Float64Array): number {
  let most = 0;
  for (const w of weights) if (w > most) most = w;
  return most;
}
