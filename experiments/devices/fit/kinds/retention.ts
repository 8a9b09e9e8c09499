import { sampleStandardDeviation } from 'simple-statistics';
import { UserError } from '../../../../core/declare/errors.ts';
import { formatCount, show } from '../../../../core/declare/show.ts';
import { computeArrheniusFactor } from '../../../../synapses/devices/array/retention.ts';
import { ALLOW_NON_NEGATIVE, type ColumnSpec, type MeasuredRows } from '../import/columns.ts';
import { ZERO_CELSIUS } from '../import/names.ts';
import { clip, dot, findExtent, formatShareAsPercent, groupBy, maxMagnitude, mean, minimumBy, sum } from '../lists.ts';
import { solveFitProblem } from '../statistics/intervals.ts';
import { computeInformationCriterion, type FitParameter, type FitProblem } from '../statistics/leastSquares.ts';
import {
  type ConductanceRange,
  createConductanceReader,
  createTwoLevelReader,
  findKnownConductanceRange,
  hasLevelColumn,
  hasTwoLevelColumns,
  levelColumnSpecs,
  resolveConductanceRange,
  twoLevelColumnSpecs,
} from './level.ts';
import { computeRelativeRmse, createMeasurementFit, MS_PER_SECOND, sampleCurveLogSpaced } from './measurementFit.ts';
import type { FitInput, MeasurementType } from './measurementType.ts';

const columns: readonly ColumnSpec[] = [
  {
    role: 'time',
    pattern: /^(time|t|elapsed( time)?|zeit|retention( time)?|delay|wait(ing)?( time)?)$/,
    quantity: 'time',
    ...ALLOW_NON_NEGATIVE,
  },
  ...levelColumnSpecs,
  ...twoLevelColumnSpecs,
  {
    role: 'temperature',
    pattern: /^(temperature|temp|temperatur|t)$/,
    isOptional: true,
    allowedValues: 'a temperature above absolute zero',
    isAllowed: (v) => v > -273.15,
  },
];

const MIN_READINGS = 5;
/** Minimum temperature without unit that is read as K, not °C. */
const MIN_KELVIN = 200;

interface Trace {
  readonly device: string;
  readonly temperature: number | undefined;
  readonly times: readonly number[];
  /** Conductance of the device at each of `times`, S. */
  readonly conductances: readonly number[];
}

/** Reads the conductance traces of all devices, S: one per device, or one each of the high and low state. */
function readTraces(rows: MeasuredRows, { options }: FitInput): Trace[] {
  const hasTwoLevels = !hasLevelColumn(rows.columnRoles) && hasTwoLevelColumns(rows.columnRoles);
  const readTwoLevels = hasTwoLevels ? createTwoLevelReader(rows, options) : undefined;
  const readLevel = hasTwoLevels ? undefined : createConductanceReader(rows, options);
  const unit = rows.roleUnits.temperature ?? '';
  const cold = rows.rows.find(({ roleValues }) => (roleValues.temperature ?? Infinity) < MIN_KELVIN);
  if (unit === '' && cold !== undefined)
    throw new UserError(
      `${cold.rowLocation}: a temperature of ${cold.roleValues.temperature} has no unit. Next step: put the unit into the name of the column: T (°C) or T (K).`,
    );
  return groupBy(rows.rows, (r) => [r.device, r.roleValues.temperature]).flatMap((own) => {
    const sorted = own.toSorted((a, b) => a.roleValues.time! - b.roleValues.time!);
    const { device, roleValues, rowLocation: location } = sorted[0]!;
    const times = sorted.map((r) => r.roleValues.time!);
    if (sorted.length < MIN_READINGS)
      throw new UserError(
        `${location}: device ${show(device)} has ${sorted.length} readings, but at least ${MIN_READINGS} are needed.`,
      );
    if (!(times.at(-1)! > times[0]!))
      throw new UserError(`${location}: all readings of device ${show(device)} are at ${times[0]} s; add others.`);
    const t = roleValues.temperature;
    const temperature = t === undefined || !/c/i.test(unit) ? t : t + ZERO_CELSIUS;
    const levels = readTwoLevels ? Object.values(readTwoLevels(sorted)) : [sorted.map(readLevel!)];
    return levels.map((one) => {
      if (one.every((level) => level <= 0))
        throw new UserError(`${location}: no conductance of device ${show(device)} is larger than 0.`);
      return { device, temperature, times, conductances: one };
    });
  });
}

