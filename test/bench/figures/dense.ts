import { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/lif.ts';
import { poisson } from '../../../neurons/stimuli/poisson.ts';
import { exponential } from '../../../synapses/devices/stepDevices.ts';
import { postTriggered } from '../../../synapses/rules/postTriggered.ts';
import type { Benchmark, FigureOptions } from '../figure.ts';
import { timed } from '../statistics.ts';

const PIXELS = 784;
const RATE = 6400; // Hz, all pixels together
const SHOWN_MS = 350;

interface DenseOptions extends FigureOptions {
  readonly neurons: number;
  readonly precision: 'f32' | 'f64';
  /** Every image ends at its first output spike, which moves the winner's devices; else all are shown in full. */
  readonly training: boolean;
}

/** ns per synaptic event of images of 6,400 spikes a second on winner-take-all neurons. */
export function nsPerDenseEvent({ neurons, precision, training, tiny }: DenseOptions): number {
  const images = tiny ? 2 : training ? 2000 : Math.max(2, Math.round(40_000 / neurons));
  const prepare = () => {
    const net = new Network({ seed: 1 });
    const input = net.population('input', poisson({ size: PIXELS, rate: RATE / PIXELS }));
    const output = net.population(
      'output',
      lif({ size: neurons, tau: 100, threshold: 45, refractory: 0, adaptive: { increment: 0.05 }, precision }),
      { winnerTakeAll: { hold: 0 } },
    );
    const synapses = net.projection(input, output, {
      connect: { all: { weight: { uniform: [0, 1] } } },
      device: exponential({ alphaUp: 0.12, alphaDown: 0.009, betaUp: 5, betaDown: 0 }),
      rule: postTriggered({ window: 50 }),
    });
    const show = () => {
      net.resetDynamicState();
      net.change(input, (model) => model.setRates(RATE / PIXELS));
      net.run(SHOWN_MS, training ? { population: output, spikes: 1 } : undefined);
    };
    for (let k = 0; k < 3; k++) show();
    return { synapses, show, before: synapses.synapticEvents };
  };
  let events = 0;
  const ms = timed(3, prepare, ({ show, synapses, before }) => {
    for (let k = 0; k < images; k++) show();
    events = synapses.synapticEvents - before;
  });
  return (ms * 1e6) / events;
}

export const dense: Benchmark = {
  title: 'Dense: 784 inputs, winner-take-all, exponential devices, post-triggered rule',
  measure: (options) =>
    (options.tiny ? [100] : [400, 1600]).flatMap((neurons) =>
      (['f32', 'f64'] as const).flatMap((precision) =>
        [true, false].map((training) => ({
          name: `784 x ${neurons} ${precision}, ${training ? 'training (to the first spike)' : 'whole images'}`,
          value: nsPerDenseEvent({ ...options, neurons, precision, training }),
          unit: 'ns/event',
        })),
      ),
    ),
};
