import { UserError } from '../../../../core/declare/errors.ts';
import { anyNumber, type Column, type Rows } from '../import/columns.ts';
import { isPercent } from '../import/numbers.ts';
import { DIRECTIONS } from '../import/trains.ts';
import { dot } from '../lists.ts';
import { SIMULATION_COUNTS } from '../statistics/bootstrap.ts';
import { computeIntervals } from '../statistics/intervals.ts';
import { type FitProblem, findOptimum } from '../statistics/optimum.ts';
import { createSpacedValues, type Kind, type KindFit, relativeRmse } from './kind.ts';
import { computeStrength, measureMiddleSteps } from './rescale.ts';

const columns: readonly Column[] = [
  {
    role: 'dt',
    pattern: /^(Δ ?t|delta ?t|dt|d t|t post ?- ?t pre|timing|spike timing|time difference|tpost-tpre|Δt)( \(.*\))?$/i,
    quantity: 'time',
    exponent: -3,
    ...anyNumber,
  },
  {
    role: 'dw',
    pattern:
      /^(Δ ?[wg]|delta ?[wg]|d ?[wg]|dw\/w|change|weight change|synaptic weight change|conductance change|Δw|Δg)( ?\/ ?[wg]0?)?$/i,
    ...anyNumber,
  },
];
/** Minimum number of readings at positive and at negative lags. */
const MIN_READINGS = 3;
/** Largest relative weight change that is read as a fraction if no unit is given; larger values are read as %. */
const MAX_FRACTION = 10;
/** ms. */
const SECOND = 1000;

/** Fits one side of the STDP window: a e^(-|Δt|/tau). The model is linear in a, so only tau is searched for. */
function fitSide(points: readonly { dt: number; dw: number }[]) {
  const longest = Math.max(...points.map((p) => Math.abs(p.dt)));
  const shortest = Math.min(...points.map((p) => Math.abs(p.dt)));
  const most = Math.max(...points.map((p) => Math.abs(p.dw))) || 1;
  const shapeOf = (tau: number) => points.map((p) => Math.exp(-Math.abs(p.dt) / tau));
  const amplitude = (shape: readonly number[], readings: Float64Array) => dot(shape, readings) / dot(shape, shape);
  const starts = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6].map((s) => s * longest);
  const problem: FitProblem = {
    unknowns: [{ low: shortest / 20, high: longest * 20, starts, log: true }],
    readings: Float64Array.from(points, (p) => p.dw / most),
    residuals: ([tau], readings) => {
      const shape = shapeOf(tau!);
      const a = amplitude(shape, readings);
      return readings.map((y, i) => a * shape[i]! - y);
    },
  };
  const { values, squares } = findOptimum(problem);
  const publish = ([tau]: readonly number[], readings: Float64Array) => ({
    a: most * amplitude(shapeOf(tau!), readings),
    tau: tau!,
  });
  return {
    ...publish(values, problem.readings),
    squares: squares * most * most,
    ci: computeIntervals({ problem, values, linear: 1, publish }, SIMULATION_COUNTS.best),
  };
}

function pointsOf({ name, rows, units }: Rows) {
  const unit = units.dw ?? '';
  const most = rows.reduce((top, { values }) => Math.max(top, Math.abs(values.dw!)), 0);
  if (unit !== '' && !isPercent(unit))
    throw new UserError(`${name}: changes of the weight are in ${unit}, but must be a share or in %.`);
  if (unit === '' && most > MAX_FRACTION)
    throw new UserError(
      `${name}: changes of the weight reach ${most}. Next step: if they are in %, name the column dw (%).`,
    );
  const scale = isPercent(unit) ? 0.01 : 1;
  const points = rows.map(({ values }) => ({ dt: values.dt! * SECOND, dw: values.dw! * scale }));
  const sides = { plus: points.filter((p) => p.dt > 0), minus: points.filter((p) => p.dt < 0) };
  for (const [sign, own] of [
    ['above', sides.plus],
    ['below', sides.minus],
  ] as const) {
    if (own.length < MIN_READINGS)
      throw new UserError(
        `${name}: ${own.length} readings have a Δt ${sign} 0, but at least ${MIN_READINGS} are needed.`,
      );
  }
  return { points, ...sides };
}

/** STDP measurement: weight change against spike timing. One exponential per side is fitted, as in `pairStdp`. */
export const stdp: Kind = {
  help: 'weight change against the time from the presynaptic to the postsynaptic spike',
  columns,
  matches: (roles) => roles.has('dt') && roles.has('dw'),
  models: ['pairStdp'],
  fit: (rows, given): KindFit => {
    const { points, plus, minus } = pointsOf(rows);
    const [p, m] = [fitSide(plus), fitSide(minus)];
    const rmse = Math.sqrt((p.squares + m.squares) / (plus.length + minus.length));
    const all = points.map(({ dw }) => dw);
    const steps = measureMiddleSteps(given.device);
    const direction = DIRECTIONS.find((d) => !(steps[d] > 0));
    if (direction !== undefined)
      throw new UserError(
        `${rows.name}: pulses ${direction} do not change the device in the middle of its range, so no strength gives this window.`,
      );
    const params = {
      aPlus: computeStrength(p.a, steps),
      tauPlus: p.tau,
      aMinus: -computeStrength(m.a, steps),
      tauMinus: m.tau,
    };
    const curve = (from: number, to: number, of: (x: number) => number) =>
      createSpacedValues(from, to).map((x) => ({ x, y: of(x), group: String(from < 0) }));
    const longest = [Math.min(...points.map((q) => q.dt)), Math.max(...points.map((q) => q.dt))] as const;
    return {
      models: [
        {
          name: 'pairStdp',
          rmse,
          share: relativeRmse(rmse, Math.max(...all) - Math.min(...all), 1),
          params: { 'change at 0+': p.a, tauPlus: p.tau, 'change at 0-': m.a, tauMinus: m.tau },
          ci: { 'change at 0+': p.ci.a!, tauPlus: p.ci.tau!, 'change at 0-': m.ci.a!, tauMinus: m.ci.tau! },
        },
      ],
      best: 'pairStdp',
      added: { rule: { model: 'pairStdp', ...params } },
      assumed: {},
      notes: [
        `aPlus and aMinus give this window in the middle of the range of the device, where a full pulse changes the weight by ${(100 * steps.up).toPrecision(3)} % of the range up and ${(100 * steps.down).toPrecision(3)} % down.`,
      ],
      plot: {
        title: `${given.source}: spike timing`,
        subtitle: `${points.length} readings; line: pairStdp`,
        axes: [{ label: 'Δt = t post - t pre (ms)' }, { label: 'change of the weight' }],
        dots: points.map((q) => ({ x: q.dt, y: q.dw })),
        curves: [
          {
            name: `pairStdp, rmse ${rmse.toPrecision(3)}`,
            points: [
              ...curve(longest[0], -1e-9, (x) => m.a * Math.exp(x / m.tau)),
              ...curve(1e-9, longest[1], (x) => p.a * Math.exp(-x / p.tau)),
            ],
          },
        ],
      },
      unit: '',
    };
  },
};
