import { UserError } from '../../../../core/declare/errors.ts';
import { validate } from '../../../../core/declare/validate.ts';
import { MEMRISTORS } from '../../../../synapses/devices/ivLoop.ts';
import type { Memristor } from '../../../../synapses/devices/memristor.ts';
import { MODELS } from '../../../network/models.ts';
import { anyNumber, type Column, groupsOf, notNegative, type Rows } from './columns.ts';
import type { Given, Kind, KindFit } from './kind.ts';
import { criterion, optimum, type Unknown } from './optimum.ts';
import { kindPicture } from './plot.ts';

const columns: readonly Column[] = [
  { role: 'time', pattern: /^(time|t|elapsed( time)?|zeit)$/, quantity: 'time', optional: true, ...notNegative },
  {
    role: 'voltage',
    pattern: /^(v|u|voltage|spannung|bias|applied voltage|v ?(applied|in|source|te))$/,
    quantity: 'voltage',
    ...anyNumber,
  },
  {
    role: 'current',
    pattern: /^(i|current|strom|i ?(meas|te|d|out)|measured current|abs ?i)$/,
    quantity: 'current',
    ...anyNumber,
  },
];
const LEAST = 20;

/** A loop as it was measured; the voltage of point i is held until point i + 1. */
interface Loop {
  readonly seconds: readonly number[];
  readonly voltage: readonly number[];
  readonly current: readonly number[];
  readonly most: { readonly voltage: number; readonly current: number; readonly time: number };
}

function loopOf(rows: Rows, { options }: Given): Loop {
  const devices = groupsOf(rows.rows, (r) => r.device);
  if (devices.length > 1)
    throw new UserError(
      `${rows.name}: the loops of ${devices.length} devices are there; fit them one by one, each from a file of its own.`,
    );
  const own = rows.rows;
  if (own.length < LEAST)
    throw new UserError(`${rows.name}: a loop of ${own.length} points is there, but ${LEAST} are needed at least.`);
  if (!rows.roles.has('time') && options.timeStep === undefined)
    throw new UserError(
      `${rows.name}: no column tells the time; say what lies between two points, such as --time-step 10ms, or --columns time=NAME.`,
    );
  const times = own.map(({ values }, i) => values.time ?? i * options.timeStep!);
  const back = times.findIndex((t, i) => i > 0 && t < times[i - 1]!);
  if (back > 0)
    throw new UserError(
      `${rows.name}: ${own[back]!.where}: the time goes back from ${times[back - 1]} to ${times[back]} s, but must rise.`,
    );
  const voltage = own.map(({ values }) => values.voltage!);
  const current = own.map(({ values }) => values.current!);
  const largest = (list: readonly number[]) => Math.max(...list.map(Math.abs));
  if (!(Math.min(...voltage) < 0 && Math.max(...voltage) > 0))
    throw new UserError(
      `${rows.name}: the voltage goes from ${Math.min(...voltage)} to ${Math.max(...voltage)} V, but a loop needs both signs.`,
    );
  // A positive voltage that drives a negative current is one that was counted the other way.
  const sign = Math.sign(current.reduce((s, i, k) => s + i * voltage[k]!, 0)) || 1;
  return {
    seconds: times.map((t, i) => (i + 1 < times.length ? times[i + 1]! - t : 0)),
    voltage,
    current: current.map((i) => sign * i),
    most: { voltage: largest(voltage), current: largest(current), time: times.at(-1)! - times[0]! },
  };
}

/** Sign of the voltages at which the conductance rises. */
function setting({ voltage, current, most }: Loop): 1 | -1 {
  const tells = (i: number) => Math.abs(voltage[i]!) > 0.2 * most.voltage;
  const rise = voltage.reduce((sum, v, i) => {
    if (i === 0 || !tells(i) || !tells(i - 1)) return sum;
    return sum + Math.sign(v) * (current[i]! / v - current[i - 1]! / voltage[i - 1]!);
  }, 0);
  return rise >= 0 ? 1 : -1;
}

/** A memristor with what of it is fitted; the last value is the state at the start. */
interface Model {
  readonly name: 'vteam' | 'yakopcic' | 'linearDrift';
  readonly unknowns: (loop: Loop) => readonly Unknown[];
  readonly params: (values: readonly number[]) => Record<string, number>;
}

const start: Unknown = { low: 0, high: 1, starts: [0.05, 0.5, 0.95] };

/** Lowest and highest conductance where the voltage is large enough to tell. */
function conductances({ voltage, current, most }: Loop): [number, number] {
  const all = voltage
    .flatMap((v, i) => (Math.abs(v) > 0.2 * most.voltage ? [current[i]! / v] : []))
    .filter((g) => g > 0);
  all.sort((a, b) => a - b);
  const few = Math.floor(all.length / 50);
  return [all[few]!, all[all.length - 1 - few]!];
}

