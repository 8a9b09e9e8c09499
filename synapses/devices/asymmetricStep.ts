import { UserError } from '../../core/declare/errors.ts';
import { choice, flag, nonNegative, number, positive } from '../../core/declare/params.ts';
import { requireFiniteStates } from '../../core/kernels/pulses.ts';
import { exp } from '../../core/math.ts';
import { relativeSdParam } from '../variability.ts';
import type { CellFactory } from './array/cell.ts';
import { defineDevice } from './defineDevice.ts';

/** Normal spreads of gain and bounds are cut off at this number of standard deviations: no device has an infinite range or no step. */
const MAX_DEVIATIONS = 2;
/** Largest asymmetry of a device, so that each device keeps a fifth of its mean step in both directions. */
const MAX_ASYMMETRY = 0.8;
/** Smallest bound and gain of a device, as a share of the value without variability. */
const MIN_FACTOR = 0.05;

const slope = (way: string, initial: number) =>
  number({
    default: initial,
    unit: '1',
    help: `slope gamma of ${way} steps by state: law linear: 1: soft bounds, 0: equal steps; law exponential: factor in the exponent`,
  });
const amplitude = (way: string) =>
  number({ default: -1, unit: '1', help: `factor A of the exponential of ${way} steps; only for law exponential` });

/**
 * Device with asymmetric steps: the step laws of aihwkit's pulsed devices, with their spreads between devices. The
 * state w lies between `low` and `high`; w = 0 is the middle of the conductance range if `low` is negative.
 */
