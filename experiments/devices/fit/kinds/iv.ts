import { MEMRISTORS } from '../../../../synapses/devices/ivLoop.ts';
import { ALLOW_NON_NEGATIVE, type ColumnSpec } from '../import/columns.ts';
import { findExtent, minimumBy } from '../lists.ts';
import { solveFitProblem } from '../statistics/intervals.ts';
import { computeInformationCriterion, type FitProblem } from '../statistics/leastSquares.ts';
import { CONTINUOUS_IV_MODELS, createLinearDriftModel, type IvModel } from './ivModels.ts';
import { createIvLoopSimulation } from './ivSimulation.ts';
import { ASSUMED_TIME_STEP, findSetPolarity, type IvLoop, parseLoops } from './loop.ts';
import { computeRelativeRmse, createMeasurementFit } from './measurementFit.ts';
import type { MeasurementType } from './measurementType.ts';

const columns: readonly ColumnSpec[] = [
  {
    role: 'time',
    pattern: /^(time|t|elapsed( time)?|zeit)$/,
    quantity: 'time',
    isOptional: true,
    ...ALLOW_NON_NEGATIVE,
  },
  {
    role: 'voltage',
    pattern: /^([uv] ?1?|voltage|spannung|bias|applied voltage|v ?(applied|in|source|te)|(anode|gate|drain|[a-d]) ?v)$/,
    quantity: 'voltage',
  },
  {
    role: 'current',
    pattern: /^(i ?1?|current|strom|i ?(meas|te|d|out)|measured current|abs ?i|\|i\||(anode|gate|drain|[a-d]) ?i)$/,
    quantity: 'current',
  },
];
/** Exponents of Joglekar's window function; 0: no window. */
const INITIAL_WINDOW_EXPONENTS: readonly number[] = [0, 1, 2, 5];
/** Largest window exponent that is tried; windows with larger exponents differ from it only near the bounds. */
const MAX_WINDOW = 128;

const MAX_STARTS = 300;

/**
 * Maps each parameter of the unmeasured voltage polarity to the parameter of the measured polarity with its value.
 * @param sign -1 if positive voltages of the model are negative in the measurement
 */
function findMirroredParams({ measuredSign }: IvLoop, { polarityParamPairs }: IvModel, sign: 1 | -1) {
  const pairs = measuredSign === undefined ? [] : polarityParamPairs;
  return new Map(pairs.map(([a, b]) => (measuredSign! * sign > 0 ? [b, a] : [a, b])));
}

function fitModel(loop: IvLoop, model: IvModel) {
  const { name, fittedParamNames } = model;
  const set = findSetPolarity(loop);
  const sign = name === 'vteam' ? (-set as 1 | -1) : set; // positive voltages switch VTEAM off
  const mirrored = findMirroredParams(loop, model, sign);
  const all = model.createFitParameters(loop);
  const kept = all.map((_, i) => i).filter((i) => !mirrored.has(fittedParamNames[i] ?? ''));
  /** Completes the fitted values with those of the mirrored parameters, which the loop does not determine. */
  const completeParams = (values: readonly number[]) =>
    all.map((_, i) => {
      const measured = mirrored.get(fittedParamNames[i] ?? '');
      return values[kept.indexOf(measured === undefined ? i : fittedParamNames.indexOf(measured))]!;
    });
  const paramsOf = (values: readonly number[]) => model.createParams(completeParams(values));
  const simulate = createIvLoopSimulation(name, loop, sign);
  const n = loop.voltage.length;
  const problem: FitProblem = {
    parameters: kept.map((i) => all[i]!),
    readings: Float64Array.from(loop.current, (i) => i / loop.maxima.current),
    computeResiduals(values, readings) {
      const out = simulate(paramsOf(values), values.at(-1)!);
      for (let k = 0; k < n; k++) out[k] = out[k]! / loop.maxima.current - readings[k]!;
      return out;
    },
    linearParameterCount: 0,
    toParameters: paramsOf,
    maxStarts: MAX_STARTS,
  };
  const { values, squares, intervals, autocorrelation } = solveFitProblem(problem);
  const params = paramsOf(values);
  const timeReason = `no column holds the time: ${ASSUMED_TIME_STEP} s between two points are assumed`;
  const signReason = 'because only one sign of the voltage was measured';
  const open = [...mirrored.keys(), ...(model.unidentifiableParams ?? [])];
  return {
    name,
    params,
    sign,
    autocorrelation,
    assumedParams: Object.fromEntries([
      ...(loop.isTimeAssumed ? model.rateParamNames : []).map((key) => [`device.${key}`, timeReason]),
      ...[...mirrored].map(([key, other]) => [`device.${key}`, `like ${other}, ${signReason}`]),
    ]),
    rmse: Math.sqrt(squares / n) * loop.maxima.current,
    criterion: computeInformationCriterion(squares, n, kept.length),
    curve: simulate(params, values.at(-1)!),
    computeIntervals: (count: number) => ({
      ...intervals(count),
      ...Object.fromEntries(open.map((key) => [key, null])),
    }),
  };
}
type Fitted = ReturnType<typeof fitModel>;

const findBest = (fits: readonly Fitted[]): Fitted => minimumBy(fits, ({ criterion }) => criterion);

/** Next window exponent to try: between the best and a neighbour, or twice the largest; undefined if none is left. */
function nextWindowExponent(tried: readonly number[], best: number): number | undefined {
  const sorted = tried.toSorted((a, b) => a - b);
  const at = sorted.indexOf(best);
  const [below, above] = [sorted[at - 1], sorted[at + 1]];
  if (above === undefined) return best < MAX_WINDOW ? Math.min(2 * best, MAX_WINDOW) : undefined;
  if (above - best > 1) return Math.floor((best + above) / 2);
  return below !== undefined && best - below > 1 ? Math.ceil((best + below) / 2) : undefined;
}

