/**
 * Reinforcement learning on a small crossbar: an actor and a critic learn to balance a pole on a cart by falling.
 * Source: reinforcement learning with memristor arrays, Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 188; actor, critic and boxes: Barto,
 *         Sutton & Anderson 1983, doi:10.1109/TSMC.1983.6313077.
 * Run: memspike demo reinforcement --out DIR
 * Expect: the pole stays up many times longer than at first; not where the critic says nothing to the actor, or the opposite half of the time;
 *         devices get at least half as far as numbers. A spread of 30 % costs more than that.
 */
import { mean } from 'simple-statistics';
import { integer, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { learned, type Trial } from './agent.ts';

const SPREADS = [0, 0.1, 0.3, 1];
const USUAL = 0.1;
const WINDOW = 25; // episodes averaged over

/** Who learns, beside devices of several spreads. */
const OTHERS = {
  numbers: { weights: 'numbers', lesson: 'right' },
  untaught: { weights: 'devices', lesson: 'none' },
  misled: { weights: 'devices', lesson: 'random' },
} as const;
type Other = keyof typeof OTHERS;

export default demonstration({
  name: 'reinforcement',
  title: 'A crossbar learns to balance a pole by falling',
  claim: 'Memristor arrays learn by reinforcement, in situ: they balance a pole on a cart.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 188; Barto et al. 1983, doi:10.1109/TSMC.1983.6313077',
  parameters: object({
    episodes: integer({ default: 400, min: 50, max: 100_000, help: 'falls to learn from' }),
    steps: integer({ default: 500, min: 10, max: 100_000, help: 'of 20 ms, after which an episode ends well' }),
    ...REPEATED,
    seeds: integer({ default: 12, min: 1, max: 1000, help: 'repetitions; their seeds follow one another' }),
  }),
  steps: ({ seeds }) => seeds * (SPREADS.length + 1),
  async run(p, stage) {
    const runs = await perSeed(p, async (seed) => {
      const one = (given: Pick<Trial, 'spread' | 'weights' | 'lesson'>) => learned({ ...p, ...given, seed });
      const spreads: number[][] = [];
      for (const spread of SPREADS) {
        await stage.step(`seed ${seed}: spread ${spread}`);
        spreads.push(one({ spread, weights: 'devices', lesson: 'right' }));
      }
      await stage.step(`seed ${seed}: controls`);
      const others = Object.fromEntries(
        Object.entries(OTHERS).map(([name, given]) => [name, one({ ...given, spread: USUAL })]),
      ) as Record<Other, number[]>;
      return { seed, spreads, others };
    });
    const span = Math.min(100, Math.floor(p.episodes / 4));
    const last = (lasted: readonly number[]) => mean(lasted.slice(-span));
    const first = (lasted: readonly number[]) => mean(lasted.slice(0, span));
    const at = (spread: number) => runs.map(({ spreads }) => last(spreads[SPREADS.indexOf(spread)]!));
    const of = (name: Other) => runs.map(({ others }) => last(others[name]));
    const steps = (values: readonly number[]) => ({ unit: 'steps', values });
    const windows = Array.from({ length: Math.floor(p.episodes / WINDOW) }, (_, k) => k * WINDOW);
    const courses: readonly (readonly [string, readonly (readonly number[])[]])[] = [
      ['devices, spread 0.1', runs.map(({ spreads }) => spreads[SPREADS.indexOf(USUAL)]!)],
      ['numbers', runs.map(({ others }) => others.numbers)],
      ['critic silent (control)', runs.map(({ others }) => others.untaught)],
      ['critic of random sign (control)', runs.map(({ others }) => others.misled)],
    ];
    return {
      figures: {
        [`steps until the fall, first ${span} episodes`]: steps(runs.map(({ spreads }) => first(spreads[1]!))),
        [`last ${span} episodes, no spread`]: steps(at(0)),
        [`last ${span} episodes, spread 0.1`]: steps(at(0.1)),
        [`last ${span} episodes, spread 0.3`]: steps(at(0.3)),
        [`last ${span} episodes, spread 1`]: steps(at(1)),
        [`last ${span} episodes, numbers`]: steps(of('numbers')),
        [`control: last ${span} episodes, critic silent`]: steps(of('untaught')),
        [`control: last ${span} episodes, critic of random sign`]: steps(of('misled')),
      },
      expectations: {
        'the pole stays up five times as long as untaught': mean(at(USUAL)) > 5 * mean(of('untaught')),
        'control: where the critic is silent nothing is learned': runs.every(
          ({ others }) => last(others.untaught) < 1.5 * first(others.untaught),
        ),
        'control: nor where its sign is random half of the time': mean(of('misled')) < 1.5 * mean(of('untaught')),
        'devices get at least half as far as numbers': mean(at(USUAL)) > mean(of('numbers')) / 2,
        'a spread of 30 % costs less than half': mean(at(0.3)) > mean(at(0)) / 2,
      },
      tables: {
        episodes: tableOf(
          runs.flatMap(({ seed, spreads, others }) =>
            Array.from({ length: p.episodes }, (_, episode) => ({
              ...{ seed, episode, devices: spreads[SPREADS.indexOf(USUAL)]![episode]! },
              ...{ numbers: others.numbers[episode]!, untaught: others.untaught[episode]! },
              misled: others.misled[episode]!,
            })),
          ),
          { seed: WHOLE, episode: WHOLE, devices: WHOLE, numbers: WHOLE, untaught: WHOLE, misled: WHOLE },
        ),
        spreads: tableOf(
          runs.flatMap(({ seed, spreads }) => SPREADS.map((spread, k) => ({ seed, spread, steps: last(spreads[k]!) }))),
          { seed: WHOLE, spread: '1', steps: '1' },
        ),
      },
      pictures: {
        learning: curve({
          title: 'How long the pole stays up',
          subtitle: `means of ${WINDOW} episodes, mean and sd of ${p.seeds} seeds; at most ${p.steps} steps of 20 ms`,
          x: { label: 'episode' },
          y: { label: 'steps until the fall', domain: [0, 0] },
          series: courses.map(([name, lasted]) => ({
            name,
            points: overSeedsAt(windows, (from) => lasted.map((one) => mean(one.slice(from, from + WINDOW)))),
          })),
        }),
        spread: curve({
          title: `How long it stays up in the last ${span} episodes, against the spread of the devices`,
          subtitle: `mean and sd of ${p.seeds} seeds`,
          x: { label: 'relative sd between devices and of each step' },
          y: { label: 'steps until the fall', domain: [0, 0] },
          series: [
            { name: 'devices', points: overSeedsAt(SPREADS, at) },
            { name: 'numbers, without spread', points: overSeedsAt(SPREADS, () => of('numbers')) },
            { name: 'untaught', points: overSeedsAt(SPREADS, () => of('untaught')) },
          ],
        }),
      },
    };
  },
});