export const asymmetricStep = defineDevice({
  name: 'asymmetricStep',
  help: 'device with different steps up and down, of linear (soft bounds, constant) or exponential law, with spread of step size, asymmetry and bounds between devices (pulsed devices of aihwkit)',
  equation:
    'linear: w <- w + sUp (1 - gammaUp w/wHigh + stepNoise z) upwards, w - sDown (1 - gammaDown w/wLow + stepNoise z) downwards; sUp = step gain (1 + r), sDown = step gain (1 - r); exponential: factors max(0, 1 - aUp e^(gammaUp v)) and max(0, 1 - aDown e^(-gammaDown v)), v = 2 a w/(wHigh - wLow) + b',
  source: 'Rasch et al. 2021, doi:10.1109/AICAS51828.2021.9458494 (aihwkit)',
  params: {
    law: choice(['linear', 'exponential'], { default: 'linear', help: 'dependence of steps on state w' }),
    low: number({ default: -1, max: 0, unit: '1', help: 'smallest state w; 0: the device starts at gMin' }),
    high: positive(1, '1', 'largest w'),
    step: positive(0.01, '1', 'mean step at w = 0, in units of w (assumed value)'),
    asymmetry: number({
      default: 0,
      min: -1,
      max: 1,
      unit: '1',
      help: 'asymmetry r of the mean steps at w = 0: (up - down)/(up + down); with soft bounds at -1 and 1, r is the state at which both steps are equal',
    }),
    gammaUp: slope('upward', 1),
    gammaDown: slope('downward', 1),
    aUp: amplitude('upward'),
    aDown: amplitude('downward'),
    a: number({ default: -0.5, unit: '1', help: 'coefficient of w in exponent v of steps; only for law exponential' }),
    b: number({ default: -0.5, unit: '1', help: 'constant in the exponent v of steps; only for law exponential' }),
    stepNoise: relativeSdParam(0, 'cycle-to-cycle sd (normal) of a step, divided by the step at w = 0'),
    proportionalNoise: flag({ help: 'true if the noise of a step is proportional to the step; default false' }),
    gainSpread: relativeSdParam(
      0,
      'sd of the gain of the steps between devices (normal, cut off at 2 sd, or log-normal)',
    ),
    logNormalGain: flag({
      help: 'true for a log-normal gain, e^(gainSpread z), instead of a normal one; default false',
    }),
    asymmetrySpread: relativeSdParam(0, 'sd (normal) of the asymmetry r between devices; |r| is at most 0.8'),
    gammaSpread: relativeSdParam(0, 'relative sd (normal) of gammaUp and gammaDown between devices'),
    highSpread: nonNegative(0, '1', 'relative sd (normal, cut off at 2 sd) of the upper bound between devices'),
    lowSpread: nonNegative(0, '1', 'relative sd (normal, cut off at 2 sd) of the lower bound between devices'),
  },
  cell: (p): CellFactory => {
    if (p.law === 'exponential' && p.gammaSpread > 0)
      throw new UserError('device.gammaSpread applies only to law "linear"; remove it, or choose that law.');
    const ceiling = Math.max(p.high * (1 + MAX_DEVIATIONS * p.highSpread), -p.low * (1 + MAX_DEVIATIONS * p.lowSpread));
    const floor = p.low < 0 ? -ceiling : 0;
    const width = ceiling - floor;
    return ({ arena, count, random }) => {
      const [draws, noise] = [random('asymmetricStep'), random('stepNoise')];
      const array = (value: (k: number) => number) => {
        const values = arena.f64(count);
        for (let k = 0; k < count; k++) values[k] = value(k);
        return values;
      };
      const drawLimited = (k: number, n: number) =>
        Math.min(Math.max(draws.normal(k, n), -MAX_DEVIATIONS), MAX_DEVIATIONS);
      const bound = (mean: number, spread: number, n: number) => (k: number) =>
        mean * Math.max(1 + spread * drawLimited(k, n), MIN_FACTOR);
      const gain = (k: number) =>
        p.logNormalGain
          ? exp(p.gainSpread * draws.normal(k, 0))
          : Math.max(1 + p.gainSpread * drawLimited(k, 0), MIN_FACTOR);
      const asymmetry = (k: number) =>
        Math.min(Math.max(p.asymmetry + p.asymmetrySpread * draws.normal(k, 1), -MAX_ASYMMETRY), MAX_ASYMMETRY);
      const up = array((k) => p.step * gain(k) * (1 + asymmetry(k)));
      const down = array((k) => p.step * gain(k) * (1 - asymmetry(k)));
      const high = array(bound(p.high, p.highSpread, 2));
      const low = array(bound(p.low, p.lowSpread, 3));
      const gammaUp = array((k) => p.gammaUp * (1 + p.gammaSpread * draws.normal(k, 4)));
      const gammaDown = array((k) => p.gammaDown * (1 + p.gammaSpread * draws.normal(k, 5)));
      const stepFactor = (k: number, w: number, isUp: boolean) => {
        if (p.law === 'linear')
          return isUp ? 1 - (gammaUp[k]! * w) / high[k]! : low[k] === 0 ? 1 : 1 - (gammaDown[k]! * w) / low[k]!;
        const v = (2 * p.a * w) / (high[k]! - low[k]!) + p.b;
        return Math.max(0, isUp ? 1 - p.aUp * exp(p.gammaUp * v) : 1 - p.aDown * exp(-p.gammaDown * v));
      };
      const clip = (k: number, w: number) => (Math.min(Math.max(w, low[k]!), high[k]!) - floor) / width;
      return {
        state: {},
        start: (k, g) => clip(k, floor + width * g),
        pulses(batch, z) {
          const { edgeIndices: edges, count: n, strengths, statesBefore, statesAfter, pulseNumbers } = batch;
          if (p.stepNoise > 0) arena.kernels.drawNoise(noise, edges, pulseNumbers, n, z);
          let sum = 0; // NaN if any state is NaN
          for (let i = 0; i < n; i++) {
            const k = edges[i]!;
            const s = strengths[i]!;
            const w = floor + width * statesBefore[i]!;
            const factor = stepFactor(k, w, s > 0);
            const deviation =
              p.stepNoise === 0 ? 0 : p.stepNoise * Math.sqrt(Math.abs(s)) * z[i]! * (p.proportionalNoise ? factor : 1);
            const size = (s > 0 ? up[k]! : down[k]!) * (Math.abs(s) * factor + deviation);
            sum += statesAfter[i] = clip(k, s > 0 ? w + size : w - size);
          }
          if (Number.isNaN(sum)) requireFiniteStates(batch, 'asymmetricStep');
        },
      };
    };
  },
});
