import { cos, exp } from '../math.ts';

/** Points that stand for an integral over [0, 1]: exact for polynomials up to degree 63, and for what is multiplied by e^x with x up to `LARGEST` to rounding. */
const FINE = 32;
const HALVINGS = 60;
/** Sizes of rules, their end included: an even number each, for kernels that take two nodes at once. */
export const SIZES = [4, 6] as const;
/** Rules stand so many to a unit of x, up to the largest one. */
export const PER_UNIT = 16;
export const LARGEST = 4;

/**
 * What rules of each size serve for: pieces of length l for which the bend (g r + h s) l^2 / 2 and `slope` max(r, s) l are together at most `bend`; and the degrees of the polynomials that stand for (1 - e^-z) / z and e^q there, the latter for |q| up to `exponent` and exact
 * at 0: short times change nothing.
 */
export const REACHES = [
  { bend: 7 / 1024, slope: 1 / 16, exponent: 0.033, decay: 5, growth: 5 },
  { bend: 7 / 32, slope: 1 / 2, exponent: 0.086, decay: 7, growth: 6 },
] as const;
/** Coefficients of each of them, of odd degree, have room for so many. */
export const COEFFICIENTS = 8;

interface Points {
  readonly nodes: readonly number[];
  readonly weights: readonly number[];
}

/** Monic orthogonal polynomials p(k+1) = (z - a[k]) p(k) - b[k] p(k-1), b[0] being the integral of their weight. */
interface Recurrence {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** The polynomials at z, up to degree n. */
function polynomials({ a, b }: Recurrence, n: number, z: number): number[] {
  const p = [1];
  for (let k = 0; k < n; k++) p.push((z - a[k]!) * p[k]! - (k === 0 ? 0 : b[k]! * p[k - 1]!));
  return p;
}

/** Gauss's rule of n nodes in [0, 1]: the roots of each polynomial lie between those of the one before. */
function gauss(recurrence: Recurrence, n: number): Points {
  let nodes: number[] = [];
  for (let k = 1; k <= n; k++) {
    const ends = [0, ...nodes, 1];
    nodes = ends.slice(1).map((end, i) => {
      let [low, high] = [ends[i]!, end];
      const below = polynomials(recurrence, k, low)[k]! < 0;
      for (let h = 0; h < HALVINGS; h++) {
        const middle = (low + high) / 2;
        if (polynomials(recurrence, k, middle)[k]! < 0 === below) low = middle;
        else high = middle;
      }
      return (low + high) / 2;
    });
  }
  const weights = nodes.map((z) => {
    let [sum, square] = [0, 1];
    polynomials(recurrence, n - 1, z).forEach((p, k) => {
      square *= recurrence.b[k]!;
      sum += (p * p) / square;
    });
    return 1 / sum;
  });
  return { nodes, weights };
}

/** Stieltjes's procedure for the weight that the points stand for. */
function stieltjes({ nodes, weights }: Points, n: number): Recurrence {
  const a: number[] = [];
  const b: number[] = [];
  let before = nodes.map(() => 0);
  let p = nodes.map(() => 1);
  let last = 1;
  for (let k = 0; k < n; k++) {
    const square = weights.reduce((sum, w, i) => sum + w * p[i]! ** 2, 0);
    a.push(weights.reduce((sum, w, i) => sum + w * nodes[i]! * p[i]! ** 2, 0) / square);
    b.push(square / last);
    last = square;
    const next = nodes.map((z, i) => (z - a[k]!) * p[i]! - (k === 0 ? 0 : b[k]! * before[i]!));
    before = p;
    p = next;
  }
  return { a, b };
}

/** Radau's rule of n nodes for the weight e^(x (z - 1)) on [0, 1], with z = 1 among them: exact for polynomials up to degree 2n - 2. */
function radau(fine: Points, n: number, x: number): Points {
  const weight = fine.weights.map((w, i) => w * exp(x * (fine.nodes[i]! - 1)));
  const inner = { nodes: fine.nodes, weights: weight.map((w, i) => w * (1 - fine.nodes[i]!)) };
  const free = gauss(stieltjes(inner, n - 1), n - 1);
  const weights = free.weights.map((w, i) => w / (1 - free.nodes[i]!));
  const whole = weight.reduce((sum, w) => sum + w, 0);
  return { nodes: [...free.nodes, 1], weights: [...weights, whole - weights.reduce((sum, w) => sum + w, 0)] };
}

/** Coefficients of the polynomial of degree n through f at Chebyshev's points of an interval: nearly the best one. */
function through(f: (x: number) => number, from: number, to: number, n: number): number[] {
  const points = Array.from(
    { length: n + 1 },
    (_, i) => (from + to + (to - from) * cos(((i + 0.5) * Math.PI) / (n + 1))) / 2,
  );
  const differences = points.map(f);
  for (let k = 1; k <= n; k++)
    for (let i = n; i >= k; i--)
      differences[i] = (differences[i]! - differences[i - 1]!) / (points[i]! - points[i - k]!);
  let c = [differences[n]!];
  for (let i = n - 1; i >= 0; i--)
    c = [...c, 0].map((_, k) => (c[k - 1] ?? differences[i]!) - points[i]! * (c[k] ?? 0));
  return c;
}

/** (e^z - 1) / z for |z| up to 1, by its series. */
function meanGrowth(z: number): number {
  let sum = 1;
  for (let k = 20; k > 1; k--) sum = 1 + (z / k) * sum;
  return sum;
}

/** Numbers of a rule of so many nodes in the table. */
export const ruleLength = (n: number): number => 3 * n + 2;

let table: Float64Array | null = null;

/**
 * For kernels. By size the coefficients of (1 - e^-z) / z and of e^q; then rules, by size and then by x = 0, 1/16 … 4: nodes, weights, x (z - 1) at the
 * nodes but -x at the end, e^-x, 0.
 */
export function radauRules(): Float64Array {
  if (table !== null) return table;
  const legendre = {
    a: Array.from({ length: FINE }, () => 0.5),
    b: Array.from({ length: FINE }, (_, k) => (k === 0 ? 1 : (k * k) / (4 * (4 * k * k - 1)))),
  };
  const fine = gauss(legendre, FINE);
  const numbers: number[] = [];
  for (const { bend, slope, exponent, decay, growth } of REACHES)
    for (const c of [
      through(meanGrowth, -bend / slope, 0, decay).map((ck, k) => (k % 2 === 0 ? ck : -ck)),
      [1, ...through(meanGrowth, -exponent, exponent, growth - 1)],
    ])
      numbers.push(...c, ...Array<number>(COEFFICIENTS - c.length).fill(0));
  for (const n of SIZES)
    for (let i = 0; i <= LARGEST * PER_UNIT; i++) {
      const x = i / PER_UNIT;
      const { nodes, weights } = radau(fine, n, x);
      const exponents = nodes.map((z, k) => (k === n - 1 ? -x : x * (z - 1)));
      numbers.push(...nodes, ...weights, ...exponents, exp(-x), 0);
    }
  table = Float64Array.from(numbers);
  return table;
}
