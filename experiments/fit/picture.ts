import * as Plot from '@observablehq/plot';
import { colour, legend, MUTED, panel, picture, RULE, symbol, tickFormat, WIDTH } from '../plots/style.ts';
import { FAMILY_NAMES } from './families.ts';
import type { PulseFit } from './fit.ts';
import { DIRECTIONS, type Direction, type Train } from './readPulses.ts';

const HEIGHT = 330;
const HALF = WIDTH / 2;
const MARGIN = 62;
/** Dots of one picture at most; of more readings every n-th is drawn. */
const MOST_DOTS = 4000;

interface Point {
  readonly pulse: number;
  readonly conductance: number;
}

/** Readings and the curves of the models against pulses: upwards at the left, downwards at the right. Curves are those of the mean of the devices. SVG. */
export function fitPicture(trains: readonly Train[], fit: PulseFit, title: string): string {
  const readings = trains.reduce((sum, t) => sum + t.elapsed.length, 0);
  const every = Math.ceil(readings / MOST_DOTS);
  const names = [fit.best, ...FAMILY_NAMES.filter((name) => name !== fit.best)];
  const highest = (most: number, conductances: Iterable<number>) => Math.max(most, ...conductances);
  const top = [...trains.map((t) => t.conductance), ...fit.details[fit.best].curves].reduce(highest, 0);
  const half = (direction: Direction, left: boolean) => {
    const own = trains.map((train, t) => ({ train, t })).filter(({ train }) => train.direction === direction);
    const dots = own.flatMap(({ train }) =>
      train.elapsed.map((pulse, i): Point => ({ pulse, conductance: train.conductance[i]! })),
    );
    const curves = names.toReversed().map((name) => {
      const sums = new Map<number, { sum: number; count: number }>();
      for (const { train, t } of own) {
        train.elapsed.forEach((pulse, i) => {
          const { sum, count } = sums.get(pulse) ?? { sum: 0, count: 0 };
          sums.set(pulse, { sum: sum + fit.details[name].curves[t]![i]!, count: count + 1 });
        });
      }
      const points = [...sums]
        .sort(([a], [b]) => a - b)
        .map(([pulse, { sum, count }]): Point => ({ pulse, conductance: sum / count }))
        .map((p) => (p.conductance <= top ? p : { ...p, conductance: Number.NaN })); // a poor model may leave the frame
      const i = names.indexOf(name);
      return Plot.lineY(points, {
        x: 'pulse',
        y: 'conductance',
        stroke: colour(i),
        strokeWidth: i === 0 ? 2.5 : 1.5,
        ...(i > 0 && { strokeDasharray: i === 1 ? '6,4' : '2,3' }),
      });
    });
    return panel({
      width: HALF,
      height: HEIGHT,
      marginTop: 22,
      marginRight: 20,
      marginBottom: 46,
      marginLeft: MARGIN,
      x: { label: `pulses ${direction}`, labelOffset: 38 },
      y: {
        label: left ? 'conductance (S)' : null,
        labelOffset: 52,
        domain: [0, top],
        nice: true,
        tickFormat: tickFormat(top),
      },
      marks: [
        Plot.gridX({ stroke: RULE, strokeOpacity: 1 }),
        Plot.gridY({ stroke: RULE, strokeOpacity: 1 }),
        Plot.dot(
          dots.filter((_, i) => i % every === 0),
          { x: 'pulse', y: 'conductance', fill: MUTED, fillOpacity: 0.28, r: 1.6 },
        ),
        ...curves,
        Plot.frame({ stroke: MUTED }),
      ],
    });
  };
  const key = legend(
    [
      { name: 'reading', colour: MUTED, symbol: symbol(0), line: false },
      ...names.map((name, i) => ({
        name: `${name}${i === 0 ? ' (best)' : ''}, rmse ${si(fit.models[name].rmse)}`,
        colour: colour(i),
        dashed: i > 0,
      })),
    ],
    WIDTH - 32,
  );
  return picture(WIDTH, key.height + HEIGHT + 10, { title, subtitle: subtitle(trains, fit, readings) }, [
    { x: 16, y: 4, svg: key.svg },
    ...DIRECTIONS.map((direction, i) => ({ x: i * HALF, y: key.height + 6, svg: half(direction, i === 0) })),
  ]);
}

/** `0.17 µS`. */
const si = (siemens: number) => `${Number((siemens * 1e6).toPrecision(2))} µS`;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function subtitle(trains: readonly Train[], { spread }: PulseFit, readings: number): string {
  const devices = new Set(trains.map((t) => t.device)).size;
  const told = [
    `${readings.toLocaleString('en-US')} readings of ${devices} device${devices === 1 ? '' : 's'}`,
    ...(spread.deviceToDevice === null ? [] : [`device to device ${percent(spread.deviceToDevice)}`]),
    ...(spread.cycleToCycle === null ? [] : [`cycle to cycle ${percent(spread.cycleToCycle)} of a step`]),
  ];
  return told.join(', ');
}
