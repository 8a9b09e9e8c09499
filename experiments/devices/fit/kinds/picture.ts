import * as Plot from '@observablehq/plot';
import { pictureWidth } from '../../../look/plots/look.ts';
import { legend, panel } from '../../../look/plots/panel.ts';
import { tickFormat } from '../../../look/plots/prefix.ts';
import { colour, MUTED, picture, RULE, symbol } from '../../../look/plots/style.ts';
import type { Axis, KindPlot, Point } from './plotted.ts';

const HEIGHT = 400;
/** Dots of one picture at most; of more readings every n-th is drawn. */
const MOST_DOTS = 3000;
/** Of curves that leave the readings behind, so much of their span beyond them is drawn. */
const BEYOND = 0.15;

/** Readings as dots and what models make of them as lines over them, the best one first and thickest. SVG. */
export function kindPicture({ title, subtitle, axes: [x, y], dots, curves }: KindPlot): string {
  const every = Math.ceil(dots.length / MOST_DOTS);
  const span = (list: readonly Point[], of: (p: Point) => number): [number, number] => [
    list.reduce((a, p) => Math.min(a, of(p)), Infinity),
    list.reduce((a, p) => Math.max(a, of(p)), -Infinity),
  ];
  const [low, high] = span(dots, (p) => p.y);
  const margin = (high - low || Math.abs(high) || 1) * BEYOND;
  const domain: [number, number] = y.log ? [low / 1.5, high * 1.5] : [low - margin / 3, high + margin / 3];
  const [left, right] = span([...dots, ...curves.flatMap((c) => c.points)], (p) => p.x);
  const within = (p: Point) => p.y >= domain[0] && p.y <= domain[1];
  const scale = ({ log }: Axis) => (log ? ({ type: 'log' } as const) : {});
  const ticks = ({ log }: Axis, most: number) => ({
    tickFormat: log ? '~s' : tickFormat(most, 1e4, 1e-2),
    ticks: 6,
  });
  const lines = curves.toReversed().flatMap(({ points }, back) => {
    const i = curves.length - 1 - back;
    const groups = [...new Set(points.map(({ group = '' }) => group))];
    return groups.map((group) =>
      Plot.line(
        points.filter((p) => (p.group ?? '') === group).map((p) => (within(p) ? p : { ...p, y: Number.NaN })),
        {
          x: 'x',
          y: 'y',
          stroke: colour(i),
          strokeWidth: i === 0 ? 2.5 : 1.5,
          ...(i > 0 && { strokeDasharray: i === 1 ? '6,4' : '2,3' }),
        },
      ),
    );
  });
  const key = legend(
    [
      { name: 'reading', colour: MUTED, symbol: symbol(0), line: false },
      ...curves.map(({ name }, i) => ({ name, colour: colour(i), dashed: i > 0 })),
    ],
    pictureWidth() - 32,
  );
  const svg = panel({
    width: pictureWidth(),
    height: HEIGHT,
    marginTop: 14,
    marginRight: 24,
    marginBottom: 46,
    marginLeft: 84,
    x: {
      label: x.label,
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 38,
      domain: [left, right],
      ...scale(x),
      ...ticks(x, Math.max(Math.abs(left), Math.abs(right))),
    },
    y: {
      label: y.label,
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 68,
      domain,
      ...scale(y),
      ...ticks(y, Math.max(Math.abs(low), Math.abs(high))),
    },
    marks: [
      Plot.gridX({ stroke: RULE, strokeOpacity: 1 }),
      Plot.gridY({ stroke: RULE, strokeOpacity: 1 }),
      Plot.dot(
        dots.filter((_, i) => i % every === 0),
        { x: 'x', y: 'y', fill: MUTED, fillOpacity: 0.5, r: 2.5 },
      ),
      ...lines,
      Plot.frame({ stroke: MUTED }),
    ],
  });
  return picture(pictureWidth(), key.height + 6 + HEIGHT, { title, subtitle }, [
    { x: 16, y: 4, svg: key.svg },
    { x: 0, y: key.height + 6, svg },
  ]);
}