const around = (value: number, by: number, starts: readonly number[], log = true): Unknown => ({
  low: value / by,
  high: value * by,
  starts: starts.map((s) => s * value),
  log,
});

/** Thresholds, as shares of the largest voltage. */
const threshold = (loop: Loop, starts: readonly number[]): Unknown => around(loop.most.voltage, 1e3, starts);

const VTEAM = { thickness: 3e-9 };
const DRIFT = { thickness: 1e-8 };

/** Exponents of Joglekar's window that are tried; 0: none. */
const WINDOWS = [0, 1, 2, 5] as const;

const MODELS_OF: readonly Model[] = [
  {
    name: 'vteam',
    unknowns: (loop) => {
      const [gMin, gMax] = conductances(loop);
      // Speeds in ranges of the state over the measurement, at twice the threshold.
      const speed = { low: 1e-3, high: 1e6, starts: [2, 20], log: true };
      return [
        around(1 / gMax, 30, [0.9]),
        around(1 / gMin, 30, [1.1]),
        ...[threshold(loop, [0.1, 0.4, 0.7]), threshold(loop, [0.1, 0.4, 0.7])],
        ...[speed, speed],
        ...[1, 2].map(() => ({ low: 0.2, high: 8, starts: [1, 3] })),
        start,
      ].map((u, i) =>
        i === 4 || i === 5
          ? {
              ...u,
              low: u.low / loop.most.time,
              high: u.high / loop.most.time,
              starts: u.starts.map((s) => s / loop.most.time),
            }
          : u,
      );
    },
    params: ([rOn, rOff, vOn, vOff, kOn, kOff, aOn, aOff]) => ({
      ...{ rOn: rOn!, rOff: Math.max(rOff!, rOn! * (1 + 1e-6)), ...VTEAM },
      ...{
        vOn: -vOn!,
        vOff: vOff!,
        kOn: -kOn! * VTEAM.thickness,
        kOff: kOff! * VTEAM.thickness,
        aOn: aOn!,
        aOff: aOff!,
      },
    }),
  },
  {
    name: 'yakopcic',
    unknowns: (loop) => {
      const [, gMax] = conductances(loop);
      const v = loop.most.voltage;
      const speed = (s: number): Unknown => around(1 / (loop.most.time * v), 1e6, [s, 10 * s]);
      return [
        around(gMax * v, 1e3, [0.3, 1]),
        around(gMax * v, 1e3, [0.3, 1]),
        around(1 / v, 30, [0.3, 2]),
        threshold(loop, [0.1, 0.5]),
        threshold(loop, [0.1, 0.5]),
        speed(3),
        speed(3),
        { low: 0.01, high: 0.99, starts: [0.5] },
        { low: 0.01, high: 0.99, starts: [0.5] },
        { low: 0.01, high: 30, starts: [1], log: true },
        { low: 0.01, high: 30, starts: [1], log: true },
        { ...start, starts: [0.1, 0.6] },
      ];
    },
    params: ([a1, a2, b, vP, vN, aP, aN, xP, xN, alphaP, alphaN]) => ({
      ...{ a1: a1!, a2: a2!, b: b!, vP: vP!, vN: vN!, aP: aP!, aN: aN! },
      ...{ xP: xP!, xN: xN!, alphaP: alphaP!, alphaN: alphaN! },
    }),
  },
  ...WINDOWS.map(
    (window): Model => ({
      name: 'linearDrift',
      unknowns: (loop) => {
        const [gMin, gMax] = conductances(loop);
        return [
          around(1 / gMax, 30, [0.5, 0.9]),
          around(1 / gMin, 30, [1.1, 3]),
          // Ranges of the state that the largest voltage moves it by in the measurement, at rOn.
          around(1 / (loop.most.voltage * loop.most.time), 1e5, [0.3, 3, 30, 300]),
          { ...start, low: 0.001, high: 0.999 },
        ];
      },
      params: ([rOn, rOff, speed]) => ({
        ...{ rOn: rOn!, rOff: Math.max(rOff!, rOn! * (1 + 1e-6)), ...DRIFT, window },
        // dx/dt = mobility rOn/thickness² v/R is `speed` v at R = rOn.
        mobility: speed! * DRIFT.thickness ** 2,
      }),
    }),
  ),
];

/** Current at each point, of a memristor whose positive voltage is the measured one times `sign`. */
function currents(m: Memristor, { voltage, seconds }: Loop, sign: 1 | -1, state: number): Float64Array {
  let x = state;
  return Float64Array.from(voltage, (v, i) => {
    const i0 = sign * m.current(x, sign * v);
    x = Math.min(Math.max(m.hold(x, sign * v, seconds[i]!), 0), 1);
    return i0;
  });
}

