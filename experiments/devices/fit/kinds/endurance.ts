import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { formatWithPrefix } from '../../../look/plots/prefix.ts';
import { type Column, type KindOptions, nonNegativeNumber, type Rows } from '../import/columns.ts';
import { groupBy, mean, sum } from '../lists.ts';
import { SIMULATION_COUNTS } from '../statistics/bootstrap.ts';
import { computeIntervals, computeIntervalsOfMany, type Intervals } from '../statistics/intervals.ts';
import { type FitProblem, findOptimum } from '../statistics/optimum.ts';
import { createSpacedValues, type Kind, type KindFit, relativeRmse } from './kind.ts';
import {
  extendableRange,
  hasTwoLevels,
  MEASURED_RANGE_REASONS,
  twoLevelColumns,
  twoLevelReader,
  warnOutOfRange,
} from './level.ts';

const columns: readonly Column[] = [
  {
    role: 'cycle',
    pattern: /^(cycles?|n|number of cycles|cycle number|switching cycles?|zyklus|zyklen)$/,
    ...nonNegativeNumber,
  },
  ...twoLevelColumns,
];
/** Minimum number of readings per device. */
const MIN_READINGS = 5;
/** Number of pulses per switching cycle: one set and one reset pulse. */
const PULSES_PER_CYCLE = 2;

/** High and low conductance of one device, S, against ascending cycle number. */
interface Trace {
  readonly cycles: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
}

function tracesOf(rows: Rows, options: KindOptions): Trace[] {
  const levels = twoLevelReader(rows, options);
  return groupBy(rows.rows, (r) => r.device).map((own) => {
    const device = show(own[0]!.device);
    if (own.length < MIN_READINGS)
      throw new UserError(
        `${rows.name}: device ${device} has ${own.length} readings, but at least ${MIN_READINGS} are needed.`,
      );
    const sorted = own.toSorted((a, b) => a.values.cycle! - b.values.cycle!);
    const trace = { cycles: sorted.map((r) => r.values.cycle!), ...levels(sorted) };
    if (!(trace.cycles.at(-1)! > trace.cycles[0]!))
      throw new UserError(`${rows.name}: all readings of device ${device} are of cycle ${trace.cycles[0]}.`);
    if (!(mean(trace.high) > mean(trace.low)))
      throw new UserError(
        `${rows.name}: the high level of device ${device} is ${mean(trace.high)} S on average, but must lie above the low one, ${mean(trace.low)} S.`,
      );
    return trace;
  });
}

/** Fitted wear of one device: window(n) = window(0) (1 - (n/cycles)^wear), n: number of cycles. */
interface WearFit {
  /** Number of cycles after which the window is closed. */
  readonly cycles: number;
  /** Exponent. */
  readonly wear: number;
  /** Window at cycle 0, S. */
  readonly window: number;
  /** Sum of the squared residuals, S². */
  readonly squares: number;
  readonly intervals: () => Intervals;
}

/** Fraction of the initial window that remains after n cycles. */
const windowShare = (n: number, cycles: number, wear: number) => Math.max(0, 1 - (n / cycles) ** wear);

function fitWear({ cycles, high, low }: Trace): WearFit {
  const window = high.map((h, i) => h - low[i]!);
  const last = cycles.at(-1)!;
  // The model is linear in the window at cycle 0, which therefore follows from `cycles` and `wear`.
  const initialWindow = ([end, wear]: readonly number[], readings: Float64Array) => {
    const shape = cycles.map((n) => windowShare(n, end!, wear!));
    return readings.reduce((s, w, i) => s + w * shape[i]!, 0) / shape.reduce((s, v) => s + v * v, 0);
  };
  const scale = Math.max(...window.map(Math.abs));
  const problem: FitProblem = {
    unknowns: [
      {
        low: cycles.find((n) => n > 0)!,
        high: last * 1e3,
        starts: [0.3, 0.6, 0.9, 1.1, 1.5, 3, 10, 100].map((s) => s * last),
        log: true,
      },
      { low: 0.1, high: 50, starts: [0.3, 1, 2, 5, 15], log: true },
    ],
    readings: Float64Array.from(window, (w) => w / scale),
    residuals: (values, readings) => {
      const w0 = initialWindow(values, readings);
      return readings.map((w, i) => w0 * windowShare(cycles[i]!, values[0]!, values[1]!) - w);
    },
  };
  const { values } = findOptimum(problem);
  const w0 = scale * initialWindow(values, problem.readings);
  const publish = ([end, wear]: readonly number[]) => ({ cycles: end!, wear: wear! });
  return {
    ...publish(values),
    window: w0,
    squares: sum(cycles.map((n, i) => (w0 * windowShare(n, values[0]!, values[1]!) - window[i]!) ** 2)),
    intervals: () => computeIntervals({ problem, values, linear: 1, publish }, SIMULATION_COUNTS.best),
  };
}

