import { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/lif.ts';
import { poisson } from '../../../neurons/stimuli/poisson.ts';
import type { Benchmark, FigureOptions } from '../figure.ts';
import { timed } from '../statistics.ts';

const SIZE = 1000;
const PER_MS = 1000;

/**
 * ns per fan-out (of one synapse or none, so that nothing but the event itself costs) with `inFlight` arrivals on their
 * way: on one lane, where a stretch takes many at once, or on `lanes` with a delay each, where the heap decides.
 */
export function nsPerFanOut(inFlight: number, lanes: number, { tiny }: FigureOptions): number {
  const fanOuts = tiny ? 10_000 : 500_000;
  const delay = inFlight / PER_MS / lanes;
  const net = new Network({ seed: 1 });
  const input = net.population('input', poisson({ size: SIZE, rate: (PER_MS * 1000) / SIZE }));
  const output = net.population('output', lif({ size: SIZE, threshold: 1e9 }));
  const step = delay / lanes;
  const projection = net.projection(input, output, {
    connect: { oneToOne: { weight: 1 } },
    delay: lanes === 1 ? delay : { uniform: [delay / 2 + step, delay / 2 + lanes * step], step },
  });
  net.run(2 * delay + 10);
  const before = projection.arrivals;
  const duration = fanOuts / PER_MS / lanes;
  const ms = timed(
    3,
    () => net,
    () => net.run(duration),
  );
  return (3 * ms * 1e6) / (projection.arrivals - before);
}

export const scheduler: Benchmark = {
  title: 'Scheduler: spikes in flight',
  measure: (options) =>
    (options.tiny ? [1, 1000] : [1, 100, 10_000, 1_000_000]).flatMap((inFlight) =>
      [1, 64].map((lanes) => ({
        name: `${inFlight.toLocaleString('en')} in flight, ${lanes} lane${lanes === 1 ? '' : 's'}`,
        value: nsPerFanOut(inFlight, lanes, options),
        unit: 'ns/fan-out',
      })),
    ),
};
