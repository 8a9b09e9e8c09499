import { Candidate, repeats } from './candidate.ts';
import type { Curves, Variant } from './curves.ts';
import { exponentialFamily, type Family, type FamilyName, neuroSimFamily, softBoundFamily } from './families.ts';
import { standardErrors, student } from './leastSquares.ts';
import type { Noise } from './noise.ts';
import { DIRECTIONS, type Direction, type Train } from './readPulses.ts';
import { type Between, betweenDevices, pooled } from './spread.ts';

/** A model fitted to measured pulses. */
export interface ModelFit {
  /** Parameters of the device model, conductances in S. */
  readonly params: Readonly<Record<string, number>>;
  /** 95 % confidence interval of each. */
  readonly ci: Readonly<Record<string, readonly [number, number]>>;
  /** Root mean square of readings less curves, S. */
  readonly rmse: number;
}

export type Bound = 'gMin' | 'gMax';

/** What a fit tells of one model beside its parameters. */
interface FitDetails {
  /** Bayesian information criterion, up to a constant common to all models. */
  readonly bic: number;
  readonly starts: Variant['starts'];
  /** The curves at the readings of each train, S. */
  readonly curves: readonly Float64Array[];
}

export interface PulseFit {
  readonly best: FamilyName;
  readonly models: Readonly<Record<FamilyName, ModelFit>>;
  /** null where it was not measured: one device only, or no train repeated. */
  readonly spread: { readonly deviceToDevice: number | null; readonly cycleToCycle: number | null };
  readonly details: Readonly<Record<FamilyName, FitDetails>>;
  readonly between: Between | null;
  /** Bounds of the best model that no train came to, and that it does not tell otherwise: the range visited stands for them. */
  readonly unreached: readonly Bound[];
  /** Scatter of a reading: `absolute` in S, `relative` as a share of the conductance. */
  readonly reading: { readonly kind: Noise['kind']; readonly sd: number };
}

/** Fewest parameters first: of models that fit alike, the first is taken. */
const FAMILIES: readonly Family[] = [softBoundFamily, exponentialFamily, neuroSimFamily];
/** A difference of the information criterion below this is not worth a mention (Kass & Raftery 1995). */
const ALIKE = 2;

function variantsOf(family: Family, trains: readonly Train[]): Variant[] {
  // A counter that begins with 1 or more may count pulses: of upward trains, or of downward ones that go on counting.
  const counts = (direction: Direction) =>
    trains.every((t) => t.direction !== direction || t.first >= 1) ? (1 as const) : (0 as const);
  const counted = { up: counts('up'), down: counts('down') };
  const none = { up: 0, down: 0 } as const;
  const possible = counted.up + counted.down > 0 ? [none, counted] : [none];
  return possible.flatMap((before): Variant[] => {
    // A full train of NeuroSim runs from bound to bound; from other levels its curves are those of softBound.
    if (family.name === 'neuroSim')
      return (['measured', 'free'] as const).map((length) => ({ family, starts: 'bounds', before, length }));
    const starts =
      before === none
        ? (['bounds', 'turned', 'continued', 'own'] as const)
        : (['bounds', 'turned', 'continued'] as const);
    return starts.map((s) => ({ family, starts: s, before, length: 'measured' }));
  });
}

const least = <T>(list: readonly T[], of: (item: T) => number): T => list.reduce((a, b) => (of(b) < of(a) ? b : a));

/**
 * Fits the three device models to measured pulses by least squares, in the recursion pulse by pulse. A mean device and the
 * factors of each device (gMax, upward and downward steps) are fitted in turn; readings are weighed by a Kalman filter
 * that knows the scatter of readings and of steps, which is estimated by maximum likelihood from the repeats.
 */