/** Retention law. Each trace has an initial level, each device an asymptote (`rest`); all traces share other parameters. */
interface RetentionLaw {
  readonly name: 'exponential' | 'powerLaw' | 'stretched';
  readonly hasRest: boolean;
  readonly paramNames: readonly string[];
  /** Parameters that all traces share. @param longest longest measured time, s @param shortest shortest time, s */
  readonly createSharedParameters: (longest: number, shortest: number) => readonly FitParameter[];
  readonly evaluateLevel: (t: number, own: readonly number[], shared: readonly number[], rate: number) => number;
}

const timeConstant = (longest: number, shortest: number): FitParameter => ({
  low: shortest / 100,
  high: longest * 1e4,
  starts: [0.03, 0.1, 0.3, 1, 3].map((s) => s * longest),
  isLog: true,
});

const LAWS: readonly RetentionLaw[] = [
  {
    name: 'exponential',
    hasRest: true,
    paramNames: ['tau'],
    createSharedParameters: (longest, shortest) => [timeConstant(longest, shortest)],
    evaluateLevel: (t, [from, rest], [tau], rate) => rest! + (from! - rest!) * Math.exp((-t * rate) / tau!),
  },
  {
    name: 'powerLaw',
    hasRest: false,
    paramNames: ['nu'],
    createSharedParameters: () => [{ low: -1, high: 2, starts: [-0.1, 0.01, 0.1, 0.3] }],
    evaluateLevel: (t, [from], [nu], rate) => from! * (Math.max(t, Number.MIN_VALUE) * rate) ** -nu!,
  },
  {
    name: 'stretched',
    hasRest: true,
    paramNames: ['tau', 'beta'],
    createSharedParameters: (longest, shortest) => [
      timeConstant(longest, shortest),
      { low: 0.1, high: 1, starts: [0.4, 0.8] },
    ],
    evaluateLevel: (t, [from, rest], [tau, beta], rate) =>
      rest! + (from! - rest!) * Math.exp(-(((t * rate) / tau!) ** beta!)),
  },
];

/** Fits the levels of one device by linear least squares: initial level per trace, one asymptote within the range. */
function fitTraceLevels(
  law: RetentionLaw,
  traces: readonly Trace[],
  shared: readonly number[],
  rateOf: (t: Trace) => number,
  [low, high]: ConductanceRange,
): number[][] {
  const parts = traces.map((trace) => {
    const { times, conductances: y } = trace;
    const shape = (...own: number[]) => times.map((t) => law.evaluateLevel(t, own, shared, rateOf(trace)));
    const [a, b] = [shape(1, 0), shape(0, 1)];
    const largest = maxMagnitude(y);
    return {
      aa: dot(a, a),
      ab: dot(a, b),
      bb: dot(b, b),
      ay: dot(a, y),
      by: dot(b, y),
      weight: 1 / (largest * largest),
    };
  });
  if (!law.hasRest) return parts.map(({ aa, ay }) => [ay / aa]);
  const weighted = (of: (part: (typeof parts)[number]) => number) => sum(parts.map((part) => part.weight * of(part)));
  const determinant = weighted(({ aa, ab, bb }) => bb - (ab * ab) / aa);
  const isIdentifiable = determinant > 1e-12 * weighted(({ bb }) => bb);
  const rest = isIdentifiable
    ? weighted(({ aa, ab, ay, by }) => by - (ab * ay) / aa) / determinant
    : mean(parts.map(({ aa, ay }) => ay / aa));
  const kept = clip(rest, low, high);
  return parts.map(({ aa, ab, ay }) => [(ay - ab * kept) / aa, kept]);
}

