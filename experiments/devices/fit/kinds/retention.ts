import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { arrhenius } from '../../../../synapses/devices/array/retention.ts';
import { formatWithPrefix } from '../../../look/plots/prefix.ts';
import { SIMULATIONS } from '../bootstrap.ts';
import { type Column, groupsOf, notNegative, type Row, type Rows } from './columns.ts';
import { type Fit, type Intervals, intervalsOf } from './intervals.ts';
import { type Kind, type KindFit, type KindInput, shareOf } from './kind.ts';
import { spacedValues } from './kindPlot.ts';
import { apart, hasLevel, levelColumns, levelsOf, type Range, rangeWith, SEEN } from './level.ts';
import { criterion, optimum, type Problem, type Unknown } from './optimum.ts';
import { hasTwoLevels, twoLevelColumns, twoLevelsOf } from './twoLevels.ts';

const columns: readonly Column[] = [
  {
    role: 'time',
    pattern: /^(time|t|elapsed( time)?|zeit|retention( time)?|delay|wait(ing)?( time)?)$/,
    quantity: 'time',
    ...notNegative,
  },
  ...levelColumns,
  ...twoLevelColumns,
  {
    role: 'temperature',
    pattern: /^(temperature|temp|temperatur|t)$/,
    optional: true,
    allowed: 'a temperature above absolute zero',
    isAllowed: (v) => v > -273.15,
  },
];

const ZERO_CELSIUS = 273.15;
const LEAST = 5;
/** Temperatures without a unit are in K; below this they are rather in °C. */
const COLDEST = 200;

/** One device at one temperature, from its first reading on. */
interface Trace {
  readonly name: string;
  readonly temperature: number | undefined;
  /** s since programming. */
  readonly times: readonly number[];
  readonly levels: readonly number[];
}

/** Levels of the rows of one device: of one state, or of both, which then are two traces with one rest. */
function levelsIn(rows: Rows, { options }: KindInput): (own: readonly Row[]) => readonly (readonly number[])[] {
  if (!hasLevel(rows.roles) && hasTwoLevels(rows.roles)) {
    const both = twoLevelsOf(rows, options);
    return (own) => Object.values(both(own));
  }
  const level = levelsOf(rows, options);
  return (own) => [own.map(level)];
}

function tracesOf(rows: Rows, given: KindInput): Trace[] {
  const levels = levelsIn(rows, given);
  const unit = rows.units.temperature ?? '';
  const cold = rows.rows.find(({ values }) => values.temperature !== undefined && values.temperature < COLDEST);
  if (unit === '' && cold !== undefined)
    throw new UserError(
      `${rows.name}: ${cold.where}: a temperature of ${cold.values.temperature} has no unit; say it in the name of its column: T (°C) or T (K).`,
    );
  const celsius = /c/i.test(unit);
  return groupsOf(rows.rows, (r) => [r.device, r.values.temperature]).flatMap((own) => {
    const sorted = own.toSorted((a, b) => a.values.time! - b.values.time!);
    const { device, values, where } = sorted[0]!;
    if (sorted.length < LEAST)
      throw new UserError(
        `${rows.name}: ${where}: device ${show(device)} has ${sorted.length} readings, but ${LEAST} are needed at least.`,
      );
    const t = values.temperature;
    const trace = {
      name: device,
      temperature: t === undefined ? undefined : celsius ? t + ZERO_CELSIUS : t,
      times: sorted.map((r) => r.values.time!),
    };
    if (!(trace.times.at(-1)! > trace.times[0]!))
      throw new UserError(
        `${rows.name}: ${where}: all readings of device ${show(device)} are of ${trace.times[0]} s, but the time must pass.`,
      );
    return levels(sorted).map((one) => {
      if (one.every((level) => level <= 0))
        throw new UserError(`${rows.name}: ${where}: no conductance of device ${show(device)} is larger than 0.`);
      return { ...trace, levels: one };
    });
  });
}

