import type { Neurons, Stimulus } from '../../../core/graph/population.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import type { Lif } from '../../../neurons/lif.ts';
import type { Poisson } from '../../../neurons/stimuli/poisson.ts';
import type { CrossbarLayer } from '../../../synapses/crossbar/index.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { isWeighted, matrixOf, outputsOf, sizeOf, type Weighted } from './model.ts';
import { connect, readOf, SpikeBooks, type SpikingNet, type Synapses, typed } from './spiking.ts';

/** Without leak: mV decay by 1e-7 in 100 ms. */
const NO_LEAK = 1e9;
/** No output neuron gets there: what it integrates is its score. */
const NEVER = 1e12;

/**
 * The net on its crossbars with rates between layers (Diehl et al. 2015, doi:10.1109/IJCNN.2015.7280696; Rueckauer et al. 2017,
 * doi:10.3389/fnins.2017.00682): rectifiers are integrate-and-fire neurons without leak, whose rate stands for the activation as a
 * share of the `percentile` of its layer (threshold balancing: weights times λ_before/λ, threshold 1). Averages are synapses of
 * fixed weight onto neurons of their own. A bias is one more input that fires as a white pixel. The outputs only integrate.
 * Weights are those that the devices hold; a spike reads the devices of its row once.
 */
export class RateNet implements SpikingNet {
  readonly lead = 0;
  readonly books: SpikeBooks;
  readonly #net: Network;
  readonly #rate: number;
  readonly #input: Stimulus<Poisson>;
  readonly #output: Neurons<Lif>;

  /** @param rate Hz of a white pixel */
  constructor(crossbars: CrossbarNet, lambdas: readonly number[], rate: number, seed: Seed) {
    const model = crossbars.trained();
    const net = new Network({ seed });
    const pixels = sizeOf(model.input);
    const input = net.population('layer0', poisson({ size: pixels + 1 }));
    const ofInput = new Float64Array(pixels + 1);
    const joules = new Map([['layer0', ofInput]]);
    let [source, lambda]: [Stimulus<Poisson> | Neurons<Lif>, number] = [input, 1];
    let output: Neurons<Lif> | null = null;
    model.stages.forEach((stage, n) => {
      if (stage.kind === 'relu') return;
      const last = n === model.stages.length - 1;
      const next = stage.kind === 'averagePooling' ? lambda : lambdas[n]!;
      const size = outputsOf(stage);
      const name = `layer${n + 1}`;
      const target = net.population(
        name,
        lif({ size, tau: NO_LEAK, threshold: last ? NEVER : 1, refractory: 0, reset: 0 }),
      );
      const synapses: Synapses = { pre: [], post: [], weight: [] };
      const { layer } = crossbars.rooms[n]!;
      connect(stage, layer, lambda / next, synapses, joules.get(source.name)!);
      if (isWeighted(stage)) bias(net, input, ofInput, stage, layer!, next, target, n);
      net.projection(source, target, { name: `synapses${n + 1}`, connect: { edges: typed(synapses) } });
      joules.set(name, new Float64Array(size));
      [source, lambda, output] = [target, next, target];
    });
    [this.#net, this.#rate, this.#input, this.#output] = [net, rate, input, output!];
    this.books = new SpikeBooks(net, joules);
  }

  /** Grey values are shares of the rate of a white pixel. */
  show(image: ArrayLike<number>, block: number): void {
    this.books.reset();
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

function bias(
  net: Network,
  input: Stimulus<Poisson>,
  joules: Float64Array,
  stage: Weighted,
  layer: CrossbarLayer,
  lambda: number,
  target: Neurons<Lif>,
  n: number,
): void {
  const places = outputsOf(stage) / stage.bias.length;
  const from = input.size - 1;
  const post = Array.from({ length: target.size }, (_, j) => j);
  const weight = post.map((j) => stage.bias[j % stage.bias.length]! / lambda);
  net.projection(input, target, {
    name: `biases${n + 1}`,
    connect: { edges: typed({ pre: post.map(() => from), post, weight }) },
  });
  for (let row = matrixOf(stage).rows; row < layer.rows; row++) joules[from]! += places * readOf(layer, row);
}
