import * as Plot from '@observablehq/plot';
import { pictureWidth } from '../../../look/plots/look.ts';
import { legend } from '../../../look/plots/panel.ts';
import { tickFormat } from '../../../look/plots/prefix.ts';
import { colour, MUTED, picture, symbol } from '../../../look/plots/style.ts';
import { half, halfWidth, halvesAcross } from '../half.ts';
import { DIRECTIONS, type Direction, type Train } from '../reading/train.ts';
import type { FittedTable } from './fitted.ts';

const [TRAINS, STEPS] = [270, 250];
const MOST_DOTS = 3000;
/** Of changes, those of the middle 99 % are drawn. */
const SHOWN = 0.005;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly group?: number;
}

const few = <T>(list: readonly T[]): T[] => list.filter((_, i) => i % Math.ceil(list.length / MOST_DOTS) === 0);

const bounds = (values: readonly number[], tail = 0): [number, number] => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.floor(tail * sorted.length);
  return [sorted[at]!, sorted[sorted.length - 1 - at]!];
};

/**
 * Trains as they were measured and once more from the table, upwards at the left; below them changes from one reading to the next
 * against the conductance, with what the table says of a pulse: median, and 5 and 95 %. SVG.
 */
export function tablePicture(
  trains: readonly Train[],
  fit: FittedTable,
  simulated: readonly Train[],
  title: string,
): string {
  const range = bounds([...trains, ...simulated].flatMap((t) => t.conductance));
  const column = (direction: Direction, left: boolean): readonly [string, string] => {
    const of = (list: readonly Train[]) => list.filter((t) => t.direction === direction);
    const points = (list: readonly Train[]): Point[] =>
      of(list).flatMap((t, group) => t.elapsed.map((x, i) => ({ x, y: t.conductance[i]!, group })));
    const changes = of(trains).flatMap(({ conductance: g }): Point[] =>
      g.slice(1).map((next, i) => ({ x: g[i]!, y: next - g[i]! })),
    );
    const span = fit.gMax - fit.gMin;
    const rows = fit.steps[direction];
    const line = (share: number): Point[] =>
      rows.map(([g, ...q]) => ({ x: fit.gMin + g! * span, y: q[Math.round(share * (q.length - 1))]! * span }));
    const quantile = (share: number, dashed: boolean) =>
      Plot.line(line(share), {
        x: 'x',
        y: 'y',
        stroke: colour(0),
        strokeWidth: dashed ? 1.3 : 2.2,
        ...(dashed && { strokeDasharray: '5,4' }),
      });
    const steps = changes.length > 0 ? bounds([...changes.map((p) => p.y), 0], SHOWN) : ([-span, span] as const);
    return [
      half({
        height: TRAINS,
        x: `pulses ${direction}`,
        y: left ? 'conductance (S)' : null,
        domain: range,
        ticks: { ticks: 5 },
        marks: [
          Plot.dot(few(points(trains)), { x: 'x', y: 'y', fill: MUTED, fillOpacity: 0.35, r: 1.6 }),
          Plot.line(points(simulated), {
            x: 'x',
            y: 'y',
            z: 'group',
            stroke: colour(1),
            strokeOpacity: 0.35,
            strokeWidth: 1,
          }),
        ],
      }),
      half({
        height: STEPS,
        x: 'conductance (S)',
        y: left ? 'change by a pulse (S)' : null,
        domain: steps,
        ticks: { tickFormat: tickFormat(range[1], undefined, 1e-2), ticks: 5 },
        marks: [
          Plot.dot(
            few(changes).filter(({ y }) => y >= steps[0] && y <= steps[1]),
            { x: 'x', y: 'y', fill: MUTED, fillOpacity: 0.35, r: 1.6 },
          ),
          ...[quantile(0.05, true), quantile(0.95, true), quantile(0.5, false)],
        ],
      }),
    ];
  };
  const key = legend(
    [
      { name: 'reading', colour: MUTED, symbol: symbol(0), line: false },
      { name: 'simulated from the table', colour: colour(1) },
      { name: 'table: median', colour: colour(0) },
      { name: '5 and 95 %', colour: colour(0), dashed: true },
    ],
    pictureWidth() - 32,
  );
  const y = key.height + 6;
  const across = halvesAcross();
  const placeOf = (i: number, below: number) => ({
    x: (i % across) * halfWidth(),
    y: below + Math.floor(i / across) * (TRAINS + STEPS),
  });
  const scatter = `a reading scatters by ${(100 * fit.readNoise.sd).toPrecision(2)} % of ${fit.readNoise.of === 'range' ? 'the range' : 'its value'}`;
  return picture(
    pictureWidth(),
    y + (TRAINS + STEPS) * (DIRECTIONS.length / across) + 4,
    { title, subtitle: `${trains.length} trains; ${scatter}, which is no part of the table` },
    [
      { x: 16, y: 4, svg: key.svg },
      ...DIRECTIONS.flatMap((direction, i) => {
        const [top, bottom] = column(direction, i % across === 0);
        return [
          { ...placeOf(i, y), svg: top },
          { ...placeOf(i, y + TRAINS), svg: bottom },
        ];
      }),
    ],
  );
}