/** A law of how levels go with time; where it begins is each trace's own, where it ends each device's, the rest is common to all. */
interface Law {
  readonly name: 'exponential' | 'powerLaw' | 'stretched';
  readonly own: number;
  /** Of what is common to all. */
  readonly names: readonly string[];
  readonly common: (longest: number, shortest: number) => readonly Unknown[];
  /** Level at t s of a trace with its own values (in units of its largest), times going `rate` times as fast. */
  readonly at: (t: number, own: readonly number[], common: readonly number[], rate: number) => number;
}

const times = (longest: number, shortest: number): Unknown => ({
  low: shortest / 100,
  high: longest * 1e4,
  starts: [0.03, 0.1, 0.3, 1, 3].map((s) => s * longest),
  log: true,
});

const LAWS: readonly Law[] = [
  {
    name: 'exponential',
    own: 2,
    names: ['tau'],
    common: (longest, shortest) => [times(longest, shortest)],
    at: (t, [from, rest], [tau], rate) => rest! + (from! - rest!) * Math.exp((-t * rate) / tau!),
  },
  {
    name: 'powerLaw',
    own: 1,
    names: ['nu'],
    common: () => [{ low: -1, high: 2, starts: [-0.1, 0.01, 0.1, 0.3] }],
    at: (t, [from], [nu], rate) => from! * (Math.max(t, Number.MIN_VALUE) * rate) ** -nu!,
  },
  {
    name: 'stretched',
    own: 2,
    names: ['tau', 'beta'],
    common: (longest, shortest) => [times(longest, shortest), { low: 0.1, high: 1, starts: [0.4, 0.8] }],
    at: (t, [from, rest], [tau, beta], rate) => rest! + (from! - rest!) * Math.exp(-(((t * rate) / tau!) ** beta!)),
  },
];

interface Fitted {
  readonly law: Law;
  readonly squares: number;
  readonly count: number;
  readonly unknowns: number;
  readonly common: readonly number[];
  readonly own: readonly (readonly number[])[];
  /** eV; undefined at one temperature. */
  readonly energy: number | undefined;
  readonly reference: number;
  /** First time of all, s: where a power law begins. */
  readonly begin: number;
  /** What is told of it, by name. */
  readonly params: Readonly<Record<string, number>>;
  readonly intervals: (simulations: number) => Intervals;
}

/**
 * Levels are linear in where each trace of a device begins and in the rest that all of them tend to, whatever the temperature: both
 * follow from what is common, so that only that is searched for.
 */
function ownOf(
  law: Law,
  traces: readonly Trace[],
  common: readonly number[],
  rateOf: (t: Trace) => number,
  [low, high]: Range,
) {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  const parts = traces.map((trace) => {
    const unit = (from: number, rest: number) => trace.times.map((t) => law.at(t, [from, rest], common, rateOf(trace)));
    const [a, b] = [unit(1, 0), unit(0, 1)];
    const most = Math.max(...trace.levels.map(Math.abs));
    const [ay, by] = [dot(a, trace.levels), dot(b, trace.levels)];
    return { aa: dot(a, a), ab: dot(a, b), bb: dot(b, b), ay, by, weight: 1 / (most * most) };
  });
  if (law.own === 1) return parts.map(({ aa, ay }) => [ay / aa]);
  const sum = (of: (part: (typeof parts)[number]) => number) =>
    parts.reduce((s, part) => s + part.weight * of(part), 0);
  const apart = sum(({ aa, ab, bb }) => bb - (ab * ab) / aa);
  const isTold = apart > 1e-12 * sum(({ bb }) => bb);
  const rest = isTold
    ? sum(({ aa, ab, ay, by }) => by - (ab * ay) / aa) / apart
    : mean(parts.map(({ aa, ay }) => ay / aa));
  const kept = Math.min(Math.max(rest, low), high);
  return parts.map(({ aa, ab, ay }) => [(ay - ab * kept) / aa, kept]);
}

