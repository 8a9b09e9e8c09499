import { UserError } from '../../../../core/declare/errors.ts';
import { ALLOW_POSITIVE, type ColumnSpec, type MeasuredRows } from '../import/columns.ts';
import { isPercentUnit } from '../import/numbers.ts';
import { dot, findExtent, maxMagnitude } from '../lists.ts';
import { solveFitProblem } from '../statistics/intervals.ts';
import { computeRelativeRmse, createMeasurementFit, MS_PER_SECOND, sampleCurve } from './measurementFit.ts';
import type { MeasurementType } from './measurementType.ts';
import {
  computeShortTermEfficacies,
  createShortTermDeviceSection,
  fitShortTermModels,
  SHORT_TERM_MODEL_NAMES,
} from './shortTerm.ts';

const columns: readonly ColumnSpec[] = [
  {
    role: 'interval',
    pattern:
      /^(interval|pulse interval|inter[- ]?pulse interval|inter[- ]?spike interval|ipi|isi|delay|Δ ?t|delta ?t|dt|d t|time interval)$/i,
    quantity: 'time',
    defaultUnitExponent: -3,
    ...ALLOW_POSITIVE,
  },
  {
    role: 'ratio',
    pattern:
      /^(ppf|ppd|ppr|paired pulse.*|ratio|index|(ppf|ppd|ppr) (index|ratio)|a ?2 ?\/ ?a ?1|i ?2 ?\/ ?i ?1|facilitation)$/i,
  },
];
const MIN_INTERVALS = 4;
const MAX_RATIO = 2;
/** Largest excess of a ratio over the maximum ratio of the models that is attributed to noise, in units of the RMSE. */
const MAX_NOISE = 3;

/** Reads paired-pulse ratios. If the value at the longest interval is near 0, the values are ratios minus 1. */
function readRatios({ rows, roleUnits }: MeasuredRows): { interval: number; ratio: number }[] {
  const sorted = rows.map(({ roleValues }) => roleValues).sort((a, b) => a.interval! - b.interval!);
  if (sorted.length < MIN_INTERVALS)
    throw new UserError(`${sorted.length} pulse intervals are given, but at least ${MIN_INTERVALS} are needed.`);
  if (sorted.every(({ ratio }) => ratio === 0))
    throw new UserError('the paired-pulse ratio is 0 at all intervals, so there is no second response.');
  const last = sorted.at(-1)!.ratio!;
  const isInPercent = isPercentUnit(roleUnits.ratio ?? '') || Math.abs(last) > 10;
  const isGrowth = isInPercent ? Math.abs(last) < 60 : Math.abs(last) < 0.4;
  return sorted.map(({ interval, ratio }) => {
    const value = ratio! / (isInPercent ? 100 : 1);
    return { interval: interval! * MS_PER_SECOND, ratio: isGrowth ? 1 + value : value };
  });
}

/** Parameters of the paired-pulse ratio at the interval dt, ms: 1 + c1 e^(-dt/t1) + c2 e^(-dt/t2), with t1 < t2. */
export type DoubleExponential = Readonly<Record<'c1' | 't1' | 'c2' | 't2', number>>;

export const evaluateDoubleExponential = ({ c1, t1, c2, t2 }: DoubleExponential, dt: number): number =>
  1 + c1 * Math.exp(-dt / t1) + c2 * Math.exp(-dt / t2);