function fitLaw(law: RetentionLaw, traces: readonly Trace[], range: ConductanceRange) {
  const all = traces.flatMap((t) => t.times);
  const [begin, longest] = findExtent(all.filter((t) => t > 0));
  const temperatures = [...new Set(traces.map((t) => t.temperature))];
  const reference = temperatures[0] ?? 300; // K
  const hasEnergy = temperatures.length > 1;
  const shared = law.createSharedParameters(longest, begin);
  const unknowns = hasEnergy ? [...shared, { low: -2, high: 4, starts: [0, 0.3, 0.8, 1.3] }] : shared;
  const rateOf = (values: readonly number[], t: Trace) =>
    hasEnergy ? computeArrheniusFactor(values.at(-1)!, t.temperature!, reference) : 1;
  let end = 0;
  const parts = traces.map((trace) => {
    end += trace.times.length;
    return { ...trace, scale: maxMagnitude(trace.conductances), offset: end - trace.times.length };
  });
  const deviceParts = groupBy(parts, ({ device }) => device);
  /** Fits initial level and asymptote of each trace to `readings`, S, with the common parameters fixed at `values`. */
  const fitOwnLevels = (values: readonly number[], readings: Float64Array): number[][] => {
    const found = new Map(
      deviceParts.flatMap((group) => {
        const read = group.map((p) => ({
          ...p,
          conductances: p.times.map((_, i) => readings[p.offset + i]! * p.scale),
        }));
        return fitTraceLevels(law, read, values, (t) => rateOf(values, t), range).map(
          (own, i) => [group[i]!, own] as const,
        );
      }),
    );
    return parts.map((part) => found.get(part)!);
  };
  const problem: FitProblem = {
    parameters: unknowns,
    readings: Float64Array.from(parts.flatMap(({ conductances, scale }) => conductances.map((g) => g / scale))),
    computeResiduals: (values, readings) => {
      const own = fitOwnLevels(values, readings);
      const levels = parts.flatMap((part, k) =>
        part.times.map((t) => law.evaluateLevel(t, own[k]!, values, rateOf(values, part)) / part.scale),
      );
      return readings.map((y, i) => levels[i]! - y);
    },
    linearParameterCount: traces.length + (law.hasRest ? deviceParts.length : 0),
    toParameters: (values, readings) => ({
      ...Object.fromEntries(law.paramNames.map((name, i) => [name, values[i]!])),
      ...(law.hasRest && { rest: mean(fitOwnLevels(values, readings).map(([, rest]) => rest!)) }),
      ...(hasEnergy && { activationEnergy: values.at(-1)! }),
    }),
    intervalLimits: { rest: range },
  };
  const { values, params, intervals, autocorrelation } = solveFitProblem(problem);
  const own = fitOwnLevels(values, problem.readings);
  const levelAt = (t: number, k: number) => law.evaluateLevel(t, own[k]!, values, rateOf(values, traces[k]!));
  const squares = sum(
    traces.map(({ times, conductances }, k) => sum(times.map((t, i) => (levelAt(t, k) - conductances[i]!) ** 2))),
  );
  return {
    name: law.name,
    rmse: Math.sqrt(squares / all.length),
    criterion: computeInformationCriterion(squares, all.length, unknowns.length + problem.linearParameterCount),
    params,
    autocorrelation,
    computeIntervals: intervals,
    law,
    initialLevels: own.map(([level]) => level!),
    rests: law.hasRest ? own.map(([, rest]) => rest!) : [],
    energy: hasEnergy ? values.at(-1)! : undefined,
    reference,
    begin,
    curvePoints: traces.flatMap(({ times }, k) => sampleCurveLogSpaced(times, (t) => levelAt(t, k), k)),
  };
}
type LawFit = ReturnType<typeof fitLaw>;

/** Maximum distance of the asymptote from the readings, in multiples of their span, if the range is not known. */
const MAX_EXTRAPOLATION = 3;

