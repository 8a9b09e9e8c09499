import type { DeviceFactory } from '../../../core/factories.ts';
import { Network } from '../../../core/network.ts';
import { poisson } from '../../../neurons/stimuli/poisson.ts';
import { defineDevice } from '../../../synapses/devices/defineDevice.ts';
import { softBound, table } from '../../../synapses/devices/index.ts';
import { pairStdp } from '../../../synapses/rules/pairStdp.ts';
import type { Benchmark, FigureOptions } from '../figure.ts';
import { cpuMs } from '../statistics.ts';

/** The step of softBound as a user writes it: no kernel knows it. */
const own = defineDevice({
  name: 'own',
  help: 'steps shrink linearly',
  equation: 'g <- g + 0.05 strength (1 - g) upwards, g + 0.05 strength g downwards',
  source: 'this benchmark',
  params: {},
  step: () => (g, strength) => g + 0.05 * strength * (strength > 0 ? 1 - g : g),
});

const LEVELS = { count: 32 };
const RETENTION = { tau: 1e6 };
const DEVICES: Readonly<Record<string, DeviceFactory>> = {
  softBound: softBound({}),
  userStep: own({}),
  table: table({}),
  deviceToDevice: softBound({ deviceToDevice: 0.3 }),
  cycleToCycle: softBound({ cycleToCycle: 0.3 }),
  levels: softBound({ levels: LEVELS }),
  writeNoise: softBound({ writeNoise: 0.02 }),
  retention: softBound({ retention: RETENTION }),
  wear: softBound({ endurance: { cycles: 1e6 } }),
  stuck: softBound({ stuck: { low: 0.01, high: 0.01 } }),
  readNoise: softBound({ readNoise: { sd: 0.02 } }),
  three: softBound({ cycleToCycle: 0.3, levels: LEVELS, retention: RETENTION }),
};

const SIDE = 100;
const RATE = 20; // Hz

/** Nanoseconds a pulse under pair STDP between two sets of Poisson trains: each arrival reads its row and pulses it, each spike a column. */
function measureOne(device: DeviceFactory, { tiny }: FigureOptions): () => number {
  const net = new Network({ seed: 1 });
  const pre = net.population('pre', poisson({ size: SIDE, rate: RATE }));
  const post = net.population('post', poisson({ size: SIDE, rate: RATE }));
  const { devices } = net.projection(pre, post, {
    connect: { all: { weight: 0.5 } },
    device,
    rule: pairStdp({ aPlus: 0.5, aMinus: 0.5 }),
  });
  return () => {
    const before = devices!.writes;
    const ms = cpuMs(() => net.run(tiny ? 20 : 1500));
    return (ms * 1e6) / (devices!.writes - before);
  };
}

export const pulses: Benchmark = {
  title:
    "A pulse under pair STDP of 100 x 100 devices: softBound without flaws, with one each, with three; a step of one's own; a measured table",
  measure(options) {
    const measured = Object.entries(DEVICES).map(([name, factory]) => {
      const once = measureOne(factory, options);
      once(); // compiles
      return { name, once, best: Infinity };
    });
    // In turns, so that a busy moment of the machine meets all alike.
    for (let i = 0; i < (options.tiny ? 1 : 9); i++) for (const m of measured) m.best = Math.min(m.best, m.once());
    return measured.map(({ name, best }) => ({ name, value: best, unit: 'ns' }));
  },
};
