import { UserError } from '../../../../core/declare/errors.ts';

export interface Topography {
  /** Mean distance of inputs from best-matching weights, both normalised; 0 to sqrt(2) for non-negative vectors. */
  readonly quantisationError: number;
  /** Share of input vectors whose best and second-best unit are not neighbours (of eight) on the lattice. */
  readonly topographicError: number;
}

export interface Lattice {
  /** Incoming weights of the units, `length x units`, row-major. */
  readonly weights: ArrayLike<number>;
  readonly units: number;
  /** Number of units per row of the lattice. */
  readonly width: number;
}

/**
 * Quantisation error and topographic error of a self-organising map. Vectors and weights are normalised to length 1, as
 * for neurons with equal total input; vectors of length 0 are ignored. Source: Kohonen 1982, doi:10.1007/BF00337288;
 * topographic error: Kiviluoto 1996, doi:10.1109/ICNN.1996.548907.
 * @param vectors concatenated input vectors, `length` numbers each
 */
export function topography(vectors: ArrayLike<number>, { weights, units, width }: Lattice): Topography {
  const length = weights.length / units;
  const count = vectors.length / length;
  if (!Number.isInteger(length) || !Number.isInteger(count) || count === 0 || units % width !== 0 || units < 2)
    throw new UserError(
      `topography: ${vectors.length} numbers for ${weights.length} weights of ${units} units in rows of ${width}, expected whole vectors, at least one, and whole rows of two units or more`,
    );
  const norms = new Float64Array(units);
  for (let i = 0; i < length; i++) for (let j = 0; j < units; j++) norms[j]! += weights[i * units + j]! ** 2;
  const similarity = new Float64Array(units);
  let [seen, distance, topographicErrors] = [0, 0, 0];
  for (let v = 0; v < count; v++) {
    similarity.fill(0);
    let square = 0;
    for (let i = 0; i < length; i++) {
      const x = vectors[v * length + i]!;
      if (x === 0) continue;
      square += x * x;
      for (let j = 0; j < units; j++) similarity[j]! += x * weights[i * units + j]!;
    }
    if (square === 0) continue;
    for (let j = 0; j < units; j++) similarity[j] = norms[j]! > 0 ? similarity[j]! / Math.sqrt(norms[j]! * square) : 0;
    const [best, second] = twoLargest(similarity);
    seen++;
    distance += Math.sqrt(Math.max(0, 2 - 2 * similarity[best]!));
    if (!adjacent(best, second, width)) topographicErrors++;
  }
  return { quantisationError: distance / seen, topographicError: topographicErrors / seen };
}

function twoLargest(values: Float64Array): [number, number] {
  let [best, second] = values[1]! > values[0]! ? [1, 0] : [0, 1];
  for (let j = 2; j < values.length; j++) {
    if (values[j]! > values[best]!) [best, second] = [j, best];
    else if (values[j]! > values[second]!) second = j;
  }
  return [best, second];
}

const adjacent = (a: number, b: number, width: number): boolean =>
  Math.abs((a % width) - (b % width)) <= 1 && Math.abs(Math.floor(a / width) - Math.floor(b / width)) <= 1;
