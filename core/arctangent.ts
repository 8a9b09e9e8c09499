/**
 * The angle of a point, by the method of fdlibm (Sun Microsystems, 1993, s_atan.c and e_atan2.c) in operations that IEEE 754 fixes: the
 * same bits in every browser.
 */

/** atan of 0.5, 1, 1.5 and infinity, and what a float64 lacks of them. */
const HIGH = [0.4636476090008061, 0.7853981633974483, 0.982793723247329, 1.5707963267948966];
const LOW = [2.2698777452961687e-17, 3.061616997868383e-17, 1.3903311031230998e-17, 6.123233995736766e-17];
const C0 = 0.3333333333333293;
const C1 = -0.19999999999876483;
const C2 = 0.14285714272503466;
const C3 = -0.11111110405462356;
const C4 = 0.09090887133436507;
const C5 = -0.0769187620504483;
const C6 = 0.06661073137387531;
const C7 = -0.058335701337905735;
const C8 = 0.049768779946159324;
const C9 = -0.036531572744216916;
const C10 = 0.016285820115365782;

/** atan(x) for x >= 0, not NaN. */
function atan(x: number): number {
  if (x >= 2 ** 66) return HIGH[3]! + LOW[3]!;
  if (x < 2 ** -27) return x;
  let t = x;
  let k = -1;
  if (x >= 2.4375) [k, t] = [3, -1 / x];
  else if (x >= 1.1875) [k, t] = [2, (x - 1.5) / (1 + 1.5 * x)];
  else if (x >= 0.6875) [k, t] = [1, (x - 1) / (x + 1)];
  else if (x >= 0.4375) [k, t] = [0, (2 * x - 1) / (2 + x)];
  const z = t * t;
  const w = z * z;
  const even = z * (C0 + w * (C2 + w * (C4 + w * (C6 + w * (C8 + w * C10)))));
  const odd = w * (C1 + w * (C3 + w * (C5 + w * (C7 + w * C9))));
  if (k < 0) return t - t * (even + odd);
  return HIGH[k]! - (t * (even + odd) - LOW[k]! - t);
}

const PI_LOW = 1.2246467991473532e-16;

/** The angle of (x, y) from the x-axis in rad, -π to π; of (0, 0) as Math.atan2 has it. x and y finite. */
export function atan2(y: number, x: number): number {
  const right = x > 0 || Object.is(x, 0);
  const angle = y === 0 ? 0 : x === 0 ? Math.PI / 2 : atan(Math.abs(y / x));
  const turned = right || x === 0 ? angle : Math.PI - (angle - PI_LOW);
  const whole = y === 0 && !right ? Math.PI : turned;
  return y < 0 || Object.is(y, -0) ? -whole : whole;
}
