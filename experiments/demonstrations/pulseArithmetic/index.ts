/**
 * Addition by counting pulses: two digits are sent to a memristor as as many pulses, and the sum is read off its
 * conductance, in either order.
 * Source: the decimal arithmetic reported for Al/Ti3C2:Ag/Pt devices in Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 37;
 *         pulse-number model of NeuroSim, doi:10.1109/TCAD.2018.2789723.
 * Run: memspike demo pulse-arithmetic --out DIR
 * Expect: n1 + n2 = n2 + n1 to the last bit without noise, and not for a device that forgets between the numbers; the
 *         share of right sums falls with write noise, on a strongly nonlinear device from less noise on.
 */
import { mean } from 'simple-statistics';
import { integer, neuroSim, number, object, PulseBench } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, REPEATED, seedsOf } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';

const PERIOD = 1; // ms between pulses
const NONLINEARITIES = [0, 1, 2.4, 4.88]; // labels of NeuroSim
const WRITE_NOISES = [1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 3.5e-2, 0.1];

/** Device of the sums shown in one picture, and the noise and curve of NeuroSim's Ag:a-Si device. */
const REFERENCE = { nonlinearity: 2.4, writeNoise: 0.035 };

type Sum = readonly [first: number, second: number];

interface Given {
  readonly nonlinearity: number;
  readonly writeNoise?: number;
  /** Time constant of the device's retention, ms. */
  readonly forgets?: number;
  readonly levels: number;
  readonly pause: number;
  readonly seed: number;
}

/** State, as a share of the range, of one device a sum: after its first number, a pause, and its second number. */
function added(sums: readonly Sum[], { nonlinearity, writeNoise = 0, forgets, levels, pause, seed }: Given): number[] {
  const device = neuroSim({
    gMin: 0,
    pulsesUp: levels,
    nonlinearityUp: nonlinearity,
    writeNoise,
    ...(forgets !== undefined && { retention: { tau: forgets } }),
  });
  const train = (n: number, from: number) => Array.from({ length: n }, (_, k) => from + k * PERIOD);
  const second = Math.max(...sums.flat()) * PERIOD + pause;
  const bench = new PulseBench({ device, seed, up: sums.map(([a, b]) => [...train(a, 0), ...train(b, second)]) });
  bench.runTo(2 * second);
  return bench.weights();
}

/** The count whose noiseless state lies nearest. */
const decoded = (state: number, scale: readonly number[]): number =>
  scale.reduce((best, s, n) => (Math.abs(s - state) < Math.abs(scale[best]! - state) ? n : best), 0);

const furthest = (a: readonly number[], b: readonly number[]) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);

