/**
 * STDP and rate dependence from a device's own clock: identical pulses that never overlap, one downwards at each presynaptic
 * spike and one upwards at each postsynaptic one, on a second-order memristor and on a first-order one.
 * Source: Kim et al. 2015, doi:10.1021/acs.nanolett.5b00697; Cao et al., Nanoscale Horiz. 2023, 8, 716, refs 154-156.
 * Run: memspike demo second-order --out DIR
 * Expect: a window sign(Δt) alpha (e^(kappa heat e^(-|Δt|/tauHeat)) - 1) and larger steps at higher rates for the
 *         second-order device, neither for the first-order one.
 */
import { mean } from 'simple-statistics';
import { integer, number, object, PulseBench, secondOrder } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';

const SIDE = [0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 60];
const BEFORE = SIDE.map((lag) => -lag);
const LAGS = [...BEFORE.toReversed(), ...SIDE]; // t_post - t_pre, ms
const PRE = 100; // ms
const RATES = [1, 2, 5, 10, 20, 50, 100, 200]; // Hz
const TRAIN = 10; // pulses
const [MIDDLE, LOW] = [0.5, 0.1]; // states from which pairs and trains start

/** A device whose state is its weight; kappa 0 makes it one of first order. */
interface Order {
  readonly alpha: number;
  readonly kappa: number;
  readonly tauHeat: number;
  readonly cycleToCycle: number;
  readonly devices: number;
  readonly seed: number;
}

/** Mean change of state over devices that all get these pulses. */
function change(up: readonly number[], down: readonly number[], start: number, order: Order): number {
  const { alpha, kappa, tauHeat, cycleToCycle, devices, seed } = order;
  const all = (train: readonly number[]) => Array.from({ length: devices }, () => train);
  const device = secondOrder({ gMin: 0, alpha, kappa, tauHeat, cycleToCycle });
  const bench = new PulseBench({ device, seed, up: all(up), down: all(down), weight: start });
  bench.runTo(Math.max(...up, ...down));
  return mean(bench.weights()) - start;
}

const window = (order: Order) => LAGS.map((lag) => change([PRE + lag], [PRE], MIDDLE, order));

/** Change per pulse of a train upwards. */
const perPulse = (order: Order) =>
  RATES.map((rate) => {
    const train = Array.from({ length: TRAIN }, (_, k) => (k * 1000) / rate);
    return change(train, [], LOW, order) / TRAIN;
  });