/** Largest difference of information criteria of equivalent fits: 95 % quantile of chi square, 1 degree of freedom. */
const MAX_EQUIVALENT_DIFFERENCE = 3.84;

/** Fits linear drift with several window exponents. `best`: the smallest exponent of those that fit equally well. */
function fitDriftModels(loop: IvLoop): { best: Fitted; equivalent: readonly number[]; tried: readonly number[] } {
  const fits = INITIAL_WINDOW_EXPONENTS.map((w) => fitModel(loop, createLinearDriftModel(w)));
  const windows = (list: readonly Fitted[]) => list.map((f) => f.params.window!);
  const next = () => nextWindowExponent(windows(fits), findBest(fits).params.window!);
  for (let w = next(); w !== undefined; w = next()) fits.push(fitModel(loop, createLinearDriftModel(w)));
  fits.sort((a, b) => a.params.window! - b.params.window!);
  const least = findBest(fits).criterion;
  const equivalent = fits.filter((f) => f.criterion - least < MAX_EQUIVALENT_DIFFERENCE);
  return { best: equivalent[0]!, equivalent: windows(equivalent), tried: windows(fits) };
}

/** State change that defines a full pulse, fraction of the state range. */
const PULSE_STEP = 0.05;

/** Pulse width at the largest voltage, s, that moves the state by PULSE_STEP from mid-range in the slower direction. */
function computePulseTime(f: Fitted, loop: IvLoop): number {
  const m = MEMRISTORS[f.name]!(f.params);
  const time = (v: number) => PULSE_STEP / Math.abs(m.rate(0.5, v));
  const found = [loop.maxima.voltage, -loop.maxima.voltage].map(time).filter(Number.isFinite);
  return found.length === 0 ? loop.maxima.time : Math.max(...found);
}

export const ivMeasurementType: MeasurementType = {
  helpText: 'a current-voltage loop: voltage and current against time',
  columns,
  matchesColumnRoles: (roles) => roles.has('voltage') && roles.has('current'),
  modelNames: ['vteam', 'yakopcic', 'linearDrift'],
  fit: (rows, given) => {
    const loop = parseLoops(rows, given);
    const isRequested = ({ name }: Pick<IvModel, 'name'>) =>
      given.requestedModel === undefined || given.requestedModel === name;
    const drift = isRequested({ name: 'linearDrift' }) ? fitDriftModels(loop) : undefined;
    const fits = CONTINUOUS_IV_MODELS.filter(isRequested).map((m) => fitModel(loop, m));
    if (drift) fits.push(drift.best);
    const best = findBest(fits);
    const [lowest, highest] = findExtent(loop.current);
    const share = (rmse: number) => computeRelativeRmse(rmse, highest - lowest, loop.maxima.current);
    const volts = loop.maxima.voltage;
    const pulse = { writeVoltageUp: volts, writeVoltageDown: volts, writeTime: computePulseTime(best, loop) };
    const fitted = [best, ...fits.filter((f) => f !== best)].map((f) => ({
      ...f,
      share: share(f.rmse),
      legendLabel: `${f.name}${f.params.window ? ` (window ${f.params.window})` : ''}, rmse ${(100 * share(f.rmse)).toPrecision(2)} %`,
      curvePoints: loop.voltage.map((x, i) => ({ x, y: f.curve[i]! })),
    }));
    return createMeasurementFit(fitted, {
      addedSections: { device: { model: best.name, ...best.params, ...pulse, readVoltage: volts / 10 } },
      assumptions: {
        ...best.assumedParams,
        ...('thickness' in best.params && {
          'device.thickness': 'a loop determines rates as shares of the range only',
        }),
        'device.writeVoltageUp': 'largest voltage of the loop',
        'device.writeVoltageDown': 'largest voltage of the loop',
        'device.writeTime': `a pulse changes the state by ${100 * PULSE_STEP} % of the range from its middle`,
        'device.readVoltage': 'a tenth of the largest voltage of the loop',
      },
      notes: [
        loop.loopStartIndices!.size > 1 &&
          `${loop.loopStartIndices!.size} loops are fitted together, each from the same initial state.`,
        loop.measuredSign !== undefined &&
          `Only ${loop.measuredSign > 0 ? 'positive' : 'negative'} voltages were measured: switching at the other sign is assumed to be the mirror image.`,
        loop.hasUnsignedCurrents &&
          'No current is negative: currents are read as magnitudes and take the sign of the voltage.',
        loop.isTimeAssumed &&
          `No column holds the time: ${ASSUMED_TIME_STEP} s between two points are assumed, and switching rates scale with it. Next step: --time-step 10ms.`,
        loop.readingsPerPoint > 1 &&
          `Every ${loop.readingsPerPoint} readings are averaged: ${loop.voltage.length} points are fitted in place of ${rows.rows.length}, to bound the time of the fit; errors are of the means.`,
        best.sign === -1 &&
          'The model has the opposite sign of the voltage: measured positive voltages are negative in the model.',
        drift !== undefined &&
          `Windows of linearDrift that were tried: ${drift.tried.join(', ')}. Not significantly different from the best: ${drift.equivalent.join(', ')}; the smallest is used.`,
      ],
      plot: {
        title: `${given.sourceFiles}: current-voltage loop`,
        subtitle: `${loop.voltage.length} points in ${loop.maxima.time.toPrecision(3)} s; lines: models, best first`,
        axes: [{ label: 'voltage (V)' }, { label: 'current (A)' }],
        dots: loop.voltage.map((x, i) => ({ x, y: loop.current[i]! })),
      },
      rmseUnit: 'A',
    });
  },
};
