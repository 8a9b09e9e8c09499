/**
 * Poisson rates that change during a run: spikes that a stimulus has already generated for later are discarded at a change.
 * Expect: counts near 500, 2,000, 0 and 1,000 (100 neurons at 5, 20, 0 and 10 Hz for one second each).
 */
import { Network, poisson } from '../index.ts';
import { runIfMain } from './support.ts';

const RATES = [5, 20, 0, 10]; // Hz

export function main() {
  const net = new Network({ seed: 5 });
  const input = net.population('input', poisson({ size: 100 }));
  const counts = RATES.map((rate) => {
    const before = input.spikes;
    net.change(input, (model) => model.setRates(rate));
    net.run(1000);
    return input.spikes - before;
  });
  for (const [i, count] of counts.entries()) console.log(`${RATES[i]} Hz: ${count} spikes of 100 neurons in 1 s`);
  return counts;
}

runIfMain(import.meta.url, main);
