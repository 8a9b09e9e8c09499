/** STDP by second-order memristors. Predicted weight change at lag Δt: sign(Δt) alpha (exp(kappa exp(-|Δt|/tauHeat)) - 1). */
import { mean } from 'simple-statistics';
import { number, PulseBench, secondOrder } from '../../index.ts';
import { CYCLE_TO_CYCLE_SD_HELP, defineDemonstration, mapRange } from '../demonstration.ts';

const POSITIVE_LAGS = [0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 60];
const LAGS = [...POSITIVE_LAGS.map((lag) => -lag).toReversed(), ...POSITIVE_LAGS]; // t_post - t_pre, ms
const PRE_TIME = 100; // ms
const TRAIN_LENGTH = 10; // number of pulses in a train
const [MIDDLE, LOW] = [0.5, 0.1]; // initial states of pairs and trains

const ALPHA = 0.01; // step of a pulse at internal variable 0, share of the range
const TAU_HEAT = 10; // ms, decay time constant of the internal variable
const DEVICE_COUNT = 200; // number of devices that are averaged by measureChange

/** Device parameters; kappa = 0 makes a first-order device. The state of a device is its weight. */
type DeviceParameters = Readonly<Record<'kappa' | 'cycleToCycle' | 'seed', number>>;

function measureChange(up: readonly number[], down: readonly number[], start: number, p: DeviceParameters): number {
  const { seed, ...params } = p;
  const perDevice = (train: readonly number[]) => mapRange(DEVICE_COUNT, () => train);
  const device = secondOrder({ gMin: 0, alpha: ALPHA, tauHeat: TAU_HEAT, ...params });
  const bench = new PulseBench({ device, seed, up: perDevice(up), down: perDevice(down), weight: start });
  bench.runTo(Math.max(...up, ...down));
  return mean(bench.weights()) - start;
}

export default defineDemonstration({
  parameters: {
    kappa: number({ default: 1, min: 0, max: 2, help: 'increase of ln(step) per unit of the internal variable' }),
    cycleToCycle: number({ default: 0.1, min: 0, help: CYCLE_TO_CYCLE_SD_HELP }),
  },
  async simulate(p, context) {
    const predict = (lag: number) => Math.sign(lag) * ALPHA * Math.expm1(p.kappa * Math.exp(-Math.abs(lag) / TAU_HEAT));
    const { stdp, rates } = await context.measurePerSeed((seed) => {
      const devices = Object.entries({ 'second order': p.kappa, 'first order': 0 });
      const forEachDevice = <R>(make: (device: DeviceParameters) => R) =>
        devices.map(([order, kappa]) => ({ order, ...make({ cycleToCycle: p.cycleToCycle, kappa, seed }) }));
      return {
        stdp: LAGS.flatMap((lag) =>
          forEachDevice((device) => ({ lag, change: measureChange([PRE_TIME + lag], [PRE_TIME], MIDDLE, device) })),
        ),
        rates: [1, 2, 5, 10, 20, 50, 100, 200].flatMap((rate) => {
          const train = mapRange(TRAIN_LENGTH, (k) => (k * 1000) / rate);
          return forEachDevice((device) => ({ rate, step: measureChange(train, [], LOW, device) / TRAIN_LENGTH }));
        }),
      };
    });
    const speedUp = (order: string) => {
      const slow = rates.values('step', { order, rate: 1 });
      return rates.values('step', { order, rate: 100 }).map((fast, i) => fast / slow[i]!);
    };
    const changeOf = (order: string, lag: number) => stdp.mean('change', { order, lag });
    const window = (lag: number) => changeOf('second order', lag);
    const shortLags = POSITIVE_LAGS.filter((lag) => lag <= 20);
    const isFlat = (order: string) => LAGS.every((lag) => Math.abs(changeOf(order, lag)) < ALPHA / 10);
    return {
      figures: {
        'the same in closed form, ± 10 ms': { unit: 'share of the range', values: predict(10) },
        'second order, a pulse at 100 Hz over one at 1 Hz': { unit: '1', values: speedUp('second order') },
        'first order, a pulse at 100 Hz over one at 1 Hz': { unit: '1', values: speedUp('first order') },
      },
      expectations: [
        {
          'second order: potentiation if post follows pre, depression if it precedes':
            shortLags.every((lag) => window(lag) > 0 && window(-lag) < 0) && !isFlat('second order'),
          'the window agrees with the closed form': LAGS.every((dt) => Math.abs(window(dt) - predict(dt)) < ALPHA / 10),
          'control: a first-order device has no window': isFlat('first order'),
        },
        {
          'second order: steps grow with the rate': mean(speedUp('second order')) > 1.2,
          'control: first-order steps do not grow with the rate': Math.abs(mean(speedUp('first order')) - 1) < 0.05,
        },
      ],
    };
  },
});
