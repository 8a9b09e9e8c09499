import type { Network } from '../../core/network.ts';

/** Joules spent over all projections; null where no device has a conductance. */
export function energyOf(net: Network): { read: number | null; write: number | null } {
  const spent = [...net.projections.values()].flatMap((p) => (p.devices ? [p.devices.energy] : []));
  const total = (of: (e: { read: number; write: number }) => number) => {
    const known = spent.map(of).filter((joules) => !Number.isNaN(joules));
    return known.length > 0 ? known.reduce((a, b) => a + b) : null;
  };
  return { read: total((e) => e.read), write: total((e) => e.write) };
}

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
  };
}
