/** Reinforcement learning on a small crossbar: an actor and a critic learn to balance a pole on a cart by falling. */
import { mean } from 'simple-statistics';
import { integer, object } from '../../index.ts';
import { curve, overSeeds } from '../../look/plots/index.ts';
import { defineDemonstration, mapSeeds, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, makeTable, ResultGrid, WHOLE } from '../findings.ts';
import { type Trial, trainAgent } from './agent.ts';

const SPREADS = [0, 0.1, 0.3, 1];
const SPREAD = 0.1; // of the controls
const WINDOW = 25; // episodes averaged over in the picture

/** Controls beside devices of several spreads. */
const CONTROLS = {
  numbers: { weights: 'numbers', lesson: 'right' },
  untaught: { weights: 'devices', lesson: 'none' },
  misled: { weights: 'devices', lesson: 'random' },
} as const;

export default defineDemonstration({
  name: 'reinforcement',
  title: 'A crossbar learns to balance a pole by falling',
  claim: 'Memristor arrays learn by reinforcement, in situ: they balance a pole on a cart.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 188; Barto et al. 1983, doi:10.1109/TSMC.1983.6313077',
  parameters: object({
    episodes: integer({ default: 400, min: 50, max: 100_000, help: 'number of episodes' }),
    steps: integer({ default: 500, min: 10, max: 100_000, help: 'maximum number of steps (20 ms) of an episode' }),
    ...SEED_PARAMS,
    seeds: integer({ default: 12, min: 1, max: 1000, help: 'number of repetitions, with consecutive seeds' }),
  }),
  steps: ({ seeds }) => seeds * (SPREADS.length + 1),
  async run(p, context) {
    const span = Math.min(100, Math.floor(p.episodes / 4));
    const summarise = (stepCounts: readonly number[]) => ({
      stepCounts,
      first: mean(stepCounts.slice(0, span)),
      last: mean(stepCounts.slice(-span)),
    });
    const runs = await mapSeeds(p, async (seed) => {
      const train = (trial: Pick<Trial, 'spread' | 'weights' | 'lesson'>) =>
        summarise(trainAgent({ ...p, ...trial, seed }));
      const devices = [];
      for (const spread of SPREADS) {
        await context.step(`seed ${seed}: spread ${spread}`);
        devices.push({ seed, name: 'devices', spread, ...train({ spread, weights: 'devices', lesson: 'right' }) });
      }
      await context.step(`seed ${seed}: controls`);
      const controls = Object.entries(CONTROLS).map(([name, trial]) => {
        return { seed, name, spread: SPREAD, ...train({ ...trial, spread: SPREAD }) };
      });
      return [...devices, ...controls];
    });
    const grid = new ResultGrid(runs.flat());
    const last = (spread: number, name = 'devices') => grid.values('last', { name, spread });
    const lastMean = (spread: number, name = 'devices') => mean(last(spread, name));
    const steps = inUnit('steps');
    const windows = Math.floor(p.episodes / WINDOW);
    const courses = new ResultGrid(
      grid.select({ spread: SPREAD }).flatMap(({ name, stepCounts }) =>
        Array.from({ length: windows }, (_, k) => {
          const from = k * WINDOW;
          return { name, from, steps: mean(stepCounts.slice(from, from + WINDOW)) };
        }),
      ),
    );
    return {
      figures: {
        [`steps until the fall, first ${span} episodes`]: steps(
          grid.values('first', { name: 'devices', spread: SPREAD }),
        ),
        [`last ${span} episodes, no spread`]: steps(last(0)),
        [`last ${span} episodes, spread 0.1`]: steps(last(0.1)),
        [`last ${span} episodes, spread 0.3`]: steps(last(0.3)),
        [`last ${span} episodes, spread 1`]: steps(last(1)),
        [`last ${span} episodes, numbers`]: steps(last(SPREAD, 'numbers')),
        [`control: last ${span} episodes, critic silent`]: steps(last(SPREAD, 'untaught')),
        [`control: last ${span} episodes, critic of random sign`]: steps(last(SPREAD, 'misled')),
      },
      expectations: {
        'the pole stays up more than five times as long as without the critic':
          lastMean(SPREAD) > 5 * lastMean(SPREAD, 'untaught'),
        'control: the agent does not learn without the critic': grid
          .select({ name: 'untaught' })
          .every((run) => run.last < 1.5 * run.first),
        'control: the agent does not learn with a critic of random sign':
          lastMean(SPREAD, 'misled') < 1.5 * lastMean(SPREAD, 'untaught'),
        'devices reach more than half of the steps of floating point':
          lastMean(SPREAD) > lastMean(SPREAD, 'numbers') / 2,
        'a spread of 30 % costs less than half of the steps': lastMean(0.3) > lastMean(0) / 2,
      },
      tables: {
        episodes: makeTable(
          runs.flatMap((results) => {
            const of = (name: string) => results.find((run) => run.name === name && run.spread === SPREAD)!.stepCounts;
            return Array.from({ length: p.episodes }, (_, episode) => ({
              seed: results[0]!.seed,
              episode,
              devices: of('devices')[episode]!,
              numbers: of('numbers')[episode]!,
              untaught: of('untaught')[episode]!,
              misled: of('misled')[episode]!,
            }));
          }),
          { episode: WHOLE, devices: WHOLE, numbers: WHOLE, untaught: WHOLE, misled: WHOLE },
        ),
        spreads: makeTable(
          grid.select({ name: 'devices' }).map((run) => ({ seed: run.seed, spread: run.spread, steps: run.last })),
        ),
      },
      pictures: {
        learning: curve({
          title: 'How long the pole stays up',
          subtitle: `means of ${WINDOW} episodes, mean and sd of ${p.seeds} seeds; at most ${p.steps} steps of 20 ms`,
          x: { label: 'episode' },
          y: { label: 'steps until the fall', domain: [0, 0] },
          series: [
            courses.line('devices, spread 0.1', 'from', 'steps', { name: 'devices' }),
            courses.line('numbers', 'from', 'steps', { name: 'numbers' }),
            courses.line('critic silent (control)', 'from', 'steps', { name: 'untaught' }),
            courses.line('critic of random sign (control)', 'from', 'steps', { name: 'misled' }),
          ],
        }),
        spread: curve({
          title: `How long it stays up in the last ${span} episodes, against the spread of the devices`,
          subtitle: `mean and sd of ${p.seeds} seeds`,
          x: { label: 'relative sd between devices and of each step' },
          y: { label: 'steps until the fall', domain: [0, 0] },
          series: [
            grid.line('devices', 'spread', 'last', { name: 'devices' }),
            constantLine('numbers, without spread', last(SPREAD, 'numbers')),
            constantLine('untaught', last(SPREAD, 'untaught')),
          ],
        }),
      },
    };
  },
});

/** Line at the same level for all spreads. */
const constantLine = (name: string, values: readonly number[]) => ({
  name,
  points: SPREADS.map((spread) => overSeeds(spread, values)),
});
