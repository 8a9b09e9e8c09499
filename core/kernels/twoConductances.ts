/** Decay rates of two conductances, per membrane time constant; reversal potentials, mV above the steady potential. */
export interface TwoConductances {
  readonly excDecayRate: number;
  readonly inhDecayRate: number;
  readonly excReversal: number;
  readonly inhReversal: number;
}

/**
 * Lower bound of the time until the potential of a neuron with conductances g, h rises from `v` to threshold `bar`, in
 * membrane time constants; Infinity if never, 0 if v >= bar. The bound follows from the maximum slope of the potential.
 */
export function boundTwoConductanceTimeToThreshold(
  v: number,
  g: number,
  h: number,
  bar: number,
  { excDecayRate: r, inhDecayRate: s, excReversal: e, inhReversal: f }: TwoConductances,
): number {
  if (v >= bar) return 0;
  const a = g * (e - bar);
  const c = h * (f - bar);
  const up = Math.max(a, 0) + Math.max(c, 0);
  const most = (a > c ? r >= s : s >= r) ? a + c : up;
  if (bar >= 0 && most <= bar) return Infinity;
  const b = g * (e - v);
  const d = h * (f - v);
  const pull = (b > d ? r >= s : s >= r) ? Math.max(b + d, 0) : Math.max(b, 0) + Math.max(d, 0);
  if (!(pull > v)) return Infinity;
  const rise = (bar - v) / (pull - v);
  const held = -(Math.min(a, 0) + Math.min(c, 0));
  const pushed = up - bar;
  if (!(held > pushed)) return rise;
  const fastest = Math.max(a < 0 ? r : 0, c < 0 ? s : 0);
  return Math.max((2 * (held - pushed)) / ((held + pushed) * fastest), rise); // ln x >= 2 (x - 1)/(x + 1)
}
