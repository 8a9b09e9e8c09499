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