export function fitPulses(trains: readonly Train[]): PulseFit {
  const unit = trains.reduce((most, t) => t.conductance.reduce((a, g) => Math.max(a, g), most), 0);
  const n = trains.reduce((sum, t) => sum + t.elapsed.length, 0);
  const bic = (c: Candidate) => c.deviance + c.count * Math.log(n);
  const made = FAMILIES.map((family) => variantsOf(family, trains).map((v) => new Candidate(trains, unit, v)));
  const isOwn = (c: Candidate) => c.variant.starts === 'own';
  const others = made.flat().filter((c) => !isOwn(c));
  for (const c of others) c.fit(null, 1);
  const lowestSquares = least(others, (c) => c.deviance);
  const candidates = made.map((list) => list.filter((c) => !(isOwn(c) && fitsAlready(lowestSquares, n))));
  for (const c of candidates.flat()) if (isOwn(c)) c.fit(null, 1);
  const promising = candidates.map((list) => contenders(list, lowestSquares.deviance));
  const all = promising.flat();
  let noise = least(all, (c) => c.deviance).noise();
  for (const c of all) c.fit(noise, 1);
  const finalists = promising.map((list) => least(list, bic));
  noise = least(finalists, bic).noise();
  for (const c of finalists) c.fit(noise, 2);
  const lowest = Math.min(...finalists.map(bic));
  const best = finalists.find((c) => bic(c) <= lowest + ALIKE)!;
  const several = best.curves.devices.length > 1;
  const between = (c: Candidate) => (several ? betweenDevices(c.factors, c.factorErrors(noise)) : null);
  const byName = <T>(of: (c: Candidate) => T) =>
    Object.fromEntries(finalists.map((c) => [c.variant.family.name, of(c)])) as Record<FamilyName, T>;
  const found = between(best);
  const repeated = repeats(trains).some((group) => group.length > 1);
  return {
    best: best.variant.family.name,
    models: byName((c) => modelFit(c, noise, between(c), unit)),
    spread: { deviceToDevice: found && pooled(found), cycleToCycle: repeated ? noise.step : null },
    details: byName((c) => ({
      bic: bic(c),
      starts: c.variant.starts,
      curves: split(c.curves, c.curves.predict(c.p, c.factors), unit),
    })),
    between: found,
    unreached: unreached(best),
    reading: { kind: noise.kind, sd: noise.kind === 'absolute' ? noise.reading * unit : noise.reading },
  };
}

/** Those variants of a family that weighing may still put first: one alone where the family fits much worse than the best. */
function contenders(list: readonly Candidate[], squares: number): Candidate[] {
  const best = least(list, (c) => c.deviance);
  return list.filter((c) => c === best || (best.deviance < 3 * squares && c.deviance < 1.1 * best.deviance));
}

/**
 * Whether levels of their own for all trains could not pay: the readings scatter about the curves by hardly more than
 * about their means over the repeats, by less at any rate than so many more parameters would have to bring.
 */
function fitsAlready(c: Candidate, n: number): boolean {
  const { trains } = c.curves;
  const groups = repeats(trains);
  const degrees = groups.reduce((sum, g) => sum + (g.length - 1) * trains[g[0]!]!.elapsed.length, 0);
  if (degrees === 0) return false;
  const pure = c.scatterOfRepeats() / degrees;
  return n * Math.log(c.deviance / (n - c.count) / pure) < trains.length * Math.log(n);
}

const split = (curves: Curves, values: Float64Array, unit: number): Float64Array[] =>
  curves.trains.map(({ elapsed }, t) =>
    values.subarray(curves.begin(t), curves.begin(t) + elapsed.length).map((g) => g * unit),
  );

/**
 * Parameters and intervals. A coordinate's standard error is the root of the diagonal of (JᵀJ)⁻¹ s², J the Jacobian of the
 * whitened residuals and s² their mean square over the degrees of freedom; between devices their spread over the number of
 * devices comes on top. The interval is coordinate ± t(0.975) × that, taken to the parameter.
 */
