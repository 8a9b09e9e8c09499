import { UserError } from '../../../../core/declare/errors.ts';
import { anyNumber, type Column, type Rows } from '../import/columns.ts';
import { isPercent } from '../import/numbers.ts';
import { SIMULATIONS } from '../statistics/bootstrap.ts';
import { intervalsOf } from '../statistics/intervals.ts';
import { optimum, type Problem } from '../statistics/optimum.ts';
import { type Kind, type KindFit, shareOf, spacedValues } from './kind.ts';
import { stepsOf, strengthOf } from './rescale.ts';

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
const LEAST = 3;
/** Without a unit changes beyond are rather in %. */
const LARGEST = 10;
const MS = 1000;

/** One side of the window: a e^(-|Δt|/tau), the amplitude from the time constant. */
function side(points: readonly { dt: number; dw: number }[]) {
  const longest = Math.max(...points.map((p) => Math.abs(p.dt)));
  const shortest = Math.min(...points.map((p) => Math.abs(p.dt)));
  const most = Math.max(...points.map((p) => Math.abs(p.dw))) || 1;
  const shapeOf = (tau: number) => points.map((p) => Math.exp(-Math.abs(p.dt) / tau));
  const amplitude = (shape: readonly number[], readings: Float64Array) =>
    shape.reduce((s, v, i) => s + v * readings[i]!, 0) / shape.reduce((s, v) => s + v * v, 0);
  const bounds = [shortest / 20, longest * 20] as const;
  const starts = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6].map((s) => s * longest);
  const problem: Problem = {
    unknowns: [{ low: bounds[0], high: bounds[1], starts, log: true }],
    readings: Float64Array.from(points, (p) => p.dw / most),
    residuals: ([tau], readings) => {
      const shape = shapeOf(tau!);
      const a = amplitude(shape, readings);
      return readings.map((y, i) => a * shape[i]! - y);
    },
  };
  const { values, squares } = optimum(problem);
  const publish = ([tau]: readonly number[], readings: Float64Array) => ({
    a: most * amplitude(shapeOf(tau!), readings),
    tau: tau!,
  });
  return {
    ...publish(values, problem.readings),
    squares: squares * most * most,
    ci: intervalsOf({ problem, values, linear: 1, publish }, SIMULATIONS.best),
  };
}

function pointsOf({ name, rows, units }: Rows) {
  const unit = units.dw ?? '';
  const most = rows.reduce((top, { values }) => Math.max(top, Math.abs(values.dw!)), 0);
  if (unit !== '' && !isPercent(unit))
    throw new UserError(`${name}: changes of the weight are in ${unit}, but must be a share or in %.`);
  if (unit === '' && most > LARGEST)
    throw new UserError(
      `${name}: changes of the weight reach ${most}; if they are in %, say so in their name: dw (%).`,
    );
  const scale = isPercent(unit) ? 0.01 : 1;
  const points = rows.map(({ values }) => ({ dt: values.dt! * MS, dw: values.dw! * scale }));
  const sides = { plus: points.filter((p) => p.dt > 0), minus: points.filter((p) => p.dt < 0) };
  for (const [sign, own] of [
    ['above', sides.plus],
    ['below', sides.minus],
  ] as const) {
    if (own.length < LEAST)
      throw new UserError(`${name}: ${own.length} readings have a Δt ${sign} 0, but ${LEAST} are needed at least.`);
  }
  return { points, ...sides };
}

/** Change of the weight against spike timing: two exponentials, as pairStdp has them. */
export const stdp: Kind = {
  help: 'change of the weight against the time from pre- to postsynaptic spike',
  columns,
  matches: (roles) => roles.has('dt') && roles.has('dw'),
  models: ['pairStdp'],
  fit: (rows, given): KindFit => {
    const { points, plus, minus } = pointsOf(rows);
    const [p, m] = [side(plus), side(minus)];
    const rmse = Math.sqrt((p.squares + m.squares) / (plus.length + minus.length));
    const all = points.map(({ dw }) => dw);
    const steps = stepsOf(given.device);
    const still = Object.entries(steps).find(([, step]) => !(step > 0));
    if (still !== undefined)
      throw new UserError(
        `${rows.name}: the device does not move ${still[0]} from the middle of its range, so that no strength makes this window.`,
      );
    const params = { aPlus: strengthOf(p.a, steps), tauPlus: p.tau, aMinus: -strengthOf(m.a, steps), tauMinus: m.tau };
    const curve = (from: number, to: number, of: (x: number) => number) =>
      spacedValues(from, to).map((x) => ({ x, y: of(x), group: String(from < 0) }));
    const longest = [Math.min(...points.map((q) => q.dt)), Math.max(...points.map((q) => q.dt))] as const;
    return {
      models: [
        {
          name: 'pairStdp',
          rmse,
          share: shareOf(rmse, Math.max(...all) - Math.min(...all), 1),
          params: { 'change at 0+': p.a, tauPlus: p.tau, 'change at 0-': m.a, tauMinus: m.tau },
          ci: { 'change at 0+': p.ci.a!, tauPlus: p.ci.tau!, 'change at 0-': m.ci.a!, tauMinus: m.ci.tau! },
        },
      ],
      best: 'pairStdp',
      added: { rule: { model: 'pairStdp', ...params } },
      assumed: {},
      notes: [
        `Strengths are those that change the weight so from the middle of the range of this device, where a full pulse moves it by ${(100 * steps.up).toPrecision(3)} % up and ${(100 * steps.down).toPrecision(3)} % down.`,
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
