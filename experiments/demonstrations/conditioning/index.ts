/**
 * Pavlov's dog with one memristor: a bell that comes with food is answered like food (acquisition), a bell that comes alone no longer
 * is (extinction), and after a rest it may be again (recovery).
 * Source: associative learning in memristive devices, Cao et al., Nanoscale Horiz. 2023, 8, 716; the circuit is our own: pair STDP under
 *         a third factor (Frémaux & Gerstner 2016, doi:10.3389/fncir.2015.00085), depression of the terminal (Tsodyks & Markram 1997,
 *         doi:10.1073/pnas.94.2.719).
 * Run: memspike demo conditioning --out DIR
 * Expect: pairs are learned, bell and food apart are not; bells in quick succession are extinguished but come back after a rest,
 *         bells far apart do not come back; learning anew is faster.
 */
import { mean } from 'simple-statistics';
import { integer, number, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { course, type Dogs, type Phase, share, trialsUntil } from './dogs.ts';

const NAIVE = 3; // trials
const LEARNING = 30;
const EXTINCTION = 60;
const FAR = 100; // s from one trial to the next, after which the terminal is rested
const NEAR = 10; // s
const REST = 600; // s
const INTERVALS = [5, NEAR, 20, 50, 60, 70, 80, FAR, 200]; // s between the bells of the extinction
/** Where each phase begins, in trials. */
const LEARNED = NAIVE + LEARNING;
const TEST = LEARNED + EXTINCTION;

/** Bells alone, training, extinction with its trials `every` seconds, a rest, one bell, training anew. */
function phases(every: number, training: Phase['trial'] = 'paired', bells = EXTINCTION): readonly Phase[] {
  const far = { every: 1000 * FAR };
  return [
    { trial: 'bell', trials: NAIVE, ...far },
    { trial: training, trials: LEARNING, ...far },
    { trial: 'bell', trials: bells, every: 1000 * every },
    { trial: 'bell', trials: 1, ...far },
    { trial: training, trials: LEARNING, ...far },
  ];
}

/** `rest`: s between extinction and test. */
function lesson(p: Dogs, every: number, training: Phase['trial'] = 'paired', bells = EXTINCTION, rest = REST) {
  const { responses, states } = course(phases(every, training, bells), [0, 0, 1000 * rest, 0], p);
  const test = LEARNED + bells;
  return {
    ...{ responses, states },
    naive: Math.max(...responses.slice(0, NAIVE).map(share)),
    learned: share(responses[LEARNED - 1]!),
    extinguished: bells > 0 ? share(responses[test - 1]!) : Number.NaN,
    recovered: share(responses[test]!),
    first: trialsUntil(responses, NAIVE, LEARNED),
    anew: trialsUntil(responses, test + 1, test + 1 + LEARNING),
  };
}

export default demonstration({
  name: 'conditioning',
  title: 'Pavlov on one memristor: acquisition, extinction, recovery',
  claim: 'A memristive synapse learns to associate two stimuli that come together, as in classical conditioning.',
  source:
    'Cao et al., Nanoscale Horiz. 2023, 8, 716 (associative learning); third factor: Frémaux & Gerstner 2016, doi:10.3389/fncir.2015.00085',
  parameters: object({
    dogs: integer({ default: 30, min: 1, max: 10_000, help: 'memristors, each with a neuron of its own' }),
    deviceToDevice: number({ default: 0.1, min: 0, max: 1, help: 'relative sd between devices' }),
    cycleToCycle: number({ default: 0.1, min: 0, max: 1, help: 'relative sd of each step' }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds,
  async run(p, stage) {
    const runs = await perSeed(p, async (seed) => {
      await stage.step(`seed ${seed}`);
      const dogs: Dogs = { ...p, seed, tauRec: 20_000, reward: true };
      return {
        seed,
        intervals: INTERVALS.map((every) => lesson(dogs, every)),
        unpaired: lesson(dogs, NEAR, 'unpaired'),
        unrewarded: lesson({ ...dogs, reward: false }, NEAR),
        kept: lesson(dogs, NEAR, 'paired', 0, EXTINCTION * NEAR + REST),
        tireless: lesson({ ...dogs, tauRec: 0 }, NEAR),
      };
    });
    type Lesson = (typeof runs)[number]['kept'];
    const at = (every: number) => runs.map(({ intervals }) => intervals[INTERVALS.indexOf(every)]!);
    const of = (lessons: readonly Lesson[], key: 'naive' | 'learned' | 'extinguished' | 'recovered') => ({
      unit: 'share of the dogs',
      values: lessons.map((one) => one[key]),
    });
    const control = (key: 'unpaired' | 'unrewarded' | 'kept' | 'tireless') => runs.map((run) => run[key]);
    const [near, far] = [at(NEAR), at(FAR)];
    const trials = (values: readonly number[]) => ({ unit: 'trials', values });
    const every = (figure: { readonly values: readonly number[] }, holds: (value: number) => boolean) =>
      figure.values.every(holds);
    const xs = Array.from({ length: TEST + 1 }, (_, k) => k);
    const shown = [
      ['bells every 10 s', near],
      ['bells every 100 s', far],
    ] as const;
    return {
      figures: {
        'answer the bell at first': of(near, 'naive'),
        'after 30 pairs': of(near, 'learned'),
        'after 60 bells alone, one every 10 s': of(near, 'extinguished'),
        'and 10 minutes later': of(near, 'recovered'),
        'after 60 bells alone, one every 100 s': of(far, 'extinguished'),
        'and then 10 minutes later': of(far, 'recovered'),
        'trials until the bell is answered': trials(far.map(({ first }) => first)),
        'trials until it is again after extinction (every 100 s)': trials(far.map(({ anew }) => anew)),
        'control: after 30 bells and foods 5 s apart': of(control('unpaired'), 'learned'),
        'control: after 30 pairs, gate shut': of(control('unrewarded'), 'learned'),
        'control: without extinction, as late': of(control('kept'), 'recovered'),
        'control: a terminal that never tires, 10 minutes after extinction': of(control('tireless'), 'recovered'),
      },
      expectations: {
        'no dog answers the bell at first, nine of ten do after 30 pairs':
          every(of(near, 'naive'), (s) => s === 0) && every(of(near, 'learned'), (s) => s > 0.9),
        'control: bell and food 5 s apart, and pairs under a shut gate, teach nothing':
          every(of(control('unpaired'), 'learned'), (s) => s === 0) &&
          every(of(control('unrewarded'), 'learned'), (s) => s === 0),
        'bells alone end it, at either interval':
          every(of(near, 'extinguished'), (s) => s < 0.1) && every(of(far, 'extinguished'), (s) => s < 0.1),
        'control: without bells alone it is kept': every(of(control('kept'), 'recovered'), (s) => s > 0.9),
        'after bells in quick succession most answer again after a rest': every(of(near, 'recovered'), (s) => s > 0.5),
        'control: after bells far apart less than half as many do, and none where the terminal never tires':
          near.every(({ recovered }, k) => far[k]!.recovered < recovered / 2) &&
          every(of(control('tireless'), 'recovered'), (s) => s === 0),
        'what was extinguished is learned anew in fewer trials': far.every(({ first, anew }) => anew < first),
      },
      tables: {
        trials: tableOf(
          runs.flatMap(({ seed, intervals }) =>
            intervals.flatMap(({ responses, states }, k) =>
              responses.map((fired, trial) => ({
                ...{ seed, interval: INTERVALS[k]!, trial },
                answered: share(fired),
                state: mean([...states[trial]!]),
              })),
            ),
          ),
          { seed: WHOLE, interval: 's', trial: WHOLE, answered: '1', state: '1' },
        ),
      },
      pictures: {
        course: curve({
          title: 'Dogs that answer the bell: 3 bells alone, 30 with food, 60 alone, a rest, one alone',
          subtitle: `mean and sd of ${p.seeds} seeds, ${p.dogs} dogs each; the last point comes after a rest of 10 minutes`,
          x: { label: 'trial' },
          y: { label: 'share of the dogs', domain: [0, 1] },
          series: shown.map(([name, lessons]) => ({
            name,
            points: overSeedsAt(xs, (x) => lessons.map(({ responses }) => share(responses[x]!))),
          })),
        }),
        states: curve({
          title: 'State of the memristors over the trials',
          subtitle: `mean and sd of ${p.seeds} seeds, ${p.dogs} devices each`,
          x: { label: 'trial' },
          y: { label: 'state (share of the range)', domain: [0, 0.8] },
          series: shown.map(([name, lessons]) => ({
            name,
            points: overSeedsAt(xs, (x) => lessons.map(({ states }) => mean([...states[x]!]))),
          })),
        }),
        recovery: curve({
          title: 'Dogs that answer again 10 minutes after the extinction',
          subtitle: `mean and sd of ${p.seeds} seeds, ${p.dogs} dogs each; terminals recover with 20 s`,
          x: { label: 'from one bell to the next in the extinction (s)', log: true },
          y: { label: 'share of the dogs', domain: [0, 1] },
          series: [
            { name: 'after the rest', points: overSeedsAt(INTERVALS, (t) => of(at(t), 'recovered').values) },
            {
              name: 'at the last bell before it',
              points: overSeedsAt(INTERVALS, (t) => of(at(t), 'extinguished').values),
            },
          ],
        }),
      },
    };
  },
});
