import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { formatWithPrefix } from '../../../look/plots/prefix.ts';
import { SIMULATIONS } from '../bootstrap.ts';
import { type Column, groupsOf, type KindOptions, notNegative, type Rows } from './columns.ts';
import { type Intervals, intervalsOf, intervalsOfMany } from './intervals.ts';
import { type Kind, type KindFit, shareOf } from './kind.ts';
import { spacedValues } from './kindPlot.ts';
import { apart, rangeWith, SEEN } from './level.ts';
import { optimum, type Problem } from './optimum.ts';
import { hasTwoLevels, twoLevelColumns, twoLevelsOf } from './twoLevels.ts';

const columns: readonly Column[] = [
  {
    role: 'cycle',
    pattern: /^(cycles?|n|number of cycles|cycle number|switching cycles?|zyklus|zyklen)$/,
    ...notNegative,
  },
  ...twoLevelColumns,
];
const LEAST = 5;
/** A set and a reset pulse. */
const PULSES_PER_CYCLE = 2;

/** Both levels of one device, S, by ascending cycle. */
interface Trace {
  readonly cycles: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
}

function tracesOf(rows: Rows, options: KindOptions): Trace[] {
  const levels = twoLevelsOf(rows, options);
  return groupsOf(rows.rows, (r) => r.device).map((own) => {
    if (own.length < LEAST)
      throw new UserError(
        `${rows.name}: device ${show(own[0]!.device)} has ${own.length} readings, but ${LEAST} are needed at least.`,
      );
    const sorted = own.toSorted((a, b) => a.values.cycle! - b.values.cycle!);
    const trace = { cycles: sorted.map((r) => r.values.cycle!), ...levels(sorted) };
    const device = show(own[0]!.device);
    if (!(trace.cycles.at(-1)! > trace.cycles[0]!))
      throw new UserError(`${rows.name}: all readings of device ${device} are of cycle ${trace.cycles[0]}.`);
    if (!(mean(trace.high) > mean(trace.low)))
      throw new UserError(
        `${rows.name}: the high level of device ${device} is ${mean(trace.high)} S on average, but must lie above the low one, ${mean(trace.low)} S.`,
      );
    return trace;
  });
}

interface Worn {
  /** Cycles at which nothing of the window is left, exponent of wear, and the window at first, S. */
  readonly cycles: number;
  readonly wear: number;
  readonly window: number;
  readonly squares: number;
  readonly intervals: () => Intervals;
}

const left = (n: number, cycles: number, wear: number) => Math.max(0, 1 - (n / cycles) ** wear);

function worn({ cycles, high, low }: Trace): Worn {
  const window = high.map((h, i) => h - low[i]!);
  const last = cycles.at(-1)!;
  // The window at first is linear in the readings: it follows from the rest.
  const first = (of: readonly number[], readings: Float64Array) => {
    const shape = cycles.map((n) => left(n, of[0]!, of[1]!));
    return readings.reduce((s, w, i) => s + w * shape[i]!, 0) / shape.reduce((s, v) => s + v * v, 0);
  };
  const scale = Math.max(...window.map(Math.abs));
  const problem: Problem = {
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
    residuals: (of, readings) => {
      const w0 = first(of, readings);
      return readings.map((w, i) => w0 * left(cycles[i]!, of[0]!, of[1]!) - w);
    },
  };
  const { values } = optimum(problem);
  const w0 = scale * first(values, problem.readings);
  const squares = cycles.reduce((s, n, i) => s + (w0 * left(n, values[0]!, values[1]!) - window[i]!) ** 2, 0);
  const publish = ([end, wear]: readonly number[]) => ({ cycles: end!, wear: wear! });
  return {
    ...{ ...publish(values), window: w0, squares },
    intervals: () => intervalsOf({ problem, values, linear: 1, publish }, SIMULATIONS.best),
  };
}

/** Of several devices: from how they differ. */
function intervalsBetween(fits: readonly Worn[]): Intervals {
  const { mean: cycles, spread } = intervalsOfMany(fits.map((f) => f.cycles));
  return { cycles, wear: intervalsOfMany(fits.map((f) => f.wear)).mean, spread };
}

const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
/** A window that shrinks by less than this tells no end. */
const SHRINKS = 0.1;

/** How the window between both levels closes with cycles of switching. */
export const endurance: Kind = {
  help: 'both levels against cycles of switching',
  columns,
  matches: (roles) => roles.has('cycle') && hasTwoLevels(roles),
  models: ['wear'],
  fit: (rows, given): KindFit => {
    const traces = tracesOf(rows, given.options);
    const fits = traces.map(worn);
    const count = traces.reduce((sum, t) => sum + t.cycles.length, 0);
    const rmse = Math.sqrt(fits.reduce((sum, f) => sum + f.squares, 0) / count);
    const cycles = mean(fits.map((f) => f.cycles));
    const spread = Math.sqrt(
      mean(fits.map((f) => (f.cycles / cycles - 1) ** 2)) * (fits.length / Math.max(1, fits.length - 1)),
    );
    const wear = mean(fits.map((f) => f.wear));
    const window = mean(fits.map((f) => f.window));
    const moved = (of: (t: Trace) => readonly number[]) => mean(traces.map((t) => Math.abs(of(t).at(-1)! - of(t)[0]!)));
    const failure = moved((t) => t.high) >= moved((t) => t.low) ? 'low' : 'high';
    const open = traces.filter((t, k) => left(t.cycles.at(-1)!, fits[k]!.cycles, fits[k]!.wear) > 1 - SHRINKS).length;
    const { known, seen } = rangeWith(given);
    const firsts = [mean(traces.map((t) => t.low[0]!)), mean(traces.map((t) => t.high[0]!))] as const;
    const [gMin, gMax] = seen(...firsts);
    return {
      models: [
        {
          ...{ name: 'wear', rmse, share: shareOf(rmse, window, rmse) },
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
        ...(!known && SEEN),
        ...(fits.length === 1 && { 'device.endurance.spread': 'one device was measured' }),
      },
      notes: [
        ...apart(firsts, known),
        `A cycle is two pulses, up and down: the device takes ${(PULSES_PER_CYCLE * cycles).toPrecision(3)} pulses, and ends at its ${failure} level.`,
        ...(open > 0
          ? [
              `${open} of ${traces.length} windows shrink by less than ${100 * SHRINKS} % over the measurement: how long they last is extrapolated, and uncertain.`,
            ]
          : []),
      ],
      plot: {
        title: `${given.source}: endurance`,
        subtitle: 'window between both levels against cycles; line: (1 - (n/N)^wear) of the window at first',
        axes: [{ label: 'cycles', log: true }, { label: 'window (S)' }],
        dots: traces.flatMap((t) => t.cycles.map((x, i) => ({ x, y: t.high[i]! - t.low[i]! }))).filter((p) => p.x > 0),
        curves: [
          {
            name: `wear, rmse ${formatWithPrefix(rmse, 'S')}`,
            points: traces.flatMap((t, k) => {
              const f = fits[k]!;
              return spacedValues(t.cycles.find((n) => n > 0)!, t.cycles.at(-1)!, 200, true).map((x) => ({
                x,
                y: f.window * left(x, f.cycles, f.wear),
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
