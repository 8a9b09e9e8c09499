/** Three-terminal synapse. Third-terminal spikes act as a gate before an STDP pair, or as a reward on an eligibility trace after it. */
import { mean } from 'simple-statistics';
import { eligibility, gate, type ModulatorFactory, Network, pairStdp, softBound, spikeTrains } from '../../index.ts';
import { areAllEqual, defineDemonstration, integer, mapRange, number, VARIABILITY_PARAMS } from '../demonstration.ts';

const PRE_TIME = 500; // ms, presynaptic spike
const END_TIME = 2000; // ms
const FIXED_LAG = 10; // ms, spike lag of the pairs for which the time of the modulating spike is varied
const INITIAL_WEIGHT = 0.5; // initial weight
const LAGS = [-60, -40, -30, -20, -15, -10, -5, -2, 2, 5, 10, 15, 20, 30, 40, 60]; // t_post - t_pre, ms
const MODULATIONS = [-1, 0, 1, 2];
// Times of the modulating spike relative to the presynaptic spike, ms.
const MODULATION_TIMES = [-400, -300, -200, -150, -100, -70, -50, -30, -10, 5, 20, 40, 60, 90, 140, 190, 290, 390];

type Synapses = Readonly<Record<'devices' | 'deviceToDevice' | 'cycleToCycle' | 'seed', number>>;

/** Mean weight change by a pair with t_post - t_pre = `lag` ms; third-terminal spike `modulationTime` ms after the presynaptic one. */
function measureChange(lag: number, model: ModulatorFactory, modulationTime: number, p: Synapses): number {
  const { devices: count, deviceToDevice, cycleToCycle, seed } = p;
  const net = new Network({ seed });
  const perDevice = (t: number) => spikeTrains({ trains: mapRange(count, () => [t]) });
  const pre = net.population('pre', perDevice(PRE_TIME));
  const post = net.population('post', perDevice(PRE_TIME + lag));
  const third = net.population('third', spikeTrains({ trains: [[PRE_TIME + modulationTime]] }));
  const { devices } = net.projection(pre, post, {
    connect: { oneToOne: { weight: INITIAL_WEIGHT } },
    device: softBound({ gMin: 0, deviceToDevice, cycleToCycle }),
    rule: pairStdp({ aPlus: 1, aMinus: 1 }),
    modulator: { from: third, model },
  });
  net.run(END_TIME);
  return mean(mapRange(count, (k) => devices!.weight(k, END_TIME))) - INITIAL_WEIGHT;
}

export default defineDemonstration({
  parameters: {
    tau: number({ default: 100, min: 1, unit: 'ms', help: 'time constant of the gate and of the eligibility trace' }),
    devices: integer({ default: 100, min: 1, max: 100_000, help: 'number of devices averaged per weight change' }),
    ...VARIABILITY_PARAMS,
  },
  async simulate(p, context) {
    const { windows, moments } = await context.measurePerSeed((seed) => {
      const synapses = { ...p, seed };
      return {
        windows: MODULATIONS.flatMap((modulation) =>
          LAGS.map((lag) => {
            const model = gate({ gain: modulation, tau: Infinity });
            return { modulation, lag, change: measureChange(lag, model, -PRE_TIME, synapses) };
          }),
        ),
        moments: MODULATION_TIMES.flatMap((moment) => [
          { third: 'gate', moment, change: measureChange(FIXED_LAG, gate({ tau: p.tau }), moment, synapses) },
          { third: 'reward', moment, change: measureChange(FIXED_LAG, eligibility({ tau: p.tau }), moment, synapses) },
        ]),
      };
    });
    const windowAt = (modulation: number, lag: number) => windows.mean('change', { modulation, lag });
    const actsOnlyAt = (third: string, moment: number, other: number) =>
      moments.mean('change', { third, moment }) > 0.005 &&
      areAllEqual(moments.values('change', { third, moment: other }), 0);
    const level = (modulation: number) => windows.values('change', { modulation, lag: FIXED_LAG });
    const relative = (modulation: number) => level(modulation).map((dw, i) => dw / level(1)[i]!);
    return {
      expectations: {
        'twice the modulation causes twice the change': Math.abs(mean(relative(2)) - 2) < 0.1,
        'control: weights do not change without modulation': areAllEqual(level(0), 0),
        'negative modulation inverts the window': windowAt(-1, 10) < 0 && windowAt(-1, -10) > 0 && windowAt(1, 10) > 0,
        'a gate acts only if it opens before the pair': actsOnlyAt('gate', -10, 20),
        'a reward acts only if it comes after the pair': actsOnlyAt('reward', 20, -10),
      },
    };
  },
});
