/** Actor-critic learning on a crossbar: cart-pole. */
import { mean } from 'simple-statistics';
import { CrossbarLayer, ideal, integer, RandomStream, softBound } from '../../index.ts';
import { defineDemonstration, mapRange } from '../demonstration.ts';

/** Cart-pole state (Barto et al. 1983): position, m; velocity, m/s; angle from upright, rad; turning rate, rad/s. */
export type CartPoleState = readonly [x: number, speed: number, angle: number, turn: number];

const [CART, POLE, HALF_LENGTH] = [1, 0.1, 0.5]; // kg, kg, m
const TIME_STEP = 0.02; // s
const DEGREE = Math.PI / 180;

export function pushCart([x, speed, angle, turn]: CartPoleState, side: 1 | -1): CartPoleState {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const total = CART + POLE;
  const drive = (side * 10 + POLE * HALF_LENGTH * turn ** 2 * sin) / total;
  const bend = (9.8 * sin - cos * drive) / (HALF_LENGTH * (4 / 3 - (POLE * cos ** 2) / total));
  const push = drive - (POLE * HALF_LENGTH * bend * cos) / total;
  return [x + TIME_STEP * speed, speed + TIME_STEP * push, angle + TIME_STEP * turn, turn + TIME_STEP * bend];
}

export const hasFallen = ([x, , angle]: CartPoleState): boolean => Math.abs(x) > 2.4 || Math.abs(angle) > 12 * DEGREE;

/** Bin edges of each state variable; a box is a combination of one bin of each variable. */
const BIN_EDGES: readonly (readonly number[])[] = [
  [-0.8, 0.8],
  [-0.5, 0.5],
  [-6, -1, 0, 1, 6].map((degrees) => degrees * DEGREE),
  [-50, 50].map((degrees) => degrees * DEGREE),
];
export const STATE_BIN_COUNT = BIN_EDGES.reduce((n, edges) => n * (edges.length + 1), 1);

export const findStateBin = (state: CartPoleState): number =>
  BIN_EDGES.reduce((box, edges, k) => box * (edges.length + 1) + edges.filter((edge) => state[k]! >= edge).length, 0);

/** Agents: weights in devices, or in floating point (`numbers`). Controls: the critic's signal to the actor is 0 or has a random sign. */
const AGENTS = ['devices', 'numbers', 'without critic (control)', 'critic of random sign (control)'] as const;
type Agent = (typeof AGENTS)[number];

const [DISCOUNT, ACTOR_RATE, CRITIC_RATE] = [0.95, 0.5, 0.1];
const [ACTOR_DECAY, CRITIC_DECAY] = [0.9, 0.8]; // factors by which the eligibility traces decay per time step
const SHARPNESS = 10; // slope of the logistic choice between left and right: factor on the weight of the actor
const MAX_WEIGHT = 1;

type Training = Readonly<Record<'episodes' | 'steps' | 'seed', number>>;

/**
 * Trains an actor, which chooses left or right, and a critic, which predicts the fall. Each box (bin of the state
 * space) has a device pair for the actor and a pair for the critic. Prediction error × eligibility trace sets the pulses.
 * `spread`: relative sd between devices and of each step. Returns the number of time steps per episode.
 */
