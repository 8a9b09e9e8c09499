import { CrossbarLayer, type DeviceFactory, Stream, softBound } from '../../index.ts';
import { overlaps, PIXELS, patchOf, reconstruction } from './codes.ts';
import { spikingCodes } from './network.ts';

/** Largest weight that a pair starts with, drawn evenly from 0 on; pairs hold -1 to 1. */
const START = 0.3;
/** Patches whose changes are added up before devices are pulsed. */
export const BATCH = 10;
/** ms to settle and to count while it is learned: shorter, and so coarser, than at test. */
const WINDOW = { settle: 50, counted: 150 };

export interface Lesson {
  readonly neurons: number;
  readonly lambda: number;
  /** Step at the start; it falls to 0 along a line. */
  readonly rate: number;
  /** Relative sd of ranges and steps between devices. */
  readonly spread: number;
  readonly seed: number;
  /** Control: each patch goes with the code of the one after it. */
  readonly shuffled: boolean;
}

/** Atoms as the devices hold them. */
export interface Dictionary {
  /** Atoms in rows of pixels. */
  readonly atoms: Float64Array;
  /** Overlaps of the atoms. */
  readonly gram: Float64Array;
}

const device = (spread: number): DeviceFactory =>
  softBound({ gMin: 1e-6, gMax: 1e-4, reading: 'differential', deviceToDevice: spread });

/** An array whose devices start anywhere around the middle of their range: pixels × neurons. */
function arrayOf({ neurons, spread, seed }: Pick<Lesson, 'neurons' | 'spread' | 'seed'>): CrossbarLayer {
  const stream = new Stream(seed, 'sparseCoding/start');
  const weights = Float64Array.from({ length: PIXELS * neurons }, () => START * stream.uniform());
  return new CrossbarLayer({
    rows: PIXELS,
    columns: neurons,
    device: device(spread),
    weights,
    seed,
    name: 'dictionary',
  });
}

function held(array: CrossbarLayer): Dictionary {
  const { weights, columns } = array;
  const atoms = weights.map((_, k) => weights[(k % PIXELS) * columns + Math.floor(k / PIXELS)]!);
  return { atoms, gram: overlaps(atoms) };
}

/** Atoms that are given, programmed by write and verify; `noise`: what devices then stray by, as a share of their range. */
export function written(
  atoms: Float64Array,
  o: Omit<Lesson, 'lambda' | 'rate' | 'shuffled'> & { noise: number },
): Dictionary {
  const array = arrayOf(o);
  const weights = atoms.map((_, k) => atoms[(k % o.neurons) * PIXELS + Math.floor(k / o.neurons)]!);
  array.program(weights, { noise: o.noise });
  return held(array);
}

/**
 * Learned on the devices: ΔD = rate Σ (x − D a − λ d_j) a_j over the patches of a batch, by pulses, where a is the code that the spiking
 * network gives with the atoms as they are. At the optimum d_j · (x − D a) = λ for active neurons, so that the norms of atoms go to 1.
 * `missed` is told of each batch: the mean share of its patches that the codes miss.
 */
export async function learned(
  patches: Float64Array,
  lesson: Lesson,
  told: (missed: number) => Promise<void> | void,
): Promise<Dictionary> {
  const { neurons, lambda, rate, shuffled } = lesson;
  const array = arrayOf(lesson);
  const wanted = new Float64Array(PIXELS * neurons);
  const count = patches.length / PIXELS;
  for (let from = 0; from < count; from += BATCH) {
    const batch = patches.subarray(from * PIXELS, (from + BATCH) * PIXELS);
    const { atoms, gram } = held(array);
    const codes = spikingCodes(batch, { atoms, gram, neurons, lambda, inhibition: true }, WINDOW);
    let missed = 0;
    wanted.fill(0);
    codes.forEach((own, k) => {
      const restored = reconstruction(atoms, own);
      const rest = patchOf(batch, k).map((x, i) => x - restored[i]!);
      missed += rest.reduce((sum, r) => sum + r * r, 0) / codes.length;
      const code = shuffled ? codes[(k + 1) % codes.length]! : own;
      code.forEach((a, j) => {
        if (a > 0)
          rest.forEach((r, i) => {
            wanted[i * neurons + j]! += a * (r - lambda * atoms[j * PIXELS + i]!);
          });
      });
    });
    array.update(wanted, rate * (1 - from / count));
    await told(missed);
  }
  return held(array);
}
