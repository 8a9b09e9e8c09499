/** An actor and a critic on a small crossbar learn to balance a pole on a cart by falling. */
import { mean } from 'simple-statistics';
import { CrossbarLayer, ideal, integer, object, Stream, softBound } from '../../index.ts';
import { curve, summariseSeeds } from '../../look/plots/index.ts';
import { defineDemonstration, listSeeds, measureSeeds, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, makeTable, mergeRecords, ResultGrid, WHOLE } from '../findings.ts';

/** Pole on a cart: position (m), speed, angle (rad) from upright, angular speed. Barto, Sutton & Anderson 1983, doi:10.1109/TSMC.1983.6313077. */
export type State = readonly [x: number, speed: number, angle: number, turn: number];

const GRAVITY = 9.8; // m/s²
const [CART, POLE, HALF_LENGTH] = [1, 0.1, 0.5]; // kg, kg, m
const FORCE = 10; // N
const STEP = 0.02; // s
const DEGREE = Math.PI / 180;

/** State one step after a push to the right (1) or left (-1). */
export function pushCart([x, speed, angle, turn]: State, side: 1 | -1): State {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const total = CART + POLE;
  const drive = (side * FORCE + POLE * HALF_LENGTH * turn ** 2 * sin) / total;
  const bend = (GRAVITY * sin - cos * drive) / (HALF_LENGTH * (4 / 3 - (POLE * cos ** 2) / total));
  const push = drive - (POLE * HALF_LENGTH * bend * cos) / total;
  return [x + STEP * speed, speed + STEP * push, angle + STEP * turn, turn + STEP * bend];
}

export const hasFallen = ([x, , angle]: State): boolean => Math.abs(x) > 2.4 || Math.abs(angle) > 12 * DEGREE;

/** Edges between boxes, for each variable of the state. */
const EDGES: readonly (readonly number[])[] = [
  [-0.8, 0.8],
  [-0.5, 0.5],
  [-6, -1, 0, 1, 6].map((degrees) => degrees * DEGREE),
  [-50, 50].map((degrees) => degrees * DEGREE),
];
export const BOX_COUNT = EDGES.reduce((n, edges) => n * (edges.length + 1), 1);

/** Index of the box, of 162, that a state lies in. */
export const boxOf = (state: State): number =>
  EDGES.reduce((box, edges, k) => box * (edges.length + 1) + edges.filter((edge) => state[k]! >= edge).length, 0);

interface Trial {
  readonly episodes: number;
  /** Maximum number of steps of an episode. */
  readonly steps: number;
  /** Relative sd of ranges and steps between devices, and of each step. */
  readonly spread: number;
  /** Weights in device pairs, or in floating point. */
  readonly weights: 'devices' | 'numbers';
  /** Signal from critic to actor: unchanged, zero, or with a random sign. */
  readonly lesson: 'right' | 'none' | 'random';
  readonly seed: number;
}

const [DISCOUNT, ACTOR_RATE, CRITIC_RATE] = [0.95, 0.5, 0.1];
const [ACTOR_DECAY, CRITIC_DECAY] = [0.9, 0.8]; // of the traces, per step
const SHARPNESS = 10; // of the choice between left and right
const MAX_WEIGHT = 1;

/**
 * Trains an actor and a critic, two columns of device pairs that the box of the state selects: the weight of the actor decides
 * between left and right, the critic predicts the fall. The prediction error pulses all devices in proportion to their traces,
 * which are kept outside of the crossbar. Returns the number of steps of each episode.
 */
export function trainAgent({ episodes, steps, spread, weights, lesson, seed }: Trial): number[] {
  const range = { gMin: 1e-6, gMax: 1e-4, reading: 'differential', weightAtGMax: MAX_WEIGHT } as const;
  const layer = new CrossbarLayer({
    rows: BOX_COUNT,
    columns: 2,
    seed,
    name: 'reinforcement',
    device:
      weights === 'numbers'
        ? ideal({ wMin: -MAX_WEIGHT, wMax: MAX_WEIGHT })
        : softBound({ ...range, etaUp: 0.05, etaDown: 0.05, deviceToDevice: spread, cycleToCycle: spread }),
  });
  const random = new Stream(seed, 'reinforcement/chance');
  const [x, y] = [new Float64Array(BOX_COUNT), new Float64Array(2)];
  const [actorTrace, criticTrace] = [new Float64Array(BOX_COUNT), new Float64Array(BOX_COUNT)];
  const change = new Float64Array(2 * BOX_COUNT);
  const readBox = (box: number): void => {
    x.fill(0);
    x[box] = 1;
    layer.forward(x, y);
  };
  const stepCounts: number[] = [];
  for (let episode = 0; episode < episodes; episode++) {
    actorTrace.fill(0);
    criticTrace.fill(0);
    let state: State = [0, 0, 0.05 * (random.uniform() - 0.5), 0];
    let t = 0;
    for (let isDown = false; !isDown && t < steps; t++) {
      const box = boxOf(state);
      readBox(box);
      const predicted = y[1]!;
      const right = 1 / (1 + Math.exp(-SHARPNESS * y[0]!));
      const side = random.uniform() < right ? 1 : -1;
      for (let i = 0; i < BOX_COUNT; i++) {
        actorTrace[i]! *= ACTOR_DECAY;
        criticTrace[i]! *= CRITIC_DECAY;
      }
      actorTrace[box]! += (1 - ACTOR_DECAY) * ((side + 1) / 2 - right);
      criticTrace[box]! += 1 - CRITIC_DECAY;
      state = pushCart(state, side);
      isDown = hasFallen(state);
      let next = 0;
      if (!isDown) {
        readBox(boxOf(state));
        next = y[1]!;
      }
      const error = (isDown ? -1 : 0) + DISCOUNT * next - predicted;
      const signal = lesson === 'none' ? 0 : lesson === 'random' && random.uniform() < 0.5 ? -error : error;
      for (let i = 0; i < BOX_COUNT; i++) {
        change[2 * i] = ACTOR_RATE * SHARPNESS * signal * actorTrace[i]!;
        change[2 * i + 1] = CRITIC_RATE * SHARPNESS * error * criticTrace[i]!;
      }
      layer.update(change);
    }
    stepCounts.push(t);
  }
  return stepCounts;
}

