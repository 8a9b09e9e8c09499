import * as Plot from '@observablehq/plot';
import type { CurveAxis } from './chart.ts';
import { layoutWidth } from './look.ts';
import { createGridLines, renderLegend, renderPlot } from './panel.ts';
import { createTickFormat } from './prefix.ts';
import {
  composePicture,
  createMargins,
  getSeriesColour,
  getSeriesSymbol,
  MUTED_COLOUR,
  requireFinite,
  requireNonEmpty,
} from './style.ts';

export interface ScatterGroup {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface Scatter {
  readonly x: Pick<CurveAxis, 'label' | 'domain'>;
  readonly y: Pick<CurveAxis, 'label' | 'domain'>;
  /** Groups of points; the first group is drawn on top. */
  readonly groups: readonly ScatterGroup[];
  readonly title: string;
  readonly subtitle?: string;
}

const HEIGHT = 380;
const INSET = 16;
/** Margin around the points, as a share of their range. */
const MARGIN = 0.04;
/** Number of points below which points are drawn larger. */
const FEW_POINTS = 300;

/** Draws a scatter plot of groups of points as SVG, with lines at zero; suitable for up to a few thousand points. */
export function scatter({ x, y, groups, title, subtitle }: Scatter): string {
  const shown = groups.filter((group) => group.x.length > 0);
  requireNonEmpty(shown.length, 'scatter', 'points');
  const axis = ({ label, domain }: Scatter['x'], values: readonly ArrayLike<number>[], labelOffset: number) => {
    for (const one of values) requireFinite(one, 'scatter', `${label} of point`);
    const all = [...values.flatMap((one) => Array.from(one)), ...(domain ?? [])];
    const [low, high] = all.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [0, 0]);
    const margin = MARGIN * (high - low);
    return {
      label,
      domain: low === high ? [-1, 1] : [low - margin, high + margin],
      labelOffset,
      tickFormat: createTickFormat(Math.max(-low, high)),
    };
  };
  const count = shown.reduce((sum, group) => sum + group.x.length, 0);
  const names = renderLegend(
    shown.map(({ name }, i) => ({ name, colour: getSeriesColour(i), symbol: getSeriesSymbol(i), line: false })),
    layoutWidth() - 2 * INSET,
  );
  const frame = renderPlot({
    width: layoutWidth(),
    height: HEIGHT,
    ...createMargins(10, 36, 48, 84),
    x: axis(
      x,
      shown.map((group) => group.x),
      40,
    ),
    y: axis(
      y,
      shown.map((group) => group.y),
      68,
    ),
    marks: [
      ...createGridLines(),
      Plot.ruleX([0], { stroke: MUTED_COLOUR }),
      Plot.ruleY([0], { stroke: MUTED_COLOUR }),
      ...shown
        .map(({ x, y }, i) =>
          Plot.dot(Array.from(x), {
            x: (value: number) => value,
            y: (_, k) => y[k],
            fill: getSeriesColour(i),
            fillOpacity: 0.5,
            r: count < FEW_POINTS ? 3.5 : 2,
            symbol: getSeriesSymbol(i),
          }),
        )
        .toReversed(),
      Plot.frame({ stroke: MUTED_COLOUR }),
    ],
  });
  return composePicture(layoutWidth(), names.height + HEIGHT + 8, { title, subtitle }, [
    { x: INSET, y: 4, svg: names.svg },
    { x: 0, y: names.height + 4, svg: frame },
  ]);
}
