/** Networks that are run in Node and in a browser, over `memspike/engine` alone: what comes out must be the same bits. */
import type * as Engine from '../../../experiments/engine.ts';

export interface Outcome {
  readonly kernels: string;
  readonly spikes: number;
  readonly spikeHash: string;
  readonly weightHash: string;
}

/** Of numbers that must not lie in shared memory; a checkpoint's and a table's do not. */
async function sha256(...columns: (ArrayLike<number> & object)[]): Promise<string> {
  const all = Float64Array.from(columns.flatMap((column) => Array.from(column)));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Digits are learned like this: dense, 32-bit weights, one winner an instant, pulses at each of its spikes. */
function dense({ Network, poisson, lif, exponential, postTriggered, MemoryTable }: typeof Engine) {
  const net = new Network({ seed: 7 });
  const rates = Array.from({ length: 784 }, (_, i) => (i % 28 > 8 && i % 28 < 18 ? 60 : 1));
  const input = net.population('input', poisson({ size: 784, rate: rates }));
  const adaptive = { adaptive: { increment: 0.05 }, homeostasis: { gain: 2, minimum: 1 } } as const;
  const neuron = { size: 100, tau: 100, threshold: 45, refractory: 0, precision: 'f32', ...adaptive } as const;
  const output = net.population('output', lif(neuron), { winnerTakeAll: { hold: 0.5 } });
  net.projection(input, output, {
    connect: { all: { weight: { uniform: [0.01, 0.31] } } },
    device: exponential({ gMin: 1e-8, gMax: 1e-4, alphaUp: 0.12, alphaDown: 0.009, betaUp: 5, betaDown: 0 }),
    rule: postTriggered({ window: 50 }),
  });
  const spikes = new MemoryTable();
  net.recordSpikes([output], spikes);
  return { net, spikes };
}

/** Pairs of spikes move noisy devices of so many levels. */
function pairs({ Network, poisson, lif, softBound, pairStdp, MemoryTable }: typeof Engine) {
  const net = new Network({ seed: 'pairs' });
  const input = net.population('input', poisson({ size: 60, rate: 40 }));
  const output = net.population('output', lif({ size: 30, tau: 20, threshold: 10 }));
  net.projection(input, output, {
    connect: { probability: { p: 0.5, weight: { uniform: [0, 2] } } },
    delay: 1.5,
    device: softBound({
      gMin: 1e-6,
      gMax: 1e-4,
      etaUp: 0.05,
      etaDown: 0.05,
      weightAtGMax: 2,
      levels: { count: 64 },
      cycleToCycle: 0.3,
      writeNoise: 0.02,
      readNoise: {},
    }),
    rule: pairStdp({ aPlus: 0.01, aMinus: 0.012, tauPlus: 20, tauMinus: 20 }),
  });
  const spikes = new MemoryTable();
  net.recordSpikes([input, output], spikes);
  return { net, spikes };
}

/** Currents between neurons that excite and inhibit each other. */
function sparse({ Network, poisson, lif, MemoryTable }: typeof Engine) {
  const net = new Network({ seed: 3 });
  const noise = net.population('noise', poisson({ size: 400, rate: 80 }));
  const neuron = { tau: 10, capacitance: 250, threshold: 15, refractory: 2, synapse: 'exponential' } as const;
  const excitatory = net.population('excitatory', lif({ size: 400, tauSynExc: 0.5, tauSynInh: 0.5, ...neuron }));
  const inhibitory = net.population('inhibitory', lif({ size: 100, tauSynExc: 0.5, tauSynInh: 2, ...neuron }));
  for (const target of [excitatory, inhibitory]) {
    net.projection(noise, target, { connect: { probability: { p: 0.1, weight: { uniform: [200, 320] } } } });
    net.projection(excitatory, target, { connect: { probability: { p: 0.1, weight: 60 } }, delay: 1.5 });
    net.projection(inhibitory, target, { connect: { probability: { p: 0.1, weight: -300 } }, delay: 0.8 });
  }
  const spikes = new MemoryTable();
  net.recordSpikes([excitatory, inhibitory], spikes);
  return { net, spikes };
}

/** Whatever calls an elementary function: normal weights, spread, wear, drift, hazards, devices given by voltages. */
function drawn(engine: typeof Engine) {
  const { Network, poisson, escapeRate, neuroSim, yakopcic, vteam, pairStdp, MemoryTable } = engine;
  const net = new Network({ seed: 'drawn' });
  const input = net.population('input', poisson({ size: 80, rate: 40 }));
  const output = net.population('output', escapeRate({ size: 40, slope: 3, rate: 15 }));
  const thinned = net.population('thinned', escapeRate({ size: 40, slope: 3, rate: 15, method: 'thinning' }));
  const rule = pairStdp({ aPlus: 0.2, aMinus: 0.21, tauPlus: 20, tauMinus: 20 });
  const flawed = neuroSim({
    weightAtGMax: 4,
    deviceToDevice: 0.3,
    endurance: { cycles: 60, wear: 1.7 },
    retention: { model: 'powerLaw', t0: 10, nu: 0.1, spread: 0.2 },
  });
  const connect = { probability: { p: 0.3, weight: { normal: { mean: 2, sd: 0.4 } } } } as const;
  net.projection(input, output, { connect, device: flawed, rule });
  const lognormal = { probability: { p: 0.4, weight: { lognormal: { mean: 3, sd: 0.9 } } } } as const;
  net.projection(output, thinned, { connect: lognormal, delay: 1 });
  const small = { probability: { p: 0.1, weight: { uniform: [0.1, 1.5] } } } as const;
  net.projection(input, thinned, { connect: small, device: yakopcic({ weightAtGMax: 2 }), rule });
  net.projection(input, thinned, { connect: small, device: vteam({ weightAtGMax: 2 }), rule });
  const spikes = new MemoryTable();
  net.recordSpikes([output, thinned], spikes);
  return { net, spikes };
}

/** Half of the run is done by a network that was loaded from the bytes of a checkpoint. */
export async function outcomes(engine: typeof Engine): Promise<Record<string, Outcome>> {
  const found: Record<string, Outcome> = {};
  for (const [name, make] of Object.entries({ dense, pairs, sparse, drawn })) {
    const first = make(engine);
    first.net.run(800);
    first.net.flush();
    const bytes = engine.encodeCheckpoint(engine.save(first.net), {});
    const { net, spikes } = make(engine);
    engine.load(net, engine.decodeCheckpoint(bytes, name).snapshot);
    net.run(800);
    net.flush();
    const parts = [first.spikes, spikes];
    const columns = ['time', 'neuron', 'population'].flatMap((column) => parts.map((table) => table.column(column)));
    const weights = [...net.projections.values()].flatMap(({ edges }) => (edges.weights === null ? [] : edges.weights));
    found[name] = {
      kernels: net.arena.kernels.name,
      spikes: parts.reduce((sum, { rows }) => sum + rows, 0),
      spikeHash: await sha256(...columns),
      weightHash: await sha256(...weights),
    };
  }
  return found;
}
