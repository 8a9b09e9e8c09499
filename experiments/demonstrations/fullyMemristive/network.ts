import {
  diffusiveNeuron,
  MemoryTable,
  Network,
  poisson,
  postTriggered,
  type Seed,
  Stream,
  softBound,
} from '../../index.ts';

export const INPUTS = 8;
export const NEURONS = 8;

/** Half of the inputs are active in each; some share two inputs, some none. */
export const PATTERNS = ['11110000', '00001111', '11001100', '00110011'].map((bits) => [...bits].map(Number));

const HOLD = 20; // ms that a spike silences all neurons for
const ACTIVE = 500; // Hz
const PRESENTATION = 100; // ms
export const LARGEST = 2.5; // mV of a synapse at its largest conductance
const DELAY = 2e4; // ms in which a filament forms without a field

/** Which pattern is shown when: each equally often, in random order. */
export function order(count: number, seed: Seed, purpose: string): number[] {
  const random = new Stream(seed, purpose);
  const shown = Array.from({ length: count }, (_, k) => k % PATTERNS.length);
  for (let i = shown.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [shown[i], shown[j]] = [shown[j]!, shown[i]!];
  }
  return shown;
}

interface Options {
  readonly seed: Seed;
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
  /** Weights (mV) that stay as they are; drawn, and learned by the rule, if left out. */
  readonly frozen?: Float64Array;
}

/** Shows patterns one after the other; returns the spikes of each neuron in each presentation, and all weights before and after. */
export function present(shown: readonly number[], { seed, deviceToDevice, cycleToCycle, frozen }: Options) {
  const net = new Network({ seed });
  const input = net.population('input', poisson({ size: INPUTS }));
  const output = net.population('output', diffusiveNeuron({ size: NEURONS, delay: DELAY }), {
    winnerTakeAll: { hold: HOLD },
  });
  const synapses = net.projection(
    input,
    output,
    frozen
      ? { connect: { matrix: { weights: frozen } } }
      : {
          connect: { all: { weight: { uniform: [0.6 * LARGEST, 0.8 * LARGEST] } } },
          device: softBound({ weightAtGMax: LARGEST, etaUp: 0.05, etaDown: 0.05, deviceToDevice, cycleToCycle }),
          rule: postTriggered({ window: 20 }),
        },
  );
  const before = Float64Array.from(synapses.edges.weights!);
  const rows = new MemoryTable();
  net.recordSpikes([output], rows);
  for (const pattern of shown) {
    net.change(input, (model) => model.setRates(PATTERNS[pattern]!.map((on) => on * ACTIVE)));
    net.run(PRESENTATION);
    net.rest();
  }
  net.flush();
  const counts = new Uint32Array(shown.length * NEURONS);
  rows.column('time').forEach((time, i) => {
    const presentation = Math.min(Math.floor(time / PRESENTATION), shown.length - 1);
    counts[presentation * NEURONS + rows.column('neuron')[i]!]!++;
  });
  return { counts, before, after: Float64Array.from(synapses.edges.weights!) };
}
