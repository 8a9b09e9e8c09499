import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { formatWithPrefix } from '../../../look/plots/prefix.ts';
import { type Column, type ImportOptions, type MeasuredRows, nonNegativeNumber } from '../import/columns.ts';
import { groupBy, largestMagnitude, mean, sum } from '../lists.ts';
import { computeSampleIntervals, fitProblem } from '../statistics/intervals.ts';
import { createTwoLevelReader, hasTwoLevelColumns, resolveConductanceRange, twoLevelColumns } from './level.ts';
import { computeRelativeRmse, createCurve, createFit } from './measurementFit.ts';
import type { MeasurementType } from './measurementType.ts';

const columns: readonly Column[] = [
  {
    role: 'cycle',
    pattern: /^(cycles?|n|number of cycles|cycle number|switching cycles?|zyklus|zyklen)$/,
    ...nonNegativeNumber,
  },
  ...twoLevelColumns,
];
const MIN_READINGS = 5;
/** Number of pulses per switching cycle: one set and one reset pulse. */
const PULSES_PER_CYCLE = 2;

/** High and low conductance of one device, S, against ascending cycle number. */
interface Trace {
  readonly cycles: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
}

function tracesOf(rows: MeasuredRows, options: ImportOptions): Trace[] {
  const levels = createTwoLevelReader(rows, options);
  return groupBy(rows.rows, (r) => r.device).map((own) => {
    const device = show(own[0]!.device);
    if (own.length < MIN_READINGS)
      throw new UserError(`device ${device} has ${own.length} readings, but at least ${MIN_READINGS} are needed.`);
    const sorted = own.toSorted((a, b) => a.roleValues.cycle! - b.roleValues.cycle!);
    const trace = { cycles: sorted.map((r) => r.roleValues.cycle!), ...levels(sorted) };
    if (!(trace.cycles.at(-1)! > trace.cycles[0]!))
      throw new UserError(`all readings of device ${device} are of cycle ${trace.cycles[0]}.`);
    if (!(mean(trace.high) > mean(trace.low)))
      throw new UserError(
        `the high level of device ${device} is ${mean(trace.high)} S on average, but must lie above the low one, ${mean(trace.low)} S.`,
      );
    return trace;
  });
}

const windowShare = (n: number, cycles: number, wear: number) => Math.max(0, 1 - (n / cycles) ** wear);

/**
 * Fits the wear of one device: window(n) = window(0) (1 - (n/cycles)^wear), n: number of cycles. `window`: window at
 * cycle 0, S; `squares`: sum of the squared residuals, S².
 */
function fitWear({ cycles, high, low }: Trace) {
  const windows = high.map((h, i) => h - low[i]!);
  const last = cycles.at(-1)!;
  // Initial window (at cycle 0) by linear least squares, for given `cycles` and `wear`.
  const initialWindow = ([end, wear]: readonly number[], readings: Float64Array) => {
    const shape = cycles.map((n) => windowShare(n, end!, wear!));
    return readings.reduce((s, w, i) => s + w * shape[i]!, 0) / shape.reduce((s, v) => s + v * v, 0);
  };
  const scale = largestMagnitude(windows);
  const readings = Float64Array.from(windows, (w) => w / scale);
  const { values, params, intervals } = fitProblem({
    parameters: [
      {
        low: cycles.find((n) => n > 0)!,
        high: last * 1e3,
        starts: [0.3, 0.6, 0.9, 1.1, 1.5, 3, 10, 100].map((s) => s * last),
        isLog: true,
      },
      { low: 0.1, high: 50, starts: [0.3, 1, 2, 5, 15], isLog: true },
    ],
    readings,
    computeResiduals: (values, readings) => {
      const w0 = initialWindow(values, readings);
      return readings.map((w, i) => w0 * windowShare(cycles[i]!, values[0]!, values[1]!) - w);
    },
    linearCount: 1,
    toParameters: ([end, wear]) => ({ cycles: end!, wear: wear! }),
  });
  const window = scale * initialWindow(values, readings);
  const share = (n: number) => windowShare(n, params.cycles!, params.wear!);
  const squares = sum(cycles.map((n, i) => (window * share(n) - windows[i]!) ** 2));
  return { cycles: params.cycles!, wear: params.wear!, window, share, squares, intervals };
}

