import { lif, Network, type Recording, replay } from '../../index.ts';
import { PIXELS } from './codes.ts';

const INPUT_RATE = 1000; // Hz of a pixel of value 1
const RATE = 200; // Hz of a coefficient of 1
const SYNAPSE = 5; // ms
const DELAY = 0.1; // ms between neurons
/** Capacitance and threshold; the membrane time constant is so long that the neuron is an integrator. */
const MEMBRANE = { capacitance: 250, threshold: 15, tau: 1e5, refractory: 0 };
/** Charge of a spike, fC. */
const CHARGE = MEMBRANE.capacitance * MEMBRANE.threshold;

/** Times to settle and to count spikes, ms. */
export interface Window {
  readonly settle: number;
  readonly counted: number;
}
const WINDOW: Window = { settle: 150, counted: 500 };

export interface Layer {
  /** Atoms in rows of pixels, as the devices hold them. */
  readonly atoms: Float64Array;
  /** Gram matrix of the atoms, neurons × neurons. */
  readonly gram: Float64Array;
  readonly neurons: number;
  readonly inhibition: boolean;
  readonly lambda: number;
}

/** Regular trains, with a phase shift between pixels; patches follow one another every `duration` ms. */
function makeTrains(patches: Float64Array, duration: number): Recording {
  const spikes: [number, number][] = [];
  patches.forEach((value, k) => {
    if (value === 0) return;
    const [patch, pixel] = [Math.floor(k / PIXELS), k % PIXELS];
    const period = 1000 / (INPUT_RATE * value);
    const first = (period * (pixel + 1)) / (PIXELS + 1);
    for (let t = first; t < duration; t += period) spikes.push([patch * duration + t, pixel]);
  });
  spikes.sort(([a, i], [b, j]) => a - b || i - j);
  return {
    times: Float64Array.from(spikes, ([t]) => t),
    neurons: Uint32Array.from(spikes, ([, pixel]) => pixel),
    from: 'patches',
  };
}

/**
 * Codes patches by a spiking LCA: C dV_j/dt = CHARGE · RATE · (b_j − λ − Σ_k G_jk a_k), with rates a (spikes over RATE) in place
 * of analogue outputs. Spikes of the pixels cause the drive b = Dᵀx, a constant current is λ; the reset accounts for 1 of G_jj.
 */
export function codePatches(
  patches: Float64Array,
  { atoms, gram, neurons, inhibition, lambda }: Layer,
  { settle, counted }: Window = WINDOW,
): Float64Array[] {
  const net = new Network({ seed: 'sparse-coding' }); // deterministic
  const input = net.population('input', replay({ log: makeTrains(patches, settle + counted), size: PIXELS }));
  const current = (-lambda * CHARGE * RATE) / 1000;
  const synapses = { synapse: 'exponential', tauSynExc: SYNAPSE, tauSynInh: SYNAPSE } as const;
  const code = net.population('code', lif({ size: neurons, ...MEMBRANE, ...synapses, current }));
  const excitatory = (CHARGE * RATE) / INPUT_RATE / SYNAPSE; // pA
  const drives = atoms.map((_, k) => atoms[(k % neurons) * PIXELS + Math.floor(k / neurons)]! * excitatory);
  net.projection(input, code, { connect: { matrix: { weights: drives } } });
  if (inhibition) {
    const weights = gram.map((g, k) => (((Math.floor(k / neurons) === k % neurons ? 1 : 0) - g) * CHARGE) / SYNAPSE);
    net.projection(code, code, { connect: { matrix: { weights } }, delay: DELAY });
  }
  const spikes = net.recordSpikes([code]);
  return Array.from({ length: patches.length / PIXELS }, () => {
    net.rest();
    net.run(settle);
    const before = spikes.rows;
    net.run(counted);
    const coefficients = new Float64Array(neurons);
    for (const j of spikes.array('neuron').subarray(before)) coefficients[j]! += 1000 / (RATE * counted);
    return coefficients;
  });
}
