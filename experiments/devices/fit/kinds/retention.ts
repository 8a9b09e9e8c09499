import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { arrheniusFactor } from '../../../../synapses/devices/array/retention.ts';
import { formatWithPrefix } from '../../../look/plots/prefix.ts';
import { type Column, nonNegativeNumber, type Row, type Rows } from '../import/columns.ts';
import { dot, extentOf, groupBy, mean, sum } from '../lists.ts';
import { SIMULATION_COUNTS } from '../statistics/bootstrap.ts';
import { computeIntervals, type Intervals, type LeastSquaresFit } from '../statistics/intervals.ts';
import { computeCriterion, type FitProblem, findOptimum } from '../statistics/optimum.ts';
import { createSpacedValues, type Kind, type KindFit, type KindInput, relativeRmse } from './kind.ts';
import {
  conductanceReader,
  extendableRange,
  hasLevel,
  hasTwoLevels,
  levelColumns,
  MEASURED_RANGE_REASONS,
  type Range,
  twoLevelColumns,
  twoLevelReader,
  warnOutOfRange,
} from './level.ts';
import { RETENTION_LAWS, type RetentionLaw } from './retentionLaws.ts';

const columns: readonly Column[] = [
  {
    role: 'time',
    pattern: /^(time|t|elapsed( time)?|zeit|retention( time)?|delay|wait(ing)?( time)?)$/,
    quantity: 'time',
    ...nonNegativeNumber,
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

/** K. */
const ZERO_CELSIUS = 273.15;
/** Minimum number of readings per trace. */
const MIN_READINGS = 5;
/** Lowest temperature without a unit that is read as K; lower values are read as °C. */
const MIN_KELVIN = 200;

/** Decay of one state of one device at one temperature. */
interface Trace {
  readonly device: string;
  /** Temperature, K; undefined if the file has no temperature. */
  readonly temperature: number | undefined;
  /** Times since programming, s. */
  readonly times: readonly number[];
  /** S. */
  readonly levels: readonly number[];
}

/** Creates a function that returns the levels of a device, S: one trace, or a trace each of the high and low state. */
function levelsIn(rows: Rows, { options }: KindInput): (own: readonly Row[]) => readonly (readonly number[])[] {
  if (!hasLevel(rows.roles) && hasTwoLevels(rows.roles)) {
    const both = twoLevelReader(rows, options);
    return (own) => Object.values(both(own));
  }
  const level = conductanceReader(rows, options);
  return (own) => [own.map(level)];
}

function tracesOf(rows: Rows, given: KindInput): Trace[] {
  const levels = levelsIn(rows, given);
  const unit = rows.units.temperature ?? '';
  const cold = rows.rows.find(({ values }) => values.temperature !== undefined && values.temperature < MIN_KELVIN);
  if (unit === '' && cold !== undefined)
    throw new UserError(
      `${rows.name}: ${cold.where}: a temperature of ${cold.values.temperature} has no unit. Next step: put the unit into the name of the column: T (°C) or T (K).`,
    );
  return groupBy(rows.rows, (r) => [r.device, r.values.temperature]).flatMap((own) => {
    const sorted = own.toSorted((a, b) => a.values.time! - b.values.time!);
    const { device, values, where } = sorted[0]!;
    const times = sorted.map((r) => r.values.time!);
    if (sorted.length < MIN_READINGS)
      throw new UserError(
        `${rows.name}: ${where}: device ${show(device)} has ${sorted.length} readings, but at least ${MIN_READINGS} are needed.`,
      );
    if (!(times.at(-1)! > times[0]!))
      throw new UserError(`${rows.name}: ${where}: all readings of device ${show(device)} are at ${times[0]} s.`);
    const t = values.temperature;
    const temperature = t === undefined || !/c/i.test(unit) ? t : t + ZERO_CELSIUS;
    return levels(sorted).map((one) => {
      if (one.every((level) => level <= 0))
        throw new UserError(`${rows.name}: ${where}: no conductance of device ${show(device)} is larger than 0.`);
      return { device, temperature, times, levels: one };
    });
  });
}

/** Law fitted to all traces. */
interface LawFit {
  readonly law: RetentionLaw;
  /** Sum of the squared residuals, S². */
  readonly squares: number;
  /** Number of readings fitted. */
  readonly count: number;
  /** Number of fitted parameters. */
  readonly unknownCount: number;
  readonly shared: readonly number[];
  /** Initial level and asymptote of each trace, S. */
  readonly own: readonly (readonly number[])[];
  /** Activation energy, eV; undefined if measured at one temperature only. */
  readonly energy: number | undefined;
  /** Temperature to which the shared parameters refer, K. */
  readonly reference: number;
  /** First measured time > 0, s; in a power law, this is the start t0. */
  readonly begin: number;
  readonly params: Readonly<Record<string, number>>;
  readonly intervals: (simulations: number) => Intervals;
}

/**
 * Fits the initial level of each trace of one device, and the asymptote of the device, by linear least squares. Only
 * the parameters common to all traces are nonlinear and need a search. The asymptote is kept within `range`.
 */
function fitTraceLevels(
  law: RetentionLaw,
  traces: readonly Trace[],
  shared: readonly number[],
  rateOf: (t: Trace) => number,
  [low, high]: Range,
): number[][] {
  const parts = traces.map((trace) => {
    const shape = (from: number, rest: number) =>
      trace.times.map((t) => law.at(t, [from, rest], shared, rateOf(trace)));
    const [a, b] = [shape(1, 0), shape(0, 1)];
    const most = Math.max(...trace.levels.map(Math.abs));
    return {
      aa: dot(a, a),
      ab: dot(a, b),
      bb: dot(b, b),
      ay: dot(a, trace.levels),
      by: dot(b, trace.levels),
      weight: 1 / (most * most),
    };
  });
  if (!law.hasRest) return parts.map(({ aa, ay }) => [ay / aa]);
  const weighted = (of: (part: (typeof parts)[number]) => number) => sum(parts.map((part) => part.weight * of(part)));
  const determinant = weighted(({ aa, ab, bb }) => bb - (ab * ab) / aa);
  const isIdentifiable = determinant > 1e-12 * weighted(({ bb }) => bb);
  const rest = isIdentifiable
    ? weighted(({ aa, ab, ay, by }) => by - (ab * ay) / aa) / determinant
    : mean(parts.map(({ aa, ay }) => ay / aa));
  const kept = Math.min(Math.max(rest, low), high);
  return parts.map(({ aa, ab, ay }) => [(ay - ab * kept) / aa, kept]);
}

function fitLaw(law: RetentionLaw, traces: readonly Trace[], range: Range): LawFit {
  const all = traces.flatMap((t) => t.times);
  const [shortest, longest] = extentOf(all.filter((t) => t > 0));
  const temperatures = [...new Set(traces.map((t) => t.temperature))];
  const reference = temperatures[0] ?? 300;
  const hasEnergy = temperatures.length > 1;
  const shared = law.shared(longest, shortest);
  const unknowns = hasEnergy ? [...shared, { low: -2, high: 4, starts: [0, 0.3, 0.8, 1.3] }] : shared;
  const rateOf = (values: readonly number[], t: Trace) =>
    hasEnergy ? arrheniusFactor(values.at(-1)!, t.temperature!, reference) : 1;
  let end = 0;
  const parts = traces.map((trace) => {
    end += trace.times.length;
    return { ...trace, scale: Math.max(...trace.levels.map(Math.abs)), offset: end - trace.times.length };
  });
  const deviceParts = groupBy(parts, ({ device }) => device);
  /** Initial level and asymptote of each trace, fitted to these readings. */
  const ownOf = (values: readonly number[], readings: Float64Array): number[][] => {
    const found = new Map(
      deviceParts.flatMap((group) => {
        const read = group.map((p) => ({ ...p, levels: p.times.map((_, i) => readings[p.offset + i]! * p.scale) }));
        return fitTraceLevels(law, read, values, (t) => rateOf(values, t), range).map(
          (own, i) => [group[i]!, own] as const,
        );
      }),
    );
    return parts.map((part) => found.get(part)!);
  };
  const problem: FitProblem = {
    unknowns,
    readings: Float64Array.from(parts.flatMap(({ levels, scale }) => levels.map((g) => g / scale))),
    residuals: (values, readings) => {
      const own = ownOf(values, readings);
      const residualsOf = (part: (typeof parts)[number], k: number) =>
        part.times.map((t, i) => {
          const level = law.at(t, own[k]!, values, rateOf(values, part));
          return level / part.scale - readings[part.offset + i]!;
        });
      return Float64Array.from(parts.flatMap(residualsOf));
    },
  };
  const { values } = findOptimum(problem);
  const own = ownOf(values, problem.readings);
  const publish: LeastSquaresFit['publish'] = (found, readings) => ({
    ...Object.fromEntries(law.names.map((name, i) => [name, found[i]!])),
    ...(law.hasRest && { rest: mean(ownOf(found, readings).map(([, rest]) => rest!)) }),
    ...(hasEnergy && { activationEnergy: found.at(-1)! }),
  });
  const linear = traces.length + (law.hasRest ? deviceParts.length : 0);
  const squaresOf = (trace: Trace, k: number) =>
    sum(trace.times.map((t, i) => (law.at(t, own[k]!, values, rateOf(values, trace)) - trace.levels[i]!) ** 2));
  return {
    law,
    squares: sum(traces.map(squaresOf)),
    count: all.length,
    unknownCount: unknowns.length + linear,
    shared: values.slice(0, shared.length),
    own,
    energy: hasEnergy ? values.at(-1)! : undefined,
    reference,
    begin: shortest,
    params: publish(values, problem.readings),
    intervals: (simulations) =>
      computeIntervals({ problem, values, linear, publish, limits: { rest: range } }, simulations),
  };
}

/** ms. */
const SECOND = 1000;
/** Largest distance of the asymptote from the readings, in units of their span, if the device's range is unknown. */
const MAX_EXTRAPOLATION = 3;

/** Section `retention` of a device file, for a device with this conductance range. */
function retentionOf({ law, shared, own, energy, reference, begin }: LawFit, low: number, high: number) {
  const heat = energy === undefined ? {} : { activationEnergy: energy, measuredAt: reference, temperature: reference };
  if (law.name === 'powerLaw') return { model: law.name, nu: shared[0]!, t0: begin * SECOND, ...heat };
  const rest = (mean(own.map(([, r]) => r!)) - low) / (high - low);
  return {
    model: law.name,
    tau: shared[0]! * SECOND,
    rest: Math.min(Math.max(rest, 0), 1),
    ...(law.name === 'stretched' && { beta: shared[1]! }),
    ...heat,
  };
}

/** Retention: conductance against time after programming; exponential, power-law or stretched, falling or rising. */
export const retention: Kind = {
  help: 'conductance against time, at one or several temperatures',
  columns,
  matches: (roles) => roles.has('time') && (hasLevel(roles) || hasTwoLevels(roles)) && !roles.has('voltage'),
  models: RETENTION_LAWS.map(({ name }) => name),
  fit: (rows, given): KindFit => {
    const traces = tracesOf(rows, given);
    const all = traces.flatMap((t) => t.levels);
    const [least, most] = extentOf(all);
    const { known, cover } = extendableRange(given);
    const margin = MAX_EXTRAPOLATION * (most - least);
    const range: Range = known ?? [Math.max(0, least - margin), most + margin];
    const fits = RETENTION_LAWS.filter(({ name }) => name === (given.model ?? name)).map((law) =>
      fitLaw(law, traces, range),
    );
    const criterionOf = (f: LawFit) => computeCriterion(f.squares, f.count, f.unknownCount);
    const best = fits.reduce((a, b) => (criterionOf(b) < criterionOf(a) ? b : a));
    const rests = best.law.hasRest ? best.own.map(([, rest]) => rest!) : [];
    const [gMin, gMax] = cover(Math.max(Math.min(least, ...rests), 0), Math.max(most, ...rests));
    const rising = traces.filter((t) => t.levels.at(-1)! > t.levels[0]!).length;
    const order = [best, ...fits.filter((f) => f !== best)];
    const rmse = (f: LawFit) => Math.sqrt(f.squares / f.count);
    const isRestOpen = rests.some((rest) => rest <= range[0] || rest >= range[1]);
    return {
      models: order.map((f) => ({
        name: f.law.name,
        rmse: rmse(f),
        share: relativeRmse(rmse(f), most - least, most),
        params: f.params,
        ci: f.intervals(f === best ? SIMULATION_COUNTS.best : SIMULATION_COUNTS.other),
      })),
      best: best.law.name,
      added: { device: { ...(!known && { gMin, gMax }), retention: retentionOf(best, gMin, gMax) } },
      assumed: known ? {} : MEASURED_RANGE_REASONS,
      notes: [
        ...warnOutOfRange(all, known),
        ...(rising > 0 ? [`The conductance rises in ${rising} of ${traces.length} traces.`] : []),
        ...(best.energy !== undefined
          ? [
              `Arrhenius: ${best.energy.toPrecision(3)} eV; parameters hold at ${best.reference} K, device.retention.temperature is the operating temperature.`,
            ]
          : []),
        ...(isRestOpen
          ? [
              'The readings do not approach a final conductance within the range: the rest is set to the end of the range, and the time constant depends on it.',
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
            const rate = f.energy === undefined ? 1 : arrheniusFactor(f.energy, t.temperature!, f.reference);
            return createSpacedValues(t.times.find((v) => v > 0)!, t.times.at(-1)!, 200, true).map((x) => ({
              x,
              y: f.law.at(x, f.own[k]!, f.shared, rate),
              group: String(k),
            }));
          }),
        })),
      },
      unit: 'S',
    };
  },
};