/** Minimum shrinkage of the window; below it, the cycles to failure are extrapolated. */
const MIN_SHRINKAGE = 0.1;

export const enduranceMeasurement: MeasurementType = {
  helpText: 'high and low level against the number of switching cycles',
  columns,
  matchesRoles: (roles) => roles.has('cycle') && hasTwoLevelColumns(roles),
  modelNames: ['wear'],
  fit: (rows, given) => {
    const traces = tracesOf(rows, given.options);
    const fits = traces.map(fitWear);
    const rmse = Math.sqrt(sum(fits.map((f) => f.squares)) / sum(traces.map((t) => t.cycles.length)));
    const isOne = fits.length === 1;
    const cycles = mean(fits.map((f) => f.cycles));
    const variance = mean(fits.map((f) => (f.cycles / cycles - 1) ** 2)); // over n, not n - 1
    const spread = isOne ? 0 : Math.sqrt(variance * (fits.length / (fits.length - 1)));
    const wear = mean(fits.map((f) => f.wear));
    const change = (level: 'high' | 'low') => mean(traces.map((t) => Math.abs(t[level].at(-1)! - t[level][0]!)));
    const failure = change('high') >= change('low') ? 'low' : 'high';
    const open = traces.filter((t, k) => fits[k]!.share(t.cycles.at(-1)!) > 1 - MIN_SHRINKAGE).length;
    const firsts = [mean(traces.map((t) => t.low[0]!)), mean(traces.map((t) => t.high[0]!))] as const;
    const covered = resolveConductanceRange(given, ...firsts, firsts);
    const intervalsBetween = () => {
      const { mean, spread } = computeSampleIntervals(fits.map((f) => f.cycles));
      return { cycles: mean, wear: computeSampleIntervals(fits.map((f) => f.wear)).mean, spread };
    };
    const fitted = {
      name: 'wear',
      rmse,
      share: computeRelativeRmse(rmse, mean(fits.map((f) => f.window)), rmse),
      params: { cycles, wear, ...(!isOne && { spread }) },
      computeIntervals: isOne ? fits[0]!.intervals : intervalsBetween,
      legendLabel: `wear, rmse ${formatWithPrefix(rmse, 'S')}`,
      curvePoints: traces.flatMap((t, k) =>
        createCurve(t.cycles.find((n) => n > 0)!, t.cycles.at(-1)!, (n) => fits[k]!.window * fits[k]!.share(n), {
          isLog: true,
          group: String(k),
        }),
      ),
    };
    return createFit([fitted], {
      addedSections: {
        device: { ...covered.added, endurance: { cycles: PULSES_PER_CYCLE * cycles, spread, failure, wear } },
      },
      assumptions: { ...covered.assumed, ...(isOne && { 'device.endurance.spread': 'one device was measured' }) },
      notes: [
        ...covered.notes,
        `A cycle is two pulses, up and down: the device endures ${(PULSES_PER_CYCLE * cycles).toPrecision(3)} pulses, and then stays at its ${failure} level.`,
        open > 0 &&
          `${open} of ${traces.length} windows shrink by less than ${100 * MIN_SHRINKAGE} % over the measurement: their number of cycles is extrapolated, and uncertain.`,
      ].filter((note) => note !== false),
      plot: {
        title: `${given.source}: endurance`,
        subtitle: 'window between both levels against cycles; line: (1 - (n/N)^wear) of the initial window',
        axes: [{ label: 'cycles', log: true }, { label: 'window (S)' }],
        dots: traces.flatMap((t) => t.cycles.map((x, i) => ({ x, y: t.high[i]! - t.low[i]! }))).filter((p) => p.x > 0),
      },
      rmseUnit: 'S',
    });
  },
};
