import { Matrix } from 'ml-matrix';
import { CrossbarLayer, type LabelledImages, lif, Network, RandomStream, softBound, spikeTrains } from '../../index.ts';
import { mapRange } from '../demonstration.ts';

export const PATCH_SIDE = 8;
export const PATCH_PIXELS = PATCH_SIDE * PATCH_SIDE;
const MIN_NORM = 0.25; // smallest norm of a patch, share of the largest possible norm

/** Image patches of unit norm, one per row, at random positions in random images. Nearly black patches are skipped. */
export function sampleImagePatches(
  { images, n, rows, columns }: LabelledImages,
  count: number,
  stream: RandomStream,
): Float64Array {
  const patches = new Float64Array(count * PATCH_PIXELS);
  for (let k = 0; k < count; ) {
    const image = stream.integerBelow(n) * rows * columns;
    const corner =
      image + stream.integerBelow(rows - PATCH_SIDE + 1) * columns + stream.integerBelow(columns - PATCH_SIDE + 1);
    const patch = Float64Array.from(
      { length: PATCH_PIXELS },
      (_, i) => images[corner + Math.floor(i / PATCH_SIDE) * columns + (i % PATCH_SIDE)]!,
    );
    const norm = Math.hypot(...patch);
    if (norm < MIN_NORM * 255 * PATCH_SIDE) continue;
    for (let i = 0; i < PATCH_PIXELS; i++) patches[k * PATCH_PIXELS + i] = patch[i]! / norm;
    k++;
  }
  return patches;
}

export const getPatch = (patches: Float64Array, k: number): Float64Array =>
  patches.subarray(k * PATCH_PIXELS, (k + 1) * PATCH_PIXELS);

/** Dictionary for sparse coding: atoms D (pixels × neurons) and Gram matrix DᵀD, as read from the devices. */
export type PatchDictionary = ReturnType<typeof makePatchDictionary>;

export function makePatchDictionary(atoms: Float64Array) {
  const matrix = Matrix.from1DArray(PATCH_PIXELS, atoms.length / PATCH_PIXELS, atoms);
  return { atoms, gram: Float64Array.from(matrix.transpose().mmul(matrix).to1DArray()) };
}

function reconstruct({ atoms }: PatchDictionary, code: Float64Array): Float64Array {
  const sum = new Float64Array(PATCH_PIXELS);
  for (const [j, a] of code.entries())
    if (a !== 0) for (let i = 0; i < PATCH_PIXELS; i++) sum[i]! += a * atoms[i * code.length + j]!;
  return sum;
}

export const computeCodingError = (dictionary: PatchDictionary, code: Float64Array, patch: Float64Array): number =>
  reconstruct(dictionary, code).reduce((sum, value, i) => sum + (patch[i]! - value) ** 2, 0);

/** Scales the code a of a patch x by the factor of least error, ⟨x, D a⟩ / |D a|², D: dictionary. */
export function rescaleSparseCode(dictionary: PatchDictionary, code: Float64Array, patch: Float64Array): Float64Array {
  const restored = reconstruct(dictionary, code);
  const square = restored.reduce((sum, value) => sum + value * value, 0);
  if (square === 0) return code;
  const factor = restored.reduce((sum, value, i) => sum + value * patch[i]!, 0) / square;
  return code.map((a) => factor * a);
}

/**
 * Optimal code argmin ½|x − D a|² + λ Σ a over a >= 0, by coordinate descent (Friedman et al. 2007, doi:10.1214/07-AOAS131):
 * a_j ← max(0, b_j − λ − Σ_{k≠j} G_jk a_k) / G_jj, with b = Dᵀx and G = DᵀD.
 */
export function findOptimalSparseCode(
  { atoms, gram }: PatchDictionary,
  patch: Float64Array,
  lambda: number,
): Float64Array {
  const n = atoms.length / PATCH_PIXELS;
  const drive = Float64Array.from({ length: n }, (_, j) => patch.reduce((sum, x, i) => sum + x * atoms[i * n + j]!, 0));
  const code = new Float64Array(n);
  for (let sweep = 0; sweep < 300; sweep++) {
    for (let j = 0; j < n; j++) {
      let rest = drive[j]! - lambda + gram[j * n + j]! * code[j]!;
      for (let k = 0; k < n; k++) rest -= gram[j * n + k]! * code[k]!;
      code[j] = Math.max(0, rest / gram[j * n + j]!);
    }
  }
  return code;
}

const INPUT_RATE = 1000; // firing rate of a pixel of value 1, Hz
const CODE_RATE = 200; // firing rate of a neuron with coefficient 1, Hz
const TAU_SYN = 5; // time constant of synaptic currents, ms
/** Membrane parameters in pF, mV and ms; the membrane time constant is so long that the neuron is an integrator. */
const MEMBRANE = { capacitance: 250, threshold: 15, tau: 1e5, refractory: 0 };
const CHARGE = MEMBRANE.capacitance * MEMBRANE.threshold; // fC, from reset to threshold

/** Regular spike trains (ms) of the pixels, with different phases; each patch is shown for `duration` ms. */
const makeTrains = (patches: Float64Array, duration: number): number[][] =>
  mapRange(PATCH_PIXELS, (pixel) => {
    const train: number[] = [];
    for (let patch = 0; patch * PATCH_PIXELS < patches.length; patch++) {
      const period = 1000 / (INPUT_RATE * getPatch(patches, patch)[pixel]!);
      const first = (period * (pixel + 1)) / (PATCH_PIXELS + 1);
      for (let t = first; t < duration; t += period) train.push(patch * duration + t);
    }
    return train;
  });

