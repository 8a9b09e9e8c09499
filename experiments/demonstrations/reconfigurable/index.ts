/**
 * One device file in both roles: in its volatile mode the memristor is the neuron, which integrates, leaks and fires, in its non-volatile
 * mode it is the synapse. A network of nothing else learns letters without labels.
 * Source: Au/MAPbI3/Au and Ag/MXene:PVA/ITO, Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 132 and 102.
 * Run: memspike demo reconfigurable --out DIR
 * Expect: volatile neurons do not answer slow pulses, non-volatile ones answer all; letters are learned, and neither with synapses in the
 *         volatile mode nor before learning.
 */
import { mean } from 'simple-statistics';
import { accuracy, integer, number, object, READOUTS } from '../../index.ts';
import { curve, filmStrip } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { LETTERS, type Mode, NEURONS, order, PAUSE, PIXELS, PRESET, present, type Roles, rateOf } from './network.ts';

const PULSES = [10, 20, 40, 60, 80, 100, 120, 150, 200, 300, 400]; // Hz
const SLOW = 40;
const MODES: readonly Mode[] = ['volatile', 'nonVolatile'];
const ROLES: Roles = { synapses: 'nonVolatile', neurons: 'volatile' };
const SHOWN = 6; // neurons in the picture

/** Share of right letters, %, by the most active neurons, with weights that stay as they are. */
function told(
  frozen: Float64Array,
  {
    neurons,
    seed,
    noise,
    tested,
    pause,
  }: Pick<Roles, 'neurons'> & Record<'seed' | 'noise' | 'tested' | 'pause', number>,
): number {
  const show = (purpose: string) => {
    const shown = order(tested, seed, purpose);
    const { counts } = present(shown, { ...ROLES, neurons, seed: `${seed} ${purpose}`, noise, frozen, pause });
    return { counts, labels: Uint8Array.from(shown) };
  };
  const [known, asked] = [show('assign'), show('test')];
  const readout = READOUTS.maxRate(known.counts, known.labels, tested, NEURONS);
  return accuracy(asked.labels, readout.predictAll(asked.counts));
}

