import { Network } from '../../../core/network.ts';
import { loadMnist } from '../../../experiments/data/mnist.ts';
import { lif } from '../../../neurons/lif.ts';
import { poisson } from '../../../neurons/stimuli/poisson.ts';
import { ideal } from '../../../synapses/devices/stepDevices.ts';
import { postTrace } from '../../../synapses/rules/postTrace.ts';
import { KeptSpikes, type MakeBenchmarked } from './benchmarked.ts';

const WARM = 20;
const IMAGES = 300;
const SHOWN_MS = 350;
const DARK_MS = 150;

/** Read once, so that no run collects the garbage of another one's reading. */
let images: Uint8Array | undefined;

/**
 * Unsupervised STDP on MNIST, simplified after Diehl & Cook 2015 (doi:10.3389/fncom.2015.00099): pixels as Poisson trains of
 * pixel / 4 Hz -> N LIF under hard winner-take-all, w += 0.01 (x_pre - 0.2) at a postsynaptic spike. Counterpart of brian2/dc_simple.py.
 */
export const dcSimple =
  (neurons: number): MakeBenchmarked =>
  (seed) => {
    const net = new Network({ seed });
    const input = net.population('input', poisson({ size: 784 }));
    const output = net.population(
      'output',
      lif({ size: neurons, tau: 100, threshold: 15, refractory: 5, adaptive: { increment: 0.1 }, precision: 'f32' }),
      { winnerTakeAll: { hold: 0 } },
    );
    const synapses = net.projection(input, output, {
      connect: { all: { weight: { uniform: [0.003, 0.303] } } },
      device: ideal({ wMin: 0, wMax: 1 }),
      rule: postTrace({ rate: 0.01, target: 0.2, tau: 20 }),
    });
    net.recordSpikes([input, output], new KeptSpikes());
    images ??= loadMnist().train.images;
    const pixels = images;
    const rates = new Float64Array(784);
    const show = (image: number) => {
      synapses.normaliseWeights(78, net.now);
      for (let i = 0; i < 784; i++) rates[i] = pixels[image * 784 + i]! / 4;
      net.change(input, (model) => model.setRates(rates));
      net.run(SHOWN_MS);
      net.change(input, (model) => model.setRates(0));
      net.run(DARK_MS);
    };
    let before = [0, 0];
    return {
      net,
      biological: IMAGES * (SHOWN_MS + DARK_MS),
      warmUp() {
        for (let image = 0; image < WARM; image++) show(image);
        before = [input.spikes, output.spikes];
      },
      run() {
        for (let image = WARM; image < WARM + IMAGES; image++) show(image);
      },
      counts: () => ({
        'input spikes an image': (input.spikes - before[0]!) / IMAGES,
        'output spikes an image': (output.spikes - before[1]!) / IMAGES,
      }),
    };
  };