/**
 * Codes patches x by a spiking LCA, G = DᵀD: C dV_j/dt = CHARGE · CODE_RATE · (b_j − λ − Σ_k G_jk a_k). The firing rates a are in units
 * of CODE_RATE. Pixel spikes cause b = Dᵀx; a constant current causes −λ. The reset acts as a self-inhibition of 1.
 */
export function encodePatches(
  patches: Float64Array,
  { atoms, gram }: PatchDictionary,
  lambda: number,
  isInhibiting = true,
  { settle, counted } = { settle: 150, counted: 500 },
): Float64Array[] {
  const neurons = atoms.length / PATCH_PIXELS;
  const net = new Network({ seed: 'sparse-coding' }); // the network draws no random numbers
  const input = net.population('input', spikeTrains({ trains: makeTrains(patches, settle + counted) }));
  const current = (-lambda * CHARGE * CODE_RATE) / 1000;
  const synapses = { synapse: 'exponential', tauSynExc: TAU_SYN, tauSynInh: TAU_SYN } as const;
  const code = net.population('code', lif({ size: neurons, ...MEMBRANE, ...synapses, current }));
  const excitatory = (CHARGE * CODE_RATE) / INPUT_RATE / TAU_SYN; // pA
  const drives = atoms.map((weight) => weight * excitatory);
  net.projection(input, code, { connect: { matrix: { weights: drives } } });
  if (isInhibiting) {
    const weights = gram.map((g, k) => (((Math.floor(k / neurons) === k % neurons ? 1 : 0) - g) * CHARGE) / TAU_SYN);
    net.projection(code, code, { connect: { matrix: { weights } }, delay: 0.1 });
  }
  const spikes = net.recordSpikes([code]);
  return mapRange(patches.length / PATCH_PIXELS, () => {
    net.resetDynamicState();
    net.run(settle);
    const before = spikes.rows;
    net.run(counted);
    const coefficients = new Float64Array(neurons);
    for (const j of spikes.array('neuron').subarray(before)) coefficients[j]! += 1000 / (CODE_RATE * counted);
    return coefficients;
  });
}

const BATCH_SIZE = 10; // number of patches per weight update

type ArrayOptions = Readonly<Record<'neurons' | 'spread' | 'seed', number>>;

function makeArray({ neurons, spread, seed }: ArrayOptions): CrossbarLayer {
  const stream = new RandomStream(seed, 'sparseCoding/start');
  const weights = Float64Array.from({ length: PATCH_PIXELS * neurons }, () => 0.3 * stream.uniform());
  const device = softBound({ gMin: 1e-6, gMax: 1e-4, reading: 'differential', deviceToDevice: spread });
  return new CrossbarLayer({ rows: PATCH_PIXELS, columns: neurons, device, weights, seed, name: 'dictionary' });
}

const readDictionary = ({ weights }: CrossbarLayer) => makePatchDictionary(Float64Array.from(weights));

/** Programs a dictionary (atoms × pixels) with verification. `noise`: sd of the remaining error, share of the range. */
export function programDictionary(atoms: Float64Array, o: ArrayOptions & { readonly noise: number }): PatchDictionary {
  const array = makeArray(o);
  const weights = atoms.map((_, k) => atoms[(k % o.neurons) * PATCH_PIXELS + Math.floor(k / o.neurons)]!);
  array.program(weights, { noise: o.noise });
  return readDictionary(array);
}

/**
 * Learns a dictionary on the devices: Δd_j = rate Σ (x − D a − λ d_j) a_j for atom d_j, summed over a batch of patches x with spiking codes
 * a; λ: sparsity penalty. The rate falls linearly to 0. Control (`isShuffled`): each patch learns with the code of the next patch.
 */
export function learnDictionary(
  patches: Float64Array,
  { lambda, rate, ...options }: ArrayOptions & Readonly<Record<'lambda' | 'rate', number>>,
  isShuffled: boolean,
): PatchDictionary {
  const { neurons } = options;
  const array = makeArray(options);
  const change = new Float64Array(PATCH_PIXELS * neurons);
  const count = patches.length / PATCH_PIXELS;
  for (let from = 0; from < count; from += BATCH_SIZE) {
    const batch = patches.subarray(from * PATCH_PIXELS, (from + BATCH_SIZE) * PATCH_PIXELS);
    const dictionary = readDictionary(array);
    const codes = encodePatches(batch, dictionary, lambda, true, { settle: 50, counted: 150 });
    change.fill(0);
    codes.forEach((own, k) => {
      const restored = reconstruct(dictionary, own);
      const rest = getPatch(batch, k).map((x, i) => x - restored[i]!);
      const code = isShuffled ? codes[(k + 1) % codes.length]! : own;
      for (const [j, a] of code.entries()) {
        if (a === 0) continue;
        for (const [i, r] of rest.entries())
          change[i * neurons + j]! += a * (r - lambda * dictionary.atoms[i * neurons + j]!);
      }
    });
    array.update(change, rate * (1 - from / count));
  }
  return readDictionary(array);
}
