import * as Plot from '@observablehq/plot';
import { layoutWidth } from './look.ts';
import { createGridLines, renderPlot } from './panel.ts';
import { createTickFormat } from './prefix.ts';
import {
  composePicture,
  createMargins,
  getSeriesColour,
  MUTED_COLOUR,
  measureText,
  requireNonEmpty,
  TEXT_COLOUR,
} from './style.ts';

export interface Responses {
  readonly title: string;
  readonly subtitle?: string;
  /** Axis label, with unit. */
  readonly label: string;
  /** Reference value, drawn as a dashed line. */
  readonly reference?: number;
  /** Categories from top to bottom, each with its mean and, if known, the ends of its interval. */
  readonly rows: readonly {
    readonly name: string;
    readonly mean: number;
    readonly low?: number;
    readonly high?: number;
  }[];
}

const ROW = 24;
const BOTTOM = 48;

/** Draws mean and interval of each category, as SVG. */
export function responses({ title, subtitle, label, reference, rows }: Responses): string {
  requireNonEmpty(rows.length, 'responses', 'rows');
  const left = Math.max(...rows.map(({ name }) => measureText(name))) + 16;
  const height = 8 + ROW * rows.length + BOTTOM;
  const most = Math.max(...rows.map(({ mean, high }) => Math.abs(high ?? mean)));
  const svg = renderPlot({
    width: layoutWidth(),
    height,
    ...createMargins(8, 36, BOTTOM, left),
    x: { label, nice: true, labelOffset: 40, tickFormat: createTickFormat(most) },
    y: { type: 'band', domain: rows.map(({ name }) => name), label: null, tickSize: 0, padding: 0.3 },
    marks: [
      ...createGridLines('x'),
      Plot.ruleY(
        rows.filter(({ low }) => low !== undefined),
        { y: 'name', x1: 'low', x2: 'high', stroke: getSeriesColour(0), strokeWidth: 2 },
      ),
      ...(reference === undefined ? [] : [Plot.ruleX([reference], { stroke: TEXT_COLOUR, strokeDasharray: '5,4' })]),
      Plot.dot(rows, { y: 'name', x: 'mean', fill: getSeriesColour(0), r: 4.5 }),
      Plot.frame({ stroke: MUTED_COLOUR }),
    ],
  });
  return composePicture(layoutWidth(), height + 8, { title, subtitle }, [{ x: 0, y: 0, svg }]);
}