interface Fitted {
  readonly name: Model['name'];
  readonly params: Record<string, number>;
  readonly sign: 1 | -1;
  readonly rmse: number;
  readonly criterion: number;
  readonly curve: Float64Array;
}

/** Combinations of starts that are looked at. */
const LOOKED_AT = 300;

function fitModel(loop: Loop, model: Model): Fitted {
  const unknowns = model.unknowns(loop);
  const memristor = (values: readonly number[]) => MEMRISTORS[model.name]!(model.params(values));
  const sign = model.name === 'vteam' ? (-setting(loop) as 1 | -1) : setting(loop); // its positive voltages switch off
  const off = (values: readonly number[]) =>
    currents(memristor(values), loop, sign, values.at(-1)!).map((i, k) => (i - loop.current[k]!) / loop.most.current);
  const { values, squares } = optimum(unknowns, off, LOOKED_AT);
  const n = loop.voltage.length;
  return {
    ...{ name: model.name, params: model.params(values), sign },
    rmse: Math.sqrt(squares / n) * loop.most.current,
    criterion: criterion(squares, n, unknowns.length),
    curve: currents(memristor(values), loop, sign, values.at(-1)!),
  };
}

const better = (a: Fitted, b: Fitted) => (b.criterion < a.criterion ? b : a);

/** Share of the range that a full pulse goes. */
const STEP = 0.05;

/** Length of a pulse at the largest voltage that moves the state by a step from the middle, either way: the longer of both. */
function pulseTime(f: Fitted, loop: Loop): number {
  const m = MEMRISTORS[f.name]!(f.params);
  const time = (v: number) => STEP / Math.abs(m.rate(0.5, v));
  const found = [loop.most.voltage, -loop.most.voltage].map(time).filter(Number.isFinite);
  return found.length === 0 ? loop.most.time : Math.max(...found);
}

/** A current-voltage loop: memristors as physics has them. */
export const iv: Kind = {
  help: 'a current-voltage loop: voltage and current against time',
  columns,
  isTold: (roles) => roles.has('voltage') && roles.has('current') && roles.has('time'),
  models: ['vteam', 'yakopcic', 'linearDrift'],
  fit: (rows, given): KindFit => {
    const loop = loopOf(rows, given);
    const names = ['vteam', 'yakopcic', 'linearDrift'].filter((n) => given.model === undefined || n === given.model);
    const fits = names.map((name) =>
      MODELS_OF.filter((m) => m.name === name)
        .map((m) => fitModel(loop, m))
        .reduce(better),
    );
    const best = fits.reduce(better);
    const order = [best, ...fits.filter((f) => f !== best)];
    const span = Math.max(...loop.current) - Math.min(...loop.current);
    const volts = loop.most.voltage;
    const { params } = MODELS.devices[best.name].declaration;
    const device = {
      ...best.params,
      writeVoltageUp: volts,
      writeVoltageDown: volts,
      writeTime: pulseTime(best, loop),
      readVoltage: volts / 10,
    };
    validate(params, device, best.name);
    return {
      models: order.map((f) => ({ name: f.name, rmse: f.rmse, share: f.rmse / span, params: f.params })),
      best: best.name,
      added: { device: { model: best.name, ...device } },
      assumed: {
        ...('thickness' in best.params && { 'device.thickness': 'a loop tells speeds as shares of the range only' }),
        'device.writeVoltageUp': 'largest voltage of the loop',
        'device.writeVoltageDown': 'largest voltage of the loop',
        'device.writeTime': `so long that a pulse goes ${100 * STEP} % of the range from its middle`,
        'device.readVoltage': 'a tenth of the largest voltage of the loop',
      },
      notes:
        best.sign === -1
          ? ['Voltages are counted the other way in the model: those that are positive here are negative there.']
          : [],
      picture: kindPicture(
        `${given.source}: current-voltage loop`,
        `${loop.voltage.length} points in ${loop.most.time.toPrecision(3)} s; lines: models, best first`,
        [{ label: 'voltage (V)' }, { label: 'current (A)' }],
        loop.voltage.map((x, i) => ({ x, y: loop.current[i]! })),
        order.map((f) => ({
          name: `${f.name}${f.params.window ? ` (window ${f.params.window})` : ''}, rmse ${((100 * f.rmse) / span).toPrecision(2)} %`,
          points: loop.voltage.map((x, i) => ({ x, y: f.curve[i]! })),
        })),
      ),
      unit: 'A',
    };
  },
};
