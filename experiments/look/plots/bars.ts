import * as Plot from '@observablehq/plot';
import { pictureWidth } from './look.ts';
import { gridLines, panel } from './panel.ts';
import { colour, type Heading, INK, MUTED, margins, picture, requireFinite, requireSome, textWidth } from './style.ts';

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Both ends of an interval. */
  readonly low: number;
  readonly high: number;
}

export interface Bars extends Heading {
  readonly bars: readonly Bar[];
  /** Name with its unit. */
  readonly label: string;
  /** The bar that the others are compared with: a dashed line. */
  readonly reference?: string;
}

const ROW = 26;

/** Horizontal bars with intervals, compared with one of them. SVG. */
export function bars({ title, subtitle, bars: all, label, reference }: Bars): string {
  requireSome(all.length, 'bars', 'bars');
  requireFinite(
    all.flatMap(({ value, low, high }) => [value, low, high]),
    'bars',
    'value',
  );
  const compared = all.find(({ name }) => name === reference);
  const left = 16 + Math.max(...all.map(({ name }) => textWidth(name)));
  const height = ROW * all.length + 60;
  const svg = panel({
    width: pictureWidth(),
    height,
    ...margins(8, 70, 48, left),
    x: { label, labelOffset: 40, domain: [0, Math.max(...all.map(({ high }) => high))], nice: true },
    y: { label: null, domain: all.map(({ name }) => name), padding: 0.25, tickSize: 0 },
    marks: [
      ...gridLines('x'),
      Plot.barX(all, {
        x: 'value',
        y: 'name',
        fill: (bar: Bar) => (bar === compared ? MUTED : colour(0)),
        fillOpacity: 0.8,
      }),
      Plot.ruleY(all, { y: 'name', x1: 'low', x2: 'high', stroke: INK, strokeWidth: 1.5 }),
      Plot.text(all, {
        x: 'high',
        y: 'name',
        text: (bar: Bar) => `${bar.value.toFixed(1)}`,
        textAnchor: 'start',
        dx: 6,
      }),
      ...(compared ? [Plot.ruleX([compared.value], { stroke: INK, strokeDasharray: '5,4' })] : []),
    ],
  });
  return picture(pictureWidth(), height, { title, ...(subtitle && { subtitle }) }, [{ x: 0, y: 0, svg }]);
}
