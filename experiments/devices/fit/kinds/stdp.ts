import { UserError } from '../../../../core/declare/errors.ts';
import type { ColumnSpec, MeasuredRows } from '../import/columns.ts';
import { isPercentUnit } from '../import/numbers.ts';
import { DIRECTIONS } from '../import/trains.ts';
import { dot, findExtent, maxMagnitude } from '../lists.ts';
import { solveFitProblem } from '../statistics/intervals.ts';
import { computeRelativeRmse, createMeasurementFit, MS_PER_SECOND, sampleCurve } from './measurementFit.ts';
import type { MeasurementType } from './measurementType.ts';
import { computePulseStrength, measureMidRangeSteps } from './rescale.ts';

const columns: readonly ColumnSpec[] = [
  {
    role: 'dt',
    pattern: /^(Δ ?t|delta ?t|dt|d t|t post ?- ?t pre|timing|spike timing|time difference|tpost-tpre|Δt)( \(.*\))?$/i,
    quantity: 'time',
    defaultUnitExponent: -3,
  },
  {
    role: 'dw',
    pattern:
      /^(Δ ?[wg]|delta ?[wg]|d ?[wg]|dw\/w|change|weight change|synaptic weight change|conductance change|Δw|Δg)( ?\/ ?[wg]0?)?$/i,
  },
];
const MIN_READINGS = 3;
/** Largest weight change without unit that is read as a fraction of the weight; larger changes are probably in %. */
const MAX_FRACTION = 10;

/** Fits one side of the STDP window, a e^(-|Δt|/tau). It is linear in a, so only tau is searched for. */
function fitSide(points: readonly { dt: number; dw: number }[]) {
  const [shortest, longest] = findExtent(points.map((p) => Math.abs(p.dt)));
  const most = maxMagnitude(points.map((p) => p.dw)) || 1;
  const shapeOf = (tau: number) => points.map((p) => Math.exp(-Math.abs(p.dt) / tau));
  const amplitude = (shape: readonly number[], readings: Float64Array) => dot(shape, readings) / dot(shape, shape);
  const starts = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6].map((s) => s * longest);
  const { params, squares, intervals, autocorrelation } = solveFitProblem({
    parameters: [{ low: shortest / 20, high: longest * 20, starts, isLog: true }],
    readings: Float64Array.from(points, (p) => p.dw / most),
    computeResiduals: ([tau], readings) => {
      const shape = shapeOf(tau!);
      const a = amplitude(shape, readings);
      return readings.map((y, i) => a * shape[i]! - y);
    },
    linearParameterCount: 1,
    toParameters: ([tau], readings) => ({ a: most * amplitude(shapeOf(tau!), readings), tau: tau! }),
  });
  return { a: params.a!, tau: params.tau!, squares: squares * most * most, intervals, autocorrelation };
}

function readPoints({ rows, roleUnits }: MeasuredRows) {
  const unit = roleUnits.dw ?? '';
  const most = maxMagnitude(rows.map(({ roleValues }) => roleValues.dw!));
  if (unit !== '' && !isPercentUnit(unit))
    throw new UserError(`weight changes are in ${unit}, but must be fractions or in %.`);
  if (unit === '' && most > MAX_FRACTION)
    throw new UserError(`weight changes reach ${most}. Next step: if they are in %, name the column dw (%).`);
  const scale = isPercentUnit(unit) ? 0.01 : 1;
  const points = rows.map(({ roleValues }) => ({ dt: roleValues.dt! * MS_PER_SECOND, dw: roleValues.dw! * scale }));
  const [plus, minus] = [points.filter((p) => p.dt > 0), points.filter((p) => p.dt < 0)];
  const { length } = plus.length < MIN_READINGS ? plus : minus;
  const side = plus.length < MIN_READINGS ? 'above' : 'below';
  if (length < MIN_READINGS)
    throw new UserError(`${length} readings have a Δt ${side} 0, but at least ${MIN_READINGS} are needed.`);
  return { points, plus, minus };
}

export const stdpMeasurementType: MeasurementType = {
  helpText: 'weight change against the time from the presynaptic to the postsynaptic spike',
  columns,
  matchesColumnRoles: (roles) => roles.has('dt') && roles.has('dw'),
  modelNames: ['pairStdp'],
  fit: (rows, given) => {
    const { points, plus, minus } = readPoints(rows);
    const [p, m] = [fitSide(plus), fitSide(minus)];
    const rmse = Math.sqrt((p.squares + m.squares) / (plus.length + minus.length));
    const [lowest, highest] = findExtent(points.map(({ dw }) => dw));
    const steps = measureMidRangeSteps(given.deviceSection);
    const direction = DIRECTIONS.find((d) => !(steps[d] > 0));
    if (direction !== undefined)
      throw new UserError(
        `pulses ${direction} do not change the device in the middle of its range, so no pulse strength gives this STDP window.`,
      );
    const nameParams = <T>([a0, tau0]: readonly T[], [a1, tau1]: readonly T[]) => ({
      'change at 0+': a0!,
      tauPlus: tau0!,
      'change at 0-': a1!,
      tauMinus: tau1!,
    });
    const [first, last] = findExtent(points.map(({ dt }) => dt));
    const fitted = {
      name: 'pairStdp',
      rmse,
      share: computeRelativeRmse(rmse, highest - lowest, 1),
      params: nameParams([p.a, p.tau], [m.a, m.tau]),
      autocorrelation: Math.max(p.autocorrelation, m.autocorrelation),
      computeIntervals: (simulations: number) => {
        const [above, below] = [p.intervals(simulations), m.intervals(simulations)];
        return nameParams([above.a!, above.tau!], [below.a!, below.tau!]);
      },
      curvePoints: [
        ...sampleCurve(first, -1e-9, (x) => m.a * Math.exp(x / m.tau), 'minus'),
        ...sampleCurve(1e-9, last, (x) => p.a * Math.exp(-x / p.tau), 'plus'),
      ],
    };
    const [aPlus, aMinus] = [computePulseStrength(p.a, steps), -computePulseStrength(m.a, steps)];
    return createMeasurementFit([fitted], {
      addedSections: { rule: { model: 'pairStdp', aPlus, tauPlus: p.tau, aMinus, tauMinus: m.tau } },
      notes: [
        `aPlus and aMinus give this window in the middle of the range of the device, where a full pulse changes the weight by ${(100 * steps.up).toPrecision(3)} % of the range up and ${(100 * steps.down).toPrecision(3)} % down.`,
      ],
      plot: {
        title: `${given.sourceFiles}: spike timing`,
        subtitle: `${points.length} readings; line: pairStdp`,
        axes: [{ label: 'Δt = t post - t pre (ms)' }, { label: 'change of the weight' }],
        dots: points.map((q) => ({ x: q.dt, y: q.dw })),
      },
    });
  },
};
