/**
 * Heterosynaptic plasticity: a third terminal decides how much of what a pair of spikes teaches is written, and in which
 * direction; and when it has to speak, before the pair (a gate) or after it (a reward).
 * Source: alpha-In2Se3 devices in Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 127; gate: Frémaux & Gerstner 2016,
 *         doi:10.3389/fncir.2015.00085; eligibility: Izhikevich 2007, doi:10.1093/cercor/bhl152.
 * Run: memspike demo heterosynaptic --out DIR
 * Expect: the STDP window scales with the modulator, vanishes at 0 and turns round below; a gate counts if it opened before the
 *         pair, a reward if it came after.
 */
import { mean } from 'simple-statistics';
import {
  eligibility,
  gate,
  integer,
  type ModulatorFactory,
  Network,
  number,
  object,
  pairStdp,
  softBound,
  spikeTrains,
} from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';

const PAIR = 500; // ms: the presynaptic spike
const END = 2000; // ms
const LAG = 10; // ms of the pairs whose modulation is varied
const START = 0.5; // weight
const LAGS = [-60, -40, -30, -20, -15, -10, -5, -2, 2, 5, 10, 15, 20, 30, 40, 60]; // t_post - t_pre, ms
const SHOWN = [-1, 0, 1, 2]; // modulation
const LEVELS = Array.from({ length: 17 }, (_, k) => (k - 8) / 4);
const MOMENTS = [-400, -300, -200, -150, -100, -70, -50, -30, -10, 5, 20, 40, 60, 90, 140, 190, 290, 390]; // ms from the pair

interface Synapses {
  readonly devices: number;
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
  readonly seed: number;
}

/** Mean change of weight by one pair of spikes; the third terminal speaks once, `moment` ms after the presynaptic spike. */
function change(lag: number, modulator: ModulatorFactory, moment: number, p: Synapses): number {
  const net = new Network({ seed: p.seed });
  const all = (t: number) => spikeTrains({ trains: Array.from({ length: p.devices }, () => [t]) });
  const pre = net.population('pre', all(PAIR));
  const post = net.population('post', all(PAIR + lag));
  const third = net.population('third', spikeTrains({ trains: [[PAIR + moment]] }));
  const { devices } = net.projection(pre, post, {
    connect: { oneToOne: { weight: START } },
    device: softBound({ gMin: 0, deviceToDevice: p.deviceToDevice, cycleToCycle: p.cycleToCycle }),
    rule: pairStdp({ aPlus: 1, aMinus: 1 }),
    modulator: { from: third, model: modulator },
  });
  net.run(END);
  return mean(Array.from({ length: p.devices }, (_, k) => devices!.weight(k, END))) - START;
}

