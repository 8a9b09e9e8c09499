import type { Network } from '../../core/network.ts';
import { energyOf } from '../devices/energy/account.ts';
import { warningsOf } from './warnings.ts';

/** What happened in a network so far, as `run.json` tells it. Rates are in Hz, a neuron. */
export function summaryOf(net: Network) {
  const populations = [...net.populations.values()];
  const projections = [...net.projections.values()];
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  return {
    duration: net.now,
    kernels: net.arena.kernels.name,
    events: {
      spikes: sum(populations.map((p) => p.spikes)),
      synaptic: sum(projections.map((p) => p.synapticEvents)),
      writes: sum(projections.map((p) => p.devices?.writes ?? 0)),
    },
    populations: Object.fromEntries(
      populations.map((p) => [
        p.name,
        { spikes: p.spikes, rate: net.now > 0 ? p.spikes / p.size / (net.now / 1000) : 0 },
      ]),
    ),
    energy: energyOf(net),
    warnings: warningsOf(net),
  };
}
