import { inverse, Matrix } from 'ml-matrix';
import type { Candidate } from './candidate.ts';
import { type Course, type Factors, follow } from './curves.ts';
import { type Left, placeOf } from './means.ts';
import type { Direction, Train } from './readPulses.ts';

/** How readings scatter about the curve, told from what is left of one reading to the next. */
export interface Noise {
  /** Whether the scatter of a reading is the same everywhere or goes with the conductance. */
  readonly kind: 'absolute' | 'relative';
  /** Sd of a reading, in units of the largest reading or as a share of the conductance. */
  readonly reading: number;
  /** Sd of a step from pulse to pulse as a share of the step, by direction. */
  readonly step: Readonly<Record<Direction, number>>;
  /** Sd of what all steps of a train have in common, as a share of a step; null where no train is repeated. */
  readonly gain: number | null;
  /** Sd of the level that trains start at, as a share of the range; null where no train is repeated. */
  readonly start: number | null;
}

/** Relative noise is taken no smaller than that of this share of the largest conductance. */
const SMALLEST = 1e-3;
export const scatterAt = (kind: Noise['kind'], level: number): number =>
  kind === 'absolute' ? 1 : Math.max(level, SMALLEST);

/** Trains of one direction and device that a mean over repeats is taken of at least. */
const REPEATS = 3;
const [LAGS, ROUNDS, FARTHEST] = [5, 6, 4];
/** Neighbours on each side whose mean stands for what a curve that is never repeated misses; the nearest is left out. */
const NEIGHBOURS = [2, 5] as const;
const DIFFERENCE = 1e-5;

/** What a train's readings do from one to the next, beside the curve. */
interface Steps {
  readonly direction: Direction;
  /** Deviation at the later reading less what stays of that at the earlier. */
  readonly off: Float64Array;
  /** Size of the step or steps between, root of the sum of their squares, share that stays of a deviation, levels. */
  readonly size: Float64Array;
  readonly root: Float64Array;
  readonly keep: Float64Array;
  readonly level: Float64Array;
}

function stepsOf(train: Train, y: readonly number[], elapsed: readonly number[], course: Course): Steps {
  const way = follow(course, elapsed);
  const n = Math.max(0, elapsed.length - 1);
  const [size, root, keep, off] = [0, 0, 0, 0].map(() => new Float64Array(n)) as Float64Array[];
  const level = way.map((h) => course.from + course.range * h);
  for (let i = 0; i < n; i++) {
    let h = way[i]!;
    let [kept, squares] = [1, 0];
    for (let k = elapsed[i]!; k < elapsed[i + 1]!; k++) {
      const by = h > 0.5 ? -DIFFERENCE : DIFFERENCE;
      const next = course.step(h);
      kept *= (course.step(h + by) - next) / by;
      squares += (next - h) ** 2;
      h = next;
    }
    keep![i] = Math.min(Math.max(kept, -1), 1);
    size![i] = Math.abs(course.range * (way[i + 1]! - way[i]!));
    root![i] = Math.abs(course.range) * Math.sqrt(squares);
    off![i] = y[i + 1]! - level[i + 1]! - keep![i]! * (y[i]! - level[i]!);
  }
  return { direction: train.direction, off: off!, size: size!, root: root!, keep: keep!, level };
}

/** Takes from the steps of each train what they have in common with repeats, or with their neighbours where there are none. */
function centred(steps: readonly Steps[], groups: readonly (readonly number[])[]): Steps[] {
  const out = steps.map((s) => ({ ...s, off: s.off.slice() }));
  for (const group of groups) {
    if (group.length >= REPEATS) {
      const longest = Math.max(...group.map((t) => steps[t]!.off.length));
      for (let i = 0; i < longest; i++) {
        const there = group.filter((t) => i < steps[t]!.off.length);
        const mean = there.reduce((sum, t) => sum + steps[t]!.off[i]!, 0) / there.length;
        const widen = there.length > 1 ? Math.sqrt(there.length / (there.length - 1)) : 0;
        for (const t of there) out[t]!.off[i] = (steps[t]!.off[i]! - mean) * widen;
      }
    } else for (const t of group) smooth(steps[t]!.off, out[t]!.off);
  }
  return out;
}

function smooth(from: Float64Array, to: Float64Array): void {
  const [near, far] = NEIGHBOURS;
  for (let i = 0; i < from.length; i++) {
    let [sum, count] = [0, 0];
    for (let k = near; k <= far; k++) {
      for (const at of [i - k, i + k]) {
        if (at < 0 || at >= from.length) continue;
        sum += from[at]!;
        count++;
      }
    }
    to[i] = (from[i]! - (count > 0 ? sum / count : 0)) / Math.sqrt(1 + (count > 0 ? 1 / count : 0));
  }
}

/** Unknown variances: of a step up, of a step down, of a reading, of the gain of a train. */
type Variances = [number, number, number, number];

