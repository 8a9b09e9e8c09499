import type { Benchmark, FigureOptions } from '../figure.ts';
import { DEVICES, song } from '../networks/song.ts';
import { timed } from '../statistics.ts';

const SEED = 1;

/** ms of the network of Song et al. 2000 with each device: what its synapses being memristors costs. */
function msOfSong(post: number, device: string, { tiny }: FigureOptions): number {
  return timed(
    tiny ? 1 : post === 1 ? 7 : 3,
    () => song(post, DEVICES[device])(SEED),
    ({ net, run }) => (tiny ? net.run(100) : run()),
  );
}

export const songs: Benchmark = {
  title: 'Learning at each arrival: 1,000 inputs, pair STDP, 100 s, with devices that fire their output about as often',
  measure: (options) =>
    [1, ...(options.tiny ? [] : [100])].flatMap((post) =>
      Object.keys(DEVICES).map((device) => ({
        name: `${post === 1 ? '1 neuron' : `${post} neurons`}, ${device}`,
        value: msOfSong(post, device, options),
        unit: 'ms',
      })),
    ),
};