function fitLaw(law: Law, traces: readonly Trace[], within: Range): Fitted {
  const all = traces.flatMap((t) => t.times);
  const longest = Math.max(...all);
  const shortest = Math.min(...all.filter((t) => t > 0));
  const temperatures = [...new Set(traces.map((t) => t.temperature))];
  const reference = temperatures[0] ?? 300;
  const hot = temperatures.length > 1;
  const common = law.common(longest, shortest);
  const unknowns = hot ? [...common, { low: -2, high: 4, starts: [0, 0.3, 0.8, 1.3] }] : common;
  const scale = traces.map((t) => Math.max(...t.levels.map(Math.abs)));
  const rateOf = (values: readonly number[], t: Trace) =>
    hot ? arrhenius(values.at(-1)!, t.temperature!, reference) : 1;
  let first = 0;
  const from = traces.map(({ times: own }) => {
    first += own.length;
    return first - own.length;
  });
  const devices = [...new Set(traces.map(({ name }) => name))];
  /** Each trace's own values, as these readings have them. */
  const owns = (values: readonly number[], readings: Float64Array) => {
    const read = traces.map((trace, k) => ({
      ...trace,
      levels: trace.times.map((_, i) => readings[from[k]! + i]! * scale[k]!),
    }));
    const found = new Map(
      devices.flatMap((name) => {
        const own = read.filter((t) => t.name === name);
        const ownValues = ownOf(law, own, values, (t) => rateOf(values, t), within);
        return own.map((trace, i) => [trace, ownValues[i]!] as const);
      }),
    );
    return read.map((trace) => found.get(trace)!);
  };
  const problem: Problem = {
    unknowns,
    readings: Float64Array.from(traces.flatMap(({ levels }, k) => levels.map((g) => g / scale[k]!))),
    residuals: (values, readings) => {
      const own = owns(values, readings);
      return Float64Array.from(
        traces.flatMap((trace, k) =>
          trace.times.map((t, i) => {
            const level = law.at(t, own[k]!, values, rateOf(values, trace));
            return level / scale[k]! - readings[from[k]! + i]!;
          }),
        ),
      );
    },
  };
  const { values } = optimum(problem);
  const own = owns(values, problem.readings);
  const publish: Fit['publish'] = (found, readings) => ({
    ...Object.fromEntries(law.names.map((name, i) => [name, found[i]!])),
    ...(law.own === 2 && { rest: mean(owns(found, readings).map(([, rest]) => rest!)) }),
    ...(hot && { activationEnergy: found.at(-1)! }),
  });
  const linear = traces.length + (law.own === 2 ? devices.length : 0);
  const squares = traces.reduce(
    (sum, trace, k) =>
      sum +
      trace.times.reduce(
        (s, t, i) => s + (law.at(t, own[k]!, values, rateOf(values, trace)) - trace.levels[i]!) ** 2,
        0,
      ),
    0,
  );
  return {
    ...{ law, squares, count: all.length, own, reference, begin: shortest },
    common: values.slice(0, common.length),
    unknowns: unknowns.length + linear,
    params: publish(values, problem.readings),
    intervals: (simulations) =>
      intervalsOf({ problem, values, linear, publish, limits: { rest: within } }, simulations),
    energy: hot ? values.at(-1)! : undefined,
  };
}

const MS = 1000;
const share = (v: number, low: number, high: number) => Math.min(Math.max((v - low) / (high - low), 0), 1);
const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;

/** A device whose range is not known may end so many spans beyond what was measured. */
const BEYOND = 3;