export default demonstration({
  name: 'second-order',
  title: 'STDP and rate dependence from pulses that do not overlap',
  claim:
    'Second-order memristors encode timing by an internal variable that decays: STDP and rate dependence need no overlapping pulses. First-order ones show neither.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, refs 154-156; Kim et al. 2015, doi:10.1021/acs.nanolett.5b00697',
  parameters: object({
    alpha: number({
      default: 0.01,
      min: 0,
      exclusiveMin: true,
      max: 0.05,
      help: 'step of a cold device, share of the range',
    }),
    kappa: number({ default: 1, min: 0, max: 2, help: 'how strongly the internal variable acts on a step' }),
    tauHeat: number({ default: 10, min: 0, exclusiveMin: true, unit: 'ms', help: 'its decay' }),
    cycleToCycle: number({ default: 0.1, min: 0, help: 'relative sd of each step' }),
    devices: integer({ default: 200, min: 1, max: 100_000, help: 'devices averaged over' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds,
  async run(p, stage) {
    const runs = await perSeed(p, async (seed) => {
      await stage.step(`seed ${seed}`);
      const second = { ...p, seed };
      const first = { ...second, kappa: 0 };
      return {
        seed,
        stdp: { second: window(second), first: window(first) },
        rate: { second: perPulse(second), first: perPulse(first) },
      };
    });
    const stdp = (order: 'first' | 'second', lag: number) => runs.map((r) => r.stdp[order][LAGS.indexOf(lag)]!);
    const rate = (order: 'first' | 'second', f: number) => runs.map((r) => r.rate[order][RATES.indexOf(f)]!);
    const predicted = (lag: number) =>
      Math.sign(lag) * p.alpha * Math.expm1(p.kappa * Math.exp(-Math.abs(lag) / p.tauHeat));
    const speedUp = (order: 'first' | 'second') => rate(order, 100).map((fast, i) => fast / rate(order, 1)[i]!);
    const small = (order: 'first' | 'second') => LAGS.every((l) => Math.abs(mean(stdp(order, l))) < p.alpha / 10);
    const share = { unit: 'share of the range' };
    const percent = (shares: readonly number[]) => shares.map((one) => 100 * one);
    return {
      figures: {
        'second order, post 10 ms after pre': { ...share, values: stdp('second', 10) },
        'second order, post 10 ms before pre': { ...share, values: stdp('second', -10) },
        'the same in closed form, ± 10 ms': { ...share, values: [predicted(10)] },
        'first order, post 10 ms after pre': { ...share, values: stdp('first', 10) },
        'second order, a pulse at 100 Hz over one at 1 Hz': { unit: '1', values: speedUp('second') },
        'first order, a pulse at 100 Hz over one at 1 Hz': { unit: '1', values: speedUp('first') },
      },
      expectations: {
        'second order: potentiation where post follows pre, depression where it comes first':
          SIDE.every((lag) => lag > 20 || (mean(stdp('second', lag)) > 0 && mean(stdp('second', -lag)) < 0)) &&
          !small('second'),
        'the window is the closed form': LAGS.every(
          (lag) => Math.abs(mean(stdp('second', lag)) - predicted(lag)) < p.alpha / 10,
        ),
        'control: first order, no window': small('first'),
        'second order: steps grow with the rate': mean(speedUp('second')) > 1.2,
        'control: first order, they do not': Math.abs(mean(speedUp('first')) - 1) < 0.05,
      },
      tables: {
        stdp: tableOf(
          runs.flatMap(({ seed, stdp }) =>
            LAGS.map((lag, i) => ({ seed, lag, secondOrder: stdp.second[i]!, firstOrder: stdp.first[i]! })),
          ),
          { seed: WHOLE, lag: 'ms', secondOrder: '1', firstOrder: '1' },
        ),
        rates: tableOf(
          runs.flatMap(({ seed, rate: { first, second } }) =>
            RATES.map((rate, i) => ({ seed, rate, secondOrder: second[i]!, firstOrder: first[i]! })),
          ),
          { seed: WHOLE, rate: 'Hz', secondOrder: '1', firstOrder: '1' },
        ),
      },
      pictures: {
        stdp: curve({
          title: 'One pulse at each spike of a pair, never overlapping',
          subtitle: `mean and sd of ${p.seeds} seeds, ${p.devices} devices each`,
          x: { label: 't(post) − t(pre) (ms)' },
          y: { label: 'change of state (% of the range)' },
          series: [
            { name: 'second order, post after pre', points: overSeedsAt(SIDE, (lag) => percent(stdp('second', lag))) },
            {
              name: 'second order, post before pre',
              points: overSeedsAt(BEFORE, (lag) => percent(stdp('second', lag))),
            },
            { name: 'first order', points: overSeedsAt(LAGS, (lag) => percent(stdp('first', lag))) },
          ],
        }),
        rates: curve({
          title: `A train of ${TRAIN} identical pulses upwards`,
          subtitle: `mean and sd of ${p.seeds} seeds, ${p.devices} devices each`,
          x: { label: 'rate (Hz)', log: true },
          y: { label: 'change per pulse (% of the range)', domain: [0, 0] },
          series: (['second', 'first'] as const).map((order) => ({
            name: `${order} order`,
            points: overSeedsAt(RATES, (f) => percent(rate(order, f))),
          })),
        }),
      },
    };
  },
});