/** What the product of two deviations is expected to be, by each of the variances. */
function expectation(s: Steps, i: number, lag: number, kind: Noise['kind']): Variances {
  const v = (k: number) => scatterAt(kind, s.level[k]!) ** 2;
  const up = s.direction === 'up';
  const reading = lag === 0 ? v(i + 1) + s.keep[i]! ** 2 * v(i) : lag === 1 ? -s.keep[i + 1]! * v(i + 1) : 0;
  const step = lag === 0 ? s.root[i]! ** 2 : 0;
  return [up ? step : 0, up ? 0 : step, reading, s.size[i]! * s.size[i + lag]!];
}

/**
 * Variances by weighted least squares of the products of deviations up to five readings apart (a method of moments close to
 * maximum likelihood, and one that a curve that misses slowly does not mislead); those that come out negative are 0.
 */
function moments(steps: readonly Steps[], kind: Noise['kind'], gains: boolean) {
  const known = gains ? [0, 1, 2, 3] : [0, 1, 2];
  let squares = 0;
  let count = 0;
  for (const { off } of steps) for (const d of off) [squares, count] = [squares + d * d, count + 1];
  const floor = Math.max((1e-12 * squares) / Math.max(count, 1), 1e-18);
  let found: Variances = [0, 0, squares / Math.max(count, 1) / 2, 0];
  let errors: number[] = [0, 0, 0, 0];
  let score = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [normal, right] = [Matrix.zeros(4, 4), [0, 0, 0, 0]];
    score = 0;
    for (const s of steps) {
      const own = s.off.map((_, i) => dot(expectation(s, i, 0, kind), found) + floor);
      const limited = s.off.map((d, i) => Math.sign(d) * Math.min(Math.abs(d), FARTHEST * Math.sqrt(own[i]!)));
      for (let lag = 0; lag <= (gains ? LAGS : 1); lag++) {
        for (let i = 0; i + lag < limited.length; i++) {
          const x = expectation(s, i, lag, kind);
          const product = limited[i]! * limited[i + lag]!;
          const weight = 1 / ((lag === 0 ? 2 : 1) * own[i]! * own[i + lag]!);
          if (lag === 0) score += Math.log(own[i]!) + product / own[i]!;
          for (const a of known) {
            right[a]! += weight * x[a]! * product;
            for (const b of known) normal.set(a, b, normal.get(a, b) + weight * x[a]! * x[b]!);
          }
        }
      }
    }
    [found, errors] = nonNegative(normal, right, known);
  }
  return { kind, found, errors, score };
}

const dot = (a: Variances, b: Variances) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];

/** Solves for the known unknowns, leaving out one after the other what comes out negative. */
function nonNegative(normal: Matrix, right: readonly number[], known: readonly number[]): [Variances, number[]] {
  const found: Variances = [0, 0, 0, 0];
  const errors = [0, 1, 2, 3].map((k) => (normal.get(k, k) > 0 ? 1 / Math.sqrt(normal.get(k, k)) : 0));
  let at = known.filter((k) => normal.get(k, k) > 0);
  while (at.length > 0) {
    const scale = at.map((k) => Math.sqrt(normal.get(k, k)));
    const scaled = new Matrix(at.map((a, i) => at.map((b, k) => normal.get(a, b) / scale[i]! / scale[k]!)));
    const turned = inverse(scaled, true);
    const values = at.map(
      (_, i) => at.reduce((sum, b, k) => sum + (turned.get(i, k) * right[b]!) / scale[k]!, 0) / scale[i]!,
    );
    const least = values.reduce((a, v, i) => (v < values[a]! ? i : a), 0);
    if (values[least]! >= 0) {
      at.forEach((k, i) => {
        found[k] = values[i]!;
        errors[k] = Math.sqrt(Math.max(0, turned.get(i, i))) / scale[i]!;
      });
      break;
    }
    at = at.filter((_, i) => i !== least);
  }
  return [found, errors];
}

/** A variance that is not this many standard errors above 0 is taken for 0: 1 %, one-sided. */
const SIGNIFICANT = 2.33;
/** The same for what is told and written: errors of products leave out that neighbours go together. */
const TOLD = 3.5;
/** Files hold rounded numbers: readings scatter by this share of the largest at least. */
const LEAST_NOISE = 1e-6;

/** What of the noise is told from 0, and the least and the most that are not unlikely. */
export interface Estimate {
  readonly told: Noise;
  readonly least: Noise;
  readonly most: Noise;
}

/** Steps that scatter by a share of the way from one noise to another. */
export const between = (a: Noise, b: Noise, share: number): Noise => {
  const of = (x: number, y: number) => Math.sqrt(x * x + share * (y * y - x * x));
  return {
    ...a,
    step: { up: of(a.step.up, b.step.up), down: of(a.step.down, b.step.down) },
    gain: a.gain === null ? null : of(a.gain, b.gain!),
  };
};

/** Trains of one device in one direction: each is a repeat of the others. */
export function repeats(trains: readonly Train[]): number[][] {
  const groups = new Map<string, number[]>();
  trains.forEach(({ device, direction }, t) => {
    const id = JSON.stringify([device, direction]);
    groups.set(id, [...(groups.get(id) ?? []), t]);
  });
  return [...groups.values()];
}

/**
 * Where repeats tell the variance of a step by itself: over all steps what they vary by, readings and gain taken out, over the sum of
 * their squares. Scatter that is no constant share of a step then counts as it adds up over a train. Not where readings scatter by
 * more than three times as much.
 */
