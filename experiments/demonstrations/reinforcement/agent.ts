import { CrossbarLayer, ideal, Stream, softBound } from '../../index.ts';
import { BOXES, boxOf, fallen, pushed, type State } from './cartPole.ts';

export interface Trial {
  readonly episodes: number;
  /** Steps after which an episode ends well. */
  readonly steps: number;
  /** Relative sd of ranges and steps between devices, and of each step. */
  readonly spread: number;
  /** Pairs of devices, or numbers in their place. */
  readonly weights: 'devices' | 'numbers';
  /** What the critic tells the actor: how it is, nothing, or the same with a random sign. */
  readonly lesson: 'right' | 'none' | 'random';
  readonly seed: number;
}

const [DISCOUNT, ACTOR, CRITIC] = [0.95, 0.5, 0.1];
const [KEPT, RECENT] = [0.9, 0.8]; // of the traces of actor and critic
const SHARP = 10; // of the choice between left and right
const LARGEST = 1; // weight

/**
 * An actor and a critic, two columns of device pairs read by the box that cart and pole are in: the actor's weight decides on left or right, the critic foretells the
 * fall. What was unforeseen pulses all devices in proportion to their traces, which are kept outside of the crossbar.
 * Returns how many steps each episode lasted.
 */
export function learned({ episodes, steps, spread, weights, lesson, seed }: Trial): number[] {
  const layer = new CrossbarLayer({
    ...{ rows: BOXES, columns: 2, seed, name: 'reinforcement' },
    device:
      weights === 'numbers'
        ? ideal({ wMin: -LARGEST, wMax: LARGEST })
        : softBound({
            ...{ gMin: 1e-6, gMax: 1e-4, reading: 'differential', weightAtGMax: LARGEST },
            ...{ etaUp: 0.05, etaDown: 0.05, deviceToDevice: spread, cycleToCycle: spread },
          }),
  });
  const chance = new Stream(seed, 'reinforcement/chance');
  const [x, y] = [new Float64Array(BOXES), new Float64Array(2)];
  const [actor, critic] = [new Float64Array(BOXES), new Float64Array(BOXES)];
  const wanted = new Float64Array(2 * BOXES);
  const read = (box: number): void => {
    x.fill(0);
    x[box] = 1;
    layer.forward(x, y);
  };
  const lasted: number[] = [];
  for (let episode = 0; episode < episodes; episode++) {
    actor.fill(0);
    critic.fill(0);
    let state: State = [0, 0, 0.05 * (chance.uniform() - 0.5), 0];
    let t = 0;
    for (let down = false; !down && t < steps; t++) {
      const box = boxOf(state);
      read(box);
      const foretold = y[1]!;
      const right = 1 / (1 + Math.exp(-SHARP * y[0]!));
      const side = chance.uniform() < right ? 1 : -1;
      for (let i = 0; i < BOXES; i++) {
        actor[i]! *= KEPT;
        critic[i]! *= RECENT;
      }
      actor[box]! += (1 - KEPT) * ((side + 1) / 2 - right);
      critic[box]! += 1 - RECENT;
      state = pushed(state, side);
      down = fallen(state);
      let next = 0;
      if (!down) {
        read(boxOf(state));
        next = y[1]!;
      }
      const surprise = (down ? -1 : 0) + DISCOUNT * next - foretold;
      const told = lesson === 'none' ? 0 : lesson === 'random' && chance.uniform() < 0.5 ? -surprise : surprise;
      for (let i = 0; i < BOXES; i++) {
        wanted[2 * i] = ACTOR * SHARP * told * actor[i]!;
        wanted[2 * i + 1] = CRITIC * SHARP * surprise * critic[i]!;
      }
      layer.update(wanted);
    }
    lasted.push(t);
  }
  return lasted;
}