export default demonstration({
  name: 'pulse-arithmetic',
  title: 'Adding digits by counting pulses on one memristor',
  claim: 'A memristor that switches gradually does decimal arithmetic: its conductance counts pulses.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 37 (Al/Ti3C2:Ag/Pt)',
  parameters: object({
    levels: integer({ default: 20, min: 18, max: 10_000, help: 'pulses from the lowest state to the highest' }),
    pause: number({ default: 1000, min: 0, unit: 'ms', help: 'between both numbers' }),
    forgetting: number({ default: 1000, min: 1, unit: 'ms', help: 'retention of the device that forgets' }),
    ...REPEATED,
  }),
  steps: () => 1 + NONLINEARITIES.length,
  async run(p, stage) {
    const digits = Array.from({ length: 10 }, (_, n) => n);
    const sums = digits.flatMap((a) => digits.map((b): Sum => [a, b]));
    const swapped = sums.map(([a, b]): Sum => [b, a]);
    await stage.step('both orders');
    const ideal = { ...p, nonlinearity: REFERENCE.nonlinearity };
    const [there, back] = [added(sums, ideal), added(swapped, ideal)];
    const lossy = { ...ideal, forgets: p.forgetting };
    const [lost, lostBack] = [added(sums, lossy), added(swapped, lossy)];

    const rows: { nonlinearity: number; writeNoise: number; seed: number; right: number }[] = [];
    for (const nonlinearity of NONLINEARITIES) {
      await stage.step(`nonlinearity ${nonlinearity}`);
      const counts = Array.from({ length: 19 }, (_, n): Sum => [n, 0]);
      const scale = added(counts, { ...p, nonlinearity });
      for (const writeNoise of WRITE_NOISES) {
        for (const seed of seedsOf(p)) {
          const states = added(sums, { ...p, nonlinearity, writeNoise, seed });
          const hits = sums.filter(([a, b], i) => decoded(states[i]!, scale) === a + b);
          rows.push({ nonlinearity, writeNoise, seed, right: hits.length / sums.length });
        }
      }
    }
    const right = (nonlinearity: number, writeNoise: number) =>
      rows.filter((r) => r.nonlinearity === nonlinearity && r.writeNoise === writeNoise).map((r) => r.right);
    const share = { unit: 'share of right sums' };
    return {
      figures: {
        'n1 + n2 against n2 + n1': { unit: 'share of the range', values: [furthest(there, back)] },
        'the same, forgetting': { unit: 'share of the range', values: [furthest(lost, lostBack)] },
        'linear, noise 0.01': { ...share, values: right(0, 0.01) },
        'nonlinearity 2.4, noise 0.01': { ...share, values: right(2.4, 0.01) },
        'nonlinearity 4.88, noise 0.01': { ...share, values: right(4.88, 0.01) },
        'Ag:a-Si (2.4, noise 0.035)': { ...share, values: right(REFERENCE.nonlinearity, REFERENCE.writeNoise) },
      },
      expectations: {
        'addition commutes to the last bit without noise': furthest(there, back) === 0,
        'control: it does not on a device that forgets in between': furthest(lost, lostBack) > 0.01,
        'little write noise: every sum is right': right(0, 1e-3).every((share) => share === 1),
        'right sums fall with write noise, whatever the nonlinearity': NONLINEARITIES.every(
          (n) => mean(right(n, 0.1)) < 0.5 && mean(right(n, 1e-3)) > 0.9,
        ),
        'a strongly nonlinear device miscounts at less noise than a linear one':
          mean(right(4.88, 2e-3)) < mean(right(0, 2e-3)),
      },
      tables: {
        noise: tableOf(rows, { nonlinearity: '1', writeNoise: '1', seed: WHOLE, right: '1' }),
        sums: tableOf(
          sums.map(([first, second], i) => ({ first, second, state: there[i]!, stateForgetting: lost[i]! })),
          { first: WHOLE, second: WHOLE, state: '1', stateForgetting: '1' },
        ),
      },
      pictures: {
        noise: curve({
          title: 'Sums of two digits read off one memristor',
          subtitle: `100 sums, ${p.levels} levels, mean and sd of ${p.seeds} seeds`,
          x: { label: 'write noise of a pulse (share of the range)', log: true },
          y: { label: 'share of right sums', domain: [0, 1] },
          series: NONLINEARITIES.map((nonlinearity) => ({
            name: nonlinearity === 0 ? 'linear' : `nonlinearity ${nonlinearity}`,
            points: overSeedsAt(WRITE_NOISES, (noise) => right(nonlinearity, noise)),
          })),
        }),
        sums: curve({
          title: 'State after both numbers, without noise',
          subtitle: `100 ordered pairs; ${p.pause} ms between the numbers`,
          x: { label: 'n1 + n2' },
          y: { label: 'state (share of the range)', domain: [0, 1] },
          series: [
            { name: 'keeps its state', states: there },
            { name: `forgets with ${p.forgetting} ms`, states: lost },
          ].map(({ name, states }) => ({
            name,
            scatter: true,
            points: sums.map(([a, b], i) => ({ x: a + b, y: states[i]! })),
          })),
        }),
      },
    };
  },
});