function createRetentionSection({ name, params, rests, energy, reference, begin }: LawFit, low: number, high: number) {
  const heat = energy === undefined ? {} : { activationEnergy: energy, measuredAt: reference, temperature: reference };
  if (name === 'powerLaw') return { model: name, nu: params.nu!, t0: begin * MS_PER_SECOND, ...heat };
  const rest = (mean(rests) - low) / (high - low);
  return {
    model: name,
    tau: params.tau! * MS_PER_SECOND,
    rest: clip(rest),
    ...(name === 'stretched' && { beta: params.beta! }),
    ...heat,
  };
}

function describeSpread({ law, initialLevels }: LawFit, traces: readonly Trace[], range: ConductanceRange) {
  const devices = groupBy(traces, ({ device }) => device);
  if (devices.length < 2) return undefined;
  const relativeSd = (values: readonly number[]) => sampleStandardDeviation([...values]) / Math.abs(mean(values));
  const levels = devices.map((own) => mean(own.map((trace) => initialLevels[traces.indexOf(trace)]!)));
  const fits = devices.map((own) => fitLaw(law, own, range).params);
  const spreads = law.paramNames.map(
    (name) => `${name} by ${formatShareAsPercent(relativeSd(fits.map((p) => p[name]!)), 2)}`,
  );
  return `Between ${devices.length} devices, the initial conductance varies by ${formatShareAsPercent(relativeSd(levels), 2)} (sd), ${spreads.join(', ')}; the device file has the common law.`;
}

export const retentionMeasurementType: MeasurementType = {
  helpText: 'conductance against time, at one or several temperatures',
  columns,
  matchesColumnRoles: (roles) =>
    roles.has('time') && (hasLevelColumn(roles) || hasTwoLevelColumns(roles)) && !roles.has('voltage'),
  modelNames: LAWS.map(({ name }) => name),
  fit: (rows, given) => {
    const traces = readTraces(rows, given);
    const all = traces.flatMap((t) => t.conductances);
    const [least, most] = findExtent(all);
    const margin = MAX_EXTRAPOLATION * (most - least);
    const range: ConductanceRange = findKnownConductanceRange(given) ?? [Math.max(0, least - margin), most + margin];
    const laws = LAWS.filter(({ name }) => name === (given.requestedModel ?? name));
    const fits = laws.map((law) => fitLaw(law, traces, range));
    const best = minimumBy(fits, ({ criterion }) => criterion);
    const { rests, energy, reference } = best;
    const lowest = Math.max(Math.min(least, ...rests), 0);
    const covered = resolveConductanceRange(given, lowest, Math.max(most, ...rests), all);
    const rising = traces.filter((t) => t.conductances.at(-1)! > t.conductances[0]!).length;
    const isRestOpen = rests.some((rest) => rest <= range[0] || rest >= range[1]);
    const fitted = [best, ...fits.filter((f) => f !== best)].map((f) => ({
      ...f,
      share: computeRelativeRmse(f.rmse, most - least, most),
    }));
    return createMeasurementFit(fitted, {
      addedSections: {
        device: { ...covered.added, retention: createRetentionSection(best, covered.gMin, covered.gMax) },
      },
      assumptions: covered.assumed,
      notes: [
        ...covered.notes,
        describeSpread(best, traces, range),
        rising > 0 && `The conductance rises in ${rising} of ${traces.length} traces.`,
        energy !== undefined &&
          `Arrhenius: ${energy.toPrecision(3)} eV; parameters hold at ${reference} K, device.retention.temperature is the operating temperature.`,
        isRestOpen &&
          'The readings do not approach a final conductance within the range: the rest is set to the end of the range, and the time constant depends on it.',
      ],
      plot: {
        title: `${given.sourceFiles}: retention`,
        subtitle: `${formatCount(traces.length, 'trace')}; lines: models, best first`,
        axes: [{ label: 'time (s)', log: true }, { label: 'conductance (S)' }],
        dots: traces.flatMap((t) => t.times.map((x, i) => ({ x, y: t.conductances[i]! }))).filter((p) => p.x > 0),
      },
      rmseUnit: 'S',
    });
  },
};
