import type { FitParameter } from '../statistics/leastSquares.ts';
import { type IvLoop, MIN_VOLTAGE_SHARE } from './loop.ts';

export interface IvModel {
  readonly fittedParamNames: readonly string[];
  /** Pairs of parameters, the first effective only at positive voltages, the second only at negative voltages. */
  readonly polarityParamPairs: readonly (readonly [positive: string, negative: string])[];
  /** Names of the parameters whose fitted values depend on the time between two points of the voltage loop. */
  readonly rateParamNames: readonly string[];
  readonly name: 'vteam' | 'yakopcic' | 'linearDrift';
  readonly createFitParameters: (loop: IvLoop) => readonly FitParameter[];
  readonly createParams: (values: readonly number[]) => Record<string, number>;
  /** Parameters identifiable only in combination, so without separate confidence intervals. */
  readonly unidentifiableParams?: readonly string[];
}

const initialState: FitParameter = { low: 0, high: 1, starts: [0.05, 0.5, 0.95] };

function findConductanceExtremes({ voltage, current, maxima }: IvLoop): [number, number] {
  const all = voltage
    .flatMap((v, i) => (Math.abs(v) > MIN_VOLTAGE_SHARE * maxima.voltage ? [current[i]! / v] : []))
    .filter((g) => g > 0);
  all.sort((a, b) => a - b);
  const few = Math.floor(all.length / 50);
  return [all[few]!, all[all.length - 1 - few]!];
}

const createParameter = (value: number, by: number, starts: readonly number[], log = true): FitParameter => ({
  low: value / by,
  high: value * by,
  starts: starts.map((s) => s * value),
  isLog: log,
});

const createThreshold = (loop: IvLoop, starts: readonly number[]): FitParameter =>
  createParameter(loop.maxima.voltage, 1e3, starts);

const VTEAM = { thickness: 3e-9 };
const DRIFT = { thickness: 1e-8 };
const YAKOPCIC = ['a1', 'a2', 'b', 'vP', 'vN', 'aP', 'aN', 'xP', 'xN', 'alphaP', 'alphaN'] as const;

export const CONTINUOUS_IV_MODELS: readonly IvModel[] = [
  {
    name: 'vteam',
    fittedParamNames: ['rOn', 'rOff', 'vOn', 'vOff', 'kOn', 'kOff', 'aOn', 'aOff'],
    polarityParamPairs: [
      ['vOff', 'vOn'],
      ['kOff', 'kOn'],
      ['aOff', 'aOn'],
    ],
    rateParamNames: ['kOn', 'kOff'],
    createFitParameters: (loop) => {
      const [gMin, gMax] = findConductanceExtremes(loop);
      const { time } = loop.maxima;
      const vThreshold = createThreshold(loop, [0.1, 0.4, 0.7]);
      // Search range of the rate of change of the state (0 to 1) at twice the threshold voltage, 1/s.
      const speed = { low: 1e-3 / time, high: 1e6 / time, starts: [2 / time, 20 / time], isLog: true };
      const exponent = { low: 0.2, high: 8, starts: [1, 3] };
      return [
        createParameter(1 / gMax, 30, [0.9]),
        createParameter(1 / gMin, 30, [1.1]),
        ...[vThreshold, vThreshold, speed, speed, exponent, exponent],
        initialState,
      ];
    },
    createParams: ([rOn, rOff, vOn, vOff, kOn, kOff, aOn, aOff]) => ({
      rOn: rOn!,
      rOff: Math.max(rOff!, rOn! * (1 + 1e-6)),
      ...VTEAM,
      vOn: -vOn!,
      vOff: vOff!,
      kOn: -kOn! * VTEAM.thickness,
      kOff: kOff! * VTEAM.thickness,
      aOn: aOn!,
      aOff: aOff!,
    }),
  },
  {
    name: 'yakopcic',
    fittedParamNames: YAKOPCIC,
    polarityParamPairs: [
      ['a1', 'a2'],
      ['vP', 'vN'],
      ['aP', 'aN'],
      ['xP', 'xN'],
      ['alphaP', 'alphaN'],
    ],
    rateParamNames: ['aP', 'aN'],
    createFitParameters: (loop) => {
      const [, gMax] = findConductanceExtremes(loop);
      const v = loop.maxima.voltage;
      const amplitude = createParameter(gMax * v, 1e3, [0.3, 1]);
      const vThreshold = createThreshold(loop, [0.1, 0.5]);
      const speed = createParameter(1 / (loop.maxima.time * v), 1e6, [3, 30]);
      const knee = { low: 0.01, high: 0.99, starts: [0.5] };
      const decay = { low: 0.01, high: 30, starts: [1], isLog: true };
      return [
        ...[amplitude, amplitude, createParameter(1 / v, 30, [0.3, 2])],
        ...[vThreshold, vThreshold, speed, speed, knee, knee, decay, decay],
        { ...initialState, starts: [0.1, 0.6] },
      ];
    },
    createParams: (values) => Object.fromEntries(YAKOPCIC.map((name, i) => [name, values[i]!])),
  },
];

/** Linear ion drift with the window function of Joglekar & Wolf. @param window exponent; 0: no window */
export const createLinearDriftModel = (window: number): IvModel => ({
  name: 'linearDrift',
  fittedParamNames: [],
  polarityParamPairs: [],
  rateParamNames: ['mobility'],
  unidentifiableParams: ['rOff', 'mobility'],
  createFitParameters: (loop) => {
    const [gMin, gMax] = findConductanceExtremes(loop);
    return [
      createParameter(1 / gMax, 30, [0.5, 0.9]),
      createParameter(1 / gMin, 30, [1.1, 3]),
      // Drift speeds are in units of a reference speed. At this speed, with the largest voltage and R = rOn, the state
      // crosses its range in the duration of the loop.
      createParameter(1 / (loop.maxima.voltage * loop.maxima.time), 1e5, [0.3, 3, 30, 300]),
      { ...initialState, low: 0.001, high: 0.999 },
    ];
  },
  createParams: ([rOn, rOff, speed]) => ({
    rOn: rOn!,
    rOff: Math.max(rOff!, rOn! * (1 + 1e-6)),
    ...DRIFT,
    window,
    // Linear drift is dx/dt = (mobility rOn/thickness²) v/R; at R = rOn this is dx/dt = `speed` v.
    mobility: speed! * DRIFT.thickness ** 2,
  }),
});
