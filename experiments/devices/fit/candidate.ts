import { sumNthPowerDeviations } from 'simple-statistics';
import { Curves, type Factors, UNIT, type Variant } from './curves.ts';
import { type Bounds, leastSquares, type Residuals, standardErrors } from './leastSquares.ts';
import { estimateNoise, type Noise, whitening } from './noise.ts';
import { DIRECTIONS, type Train } from './readPulses.ts';

const sumOfSquares = (values: Float64Array) => values.reduce((sum, v) => sum + v * v, 0);

const KEYS = ['max', 'up', 'down'] as const;
const FACTOR_BOUNDS: Bounds = { low: [0.05, 0.01, 0.01], high: [20, 50, 50] };

/** One variant with its estimates so far. Conductances are in units of `unit`. */
export class Candidate {
  readonly variant: Variant;
  readonly curves: Curves;
  /** What is fitted: where repeats have one curve, their means, which tell the same of it. */
  readonly #fitted: Curves;
  p: number[] = [];
  factors: Factors[];
  /** -2 ln L up to a constant, for the noise it was last fitted with. */
  deviance = Number.POSITIVE_INFINITY;
  readonly #byDevice: readonly Curves[];
  readonly #bounds: Bounds;
  readonly #lengths: readonly number[];

  constructor(trains: readonly Train[], unit: number, variant: Variant) {
    this.variant = variant;
    this.curves = new Curves(trains, unit, variant);
    const alike = variant.starts === 'bounds' || variant.starts === 'turned';
    const fitted = alike ? means(trains) : trains;
    this.#fitted = new Curves(fitted, unit, variant);
    this.#byDevice = this.curves.devices.map(
      (device) =>
        new Curves(
          fitted.filter((t) => t.device === device),
          unit,
          variant,
          trains,
        ),
    );
    this.factors = this.curves.devices.map(() => UNIT);
    const shape = variant.family.shape.map(({ coordinate }) => coordinate);
    this.#lengths = variant.length === 'free' ? DIRECTIONS.map((d) => this.curves.longest[d]) : [];
    this.#bounds = {
      low: [0, 1e-3, ...shape.map((c) => c.low), ...shape.map((c) => c.low), ...this.#lengths.map(() => 0)],
      high: [
        2,
        3,
        ...shape.map((c) => c.high),
        ...shape.map((c) => c.high),
        ...this.#lengths.map((n) => Math.log(20 * n)),
      ],
    };
  }

  /** Estimated quantities, the levels that trains start at included. */
  get count(): number {
    return this.p.length + (this.variant.starts === 'own' ? this.curves.trains.length : 0);
  }

  /** Fits mean device and factors in turn; without noise all readings weigh the same. */
  fit(noise: Noise | null, rounds: number): void {
    if (this.p.length === 0) this.#fitMean(null, this.#starts());
    for (let round = 0; round < rounds; round++) {
      if (this.factors.length > 1) this.#fitFactors(noise);
      this.#fitMean(noise, [this.p]);
    }
    this.deviance = this.#devianceOf(noise);
  }

  /** Sum of the squares of the whitened residuals of all readings. */
  squares(noise: Noise | null): number {
    return sumOfSquares(residualsOf(this.curves, this.p, this.factors, noise, (p) => [p, this.factors])(this.p));
  }

  #devianceOf(noise: Noise | null): number {
    if (noise === null) return this.squares(null);
    const predicted = this.curves.predict(this.p, this.factors);
    const passages = this.curves.passages(this.p, this.factors, predicted);
    return this.squares(noise) + whitening(this.curves, passages, predicted, noise).logVariance;
  }

  /** Residuals of the mean device's coordinates, for the factors as they are. */
  residuals(noise: Noise | null): Residuals {
    return residualsOf(this.#fitted, this.p, this.factors, noise, (p) => [p, this.factors]);
  }

  /** Standard errors of the factors of each device, in the order max, up, down. */
  factorErrors(noise: Noise): number[][] {
    return this.#byDevice.map((curves, d) => {
      const f = this.factors[d]!;
      return standardErrors(
        this.#factorResiduals(curves, f, noise),
        KEYS.map((key) => f[key]),
      );
    });
  }

  /** Readings less curves, in units of `unit`. */
  deviations(): Float64Array {
    const predicted = this.curves.predict(this.p, this.factors);
    return this.curves.y.map((y, i) => y - predicted[i]!);
  }

  /** Noise from the scatter of repeats about their mean where there are repeats, else from that about the curves. */
  noise(): Noise {
    const predicted = this.curves.predict(this.p, this.factors);
    const passages = this.curves.passages(this.p, this.factors, predicted);
    return estimateNoise(this.curves, passages, predicted, aboutRepeats(this.curves, this.deviations()));
  }

  /** Sum of the squares of readings about their mean over the repeats of a train. */
  scatterOfRepeats(): number {
    const { trains, y } = this.curves;
    return repeats(trains).reduce((sum, group) => {
      const part = group.map((t) => y.subarray(this.curves.begin(t), this.curves.begin(t) + trains[t]!.elapsed.length));
      const about = (i: number) =>
        sumNthPowerDeviations(
          part.map((own) => own[i]!),
          2,
        );
      return sum + part[0]!.reduce((s, _, i) => s + about(i), 0);
    }, 0);
  }

  #fitMean(noise: Noise | null, starts: readonly (readonly number[])[]): void {
    this.p = leastSquares(scaled(this.residuals(noise), noise), starts, this.#bounds).p;
  }

  #fitFactors(noise: Noise | null): void {
    const found = this.#byDevice.map((curves, d) => {
      const f = this.factors[d]!;
      const start = KEYS.map((key) => f[key]);
      return leastSquares(scaled(this.#factorResiduals(curves, f, noise), noise), [start], FACTOR_BOUNDS).p;
    });
    const means = KEYS.map((_, i) => found.reduce((sum, f) => sum + f[i]!, 0) / found.length);
    this.factors = found.map(([max, up, down]) => ({
      max: max! / means[0]!,
      up: up! / means[1]!,
      down: down! / means[2]!,
    }));
  }

  #factorResiduals(curves: Curves, f: Factors, noise: Noise | null): Residuals {
    return residualsOf(curves, this.p, [f], noise, ([max, up, down]) => [
      this.p,
      [{ max: max!, up: up!, down: down! }],
    ]);
  }

  /** Starting points from the look of the curves: their lowest and highest level, and their pace at first. */
  #starts(): number[][] {
    const { y, trains } = this.curves;
    const levels = trains.flatMap(({ elapsed }, t) => {
      const own = y.subarray(this.curves.begin(t), this.curves.begin(t) + elapsed.length);
      const few = Math.max(1, Math.floor(own.length / 20));
      return [own.subarray(0, few), own.subarray(-few)].map((part) => part.reduce((a, b) => a + b) / few);
    });
    const [lo, hi] = [Math.min(...levels), Math.max(...levels)];
    const { shape } = this.variant.family;
    const starts = shape[0]!.starts(1, 1).map((_, s) =>
      DIRECTIONS.flatMap((direction) => {
        const { elapsed } = trains.find((t) => t.direction === direction)!;
        const pulses = elapsed.at(-1)!;
        return shape.map(({ coordinate, starts }) => coordinate.of(starts(Math.min(0.8, 3 / pulses), pulses)[s]!));
      }),
    );
    return starts.map((values) => [lo, hi, ...values, ...this.#lengths.map(Math.log)]);
  }
}

