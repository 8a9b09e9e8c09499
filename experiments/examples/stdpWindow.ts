/**
 * The window of pair STDP, measured from the running rule: for each lag, a pair of stimuli
 * fires one presynaptic and one postsynaptic spike, and the weight change of their synapse is read.
 * Expect: 0.01 e^(-Δt/20) for Δt > 0, -0.012 e^(Δt/20) for Δt < 0, nothing at 0: +0.00607 at 10 ms, -0.00728 at -10 ms.
 * Source: Song, Miller & Abbott 2000, doi:10.1038/78829.
 */
import { ideal, Network, pairStdp, spikeTrains } from '../index.ts';
import { runIfMain } from './support.ts';

const LAGS = [-40, -20, -10, -5, 0, 5, 10, 20, 40]; // t_post - t_pre at the synapse, ms
const PRE_TIME = 100; // ms
const INITIAL_WEIGHT = 0.5;

export function main() {
  const net = new Network({ seed: 1 });
  const pre = net.population('pre', spikeTrains({ trains: LAGS.map(() => [PRE_TIME]) }));
  const post = net.population('post', spikeTrains({ trains: LAGS.map((lag) => [PRE_TIME + lag]) }));
  const synapses = net.projection(pre, post, {
    connect: { oneToOne: { weight: INITIAL_WEIGHT } },
    device: ideal({ wMin: 0, wMax: 1 }),
    rule: pairStdp({ aPlus: 0.01, aMinus: 0.012, tauPlus: 20, tauMinus: 20 }),
  });
  net.run(200);
  const window = LAGS.map((lag, i) => ({ lag, change: synapses.weights[i]! - INITIAL_WEIGHT }));
  for (const { lag, change } of window) console.log(`Δt ${String(lag).padStart(4)} ms  Δw ${change.toFixed(6)}`);
  return window;
}

runIfMain(import.meta.url, main);
