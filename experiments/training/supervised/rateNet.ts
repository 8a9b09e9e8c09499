import type { Neurons, Stimulus } from '../../../core/graph/population.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import type { Lif } from '../../../neurons/lif.ts';
import type { Poisson } from '../../../neurons/stimuli/poisson.ts';
import type { CrossbarLayer } from '../../../synapses/crossbar/index.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { countOutputs, countValues, isWeighted, matrixShape, type WeightedStage } from './model.ts';
import { connectStage, rowReadEnergy, SpikeCounters, type SpikingNet, type SynapseList, toEdges } from './spiking.ts';

/** Membrane time constant without leak, ms: mV decay by 1e-7 in 100 ms. */
const TAU = 1e9;
/** Threshold that output neurons never cross; their potential is the score. */
const UNREACHABLE = 1e12;

/**
 * Spiking net with rate coding (Diehl et al. 2015, doi:10.1109/IJCNN.2015.7280696; Rueckauer et al. 2017,
 * doi:10.3389/fnins.2017.00682). Rectifiers are integrate-and-fire neurons without leak, whose rate is the activation relative to
 * the `percentile` of its layer (threshold balancing: weights times λ_before/λ, threshold 1). Average pooling uses neurons with
 * fixed weights. A bias is an input that fires as a white pixel. Output neurons integrate without firing. Weights are those of
 * the devices; a spike reads the devices of its row once.
 */
export class RateNet implements SpikingNet {
  readonly leadTime = 0;
  readonly counters: SpikeCounters;
  readonly #net: Network;
  readonly #rate: number;
  readonly #input: Stimulus<Poisson>;
  readonly #output: Neurons<Lif>;

  /** @param rate rate of a white pixel, Hz */
  constructor(crossbars: CrossbarNet, lambdas: readonly number[], rate: number, seed: Seed) {
    const model = crossbars.trainedModel();
    const net = new Network({ seed });
    const pixels = countValues(model.input);
    const input = net.population('layer0', poisson({ size: pixels + 1 }));
    const inputEnergy = new Float64Array(pixels + 1);
    const energyPerSpike = new Map([['layer0', inputEnergy]]);
    let [source, lambda]: [Stimulus<Poisson> | Neurons<Lif>, number] = [input, 1];
    let output: Neurons<Lif> | null = null;
    model.stages.forEach((stage, n) => {
      if (stage.kind === 'relu') return;
      const isLast = n === model.stages.length - 1;
      const nextLambda = stage.kind === 'averagePooling' ? lambda : lambdas[n]!;
      const size = countOutputs(stage);
      const name = `layer${n + 1}`;
      const target = net.population(
        name,
        lif({ size, tau: TAU, threshold: isLast ? UNREACHABLE : 1, refractory: 0, reset: 0 }),
      );
      const synapses: SynapseList = { pre: [], post: [], weight: [] };
      const { layer } = crossbars.stageStates[n]!;
      connectStage(stage, layer, lambda / nextLambda, synapses, energyPerSpike.get(source.name)!);
      if (isWeighted(stage)) connectBiases(net, input, inputEnergy, stage, layer!, nextLambda, target, n);
      net.projection(source, target, { name: `synapses${n + 1}`, connect: { edges: toEdges(synapses) } });
      energyPerSpike.set(name, new Float64Array(size));
      [source, lambda, output] = [target, nextLambda, target];
    });
    [this.#net, this.#rate, this.#input, this.#output] = [net, rate, input, output!];
    this.counters = new SpikeCounters(net, energyPerSpike);
  }

  /** Presents an image whose grey values are relative to the rate of a white pixel. */
  show(image: ArrayLike<number>, block: number): void {
    this.counters.reset();
    this.#net.rest();
    this.#net.change(this.#input, (model) => {
      const rates = new Float64Array(image.length + 1).fill(this.#rate);
      for (let i = 0; i < image.length; i++) rates[i] = this.#rate * image[i]!;
      model.setRates(rates);
      model.useBlock(block);
    });
  }

  run(duration: number): Float64Array {
    this.#net.run(duration);
    this.#net.flush();
    return Float64Array.from({ length: this.#output.size }, (_, j) => this.#output.model.potential(j, this.#net.now));
  }
}

function connectBiases(
  net: Network,
  input: Stimulus<Poisson>,
  energyPerSpike: Float64Array,
  stage: WeightedStage,
  layer: CrossbarLayer,
  lambda: number,
  target: Neurons<Lif>,
  n: number,
): void {
  const positions = countOutputs(stage) / stage.bias.length;
  const from = input.size - 1;
  const post = Array.from({ length: target.size }, (_, j) => j);
  const weight = post.map((j) => stage.bias[j % stage.bias.length]! / lambda);
  net.projection(input, target, {
    name: `biases${n + 1}`,
    connect: { edges: toEdges({ pre: post.map(() => from), post, weight }) },
  });
  for (let row = matrixShape(stage).rows; row < layer.rows; row++)
    energyPerSpike[from]! += positions * rowReadEnergy(layer, row);
}
