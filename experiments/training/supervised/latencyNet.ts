import type { Neurons, Stimulus } from '../../../core/graph/population.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { latencyCode, lif } from '../../../neurons/index.ts';
import type { Lif } from '../../../neurons/lif.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { inputsOf, isWeighted, matrixOf, outputsOf } from './model.ts';
import { connect, readOf, SpikeBooks, type SpikingNet, type Synapses, typed } from './spiking.ts';

/** Currents stay, and neurons do not leak: both decay by 2e-6 in 200 ms. */
const LONG = 1e8;
/** No neuron gets there: when it fires is told by the potential that it has at the end of its window. */
const NEVER = 1e12;

/** Spikes of the inputs of a layer, and the neurons that they charge. */
interface Step {
  readonly inputs: Stimulus<ReturnType<ReturnType<typeof latencyCode>['create']>>;
  readonly outputs: Neurons<Lif>;
  /** Value of the input that biases come from: 1, or 0 where there are none. */
  readonly one: number;
}

/**
 * The net on its crossbars with at most one spike a neuron (time to first spike in windows, layer by layer: Park et al. 2020,
 * doi:10.1109/DAC18072.2020.9218689). In the window of a layer, W ms long, an input of value x in (0, 1] fires at W (1 − x) and switches a
 * current on that stays: dV/dt = Σ w over what has fired, so that V = W Σ w x at its end. Then a threshold falls from W to 0, and a
 * neuron fires when it meets V > 0, at W (1 − V/W) of the next window: rectified, and clipped at the `percentile` of its layer
 * (threshold balancing: weights times λ_before/λ). Averages are synapses of fixed weight onto neurons of their own. A bias is one more
 * input of value 1. The outputs only integrate. Weights are those that the devices hold; a spike reads the devices of its row once.
 */
export class LatencyNet implements SpikingNet {
  readonly lead: number;
  readonly books: SpikeBooks;
  readonly #net: Network;
  readonly #window: number;
  readonly #white: number;
  readonly #steps: readonly Step[];

  /** @param white input that fires first; larger ones are clipped */
  constructor(crossbars: CrossbarNet, lambdas: readonly number[], window: number, white: number, seed: Seed) {
    const net = new Network({ seed });
    const joules = new Map<string, Float64Array>();
    let lambda = white;
    this.#steps = crossbars.trained().stages.flatMap((stage, n): Step[] => {
      if (stage.kind === 'relu') return [];
      const next = stage.kind === 'averagePooling' ? lambda : lambdas[n]!;
      const [size, ones] = [outputsOf(stage), inputsOf(stage)];
      const { layer } = crossbars.rooms[n]!;
      const costs = new Float64Array(ones + 1);
      const synapses: Synapses = { pre: [], post: [], weight: [] };
      connect(stage, layer, lambda / next, synapses, costs);
      if (isWeighted(stage)) {
        for (let j = 0; j < size; j++) {
          synapses.pre.push(ones);
          synapses.post.push(j);
          synapses.weight.push(stage.bias[j % stage.bias.length]! / next);
        }
        const places = size / stage.bias.length;
        for (let row = matrixOf(stage).rows; row < layer!.rows; row++) costs[ones]! += places * readOf(layer!, row);
      }
      const values = Array.from(costs, () => 0);
      const inputs = net.population(`inputs${n + 1}`, latencyCode({ values, window }));
      const current = { synapse: 'exponential', tauSynExc: LONG, tauSynInh: LONG, capacitance: 1 } as const;
      const outputs = net.population(`layer${n + 1}`, lif({ ...current, size, tau: LONG, threshold: NEVER }));
      net.projection(inputs, outputs, { name: `synapses${n + 1}`, connect: { edges: typed(synapses) } });
      joules.set(inputs.name, costs);
      lambda = next;
      return [{ inputs, outputs, one: isWeighted(stage) ? 1 : 0 }];
    });
    [this.#net, this.#window, this.#white] = [net, window, white];
    this.lead = window * (this.#steps.length - 1);
    this.books = new SpikeBooks(net, joules);
  }

  show(image: ArrayLike<number>): void {
    this.books.reset();
    for (const { inputs } of this.#steps) this.#send(inputs, new Float64Array(inputs.size)); // nothing of the image before
    this.#net.rest();
    let values = Float64Array.from(image, (x) => x / this.#white);
    this.#steps.forEach(({ inputs, outputs, one }, k) => {
      const all = new Float64Array(inputs.size).fill(one);
      all.set(values.map((x) => Math.min(Math.max(x, 0), 1)));
      this.#send(inputs, all);
      if (k === this.#steps.length - 1) return;
      this.#net.run(this.#window);
      values = this.#potentials(outputs).map((v) => v / this.#window);
    });
  }

  run(duration: number): Float64Array {
    this.#net.run(duration);
    this.#net.flush();
    return this.#potentials(this.#steps.at(-1)!.outputs);
  }

  #send(inputs: Step['inputs'], values: Float64Array): void {
    this.#net.change(inputs, (model) => model.setValues(values));
  }

  #potentials({ size, model }: Neurons<Lif>): Float64Array {
    return Float64Array.from({ length: size }, (_, j) => model.potential(j, this.#net.now));
  }
}