/** What the law is as `retention` of a device with this range. */
function retentionOf({ law, common, own, energy, reference, begin }: Fitted, low: number, high: number) {
  const base = { model: law.name };
  const heat = energy === undefined ? {} : { activationEnergy: energy, measuredAt: reference, temperature: reference };
  if (law.name === 'powerLaw') return { ...base, nu: common[0]!, t0: begin * MS, ...heat };
  const rest = share(mean(own.map(([, r]) => r!)), low, high);
  return { ...base, tau: common[0]! * MS, rest, ...(law.name === 'stretched' && { beta: common[1]! }), ...heat };
}

/** Conductance against time after programming: exponential, power or stretched, falling or rising. */
export const retention: Kind = {
  help: 'conductance against time, at one temperature or several',
  columns,
  matches: (roles) => roles.has('time') && (hasLevel(roles) || hasTwoLevels(roles)) && !roles.has('voltage'),
  models: LAWS.map(({ name }) => name),
  fit: (rows, given): KindFit => {
    const traces = tracesOf(rows, given);
    const laws = given.model === undefined ? LAWS : LAWS.filter(({ name }) => name === given.model);
    const all = traces.flatMap((t) => t.levels);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const { known, seen } = rangeWith(given);
    const within: Range = known ?? [Math.max(0, least - BEYOND * (most - least)), most + BEYOND * (most - least)];
    const fits = laws.map((law) => fitLaw(law, traces, within));
    const best = fits.reduce((a, b) =>
      criterion(b.squares, b.count, b.unknowns) < criterion(a.squares, a.count, a.unknowns) ? b : a,
    );
    const rests = best.law.own === 2 ? best.own.map(([, rest]) => rest!) : [];
    const [gMin, gMax] = seen(Math.max(Math.min(least, ...rests), 0), Math.max(most, ...rests));
    const rising = traces.filter((t) => t.levels.at(-1)! > t.levels[0]!).length;
    const order = [best, ...fits.filter((f) => f !== best)];
    const rmse = (f: Fitted) => Math.sqrt(f.squares / f.count);
    const found = retentionOf(best, gMin, gMax);
    const open = rests.some((rest) => rest <= within[0] || rest >= within[1]);
    return {
      models: order.map((f) => ({
        name: f.law.name,
        rmse: rmse(f),
        share: shareOf(rmse(f), most - least, most),
        params: f.params,
        ci: f.intervals(f === best ? SIMULATIONS.best : SIMULATIONS.other),
      })),
      best: best.law.name,
      added: { device: { ...(!known && { gMin, gMax }), retention: found } },
      assumed: known ? {} : SEEN,
      notes: [
        ...apart(all, known),
        ...(rising > 0 ? [`The conductance rises in ${rising} of ${traces.length} traces.`] : []),
        ...(best.energy !== undefined
          ? [
              `Arrhenius: ${best.energy.toPrecision(3)} eV; at ${best.reference} K as told here, device.retention.temperature says where it works.`,
            ]
          : []),
        ...(open
          ? [
              'The readings do not bend towards a last conductance within the range: its end stands for it, and the time constant goes with that.',
            ]
          : []),
      ],
      plot: {
        title: `${given.source}: retention`,
        subtitle: `${traces.length} ${traces.length === 1 ? 'trace' : 'traces'}; lines: models, best first`,
        axes: [{ label: 'time (s)', log: true }, { label: 'conductance (S)' }],
        dots: traces.flatMap((t) => t.times.map((x, i) => ({ x, y: t.levels[i]! }))).filter((p) => p.x > 0),
        curves: order.map((f) => ({
          name: `${f.law.name}, rmse ${formatWithPrefix(rmse(f), 'S')}`,
          points: traces.flatMap((t, k) => {
            const rate = f.energy === undefined ? 1 : arrhenius(f.energy, t.temperature!, f.reference);
            const [from, to] = [t.times.find((v) => v > 0)!, t.times.at(-1)!];
            return spacedValues(from, to, 200, true).map((x) => ({
              x,
              y: f.law.at(x, f.own[k]!, f.common, rate),
              group: String(k),
            }));
          }),
        })),
      },
      unit: 'S',
    };
  },
};
