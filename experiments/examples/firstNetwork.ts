/**
 * A first network: 100 Poisson inputs drive 20 leaky integrate-and-fire neurons; a raster plot shows the spikes of both populations.
 * Expect: inputs fire at 20 Hz, outputs at about 18 Hz, and the picture runs/examples/first-network.svg.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lif, Network, poisson } from '../index.ts';
import { raster } from '../look/plots/index.ts';
import { runIfMain } from './support.ts';

const DURATION = 1000; // ms

export function main(directory = 'runs/examples') {
  const net = new Network({ seed: 7 });
  const input = net.population('input', poisson({ size: 100, rate: 20 }));
  const output = net.population('output', lif({ size: 20, tau: 20, threshold: 15, refractory: 2 }));
  net.projection(input, output, { connect: { all: { weight: { uniform: [0, 0.8] } } }, delay: 1 });

  const spikes = net.recordSpikes([input, output]);
  net.run(DURATION);

  const picture = join(directory, 'first-network.svg');
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    picture,
    raster({
      times: spikes.column('time'),
      neurons: spikes.column('neuron'),
      population: spikes.column('population'),
      populations: [input, output],
      window: [0, DURATION],
      title: 'A first network',
    }),
  );
  const rates = { input: input.spikes / input.size, output: output.spikes / output.size };
  console.log(`input ${rates.input.toFixed(1)} Hz, output ${rates.output.toFixed(1)} Hz; raster: ${picture}`);
  return { rates, picture, rows: spikes.rows };
}

runIfMain(import.meta.url, main);
