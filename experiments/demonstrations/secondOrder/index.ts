/**
 * Identical pulses that never overlap, downward at presynaptic and upward at postsynaptic spikes, on a second-order memristor and on
 * a first-order one. Closed form of the second-order window: sign(Δt) alpha (e^(kappa heat e^(-|Δt|/tauHeat)) - 1).
 */
import { mean } from 'simple-statistics';
import { integer, number, object, PulseBench, secondOrder } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { defineDemonstration, measureSeeds, POSITIVE, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, ratio } from '../findings.ts';

const POSITIVE_LAGS = [0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 60];
const LAGS = [...POSITIVE_LAGS.map((lag) => -lag).toReversed(), ...POSITIVE_LAGS]; // t_post - t_pre, ms
const PRE = 100; // ms
const RATES = [1, 2, 5, 10, 20, 50, 100, 200]; // Hz
const TRAIN = 10; // pulses
const [MIDDLE, LOW] = [0.5, 0.1]; // initial states of pairs and trains

/** Device whose state is its weight; kappa 0 makes it first-order. */
type Device = Readonly<Record<'alpha' | 'kappa' | 'tauHeat' | 'cycleToCycle' | 'devices' | 'seed', number>>;

/** Mean change of state of devices that all get these pulses. */
function measureChange(up: readonly number[], down: readonly number[], start: number, p: Device): number {
  const { alpha, kappa, tauHeat, cycleToCycle, devices, seed } = p;
  const perDevice = (train: readonly number[]) => Array.from({ length: devices }, () => train);
  const device = secondOrder({ gMin: 0, alpha, kappa, tauHeat, cycleToCycle });
  const bench = new PulseBench({ device, seed, up: perDevice(up), down: perDevice(down), weight: start });
  bench.runTo(Math.max(...up, ...down));
  return mean(bench.weights()) - start;
}

/** Change per pulse of a train of upward pulses. */
function measureTrain(rate: number, device: Device): number {
  const train = Array.from({ length: TRAIN }, (_, k) => (k * 1000) / rate);
  return measureChange(train, [], LOW, device) / TRAIN;
}

export default defineDemonstration({
  name: 'second-order',
  title: 'STDP and rate dependence from pulses that do not overlap',
  claim:
    'Second-order memristors encode timing by an internal variable that decays: STDP and rate dependence need no overlapping pulses. First-order ones show neither.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, refs 154-156; Kim et al. 2015, doi:10.1021/acs.nanolett.5b00697',
  parameters: object({
    alpha: number({ default: 0.01, ...POSITIVE, max: 0.05, help: 'step of a cold device, share of range' }),
    kappa: number({ default: 1, min: 0, max: 2, help: 'effect of the internal variable on the logarithm of a step' }),
    tauHeat: number({ default: 10, ...POSITIVE, unit: 'ms', help: 'decay of the internal variable' }),
    cycleToCycle: number({ default: 0.1, min: 0, help: 'relative sd of each step' }),
    devices: integer({ default: 200, min: 1, max: 100_000, help: 'number of devices, averaged over' }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const { stdp, rates } = await measureSeeds(p, context, async (seed) => {
      const second = { ...p, seed };
      const first = { ...second, kappa: 0 };
      return {
        stdp: LAGS.map((lag) => {
          const change = (device: Device) => measureChange([PRE + lag], [PRE], MIDDLE, device);
          return { lag, secondOrder: change(second), firstOrder: change(first) };
        }),
        rates: RATES.map((rate) => {
          return { rate, secondOrder: measureTrain(rate, second), firstOrder: measureTrain(rate, first) };
        }),
      };
    });
    type Order = 'firstOrder' | 'secondOrder';

    const predicted = (lag: number) =>
      Math.sign(lag) * p.alpha * Math.expm1(p.kappa * Math.exp(-Math.abs(lag) / p.tauHeat));
    const speedUp = (order: Order) => {
      const slow = rates.values(order, { rate: 1 });
      return rates.values(order, { rate: 100 }).map((fast, i) => fast / slow[i]!);
    };
    const isFlat = (order: Order) => LAGS.every((lag) => Math.abs(stdp.mean(order, { lag })) < p.alpha / 10);
    const [after, before] = [stdp.filter(({ lag }) => lag > 0), stdp.filter(({ lag }) => lag < 0)];
    const inPercent = (order: Order) => (row: Record<Order, number>) => 100 * row[order];
    const share = inUnit('share of the range');
    return {
      figures: {
        'second order, post 10 ms after pre': share(stdp.values('secondOrder', { lag: 10 })),
        'second order, post 10 ms before pre': share(stdp.values('secondOrder', { lag: -10 })),
        'the same in closed form, ± 10 ms': share(predicted(10)),
        'first order, post 10 ms after pre': share(stdp.values('firstOrder', { lag: 10 })),
        'second order, a pulse at 100 Hz over one at 1 Hz': ratio(speedUp('secondOrder')),
        'first order, a pulse at 100 Hz over one at 1 Hz': ratio(speedUp('firstOrder')),
      },
      expectations: {
        'second order: potentiation if post follows pre, depression if it precedes':
          POSITIVE_LAGS.filter((lag) => lag <= 20).every(
            (lag) => stdp.mean('secondOrder', { lag }) > 0 && stdp.mean('secondOrder', { lag: -lag }) < 0,
          ) && !isFlat('secondOrder'),
        'the window agrees with the closed form': LAGS.every(
          (lag) => Math.abs(stdp.mean('secondOrder', { lag }) - predicted(lag)) < p.alpha / 10,
        ),
        'control: a first-order device has no window': isFlat('firstOrder'),
        'second order: steps grow with the rate': mean(speedUp('secondOrder')) > 1.2,
        'control: first-order steps do not grow with the rate': Math.abs(mean(speedUp('firstOrder')) - 1) < 0.05,
      },
      tables: { stdp: stdp.table({ lag: 'ms' }), rates: rates.table({ rate: 'Hz' }) },
      pictures: {
        stdp: curve({
          title: 'One pulse at each spike of a pair, never overlapping',
          subtitle: `mean and sd of ${p.seeds} seeds, ${p.devices} devices each`,
          x: { label: 't(post) − t(pre) (ms)' },
          y: { label: 'change of state (% of the range)' },
          series: [
            after.line('second order, post after pre', 'lag', inPercent('secondOrder')),
            before.line('second order, post before pre', 'lag', inPercent('secondOrder')),
            stdp.line('first order', 'lag', inPercent('firstOrder')),
          ],
        }),
        rates: curve({
          title: `A train of ${TRAIN} identical pulses upwards`,
          subtitle: `mean and sd of ${p.seeds} seeds, ${p.devices} devices each`,
          x: { label: 'rate (Hz)', log: true },
          y: { label: 'change per pulse (% of the range)', domain: [0, 0] },
          series: [
            rates.line('second order', 'rate', inPercent('secondOrder')),
            rates.line('first order', 'rate', inPercent('firstOrder')),
          ],
        }),
      },
    };
  },
});