function onAverage(steps: readonly Steps[], { kind, found, errors }: ReturnType<typeof moments>): Variances {
  const of = (direction: Direction, k: 0 | 1): number => {
    if (found[k] <= SIGNIFICANT * errors[k]!) return found[k];
    let [left, squares, read] = [0, 0, 0];
    for (const s of steps) {
      if (s.direction !== direction) continue;
      s.off.forEach((d, i) => {
        const x = expectation(s, i, 0, kind);
        left += d * d - x[2] * found[2] - x[3] * found[3];
        squares += x[k];
        read += x[2] * found[2];
      });
    }
    return left > READINGS * read ? left / squares : found[k];
  };
  return [of('up', 0), of('down', 1), found[2], found[3]];
}

const READINGS = 1 / 3;

interface Kept {
  readonly y: readonly number[];
  readonly elapsed: readonly number[];
}

/** Every stride-th reading of a train, from each of the first ones. */
const thin = ({ y, elapsed }: Kept, stride: number): Kept[] =>
  Array.from({ length: stride }, (_, from) => ({
    y: y.filter((__, i) => i % stride === from),
    elapsed: elapsed.filter((__, i) => i % stride === from),
  }));

const stepsIn = (found: Variances) => found[0] + found[1];
/**
 * Readings whose scatter lasts for a few of them look like steps. They do not at a wider stride: it is taken where it makes less
 * than this of the variance of steps, and so many readings remain.
 */
const [LESS, LEAST_OF_STRIDE] = [0.7, 24];

/** Noise of the trains about the curves of a candidate, with the factors of each device; what is left out apart. */
export function estimateNoise(
  trains: readonly Train[],
  unit: number,
  c: Candidate,
  left: Left,
  factors: ReadonlyMap<string, Factors>,
): Estimate {
  const courseOf = ({ device, direction }: Train) => c.curves.course(c.p, direction, factors.get(device));
  const kept = trains.map((train, t) => {
    const at = train.elapsed.map((_, i) => i).filter((i) => !left.has(placeOf(t, i)));
    const y = at.map((i) => train.conductance[i]! / unit);
    return { y, elapsed: at.map((i) => train.elapsed[i]!) };
  });
  const groups = repeats(trains);
  const repeated = groups.some((g) => g.length >= REPEATS);
  const at = (stride: number) => {
    const thinned = trains.flatMap((train, t) => thin(kept[t]!, stride).map((part) => ({ train, t, ...part })));
    const raw = thinned.map(({ train, y, elapsed }) => stepsOf(train, y, elapsed, courseOf(train)));
    const steps = centred(raw, stride === 1 ? groups : raw.map((_, i) => [i]));
    const fits = (['absolute', 'relative'] as const).map((kind) => moments(steps, kind, repeated));
    const fit = fits[1]!.score < fits[0]!.score ? fits[1]! : fits[0]!;
    return repeated ? { ...fit, found: onAverage(steps, fit) } : fit;
  };
  let fit = at(1);
  const shortest = Math.min(...kept.map(({ y }) => y.length));
  for (let stride = 2; !repeated && shortest >= stride * LEAST_OF_STRIDE; stride *= 2) {
    const next = at(stride);
    if (stepsIn(next.found) < LESS * stepsIn(fit.found)) fit = next;
  }
  const { kind, found, errors } = fit;
  const told = (k: number) => (found[k]! > TOLD * errors[k]! ? Math.sqrt(found[k]!) : 0);
  const likely = (k: number, by: number) => Math.sqrt(Math.max(0, found[k]! + by * errors[k]!));
  const reading = Math.max(LEAST_NOISE, Math.sqrt(found[2]));
  const firsts = groups.filter((g) => g.length >= REPEATS).map((g) => g.map((t) => ({ t, y: kept[t]!.y[0]! })));
  const start = repeated ? startSpread(firsts, kind, reading, Math.abs(c.curves.course(c.p, 'up').range)) : null;
  const one = (of: (k: number) => number): Noise => ({
    kind,
    reading,
    step: { up: of(0), down: of(1) },
    gain: repeated ? of(3) : null,
    start,
  });
  return { told: one(told), least: one((k) => likely(k, -SIGNIFICANT)), most: one((k) => likely(k, SIGNIFICANT)) };
}

/** What first readings of repeats vary by, less what readings do. */
function startSpread(
  groups: readonly (readonly { readonly y: number }[])[],
  kind: Noise['kind'],
  reading: number,
  range: number,
): number {
  let [sum, degrees] = [0, 0];
  for (const group of groups) {
    const mean = group.reduce((s, { y }) => s + y, 0) / group.length;
    const own = (reading * scatterAt(kind, mean)) ** 2;
    sum += group.reduce((s, { y }) => s + (y - mean) ** 2, 0) - (group.length - 1) * own;
    degrees += group.length - 1;
  }
  const limit = (SIGNIFICANT * reading ** 2) / Math.sqrt(degrees / 2);
  return sum / degrees > limit ? Math.sqrt(sum / degrees) / range : 0;
}