const SPREADS = [0, 0.1, 0.3, 1];
const SPREAD = 0.1; // of the controls
const WINDOW = 25; // episodes averaged over in the picture

/** Devices of several spreads, and controls. */
const TRIALS = {
  devices: { weights: 'devices', lesson: 'right' },
  numbers: { weights: 'numbers', lesson: 'right' },
  noCritic: { weights: 'devices', lesson: 'none' },
  randomCritic: { weights: 'devices', lesson: 'random' },
} as const;
const NAMES = Object.keys(TRIALS) as (keyof typeof TRIALS)[];
const CONTROLS = NAMES.filter((name) => name !== 'devices');

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
  async run(p, context) {
    const span = Math.min(100, Math.floor(p.episodes / 4));
    const { grid } = await measureSeeds(p, context, async (seed) => {
      const train = (name: keyof typeof TRIALS, spread: number) => {
        const stepCounts = trainAgent({ ...p, ...TRIALS[name], spread, seed });
        const [first, last] = [mean(stepCounts.slice(0, span)), mean(stepCounts.slice(-span))];
        return { name, spread, stepCounts, first, last };
      };
      const grid = [];
      for (const spread of SPREADS) {
        await context.step(`spread ${spread}`);
        grid.push(train('devices', spread));
      }
      await context.step('controls');
      grid.push(...CONTROLS.map((name) => train(name, SPREAD)));
      return { grid };
    });
    type Name = keyof typeof TRIALS;
    const last = (spread: number, name: Name = 'devices') => grid.values('last', { name, spread });
    const lastMean = (spread: number, name: Name = 'devices') => mean(last(spread, name));
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
        ...mergeRecords(SPREADS, (spread) => ({
          [`last ${span} episodes, ${spread === 0 ? 'no spread' : `spread ${spread}`}`]: steps(last(spread)),
        })),
        [`last ${span} episodes, numbers`]: steps(last(SPREAD, 'numbers')),
        [`control: last ${span} episodes, without critic`]: steps(last(SPREAD, 'noCritic')),
        [`control: last ${span} episodes, critic of random sign`]: steps(last(SPREAD, 'randomCritic')),
      },
      expectations: {
        'the pole stays up five times as long as without critic': lastMean(SPREAD) > 5 * lastMean(SPREAD, 'noCritic'),
        'control: the agent does not learn without the critic': grid
          .select({ name: 'noCritic' })
          .every((run) => run.last < 1.5 * run.first),
        'control: no learning from a random critic':
          lastMean(SPREAD, 'randomCritic') < 1.5 * lastMean(SPREAD, 'noCritic'),
        'devices reach over half of the steps of floating point': lastMean(SPREAD) > lastMean(SPREAD, 'numbers') / 2,
        'a spread of 30 % costs less than half of the steps': lastMean(0.3) > lastMean(0) / 2,
      },
      tables: {
        episodes: makeTable(
          listSeeds(p).flatMap((seed) => {
            const runs = NAMES.map((name) => grid.select({ seed, name, spread: SPREAD })[0]!.stepCounts);
            return Array.from({ length: p.episodes }, (_, episode) => {
              const counts = Object.fromEntries(NAMES.map((name, k) => [name, runs[k]![episode]!]));
              return { seed, episode, ...(counts as Record<keyof typeof TRIALS, number>) };
            });
          }),
          { episode: WHOLE, devices: WHOLE, numbers: WHOLE, noCritic: WHOLE, randomCritic: WHOLE },
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
            courses.line('without critic (control)', 'from', 'steps', { name: 'noCritic' }),
            courses.line('critic of random sign (control)', 'from', 'steps', { name: 'randomCritic' }),
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
            constantLine('without critic', last(SPREAD, 'noCritic')),
          ],
        }),
      },
    };
  },
});

/** Line at the same level for all spreads. */
const constantLine = (name: string, values: readonly number[]) => ({
  name,
  points: SPREADS.map((spread) => summariseSeeds(spread, values)),
});