export default demonstration({
  name: 'reconfigurable',
  title: 'One device file as neuron and as synapse: a network of nothing else learns letters',
  claim: 'A device that is volatile or not, by choice, serves as neuron and as synapse.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 102 and 132',
  parameters: object({
    presentations: integer({ default: 300, min: 1, max: 100_000, help: 'letters shown to learn from' }),
    tested: integer({ default: 200, min: 10, max: 100_000, help: 'letters to assign neurons, and as many to test' }),
    noise: number({ default: 0.05, min: 0, max: 0.5, help: 'share of the pixels that are inverted' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => 2 * seeds,
  async run(p, stage) {
    const runs = await perSeed(p, async (seed) => {
      await stage.step(`seed ${seed}: neurons`);
      const rates = MODES.map((mode) => PULSES.map((pulses) => rateOf(mode, pulses, seed)));
      await stage.step(`seed ${seed}: letters`);
      const one = { ...ROLES, seed, noise: p.noise };
      const shown = order(p.presentations, seed, 'learn');
      const before = present([], one).weights;
      const after = present(shown, one).weights;
      const forgotten = present(shown, { ...one, synapses: 'volatile' }).weights;
      const leakless = present(shown, { ...one, neurons: 'nonVolatile' }).weights;
      const hasty = present(shown, { ...one, pause: 5 }).weights;
      const of = (weights: Float64Array, neurons: Mode = 'volatile', pause = PAUSE) =>
        told(weights, { ...p, neurons, seed, pause });
      return {
        ...{ seed, rates, before, after },
        naive: of(before),
        learned: of(after),
        forgotten: of(forgotten),
        leakless: of(leakless, 'nonVolatile'),
        hasty: of(hasty, 'volatile', 5),
      };
    });
    const percent = (key: 'naive' | 'learned' | 'forgotten' | 'leakless' | 'hasty') => ({
      unit: '%',
      values: runs.map((run) => run[key]),
    });
    const rate = (mode: Mode, pulses: number) =>
      runs.map(({ rates }) => rates[MODES.indexOf(mode)]![PULSES.indexOf(pulses)]!);
    const hertz = (values: readonly number[]) => ({ unit: 'Hz', values });
    const names: Record<Mode, string> = { volatile: 'volatile: a neuron', nonVolatile: 'non-volatile: no leak' };
    return {
      figures: {
        'letters told before learning': percent('naive'),
        'letters told after learning': percent('learned'),
        'control: synapses in the volatile mode too': percent('forgotten'),
        'neurons in the non-volatile mode too': percent('leakless'),
        'without the pause after a spike': percent('hasty'),
        'volatile neurons at pulses of 40 Hz': hertz(rate('volatile', SLOW)),
        'control: non-volatile neurons at pulses of 40 Hz': hertz(rate('nonVolatile', SLOW)),
        'volatile neurons at pulses of 400 Hz': hertz(rate('volatile', 400)),
      },
      expectations: {
        'letters are learned: more are told than before, in every seed': runs.every(
          ({ naive, learned }) => learned > naive,
        ),
        'nine of ten are told': mean(percent('learned').values) > 90,
        'control: with synapses in the volatile mode nothing is left of it': runs.every(
          ({ naive, forgotten }) => forgotten <= naive,
        ),
        'a volatile neuron has a threshold: it keeps silent at slow pulses': rate('volatile', SLOW).every(
          (hz) => hz < 0.1,
        ),
        'control: a non-volatile one does not': rate('nonVolatile', SLOW).every((hz) => hz > 1),
      },
      tables: {
        rates: tableOf(
          runs.flatMap(({ seed, rates }) =>
            PULSES.map((pulses, k) => ({
              ...{ seed, pulses },
              volatile: rates[0]![k]!,
              nonVolatile: rates[1]![k]!,
            })),
          ),
          { seed: WHOLE, pulses: 'Hz', volatile: 'Hz', nonVolatile: 'Hz' },
        ),
        weights: tableOf(
          runs.flatMap(({ seed, before, after }) =>
            Array.from(after, (weight, k) => ({
              ...{ seed, pixel: Math.floor(k / NEURONS), neuron: k % NEURONS },
              ...{ before: before[k]!, after: weight },
            })),
          ),
          { seed: WHOLE, pixel: WHOLE, neuron: WHOLE, before: '1', after: '1' },
        ),
      },
      pictures: {
        weights: filmStrip({
          title: `Weights onto the first ${SHOWN} of ${NEURONS} neurons, before and after learning`,
          subtitle: `${LETTERS.length} letters of 5 × 5 pixels, ${p.presentations} presentations, ${PRESET}`,
          rows: runs.flatMap(({ seed, before, after }) =>
            [[`seed ${seed}, before`, before] as const, [`seed ${seed}, after`, after] as const].map(
              ([label, weights]) => ({
                label,
                frames: Array.from({ length: SHOWN }, (_, j) => ({
                  values: Array.from({ length: PIXELS }, (_, i) => weights[i * NEURONS + j]!),
                  rows: 5,
                  columns: 5,
                })),
              }),
            ),
          ),
          moments: Array.from({ length: SHOWN }, (_, j) => `neuron ${j}`),
          colours: { label: 'state (share of the range)', domain: [0, 1] },
        }),
        rates: curve({
          title: 'What the device does as a neuron, in either mode',
          subtitle: `pulses of strength 1, 20 neurons for 10 s, mean and sd of ${p.seeds} seeds`,
          x: { label: 'pulses a second' },
          y: { label: 'spikes a second', domain: [0, 0] },
          series: MODES.map((mode) => ({
            name: names[mode],
            points: overSeedsAt(PULSES, (pulses) => rate(mode, pulses)),
          })),
        }),
      },
    };
  },
});