export default demonstration({
  name: 'heterosynaptic',
  title: 'A third terminal scales, stops and turns round what pairs of spikes teach',
  claim: 'In a heterosynaptic device a third terminal modulates the plasticity of the synapse between two others.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 127 (alpha-In2Se3)',
  parameters: object({
    tau: number({ default: 100, min: 1, unit: 'ms', help: 'decay of the gate, and of the eligibility' }),
    devices: integer({ default: 100, min: 1, max: 100_000, help: 'devices averaged over' }),
    deviceToDevice: number({ default: 0.1, min: 0, max: 1, help: 'relative sd between devices' }),
    cycleToCycle: number({ default: 0.1, min: 0, max: 1, help: 'relative sd of each step' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds,
  async run(p, stage) {
    const steady = (m: number) => gate({ gain: m, tau: Infinity });
    const runs = await perSeed(p, async (seed) => {
      await stage.step(`seed ${seed}`);
      const one = { ...p, seed };
      return {
        seed,
        /** By modulation shown, then lag. */
        windows: SHOWN.map((m) => LAGS.map((lag) => change(lag, steady(m), -PAIR, one))),
        levels: LEVELS.map((m) => change(LAG, steady(m), -PAIR, one)),
        gated: MOMENTS.map((moment) => change(LAG, gate({ tau: p.tau }), moment, one)),
        rewarded: MOMENTS.map((moment) => change(LAG, eligibility({ tau: p.tau }), moment, one)),
      };
    });
    const at = (of: 'levels' | 'gated' | 'rewarded', index: number) => runs.map((run) => run[of][index]!);
    const level = (m: number) => at('levels', LEVELS.indexOf(m));
    const window = (m: number, lag: number) => runs.map((run) => run.windows[SHOWN.indexOf(m)]![LAGS.indexOf(lag)]!);
    const moment = (of: 'gated' | 'rewarded', t: number) => at(of, MOMENTS.indexOf(t));
    const weight = (values: readonly number[]) => ({ unit: 'share of the range', values });
    const ratio = (a: readonly number[], b: readonly number[]) => ({ unit: '1', values: a.map((x, i) => x / b[i]!) });
    return {
      figures: {
        'Δw at modulation 1': weight(level(1)),
        'Δw at modulation 0': weight(level(0)),
        'Δw at modulation 2 over that at 1': ratio(level(2), level(1)),
        'Δw at modulation -1 over that at 1': ratio(level(-1), level(1)),
        'gate 100 ms before the pair': weight(moment('gated', -100)),
        'gate 20 ms after the presynaptic spike': weight(moment('gated', 20)),
        'reward 100 ms before the pair': weight(moment('rewarded', -100)),
        'reward 20 ms after the presynaptic spike': weight(moment('rewarded', 20)),
      },
      expectations: {
        'control: without modulation nothing is learned': level(0).every((dw) => dw === 0),
        'twice the modulation, twice the change': Math.abs(mean(ratio(level(2), level(1)).values) - 2) < 0.1,
        'below 0 the window is turned round':
          mean(window(-1, 10)) < 0 && mean(window(-1, -10)) > 0 && mean(window(1, 10)) > 0,
        'a gate has to open before the pair':
          mean(moment('gated', -10)) > 0.005 && moment('gated', 20).every((dw) => dw === 0),
        'a reward has to come after it':
          mean(moment('rewarded', 20)) > 0.005 && moment('rewarded', -10).every((dw) => dw === 0),
      },
      tables: {
        windows: tableOf(
          runs.flatMap(({ seed, windows }) =>
            SHOWN.flatMap((modulation, m) =>
              LAGS.map((lag, i) => ({ seed, modulation, lag, change: windows[m]![i]! })),
            ),
          ),
          { seed: WHOLE, modulation: '1', lag: 'ms', change: '1' },
        ),
        levels: tableOf(
          runs.flatMap(({ seed, levels }) => LEVELS.map((modulation, i) => ({ seed, modulation, change: levels[i]! }))),
          { seed: WHOLE, modulation: '1', change: '1' },
        ),
        moments: tableOf(
          runs.flatMap(({ seed, gated, rewarded }) =>
            MOMENTS.map((moment, i) => ({ seed, moment, gate: gated[i]!, reward: rewarded[i]! })),
          ),
          { seed: WHOLE, moment: 'ms', gate: '1', reward: '1' },
        ),
      },
      pictures: {
        levels: curve({
          title: `Learning against the modulator: one pair, post ${LAG} ms after pre`,
          subtitle: `mean and sd of ${p.seeds} seeds, ${p.devices} devices each`,
          x: { label: 'modulation by the third terminal' },
          y: { label: 'Δw (% of the range)' },
          series: [
            {
              name: 'change of weight',
              points: overSeedsAt(LEVELS, (m) => level(m).map((dw) => 100 * dw)),
            },
          ],
        }),
        windows: curve({
          title: 'STDP window under the third terminal',
          subtitle: `mean and sd of ${p.seeds} seeds, ${p.devices} devices each`,
          x: { label: 't(post) − t(pre) (ms)' },
          y: { label: 'Δw (% of the range)' },
          series: SHOWN.map((m) => ({
            name: `modulation ${String(m).replace('-', '−')}`,
            points: overSeedsAt(LAGS, (lag) => window(m, lag).map((dw) => 100 * dw)),
          })),
        }),
        moments: curve({
          title: 'When the third terminal has to speak',
          subtitle: `a pair at 0 and ${LAG} ms; decay ${p.tau} ms; mean and sd of ${p.seeds} seeds`,
          x: { label: 'time of the modulating spike after the presynaptic one (ms)' },
          y: { label: 'Δw (% of the range)', domain: [0, 0] },
          series: (['gated', 'rewarded'] as const).map((of) => ({
            name: of === 'gated' ? 'gate' : 'reward onto an eligibility trace',
            points: overSeedsAt(MOMENTS, (t) => moment(of, t).map((dw) => 100 * dw)),
          })),
        }),
      },
    };
  },
});