function modelFit(c: Candidate, noise: Noise, between: Between | null, unit: number): ModelFit {
  const residuals = c.residuals(noise);
  const p = withinVisited(c);
  const n = c.curves.y.length;
  const degrees = Math.max(1, n - c.count);
  const scale = Math.sqrt(c.squares(noise) / degrees);
  const devices = c.curves.devices.length;
  const errors = standardErrors(residuals, p).map((se, i) =>
    Math.hypot(se * scale, spreadOf(c, p, between, i) / Math.sqrt(devices)),
  );
  const params = publish(c, p, unit);
  const ci: Record<string, [number, number]> = Object.fromEntries(Object.entries(params).map(([k, v]) => [k, [v, v]]));
  errors.forEach((se, i) => {
    const ends = [-1, 1].map((sign) =>
      publish(
        c,
        p.map((v, k) => (k === i ? v + sign * student(degrees) * se : v)),
        unit,
      ),
    );
    for (const [name, interval] of Object.entries(ci)) {
      const values = [...interval, ends[0]![name]!, ends[1]![name]!];
      ci[name] = [Math.min(...values), Math.max(...values)];
    }
  });
  const rmse = unit * Math.sqrt(c.deviations().reduce((sum, d) => sum + d * d, 0) / n);
  return { params, ci, rmse };
}

/**
 * Spread between devices of one coordinate: gMax is proportional to its factor; the logarithm of the size of a step, or of
 * the number of NeuroSim's pulses, goes with that of the factor of the steps.
 */
function spreadOf(c: Candidate, p: readonly number[], between: Between | null, at: number): number {
  if (between === null) return 0;
  if (at === 1) return between.max * p[1]!;
  const { shape, name } = c.variant.family;
  const steps = name === 'neuroSim' ? [2 + 2 * shape.length, 3 + 2 * shape.length] : [2, 2 + shape.length];
  return at === steps[0] ? between.up : at === steps[1] ? between.down : 0;
}

/** Steps of the exponential model say nothing of bounds; where trains start may. */
const knowsBounds = ({ family, starts }: Variant): boolean => family.name !== 'exponential' || starts === 'bounds';

/** A reading nearer to a bound than this share of the range is at it; trains that end farther off than GAP did not come to it. */
const [AT_BOUND, GAP] = [1e-3, 0.02];

/**
 * Bounds of the exponential model that the trains do not tell. They do where a curve stays at the bound, or where trains
 * begin at it although those that move to it end elsewhere: then it was set. Otherwise it is where they turned round.
 */
function unreached(c: Candidate): Bound[] {
  const { family, starts } = c.variant;
  if (family.name !== 'exponential') return [];
  const ways = c.curves.ways(c.p, c.factors);
  const begunAt = { up: starts === 'bounds' || starts === 'turned', down: starts === 'bounds' };
  const told = (to: Direction, away: Direction): boolean => {
    const own = ways.filter((_, t) => c.curves.trains[t]!.direction === to);
    const stays = own.some((way) => way.filter((h) => h > 1 - AT_BOUND).length > 1);
    return stays || (begunAt[away] && own.every((way) => way.at(-1)! < 1 - GAP));
  };
  return [...(told('down', 'up') ? [] : (['gMin'] as const)), ...(told('up', 'down') ? [] : (['gMax'] as const))];
}

/** The exponential model's range where no train comes to its bounds: what was visited. */
function withinVisited(c: Candidate): number[] {
  if (knowsBounds(c.variant)) return c.p;
  const [lo, hi, alphaUp, betaUp, alphaDown, betaDown] = c.p as [number, number, number, number, number, number];
  const [low, high] = c.curves.visited(c.p, c.factors);
  const share = high - low;
  return [
    lo + (hi - lo) * low,
    lo + (hi - lo) * high,
    alphaUp - betaUp * low - Math.log(share),
    betaUp * share,
    alphaDown - betaDown * (1 - high) - Math.log(share),
    betaDown * share,
  ];
}

function publish(c: Candidate, p: readonly number[], unit: number): Record<string, number> {
  const shapes = DIRECTIONS.map((direction) => {
    const { values, pulses } = c.curves.shape(p, direction);
    return c.variant.family.publish(direction, values, pulses);
  });
  return Object.assign({ gMin: Math.max(0, p[0]! * unit), gMax: p[1]! * unit }, ...shapes);
}
