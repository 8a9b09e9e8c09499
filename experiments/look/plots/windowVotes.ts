import * as Plot from '@observablehq/plot';
import type { ColourScale } from './colourBar.ts';
import { layoutWidth } from './look.ts';
import { renderGrid } from './paint.ts';
import { createImageMark, encodePngUrl, renderPixelPlot } from './panel.ts';
import { composePicture, getSeriesColour, MUTED_COLOUR, requireNonEmpty, TEXT_COLOUR } from './style.ts';

export interface WindowVotes {
  /** Grey values of the images, one image after the other. */
  readonly images: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  /** Number of windows along each side of the image. */
  readonly across: number;
  /** Class voted for by each window of each image; 255 if no neuron of the window fired. */
  readonly votes: Uint8Array;
  readonly labels: Uint8Array;
  readonly predictions: Uint8Array;
  readonly title?: string;
}

const SILENT = 255;
const LEFT = 16;
const CELL = 20;
const GREY: ColourScale = { label: '', domain: [0, 255] };

/** Draws images, as SVG, with each window's vote, arranged like the windows, and the network's prediction. */
export function windowVotes({ images, rows, columns, across, votes, labels, predictions, title }: WindowVotes): string {
  const count = labels.length;
  requireNonEmpty(count, 'window votes', 'images');
  const side = across * CELL;
  const width = 2 * side + 24;
  const height = side + 34;
  const page = layoutWidth();
  const perRow = Math.max(1, Math.floor((page - 2 * LEFT) / width));
  const panels = Array.from({ length: count }, (_, i) => {
    const data = Float64Array.from(images.subarray(i * rows * columns, (i + 1) * rows * columns));
    const png = encodePngUrl(
      renderGrid({ values: data, rows, columns }, GREY, 2 * side, 2 * side),
      2 * side,
      2 * side,
      3,
    );
    const cells = Array.from({ length: across * across }, (_, g) => ({ g, vote: votes[i * across * across + g]! }));
    const caption =
      predictions[i] === labels[i] ? `digit ${labels[i]}` : `digit ${labels[i]}, answer ${predictions[i]}`;
    const svg = renderPixelPlot(width, height, [
      createImageMark(png, 0, 16, side, side),
      Plot.text([caption], {
        x: 0,
        y: 7,
        text: (d) => d,
        textAnchor: 'start',
        fill: predictions[i] === labels[i] ? TEXT_COLOUR : getSeriesColour(1),
      }),
      Plot.rect(cells, {
        x1: ({ g }) => side + 8 + (g % across) * CELL,
        x2: ({ g }) => side + 8 + (g % across) * CELL + CELL - 1,
        y1: ({ g }) => 16 + Math.floor(g / across) * CELL,
        y2: ({ g }) => 16 + Math.floor(g / across) * CELL + CELL - 1,
        fill: 'none',
        stroke: '#bebebe',
      }),
      Plot.text(cells, {
        x: ({ g }) => side + 8 + (g % across) * CELL + CELL / 2,
        y: ({ g }) => 16 + Math.floor(g / across) * CELL + CELL / 2,
        text: ({ vote }) => (vote === SILENT ? '–' : String(vote)),
        fill: ({ vote }) =>
          vote === SILENT ? MUTED_COLOUR : vote === labels[i] ? getSeriesColour(0) : getSeriesColour(1),
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