/** Confidence intervals of the parameter means over several devices, from the differences between the devices. */
function intervalsBetween(fits: readonly WearFit[]): Intervals {
  const { mean: cycles, spread } = computeIntervalsOfMany(fits.map((f) => f.cycles));
  return { cycles, wear: computeIntervalsOfMany(fits.map((f) => f.wear)).mean, spread };
}

/** Minimum fraction by which the window must shrink; otherwise the cycles to failure are extrapolated. */
const MIN_SHRINKAGE = 0.1;

/** Endurance measurement: window (high minus low level) against the number of switching cycles. */
export const endurance: Kind = {
  help: 'high and low level against the number of switching cycles',
  columns,
  matches: (roles) => roles.has('cycle') && hasTwoLevels(roles),
  models: ['wear'],
  fit: (rows, given): KindFit => {
    const traces = tracesOf(rows, given.options);
    const fits = traces.map(fitWear);
    const count = sum(traces.map((t) => t.cycles.length));
    const rmse = Math.sqrt(sum(fits.map((f) => f.squares)) / count);
    const cycles = mean(fits.map((f) => f.cycles));
    const spread = Math.sqrt(
      mean(fits.map((f) => (f.cycles / cycles - 1) ** 2)) * (fits.length / Math.max(1, fits.length - 1)),
    );
    const wear = mean(fits.map((f) => f.wear));
    const window = mean(fits.map((f) => f.window));
    const change = (level: 'high' | 'low') => mean(traces.map((t) => Math.abs(t[level].at(-1)! - t[level][0]!)));
    const failure = change('high') >= change('low') ? 'low' : 'high';
    const open = traces.filter(
      (t, k) => windowShare(t.cycles.at(-1)!, fits[k]!.cycles, fits[k]!.wear) > 1 - MIN_SHRINKAGE,
    ).length;
    const { known, cover } = extendableRange(given);
    const firsts = [mean(traces.map((t) => t.low[0]!)), mean(traces.map((t) => t.high[0]!))] as const;
    const [gMin, gMax] = cover(...firsts);
    return {
      models: [
        {
          name: 'wear',
          rmse,
          share: relativeRmse(rmse, window, rmse),
          params: { cycles, wear, ...(fits.length > 1 && { spread }) },
          ci: fits.length > 1 ? intervalsBetween(fits) : fits[0]!.intervals(),
        },
      ],
      best: 'wear',
      added: {
        device: {
          ...(!known && { gMin, gMax }),
          endurance: { cycles: PULSES_PER_CYCLE * cycles, spread: fits.length > 1 ? spread : 0, failure, wear },
        },
      },
      assumed: {
        ...(!known && MEASURED_RANGE_REASONS),
        ...(fits.length === 1 && { 'device.endurance.spread': 'one device was measured' }),
      },
      notes: [
        ...warnOutOfRange(firsts, known),
        `A cycle is two pulses, up and down: the device endures ${(PULSES_PER_CYCLE * cycles).toPrecision(3)} pulses, and then stays at its ${failure} level.`,
        ...(open > 0
          ? [
              `${open} of ${traces.length} windows shrink by less than ${100 * MIN_SHRINKAGE} % over the measurement: their number of cycles is extrapolated, and uncertain.`,
            ]
          : []),
      ],
      plot: {
        title: `${given.source}: endurance`,
        subtitle: 'window between both levels against cycles; line: (1 - (n/N)^wear) of the initial window',
        axes: [{ label: 'cycles', log: true }, { label: 'window (S)' }],
        dots: traces.flatMap((t) => t.cycles.map((x, i) => ({ x, y: t.high[i]! - t.low[i]! }))).filter((p) => p.x > 0),
        curves: [
          {
            name: `wear, rmse ${formatWithPrefix(rmse, 'S')}`,
            points: traces.flatMap((t, k) => {
              const f = fits[k]!;
              return createSpacedValues(t.cycles.find((n) => n > 0)!, t.cycles.at(-1)!, 200, true).map((x) => ({
                x,
                y: f.window * windowShare(x, f.cycles, f.wear),
                group: String(k),
              }));
            }),
          },
        ],
      },
      unit: 'S',
    };
  },
};
