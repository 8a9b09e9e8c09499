import type { Neurons, Stimulus } from '../../../core/graph/population.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { latencyCode, lif } from '../../../neurons/index.ts';
import type { Lif } from '../../../neurons/lif.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { countInputs, countOutputs, isWeighted, matrixShape } from './model.ts';
import { connectStage, rowReadEnergy, SpikeCounters, type SpikingNet, type SynapseList, toEdges } from './spiking.ts';

/** Time constant of currents and membranes, ms: both decay by 2e-6 in 200 ms. */
const TAU = 1e8;
/** Threshold that neurons never cross; spike times follow from the potential at the end of a window. */
const UNREACHABLE = 1e12;

/** Input population of a layer and the neurons that it charges. */
interface LayerStep {
  readonly inputs: Stimulus<ReturnType<ReturnType<typeof latencyCode>['create']>>;
  readonly outputs: Neurons<Lif>;
  /** Value of the bias input: 1, or 0 without biases. */
  readonly biasValue: number;
}

/**
 * Spiking net with time-to-first-spike coding: one window of W ms per layer, at most one spike per neuron (Park et al. 2020,
 * doi:10.1109/DAC18072.2020.9218689). An input of value x in (0, 1] fires at W (1 − x) and switches on a constant current:
 * dV/dt = Σ w over the inputs that have fired, so that V = W Σ w x at the end of the window. In the next window, a threshold falls
 * from W to 0, and a neuron with V > 0 fires at W (1 − V/W). Activations are thus rectified, and clipped at the `percentile` of
 * their layer (threshold balancing: weights times λ_before/λ). Average pooling uses fixed weights. A bias is an input of value 1.
 * Output neurons integrate without firing. Weights are those of the devices; a spike reads the devices of its row once.
 */
export class LatencyNet implements SpikingNet {
  readonly leadTime: number;
  readonly counters: SpikeCounters;
  readonly #net: Network;
  readonly #window: number;
  readonly #white: number;
  readonly #layerSteps: readonly LayerStep[];

  /** @param white largest input value, which fires first; larger values are clipped */
  constructor(crossbars: CrossbarNet, lambdas: readonly number[], window: number, white: number, seed: Seed) {
    const net = new Network({ seed });
    const energyPerSpike = new Map<string, Float64Array>();
    let lambda = white;
    this.#layerSteps = crossbars.trainedModel().stages.flatMap((stage, n): LayerStep[] => {
      if (stage.kind === 'relu') return [];
      const nextLambda = stage.kind === 'averagePooling' ? lambda : lambdas[n]!;
      const [size, biasIndex] = [countOutputs(stage), countInputs(stage)];
      const { layer } = crossbars.stageStates[n]!;
      const readEnergy = new Float64Array(biasIndex + 1);
      const synapses: SynapseList = { pre: [], post: [], weight: [] };
      connectStage(stage, layer, lambda / nextLambda, synapses, readEnergy);
      if (isWeighted(stage)) {
        for (let j = 0; j < size; j++) {
          synapses.pre.push(biasIndex);
          synapses.post.push(j);
          synapses.weight.push(stage.bias[j % stage.bias.length]! / nextLambda);
        }
        const positions = size / stage.bias.length;
        for (let row = matrixShape(stage).rows; row < layer!.rows; row++)
          readEnergy[biasIndex]! += positions * rowReadEnergy(layer!, row);
      }
      const values = Array.from(readEnergy, () => 0);
      const inputs = net.population(`inputs${n + 1}`, latencyCode({ values, window }));
      const current = { synapse: 'exponential', tauSynExc: TAU, tauSynInh: TAU, capacitance: 1 } as const;
      const outputs = net.population(`layer${n + 1}`, lif({ ...current, size, tau: TAU, threshold: UNREACHABLE }));
      net.projection(inputs, outputs, { name: `synapses${n + 1}`, connect: { edges: toEdges(synapses) } });
      energyPerSpike.set(inputs.name, readEnergy);
      lambda = nextLambda;
      return [{ inputs, outputs, biasValue: isWeighted(stage) ? 1 : 0 }];
    });
    [this.#net, this.#window, this.#white] = [net, window, white];
    this.leadTime = window * (this.#layerSteps.length - 1);
    this.counters = new SpikeCounters(net, energyPerSpike);
  }

  show(image: ArrayLike<number>): void {
    this.counters.reset();
    for (const { inputs } of this.#layerSteps) this.#setValues(inputs, new Float64Array(inputs.size)); // removes the previous image
    this.#net.rest();
    let values = Float64Array.from(image, (x) => x / this.#white);
    this.#layerSteps.forEach(({ inputs, outputs, biasValue }, k) => {
      const clipped = new Float64Array(inputs.size).fill(biasValue);
      clipped.set(values.map((x) => Math.min(Math.max(x, 0), 1)));
      this.#setValues(inputs, clipped);
      if (k === this.#layerSteps.length - 1) return;
      this.#net.run(this.#window);
      values = this.#readPotentials(outputs).map((v) => v / this.#window);
    });
  }

  run(duration: number): Float64Array {
    this.#net.run(duration);
    this.#net.flush();
    return this.#readPotentials(this.#layerSteps.at(-1)!.outputs);
  }

  #setValues(inputs: LayerStep['inputs'], values: Float64Array): void {
    this.#net.change(inputs, (model) => model.setValues(values));
  }

  #readPotentials({ size, model }: Neurons<Lif>): Float64Array {
    return Float64Array.from({ length: size }, (_, j) => model.potential(j, this.#net.now));
  }
}
