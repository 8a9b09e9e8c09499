import { exp } from '../../core/math.ts';

/** Nodes and weights of Gauss and Legendre for [0, 1]: exact for polynomials of degree 11. */
const NODES = [
  0.033765242898423975, 0.16939530676686776, 0.38069040695840156, 0.6193095930415985, 0.8306046932331322,
  0.966234757101576,
];
const WEIGHTS = [
  0.08566224618958525, 0.1803807865240693, 0.23395696728634546, 0.23395696728634546, 0.1803807865240693,
  0.08566224618958525,
];

/** Nothing changes by more than this within one piece, relative to itself: rates of decay and of attraction together, times its length. */
const PIECE = 0.5;
/** A conductance that cannot move the potential by more than this any more, mV, is gone. */
const GONE = 1e-14;

/** 1/n! */
const [S2, S3, S4, S5, S6] = [1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720];
const [S7, S8, S9, S10, S11, S12] = [1 / 5040, 1 / 40320, 1 / 362880, 1 / 3628800, 1 / 39916800, 1 / 479001600];

/** e^(-x) for 0 <= x <= 1/2, by its series. */
function fading(x: number): number {
  const y = x * x;
  const even = 1 + y * (S2 + y * (S4 + y * (S6 + y * (S8 + y * (S10 + y * S12)))));
  const odd = 1 + y * (S3 + y * (S5 + y * (S7 + y * (S9 + y * S11))));
  return even - x * odd;
}

/** A conductance at time 0, in leak conductances, its reversal potential, mV, and its rate of decay, per membrane time constant. */
export interface Drive {
  g: number;
  readonly e: number;
  readonly rate: number;
}

/**
 * U(t) of dU/dt = -U + sum g_k e^(-r_k t) (E_k - U), U(0) = u0, t in membrane time constants: a membrane under two conductances that decay
 * differently, for which there is no closed form. U = e^(-A(t)) (u0 + integral of sum g_k E_k e^(-r_k s) e^(A(s)) ds) with A(t) =
 * t + sum g_k (1 - e^(-r_k t)) / r_k exactly; the integral goes by Gauss's quadrature with 6 nodes, in pieces of length h with (1 + sum g_k +
 * max r_k) h <= 1/2. On the Bernstein ellipse of parameter 12 the integrand of a piece is below 2.5 |E|, so that its error is below
 * 64/15 / (12^12 - 12^10) × 2.5 |E| / 2 = 6e-13 |E|, and what earlier pieces contribute fades: 1e-9 mV are kept for |E| up to 1.5 V.
 */
export function shuntedByTwo(u0: number, one: Drive, two: Drive, t: number): number {
  let u = u0;
  let [g, h] = [one.g, two.g];
  const [r, s] = [one.rate, two.rate];
  for (let left = t; left > 0; ) {
    const reach = (g * (Math.abs(one.e) + Math.abs(u))) / r + (h * (Math.abs(two.e) + Math.abs(u))) / s;
    if (reach < GONE) return u * exp(-left);
    const piece = Math.min(left, PIECE / (1 + g + h + Math.max(r, s)));
    const [gEnd, hEnd] = [g * fading(r * piece), h * fading(s * piece)];
    let integral = 0;
    for (let i = 0; i < NODES.length; i++) {
      const at = NODES[i]! * piece;
      const [gAt, hAt] = [g * fading(r * at), h * fading(s * at)];
      const passed = piece - at + (gAt - gEnd) / r + (hAt - hEnd) / s;
      integral += WEIGHTS[i]! * (gAt * one.e + hAt * two.e) * fading(passed);
    }
    u = u * fading(piece + (g - gEnd) / r + (h - hEnd) / s) + piece * integral;
    [g, h] = [gEnd, hEnd];
    left -= piece;
  }
  return u;
}