/** Fits a double exponential to ratios at ascending intervals, ms; the amplitudes follow from the time constants. */
export function fitDoubleExponential(points: readonly { interval: number; ratio: number }[]) {
  const at = (values: readonly number[], y: Float64Array) => {
    const [a, b] = values.map((t) => points.map((p) => Math.exp(-p.interval / t)));
    const [aa, ab, bb, ay, by] = [dot(a!, a!), dot(a!, b!), dot(b!, b!), dot(a!, y), dot(b!, y)];
    const det = aa * bb - ab * ab;
    if (!(det > 1e-12 * aa * bb)) return { c: [ay / aa, 0], off: y.map((v, i) => (ay / aa) * a![i]! - v) };
    const c = [(ay * bb - by * ab) / det, (by * aa - ay * ab) / det];
    return { c, off: y.map((v, i) => c[0]! * a![i]! + c[1]! * b![i]! - v) };
  };
  const [shortest, longest] = [points[0]!.interval, points.at(-1)!.interval];
  const starts = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8].map((s) => s * longest);
  const time = { low: shortest / 10, high: longest * 3, isLog: true, starts };
  const { params, squares, intervals, autocorrelation } = solveFitProblem({
    parameters: [time, time],
    readings: Float64Array.from(points, (p) => p.ratio - 1),
    computeResiduals: (values, readings) => at(values, readings).off,
    linearParameterCount: 2,
    toParameters: (values, readings) => {
      const { c } = at(values, readings);
      const [i, k] = values[0]! <= values[1]! ? ([0, 1] as const) : ([1, 0] as const);
      return { c1: c[i]!, t1: values[i]!, c2: c[k]!, t2: values[k]! };
    },
  });
  return { params: params as DoubleExponential, rmse: Math.sqrt(squares / points.length), intervals, autocorrelation };
}

export const ppfMeasurementType: MeasurementType = {
  helpText: 'paired pulses: ratio of second to first response against the interval',
  columns,
  matchesColumnRoles: (roles) => roles.has('interval') && roles.has('ratio'),
  modelNames: SHORT_TERM_MODEL_NAMES,
  fit: (rows, given) => {
    const points = readRatios(rows);
    const trains = points.map(({ interval, ratio }) => ({ spikeTimes: [0, interval], responses: [ratio] }));
    const fits = fitShortTermModels(trains, false, ([first, second]) => [second! / first!], given.requestedModel);
    const { params: double, rmse, intervals, autocorrelation } = fitDoubleExponential(points);
    const [, most] = findExtent(points.map((p) => p.ratio));
    const { c1, t1, c2, t2 } = double;
    const isBeyond = most > MAX_RATIO + MAX_NOISE * rmse;
    const beyond = `Paired pulses: the ratio reaches ${most.toPrecision(3)}, but the second response of these models is at most twice the first.`;
    const curve = (yOf: (x: number) => number) => sampleCurve(points[0]!.interval, points.at(-1)!.interval, yOf);
    const fitted = [
      ...fits.map((f) => ({
        ...f,
        legendLabel: `${f.name}, rmse ${f.rmse.toPrecision(2)}`,
        curvePoints: curve((x) => {
          const [[a, b]] = computeShortTermEfficacies(f.name, f.params, [[0, x]]) as [number[]];
          return b! / a!;
        }),
      })),
      {
        name: 'double exponential',
        rmse,
        share: computeRelativeRmse(rmse, maxMagnitude(points.map((p) => p.ratio - 1)), 1),
        params: double,
        autocorrelation,
        computeIntervals: intervals,
        legendLabel: 'double exponential',
        curvePoints: curve((x) => evaluateDoubleExponential(double, x)),
      },
    ];
    return createMeasurementFit(fitted, {
      ...(isBeyond ? { addedSections: {}, lostProperties: [beyond] } : createShortTermDeviceSection(fits[0]!)),
      notes: [
        `1 + ${c1.toPrecision(4)} e^(-Δt/${t1.toPrecision(4)} ms) + ${c2.toPrecision(4)} e^(-Δt/${t2.toPrecision(4)} ms)`,
        most > MAX_RATIO && `${beyond}${isBeyond ? ' No section is added to the device file.' : ''}`,
      ],
      plot: {
        title: `${given.sourceFiles}: paired pulses`,
        subtitle: `${points.length} intervals; lines: models, best first`,
        axes: [{ label: 'interval (ms)' }, { label: 'second response over the first' }],
        dots: points.map((p) => ({ x: p.interval, y: p.ratio })),
      },
    });
  },
};
