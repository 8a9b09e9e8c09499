/**
 * A memristor gets two digits as trains of pulses, in either order, and its conductance codes the sum. The device follows the
 * pulse-number model of NeuroSim (doi:10.1109/TCAD.2018.2789723).
 */
import { integer, neuroSim, number, object, PulseBench } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { defineDemonstration, listSeeds, SEED_PARAMS } from '../demonstration.ts';
import { areAll, inUnit, makeTable, ResultGrid, WHOLE } from '../findings.ts';

const PERIOD = 1; // ms between pulses
const NONLINEARITIES = [0, 1, 2.4, 4.88]; // labels of NeuroSim
const WRITE_NOISES = [1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 3.5e-2, 0.1];

/** Nonlinearity and write noise of NeuroSim's Ag:a-Si device. */
const AG_A_SI = { nonlinearity: 2.4, writeNoise: 0.035 };

type Sum = readonly [first: number, second: number];

interface AdditionOptions extends Readonly<Record<'nonlinearity' | 'levels' | 'pause' | 'seed', number>> {
  readonly writeNoise?: number;
  /** Retention time constant, ms; unlimited by default. */
  readonly retention?: number;
}

/** States (share of the range) of one device per sum, after the first number, a pause, and the second number. */
function addNumbers(sums: readonly Sum[], options: AdditionOptions): number[] {
  const { nonlinearity, writeNoise = 0, retention, levels, pause, seed } = options;
  const device = neuroSim({
    gMin: 0,
    pulsesUp: levels,
    nonlinearityUp: nonlinearity,
    writeNoise,
    ...(retention !== undefined && { retention: { tau: retention } }),
  });
  const makeTrain = (n: number, from: number) => Array.from({ length: n }, (_, k) => from + k * PERIOD);
  const second = Math.max(...sums.flat()) * PERIOD + pause;
  const up = sums.map(([a, b]) => [...makeTrain(a, 0), ...makeTrain(b, second)]);
  const bench = new PulseBench({ device, seed, up });
  bench.runTo(2 * second);
  return bench.weights();
}

/** Decodes a state as the number of pulses whose noiseless state is nearest. */
const decodeState = (state: number, scale: readonly number[]): number =>
  scale.reduce((best, s, n) => (Math.abs(s - state) < Math.abs(scale[best]! - state) ? n : best), 0);

const maxDifference = (a: readonly number[], b: readonly number[]) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);

export default defineDemonstration({
  name: 'pulse-arithmetic',
  title: 'Adding digits by counting pulses on one memristor',
  claim: 'A memristor that switches gradually does decimal arithmetic: its conductance counts pulses.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 37 (Al/Ti3C2:Ag/Pt)',
  parameters: object({
    levels: integer({ default: 20, min: 18, max: 10_000, help: 'number of pulses from lowest to highest state' }),
    pause: number({ default: 1000, min: 0, unit: 'ms', help: 'pause between both numbers' }),
    forgetting: number({ default: 1000, min: 1, unit: 'ms', help: 'retention time constant of the control device' }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const digits = Array.from({ length: 10 }, (_, n) => n);
    const sums = digits.flatMap((a) => digits.map((b): Sum => [a, b]));
    const swapped = sums.map(([a, b]): Sum => [b, a]);
    await context.step('both orders');
    const ideal = { ...p, nonlinearity: AG_A_SI.nonlinearity };
    const states = addNumbers(sums, ideal);
    const difference = maxDifference(states, addNumbers(swapped, ideal));
    const forgetful = { ...ideal, retention: p.forgetting };
    const forgetfulStates = addNumbers(sums, forgetful);
    const forgetfulDifference = maxDifference(forgetfulStates, addNumbers(swapped, forgetful));

    const results: { nonlinearity: number; writeNoise: number; seed: number; right: number }[] = [];
    for (const nonlinearity of NONLINEARITIES) {
      await context.step(`nonlinearity ${nonlinearity}`);
      const counts = Array.from({ length: 19 }, (_, n): Sum => [n, 0]);
      const scale = addNumbers(counts, { ...p, nonlinearity });
      for (const writeNoise of WRITE_NOISES) {
        for (const seed of listSeeds(p)) {
          const noisy = addNumbers(sums, { ...p, nonlinearity, writeNoise, seed });
          const hits = sums.filter(([a, b], i) => decodeState(noisy[i]!, scale) === a + b);
          results.push({ nonlinearity, writeNoise, seed, right: hits.length / sums.length });
        }
      }
    }
    const grid = new ResultGrid(results);
    const mean = (nonlinearity: number, writeNoise: number) => grid.mean('right', { nonlinearity, writeNoise });
    const range = inUnit('share of the range');
    const share = inUnit('share of right sums');
    const plotStates = (name: string, list: readonly number[]) => ({
      name,
      scatter: true,
      points: sums.map(([a, b], i) => ({ x: a + b, y: list[i]! })),
    });
    return {
      figures: {
        'n1 + n2 against n2 + n1': range(difference),
        'n1 + n2 against n2 + n1, device that forgets': range(forgetfulDifference),
        'linear, noise 0.01': share(grid.values('right', { nonlinearity: 0, writeNoise: 0.01 })),
        'nonlinearity 2.4, noise 0.01': share(grid.values('right', { nonlinearity: 2.4, writeNoise: 0.01 })),
        'nonlinearity 4.88, noise 0.01': share(grid.values('right', { nonlinearity: 4.88, writeNoise: 0.01 })),
        'Ag:a-Si (2.4, noise 0.035)': share(grid.values('right', AG_A_SI)),
      },
      expectations: {
        'addition is exactly commutative without noise': difference === 0,
        'control: addition is not commutative on a device that forgets': forgetfulDifference > 0.01,
        'every sum is right at a write noise of 0.001 on a linear device': areAll(
          grid.values('right', { nonlinearity: 0, writeNoise: 1e-3 }),
          1,
        ),
        'the share of right sums falls with write noise at every nonlinearity': NONLINEARITIES.every(
          (n) => mean(n, 0.1) < 0.5 && mean(n, 1e-3) > 0.9,
        ),
        'a strongly nonlinear device fails at less noise than a linear one': mean(4.88, 2e-3) < mean(0, 2e-3),
      },
      tables: {
        noise: grid.table(),
        sums: makeTable(
          sums.map(([first, second], i) => {
            return { first, second, state: states[i]!, stateForgetting: forgetfulStates[i]! };
          }),
          { first: WHOLE, second: WHOLE },
        ),
      },
      pictures: {
        noise: curve({
          title: 'Sums of two digits on one memristor',
          subtitle: `100 sums, ${p.levels} levels, mean and sd of ${p.seeds} seeds`,
          x: { label: 'write noise of a pulse (share of the range)', log: true },
          y: { label: 'share of right sums', domain: [0, 1] },
          series: NONLINEARITIES.map((nonlinearity) => {
            const name = nonlinearity === 0 ? 'linear' : `nonlinearity ${nonlinearity}`;
            return grid.line(name, 'writeNoise', 'right', { nonlinearity });
          }),
        }),
        sums: curve({
          title: 'State after both numbers, without noise',
          subtitle: `100 ordered pairs; ${p.pause} ms between the numbers`,
          x: { label: 'n1 + n2' },
          y: { label: 'state (share of the range)', domain: [0, 1] },
          series: [
            plotStates('keeps its state', states),
            plotStates(`forgets with ${p.forgetting} ms`, forgetfulStates),
          ],
        }),
      },
    };
  },
});
