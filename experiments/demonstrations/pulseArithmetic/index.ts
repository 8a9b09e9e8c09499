/** Addition of pulse counts on a device (pulse-number model of NeuroSim). */
import { neuroSim, number, PulseBench } from '../../index.ts';
import { defineDemonstration, mapRange } from '../demonstration.ts';

const PULSE_INTERVAL = 1; // ms between pulses
const LEVEL_COUNT = 20; // number of pulses from the lowest to the highest state
const PAUSE = 1000; // ms between the two numbers
const NONLINEARITIES = [0, 1, 2.4, 4.88]; // nonlinearity labels of NeuroSim
const WRITE_NOISES = [1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 3.5e-2, 0.1];

const AG_A_SI = { nonlinearity: 2.4, writeNoise: 0.035 }; // NeuroSim's Ag:a-Si device

type Addends = readonly [first: number, second: number];

/** Adds two numbers on each device: as many pulses as the first number, a pause, as many as the second. Returns the states, 0 to 1. */
function addNumbers(sums: readonly Addends[], nonlinearityUp: number, flaws: object = {}, seed = 0): number[] {
  const device = neuroSim({ gMin: 0, pulsesUp: LEVEL_COUNT, nonlinearityUp, ...flaws });
  const makeTrain = (n: number, from: number) => mapRange(n, (k) => from + k * PULSE_INTERVAL);
  const second = Math.max(...sums.flat()) * PULSE_INTERVAL + PAUSE;
  const up = sums.map(([a, b]) => [...makeTrain(a, 0), ...makeTrain(b, second)]);
  const bench = new PulseBench({ device, seed, up });
  bench.runTo(2 * second);
  return bench.weights();
}

/** Decodes a device state: number of pulses whose noiseless state is nearest to `state`. */
const decodeState = (state: number, scale: readonly number[]): number =>
  scale.reduce((best, s, n) => (Math.abs(s - state) < Math.abs(scale[best]! - state) ? n : best), 0);

export default defineDemonstration({
  parameters: {
    forgetting: number({ default: 1000, min: 1, unit: 'ms', help: 'retention time constant, control experiment only' }),
  },
  async simulate(p, context) {
    const digits = mapRange(10, (n) => n);
    const sums = digits.flatMap((a) => digits.map((b): Addends => [a, b]));
    const compareOrders = (flaws: object) => {
      const states = addNumbers(sums, AG_A_SI.nonlinearity, flaws);
      const swappedSums = sums.map(([a, b]): Addends => [b, a]);
      const swapped = addNumbers(swappedSums, AG_A_SI.nonlinearity, flaws);
      return Math.max(...states.map((state, i) => Math.abs(state - swapped[i]!)));
    };
    const [difference, forgetfulDifference] = [compareOrders({}), compareOrders({ retention: { tau: p.forgetting } })];
    const counts = mapRange(19, (n): Addends => [n, 0]);
    const { noise: grid } = await context.measurePerSeed((seed) => ({
      noise: NONLINEARITIES.flatMap((nonlinearity) => {
        const scale = addNumbers(counts, nonlinearity);
        return WRITE_NOISES.map((writeNoise) => {
          const noisy = addNumbers(sums, nonlinearity, { writeNoise }, seed);
          const hits = sums.filter(([a, b], i) => decodeState(noisy[i]!, scale) === a + b);
          return { nonlinearity, writeNoise, right: hits.length / sums.length };
        });
      }),
    }));
    const mean = (nonlinearity: number, writeNoise: number) => grid.mean('right', { nonlinearity, writeNoise });
    return {
      figures: {
        'n1 + n2 against n2 + n1': { unit: 'share of the range', values: difference },
        'n1 + n2 against n2 + n1, device that forgets': { unit: 'share of the range', values: forgetfulDifference },
      },
      expectations: {
        'every sum is right at a write noise of 0.001 on a linear device': mean(0, 1e-3) === 1,
        'addition is exactly commutative without noise': difference === 0,
        'control: addition is not commutative on a device that forgets': forgetfulDifference > 0.01,
        'the share of right sums falls with write noise at every nonlinearity': NONLINEARITIES.every(
          (n) => mean(n, 0.1) < 0.5 && mean(n, 1e-3) > 0.9,
        ),
        'a strongly nonlinear device fails at less noise than a linear one': mean(4.88, 2e-3) < mean(0, 2e-3),
      },
    };
  },
});
