import { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/lif.ts';
import { poisson } from '../../../neurons/stimuli/poisson.ts';
import { lateRate, type MakeBenchmarked } from './benchmarked.ts';

const EXC = 8000;
const INH = 2000;
const MS = 1000;
const J = 0.1;
const G = 5;

/**
 * Brunel 2000 (doi:10.1023/A:1008925309027): sparse random network of LIF neurons with delta synapses and fixed in-degree,
 * each with a Poisson drive of its own, 20 kHz: twice what brings it to threshold. Counterpart of brian2/brunel.py.
 */
const brunelWith =
  (refractoryInput: 'discard' | 'integrate'): MakeBenchmarked =>
  (seed) => {
    const net = new Network({ seed });
    const size = EXC + INH;
    const drive = net.population('drive', poisson({ size, rate: 20_000 }));
    const neurons = net.population(
      'neurons',
      lif({ size, tau: 20, threshold: 20, reset: 10, refractory: 2, refractoryInput }),
    );
    net.projection(drive, neurons, { connect: { oneToOne: { weight: J } } });
    const recurrent = (name: string, first: number, count: number, weight: number) =>
      net.projection(neurons, neurons, {
        name,
        sources: [first, count],
        connect: { inDegree: { k: count / 10, weight } },
        delay: 1.5,
      });
    recurrent('exc', 0, EXC, J);
    recurrent('inh', EXC, INH, -G * J);
    return lateRate(net, neurons, MS);
  };

export const brunel = brunelWith('discard');
/** What comes while refractory takes effect at the end. */
export const brunelIntegrate = brunelWith('integrate');