/** The same in units of the conductance: damping is absolute, and without noise whitened residuals are huge. */
const scaled =
  (residuals: Residuals, noise: Noise | null): Residuals =>
  (x) =>
    noise === null ? residuals(x) : residuals(x).map((r) => r * noise.reading);

/** Residuals of what `place` makes of the coordinates, whitened with filters that are held fixed at (p, factors). */
function residualsOf(
  curves: Curves,
  p: readonly number[],
  factors: readonly Factors[],
  noise: Noise | null,
  place: (x: readonly number[]) => [readonly number[], readonly Factors[]],
): Residuals {
  const { y, roots } = curves;
  const plain: Residuals = (x) => curves.predict(...place(x)).map((g, i) => g - y[i]!);
  if (noise === null) return (x) => plain(x).map((r, i) => r * roots[i]!);
  const predicted = curves.predict(p, factors);
  const { apply } = whitening(curves, curves.passages(p, factors, predicted), predicted, noise);
  return (x) => apply(plain(x)).map((r, i) => r * roots[i]!);
}

/** Repeats: the trains of one device in one direction that were read after the same pulses. */
export function repeats(trains: readonly Train[]): number[][] {
  const groups = new Map<string, number[]>();
  trains.forEach(({ device, direction, elapsed }, t) => {
    const id = JSON.stringify([device, direction, elapsed]);
    groups.set(id, [...(groups.get(id) ?? []), t]);
  });
  return [...groups.values()];
}

/** Repeats as one train each: the means of their readings. */
function means(trains: readonly Train[]): Train[] {
  return repeats(trains).map((group) => {
    const own = group.map((t) => trains[t]!);
    const conductance = own[0]!.conductance.map(
      (_, i) => own.reduce((sum, t) => sum + t.conductance[i]!, 0) / own.length,
    );
    return { ...own[0]!, conductance, repeats: own.length };
  });
}

/** Deviations less their mean over repeats, scaled to keep the variance; as they are where nothing is repeated. */
function aboutRepeats(curves: Curves, deviations: Float64Array): Float64Array {
  const out = deviations.slice();
  for (const group of repeats(curves.trains)) {
    const n = group.length;
    if (n === 1) continue;
    for (let i = 0; i < curves.trains[group[0]!]!.elapsed.length; i++) {
      const mean = group.reduce((sum, t) => sum + deviations[curves.begin(t) + i]!, 0) / n;
      for (const t of group) out[curves.begin(t) + i] = (out[curves.begin(t) + i]! - mean) * Math.sqrt(n / (n - 1));
    }
  }
  return out;
}
