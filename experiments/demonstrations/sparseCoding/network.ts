import { lif, MemoryTable, Network, type Recording, replay } from '../../index.ts';
import { PIXELS } from './codes.ts';

const INPUT_RATE = 1000; // Hz of a pixel of value 1
const RATE = 200; // Hz of a coefficient of 1
const SYNAPSE = 5; // ms
const DELAY = 0.1; // ms from neuron to neuron
/** Capacitance and threshold; with so long a membrane time constant the neuron is an integrator. */
const MEMBRANE = { capacitance: 250, threshold: 15, tau: 1e5, refractory: 0 };
/** Charge that makes a spike, fC. */
const CHARGE = MEMBRANE.capacitance * MEMBRANE.threshold;

/** ms before spikes count, and while they do. */
export interface Window {
  readonly settle: number;
  readonly counted: number;
}
const WINDOW: Window = { settle: 150, counted: 500 };

export interface Layer {
  /** Atoms in rows of pixels, as the devices hold them. */
  readonly atoms: Float64Array;
  /** Their overlaps: neurons x neurons. */
  readonly gram: Float64Array;
  readonly neurons: number;
  readonly inhibition: boolean;
  readonly lambda: number;
}

/** Regular trains, one pixel after the other shifted by a fraction of its period, one patch after the other. */
function trains(patches: Float64Array, shown: number): Recording {
  const spikes: [number, number][] = [];
  patches.forEach((value, k) => {
    if (value === 0) return;
    const [patch, pixel] = [Math.floor(k / PIXELS), k % PIXELS];
    const period = 1000 / (INPUT_RATE * value);
    for (let t = (period * (pixel + 1)) / (PIXELS + 1); t < shown; t += period) spikes.push([patch * shown + t, pixel]);
  });
  spikes.sort(([a, i], [b, j]) => a - b || i - j);
  return {
    times: Float64Array.from(spikes, ([t]) => t),
    neurons: Uint32Array.from(spikes, ([, pixel]) => pixel),
    from: 'patches',
  };
}

/**
 * Codes of the patches by a spiking LCA: C dV_j/dt = CHARGE · RATE · (b_j − λ − Σ_k G_jk a_k), where rates a (spikes over RATE) take the place of
 * the analogue outputs. The drive b = Dᵀx comes from spikes of the pixels, λ is a constant current; of G_jj the reset takes 1.
 */
export function spikingCodes(
  patches: Float64Array,
  { atoms, gram, neurons, inhibition, lambda }: Layer,
  { settle, counted }: Window = WINDOW,
): Float64Array[] {
  const net = new Network({ seed: 'sparse-coding' }); // nothing is drawn
  const input = net.population('input', replay({ log: trains(patches, settle + counted), size: PIXELS }));
  const code = net.population(
    'code',
    lif({
      size: neurons,
      ...MEMBRANE,
      synapse: 'exponential',
      tauSynExc: SYNAPSE,
      tauSynInh: SYNAPSE,
      current: (-lambda * CHARGE * RATE) / 1000,
    }),
  );
  const excitatory = (CHARGE * RATE) / INPUT_RATE / SYNAPSE; // pA
  const drives = atoms.map((_, k) => atoms[(k % neurons) * PIXELS + Math.floor(k / neurons)]! * excitatory);
  net.projection(input, code, { connect: { matrix: { weights: drives } } });
  if (inhibition) {
    const weights = gram.map((g, k) => (((Math.floor(k / neurons) === k % neurons ? 1 : 0) - g) * CHARGE) / SYNAPSE);
    net.projection(code, code, { connect: { matrix: { weights } }, delay: DELAY });
  }
  const spikes = new MemoryTable();
  net.recordSpikes([code], spikes);
  return Array.from({ length: patches.length / PIXELS }, () => {
    net.rest();
    net.run(settle);
    net.flush();
    const before = spikes.rows;
    net.run(counted);
    net.flush();
    const coefficients = new Float64Array(neurons);
    for (const j of spikes.column('neuron').slice(before)) coefficients[j]! += 1000 / (RATE * counted);
    return coefficients;
  });
}
