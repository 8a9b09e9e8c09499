import { CrossbarLayer, Stream, softBound } from '../../index.ts';
import { gramMatrix, PIXELS, patchAt, reconstruct } from './codes.ts';
import { codePatches } from './network.ts';

/** Largest initial weight of a pair, drawn uniformly from 0; pairs hold -1 to 1. */
const MAX_START = 0.3;
/** Number of patches whose changes are added before devices are pulsed. */
export const BATCH = 10;
/** Times to settle and to count spikes in learning, ms: shorter, and therefore coarser, than in the test. */
const WINDOW = { settle: 50, counted: 150 };

export interface Lesson {
  readonly neurons: number;
  readonly lambda: number;
  /** Learning rate at the start; it falls linearly to 0. */
  readonly rate: number;
  /** Relative sd of ranges and steps between devices. */
  readonly spread: number;
  readonly seed: number;
  /** Control: each patch learns with the code of the next patch. */
  readonly shuffled: boolean;
}

/** Atoms as the devices hold them, in rows of pixels, and their Gram matrix. */
export interface Dictionary {
  readonly atoms: Float64Array;
  readonly gram: Float64Array;
}

/** Array (pixels × neurons) of device pairs that start near the middle of their range. */
function makeArray({ neurons, spread, seed }: Pick<Lesson, 'neurons' | 'spread' | 'seed'>): CrossbarLayer {
  const stream = new Stream(seed, 'sparseCoding/start');
  const weights = Float64Array.from({ length: PIXELS * neurons }, () => MAX_START * stream.uniform());
  const device = softBound({ gMin: 1e-6, gMax: 1e-4, reading: 'differential', deviceToDevice: spread });
  return new CrossbarLayer({ rows: PIXELS, columns: neurons, device, weights, seed, name: 'dictionary' });
}

function readDictionary({ weights, columns }: CrossbarLayer): Dictionary {
  const atoms = weights.map((_, k) => weights[(k % PIXELS) * columns + Math.floor(k / PIXELS)]!);
  return { atoms, gram: gramMatrix(atoms) };
}

/** Programs given atoms by program-and-verify with a remaining write noise (sd, share of the range). */
export function programDictionary(
  atoms: Float64Array,
  o: Pick<Lesson, 'neurons' | 'spread' | 'seed'> & { noise: number },
): Dictionary {
  const array = makeArray(o);
  const weights = atoms.map((_, k) => atoms[(k % o.neurons) * PIXELS + Math.floor(k / o.neurons)]!);
  array.program(weights, { noise: o.noise });
  return readDictionary(array);
}

/**
 * Learns a dictionary on the devices: ΔD = rate Σ (x − D a − λ d_j) a_j over the patches of a batch, by pulses; a is the code that
 * the spiking network gives with the present atoms. At the optimum d_j · (x − D a) = λ for active neurons, so that the norms of
 * atoms tend to 1. Calls `report` after each batch with the mean error of its codes.
 */
export async function learnDictionary(
  patches: Float64Array,
  lesson: Lesson,
  report: (error: number) => Promise<void> | void,
): Promise<Dictionary> {
  const { neurons, lambda, rate, shuffled } = lesson;
  const array = makeArray(lesson);
  const change = new Float64Array(PIXELS * neurons);
  const count = patches.length / PIXELS;
  for (let from = 0; from < count; from += BATCH) {
    const batch = patches.subarray(from * PIXELS, (from + BATCH) * PIXELS);
    const { atoms, gram } = readDictionary(array);
    const codes = codePatches(batch, { atoms, gram, neurons, lambda, inhibition: true }, WINDOW);
    let error = 0;
    change.fill(0);
    codes.forEach((own, k) => {
      const restored = reconstruct(atoms, own);
      const rest = patchAt(batch, k).map((x, i) => x - restored[i]!);
      error += rest.reduce((sum, r) => sum + r * r, 0) / codes.length;
      const code = shuffled ? codes[(k + 1) % codes.length]! : own;
      code.forEach((a, j) => {
        if (a > 0)
          rest.forEach((r, i) => {
            change[i * neurons + j]! += a * (r - lambda * atoms[j * PIXELS + i]!);
          });
      });
    });
    array.update(change, rate * (1 - from / count));
    await report(error);
  }
  return readDictionary(array);
}
