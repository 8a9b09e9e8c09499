import { formatCount } from '../../../core/declare/show.ts';
import { type CurvePoint, type CurveSeries, renderCurves } from '../../look/plots/chart.ts';
import { formatWithPrefix } from '../../look/plots/prefix.ts';
import { groupBy } from '../../statistics/groupBy.ts';
import { createMedianPoint } from '../characterise/measurementReport.ts';
import { renderChartPage } from '../characterise/page.ts';
import { DIRECTIONS, listDeviceNames, type Train } from './import/trains.ts';
import type { FitPlot } from './kinds/measurementType.ts';
import { clip, maxMagnitude, sum } from './lists.ts';
import type { PulseFit } from './statistics/fitPulses.ts';
import { describeReadNoise } from './statistics/stateReadNoise.ts';
import { STEP_FAMILY_NAMES } from './statistics/stepFamilies.ts';
import type { FittedStepTable } from './table/fitStepTable.ts';

const [MAX_DOT_COUNT, DOT_RADIUS] = [2000, 1.6];
const MAX_DEVICE_COLOURS = 7;
const PULSES = { label: 'pulses up, then pulses down' };
const CONDUCTANCE = { label: 'conductance (S)' };

const createScatterSeries = (name: string, points: readonly CurvePoint[]): CurveSeries => ({
  name,
  points: points.filter((_, i) => i % Math.ceil(points.length / MAX_DOT_COUNT) === 0),
  isScatter: true,
});

const lastPulse = ({ elapsed }: Train): number => elapsed.at(-1)!;

function createPulsePoints(trains: readonly Train[], yOf: (train: Train, i: number) => number): CurvePoint[] {
  const begin = { up: 0, down: maxMagnitude(trains.filter((t) => t.direction === 'up').map(lastPulse)) };
  return trains.flatMap((train, t) =>
    train.elapsed.map((n, i) => ({ x: begin[train.direction] + n, y: yOf(train, i), group: String(t) })),
  );
}

const conductanceOf = ({ conductance }: Train, i: number): number => conductance[i]!;

/** Picture of a pulse fit: readings, best model, simulations; residuals; differences of other models from the best. */
export function renderPulseFitPicture(
  trains: readonly Train[],
  fit: Omit<PulseFit, 'candidates'>,
  title: string,
): string {
  const { best, models, curves, simulatedTrains, spread } = fit;
  const others = STEP_FAMILY_NAMES.filter((name) => name !== best);
  const devices = listDeviceNames(trains);
  const top = maxMagnitude(trains.flatMap(({ conductance }) => conductance));
  const byLength = trains.toSorted((a, b) => lastPulse(b) - lastPulse(a));
  const longest = DIRECTIONS.flatMap((d) => byLength.find((t) => t.direction === d) ?? []);
  const along = (name: typeof best) => (train: Train, i: number) => curves[name][trains.indexOf(train)]![i]!;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const readings = formatCount(sum(trains.map((t) => t.elapsed.length)), 'reading');
  const subtitle = [
    `${readings} of ${formatCount(devices.length, 'device')}`,
    ...(spread.deviceToDevice === null ? [] : [`device to device ${percent(spread.deviceToDevice)}`]),
    ...(spread.cycleToCycle === null ? [] : [`cycle to cycle ${percent(spread.cycleToCycle)} of a step`]),
  ].join(', ');
  const residuals = createPulsePoints(trains, (train, i) => conductanceOf(train, i) - along(best)(train, i));
  const residualsOf = (device: string) => residuals.filter(({ group }) => trains[Number(group)]!.device === device);
  const hasDeviceColours = devices.length > 1 && devices.length <= MAX_DEVICE_COLOURS;
  const simulatedPoints = createPulsePoints(simulatedTrains, (train, i) => clip(conductanceOf(train, i), 0, top));
  const simulated = [...groupBy(simulatedPoints, ({ x }) => x)].map(([x, points]) => {
    const conductances = points.map(({ y }) => y);
    return createMedianPoint(x, conductances);
  });
  const describeModel = (name: typeof best) => `${name}, rmse ${formatWithPrefix(models[name].rmse, 'S')}`;
  const charts = [
    {
      title: `Readings and ${best}`,
      x: PULSES,
      y: CONDUCTANCE,
      series: [
        createScatterSeries('reading', createPulsePoints(trains, conductanceOf)),
        {
          name: 'simulated: 5, 50, 95 %',
          points: (['low', 'y', 'high'] as const).flatMap((group) =>
            simulated.map((point) => ({ x: point.x, y: point[group] ?? point.y, group })),
          ),
        },
        { name: describeModel(best), points: createPulsePoints(longest, along(best)) },
      ],
    },
    {
      title: `Residuals of ${best}`,
      x: PULSES,
      y: { label: 'residual (S)' },
      series: hasDeviceColours
        ? devices.map((device) => createScatterSeries(`device ${device}`, residualsOf(device)))
        : [createScatterSeries('residual', residuals)],
    },
    {
      title: `Other models minus ${best}`,
      x: PULSES,
      y: { label: 'difference (S)' },
      series: others.map((name) => ({
        name: describeModel(name),
        points: createPulsePoints(longest, (train, i) => along(name)(train, i) - along(best)(train, i)),
      })),
    },
  ];
  return renderChartPage({ title, subtitle }, charts, DOT_RADIUS);
}

const CHANGE_TAIL = 0.005;

export function renderStepTablePicture(
  trains: readonly Train[],
  fit: FittedStepTable,
  simulated: readonly Train[],
  title: string,
): string {
  const { gMin, gMax, steps, readNoise } = fit;
  const changes = trains.flatMap(({ conductance: g }) => g.slice(1).map((next, i) => ({ x: g[i]!, y: next - g[i]! })));
  const sorted = changes.map(({ y }) => y).sort((a, b) => a - b);
  const tail = Math.floor(CHANGE_TAIL * sorted.length);
  const isShown = ({ y }: CurvePoint) => y >= sorted[tail]! && y <= sorted.at(-1 - tail)!;
  const quantile = (name: string, share: number): CurveSeries => ({
    name,
    points: DIRECTIONS.flatMap((group) =>
      steps[group].map(([g, ...q]) => ({
        x: gMin + g! * (gMax - gMin),
        y: q[Math.round(share * (q.length - 1))]! * (gMax - gMin),
        group,
      })),
    ),
  });
  const noise = `read noise ${describeReadNoise(readNoise)}`;
  const charts = [
    {
      title: 'Trains',
      x: PULSES,
      y: CONDUCTANCE,
      series: [
        createScatterSeries('reading', createPulsePoints(trains, conductanceOf)),
        { name: 'simulated from the table', points: createPulsePoints(simulated, conductanceOf) },
      ],
    },
    {
      title: 'Change per pulse',
      x: CONDUCTANCE,
      y: { label: 'change per pulse (S)' },
      series: [
        createScatterSeries('reading', changes.filter(isShown)),
        quantile('table: median', 0.5),
        quantile('5 %', 0.05),
        quantile('95 %', 0.95),
      ],
    },
  ];
  return renderChartPage(
    { title, subtitle: `${trains.length} trains; ${noise}, not part of the table` },
    charts,
    DOT_RADIUS,
  );
}

export const renderMeasurementFitPicture = ({
  title,
  subtitle,
  axes: [x, y],
  dots: readings,
  curves,
}: FitPlot): string =>
  renderCurves({
    title,
    subtitle,
    x,
    y,
    series: [createScatterSeries('reading', readings), ...curves.map((one) => ({ ...one, keepsOrder: true }))],
  });