export function trainAgent(agent: Agent, spread: number, { episodes, steps, seed }: Training): number[] {
  const range = { gMin: 1e-6, gMax: 1e-4, reading: 'differential', weightAtGMax: MAX_WEIGHT } as const;
  const layer = new CrossbarLayer({
    rows: STATE_BIN_COUNT,
    columns: 2,
    seed,
    name: 'reinforcement',
    device:
      agent === 'numbers'
        ? ideal({ wMin: -MAX_WEIGHT, wMax: MAX_WEIGHT })
        : softBound({ ...range, etaUp: 0.05, etaDown: 0.05, deviceToDevice: spread, cycleToCycle: spread }),
  });
  const random = new RandomStream(seed, 'reinforcement/chance');
  const [x, y] = [new Float64Array(STATE_BIN_COUNT), new Float64Array(2)];
  const [actorTrace, criticTrace] = [new Float64Array(STATE_BIN_COUNT), new Float64Array(STATE_BIN_COUNT)];
  const change = new Float64Array(2 * STATE_BIN_COUNT);
  const readBox = (box: number): void => {
    x.fill(0);
    x[box] = 1;
    layer.forward(x, y);
  };
  const stepCounts: number[] = [];
  for (let episode = 0; episode < episodes; episode++) {
    actorTrace.fill(0);
    criticTrace.fill(0);
    let state: CartPoleState = [0, 0, 0.05 * (random.uniform() - 0.5), 0];
    let t = 0;
    for (let isDown = false; !isDown && t < steps; t++) {
      const box = findStateBin(state);
      readBox(box);
      const predicted = y[1]!;
      const right = 1 / (1 + Math.exp(-SHARPNESS * y[0]!));
      const side = random.uniform() < right ? 1 : -1;
      for (let i = 0; i < STATE_BIN_COUNT; i++) {
        actorTrace[i]! *= ACTOR_DECAY;
        criticTrace[i]! *= CRITIC_DECAY;
      }
      actorTrace[box]! += (1 - ACTOR_DECAY) * ((side + 1) / 2 - right);
      criticTrace[box]! += 1 - CRITIC_DECAY;
      state = pushCart(state, side);
      isDown = hasFallen(state);
      let next = 0;
      if (!isDown) {
        readBox(findStateBin(state));
        next = y[1]!;
      }
      const error = (isDown ? -1 : 0) + DISCOUNT * next - predicted;
      const isInverted = agent === 'critic of random sign (control)' && random.uniform() < 0.5;
      const signal = agent === 'without critic (control)' ? 0 : isInverted ? -error : error;
      for (let i = 0; i < STATE_BIN_COUNT; i++) {
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
const CONTROL_SPREAD = 0.1; // relative sd between devices and of each step in the runs of the controls
const AVERAGED_EPISODES = 25; // number of episodes that are averaged per point of the picture

export default defineDemonstration({
  parameters: {
    episodes: integer({ default: 400, min: 50, max: 100_000, help: 'number of episodes' }),
    steps: integer({ default: 500, min: 10, max: 100_000, help: 'maximum number of steps (20 ms) of an episode' }),
    seeds: integer({ default: 12, min: 1, max: 1000, help: 'number of trainings, with consecutive random seeds' }),
  },
  async simulate(p, context) {
    const span = Math.min(100, Math.floor(p.episodes / 4));
    const labels = {
      first: `steps until the fall, first ${span} episodes (steps)`,
      last: `steps until the fall, last ${span} episodes (steps)`,
    };
    const { spreads: grid } = await context.measurePerSeed(async (seed) => {
      const grid = [];
      for (const agent of AGENTS) {
        for (const spread of agent === 'devices' ? SPREADS : [CONTROL_SPREAD]) {
          await context.reportProgress(`${agent}, spread ${spread}`);
          const stepCounts = trainAgent(agent, spread, { ...p, seed });
          const [first, last] = [mean(stepCounts.slice(0, span)), mean(stepCounts.slice(-span))];
          grid.push({ agent, spread, first, last, stepCounts });
        }
      }
      return { spreads: grid };
    }, labels);
    const courses = grid.rows.flatMap(({ seed, agent, spread, stepCounts }) =>
      mapRange(Math.floor(p.episodes / AVERAGED_EPISODES), (k) => {
        const episode = k * AVERAGED_EPISODES;
        return { seed, agent, spread, episode, steps: mean(stepCounts.slice(episode, episode + AVERAGED_EPISODES)) };
      }),
    );
    context.createTable('courses', courses);
    const lastOf = (agent: Agent, spread = CONTROL_SPREAD) => grid.mean('last', { agent, spread });
    const [devices, noCritic] = [lastOf('devices'), lastOf('without critic (control)')];
    return {
      expectations: {
        'the pole stays up five times as long as without critic': devices > 5 * noCritic,
        'control: the agent does not learn without the critic': grid
          .selectRows({ agent: 'without critic (control)' })
          .every((run) => run.last < 1.5 * run.first),
        'control: no learning from a random critic': lastOf('critic of random sign (control)') < 1.5 * noCritic,
        'devices reach over half of the steps of floating point': devices > lastOf('numbers') / 2,
        'a spread of 30 % costs less than half of the steps': lastOf('devices', 0.3) > lastOf('devices', 0) / 2,
      },
    };
  },
});
