/**
 * f–I curves: a leaky integrate-and-fire neuron is silent below its threshold current; a neuron with escape noise fires at
 * any current, at a rate that increases as its potential approaches the threshold.
 * Expect: at 300 pA (12 mV of 15) 0 Hz and about 4.3 Hz; at 500 pA 63.0 Hz (closed form 63.04) and about 19.7 Hz.
 * Source: Gerstner & Kistler 2002, doi:10.1017/CBO9780511815706, chapter 5.
 */
import { escapeRate, lif, Network } from '../index.ts';
import { runIfMain } from './support.ts';

const SIZE = 200;
const DURATION = 5000; // ms

export function main() {
  const curve = [100, 200, 300, 400, 500, 700, 1000].map((current) => {
    const net = new Network({ seed: 1 });
    const exact = net.population('exact', lif({ size: 1, current }));
    const noisy = net.population('noisy', escapeRate({ size: SIZE, current, rate: 10, slope: 4, refractory: 2 }));
    net.run(DURATION);
    return { current, exact: (1000 * exact.spikes) / DURATION, noisy: (1000 * noisy.spikes) / SIZE / DURATION };
  });
  for (const { current, exact, noisy } of curve)
    console.log(
      `${String(current).padStart(5)} pA  lif ${exact.toFixed(1).padStart(6)} Hz  escapeRate ${noisy.toFixed(1)} Hz`,
    );
  return curve;
}

runIfMain(import.meta.url, main);
