/** Pole on a cart: position (m), speed, angle (rad) from upright, its speed. Barto, Sutton & Anderson 1983, doi:10.1109/TSMC.1983.6313077. */
export type State = readonly [x: number, speed: number, angle: number, turn: number];

const GRAVITY = 9.8; // m/s²
const [CART, POLE, HALF] = [1, 0.1, 0.5]; // kg, kg, m: half of its length
const FORCE = 10; // N
const STEP = 0.02; // s
const DEGREE = Math.PI / 180;

/** After a push to the right (1) or left (-1). */
export function pushed([x, speed, angle, turn]: State, side: 1 | -1): State {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const total = CART + POLE;
  const drive = (side * FORCE + POLE * HALF * turn ** 2 * sin) / total;
  const bend = (GRAVITY * sin - cos * drive) / (HALF * (4 / 3 - (POLE * cos ** 2) / total));
  const push = drive - (POLE * HALF * bend * cos) / total;
  return [x + STEP * speed, speed + STEP * push, angle + STEP * turn, turn + STEP * bend];
}

export const fallen = ([x, , angle]: State): boolean => Math.abs(x) > 2.4 || Math.abs(angle) > 12 * DEGREE;

const EDGES: readonly (readonly number[])[] = [
  [-0.8, 0.8],
  [-0.5, 0.5],
  [-6, -1, 0, 1, 6].map((degrees) => degrees * DEGREE),
  [-50, 50].map((degrees) => degrees * DEGREE),
];
export const BOXES = EDGES.reduce((n, edges) => n * (edges.length + 1), 1);

/** Which of the 162 boxes a state lies in. */
export const boxOf = (state: State): number =>
  EDGES.reduce((box, edges, k) => box * (edges.length + 1) + edges.filter((edge) => state[k]! >= edge).length, 0);
