import * as Plot from '@observablehq/plot';
import { pictureWidth } from '../../look/plots/look.ts';
import { legend } from '../../look/plots/panel.ts';
import { withPrefix } from '../../look/plots/prefix.ts';
import { colour, MUTED, picture, symbol } from '../../look/plots/style.ts';
import { FAMILY_NAMES } from './families.ts';
import type { PulseFit } from './fit.ts';
import { half, halfWidth, halvesAcross } from './half.ts';
import { DIRECTIONS, type Direction, type Train } from './reading/train.ts';

const HEIGHT = 300;
const RESIDUALS = 170;
/** Dots of one picture at most; of more readings every n-th is drawn. */
const MOST_DOTS = 4000;

const SIMULATED = colour(5);

interface Point {
  readonly pulse: number;
  readonly conductance: number;
}

interface OwnTrain {
  readonly train: Train;
  /** Its number among all. */
  readonly t: number;
}

/** What a point of a train is about, of every reading of these trains. */
const points = (own: readonly OwnTrain[], of: (train: Train, t: number, i: number) => number): Point[] =>
  own.flatMap(({ train, t }) => train.elapsed.map((pulse, i) => ({ pulse, conductance: of(train, t, i) })));

/** The mean over trains at each pulse. */
function means(all: readonly Point[]): Point[] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { pulse, conductance } of all) {
    const { sum, count } = sums.get(pulse) ?? { sum: 0, count: 0 };
    sums.set(pulse, { sum: sum + conductance, count: count + 1 });
  }
  return [...sums].sort(([a], [b]) => a - b).map(([pulse, { sum, count }]) => ({ pulse, conductance: sum / count }));
}

/**
 * Readings, those of the same trains simulated from the best model with its noise, and the curves of the models against pulses, upwards at the left, downwards at the right; below them what the
 * readings differ by from the curve of the best model. Curves are those of the mean of the devices. SVG.
 */
export function fitPicture(trains: readonly Train[], fit: Omit<PulseFit, 'fitted'>, title: string): string {
  const readings = trains.reduce((sum, t) => sum + t.elapsed.length, 0);
  const every = Math.ceil(readings / MOST_DOTS);
  const names = [fit.best, ...FAMILY_NAMES.filter((name) => name !== fit.best)];
  const best = fit.details[fit.best].curves;
  const residual = (train: Train, t: number, i: number) => train.conductance[i]! - best[t]![i]!;
  const largest = (all: readonly Point[], least = 0) =>
    all.reduce((m, p) => Math.max(m, Math.abs(p.conductance)), least);
  const all = trains.map((train, t) => ({ train, t }));
  const measured = points(all, (train, _, i) => train.conductance[i]!);
  const top = largest(
    points(all, (_, t, i) => best[t]![i]!),
    largest(measured),
  );
  const off = largest(points(all, residual), top * 1e-6);
  const dots = (found: readonly Point[], fill: string) =>
    Plot.dot(
      found.filter((_, i) => i % every === 0),
      { x: 'pulse', y: 'conductance', fill, fillOpacity: 0.28, r: 1.6 },
    );
  const column = (direction: Direction, left: boolean) => {
    const own = all.filter(({ train }) => train.direction === direction);
    const curves = names.map((name) => {
      const i = names.indexOf(name);
      const line = means(points(own, (_, t, k) => fit.details[name].curves[t]![k]!)).map(
        (p) => (p.conductance <= top ? p : { ...p, conductance: Number.NaN }), // a poor model may leave the frame
      );
      return Plot.lineY(line, {
        x: 'pulse',
        y: 'conductance',
        stroke: colour(i),
        strokeWidth: i === 0 ? 2.5 : 1.8,
        // Where models agree their dashes stand one after the other, on the line of the best.
        ...(i > 0 && { strokeDasharray: `${STROKE},${STROKE * (names.length - 1)}`, strokeDashoffset: -STROKE * i }),
      });
    });
    const again = fit.simulation.map((train, t) => ({ train, t })).filter(({ train }) => train.direction === direction);
    const drawn = points(again, (train, _, i) => Math.min(Math.max(train.conductance[i]!, 0), top));
    const readingsOf = points(own, (train, _, i) => train.conductance[i]!);
    return [
      half({
        height: HEIGHT,
        x: null,
        y: left ? 'conductance (S)' : null,
        domain: [0, top],
        marks: [dots(readingsOf, MUTED), dots(drawn, SIMULATED), ...curves],
      }),
      half({
        height: RESIDUALS,
        x: `pulses ${direction}`,
        y: left ? 'residual (S)' : null,
        domain: [-off, off],
        marks: [dots(points(own, residual), colour(0)), Plot.ruleY([0], { stroke: MUTED })],
      }),
    ] as const;
  };
  const key = legend(
    [
      { name: 'reading', colour: MUTED, symbol: symbol(0), line: false },
      { name: 'simulated reading', colour: SIMULATED, symbol: symbol(0), line: false },
      ...names.map((name, i) => ({
        name: `${name}${i === 0 ? ' (best)' : ''}, rmse ${withPrefix(fit.models[name].rmse, 'S')}`,
        colour: colour(i),
        dashed: i > 0,
      })),
    ],
    pictureWidth() - 32,
  );
  const y = key.height + 6;
  const across = halvesAcross();
  const placeOf = (i: number, below: number) => ({
    x: (i % across) * halfWidth(),
    y: below + Math.floor(i / across) * (HEIGHT + RESIDUALS),
  });
  return picture(
    pictureWidth(),
    y + (HEIGHT + RESIDUALS) * (DIRECTIONS.length / across) + 4,
    { title, subtitle: subtitle(trains, fit, readings) },
    [
      { x: 16, y: 4, svg: key.svg },
      ...DIRECTIONS.flatMap((direction, i) => {
        const [curves, residuals] = column(direction, i % across === 0);
        return [
          { ...placeOf(i, y), svg: curves },
          { ...placeOf(i, y + HEIGHT), svg: residuals },
        ];
      }),
    ],
  );
}

/** Length of the dashes of models that are not the best, px. */
const STROKE = 5;

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function subtitle(
  trains: readonly Train[],
  { best, spread }: Pick<PulseFit, 'best' | 'spread'>,
  readings: number,
): string {
  const devices = new Set(trains.map((t) => t.device)).size;
  const told = [
    `${readings.toLocaleString('en-US')} readings of ${devices} device${devices === 1 ? '' : 's'}`,
    ...(spread.deviceToDevice === null ? [] : [`device to device ${percent(spread.deviceToDevice)}`]),
    ...(spread.cycleToCycle === null ? [] : [`cycle to cycle ${percent(spread.cycleToCycle)} of a step`]),
    `residuals of ${best}`,
  ];
  return told.join(', ');
}
