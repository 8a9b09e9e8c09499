import { CrossbarLayer, ideal, Stream, softBound } from '../../index.ts';

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

export interface Trial {
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
