import { connect } from '../../../core/graph/connect.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import type { DeviceFactory } from '../../../core/model.ts';
import { Stream } from '../../../core/random/random.ts';
import { defineDevice } from '../../../synapses/devices/defineDevice.ts';
import { softBound } from '../../../synapses/devices/index.ts';
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

const ROWS = 784;
const COLUMNS = 400;

/** Nanoseconds a pulse: rows and columns in turns, one read of a row for each two of them; a quarter of the pulses upwards. */
function measureOne(factory: DeviceFactory, { kernels, tiny }: FigureOptions): () => number {
  const arena = new Arena(kernels);
  const { edges } = connect({
    pre: ROWS,
    post: COLUMNS,
    selfOffset: null,
    connect: { all: { weight: 0.5 } },
    delay: 0,
    precision: 'f64',
    plastic: true,
    seed: 1,
    where: 'bench',
    arena,
  });
  const devices = factory.create({ arena, seed: 1, name: 'bench', edges, transpose: null, drawn: false });
  const random = new Stream(1, 'bench');
  const traces = [arena.f64(COLUMNS), arena.f64(ROWS)] as const;
  for (const trace of traces) for (let i = 0; i < trace.length; i++) trace[i] = random.uniform() - 0.75;
  const rounds = tiny ? 2 : 300;
  let t = 0;
  const run = () => {
    for (let i = 0; i < rounds; i++) {
      const row = random.below(ROWS);
      devices.read(row, ++t);
      devices.pulseRow(row, traces[0], 1, 0, t);
      devices.pulseColumn(random.below(COLUMNS), traces[1], 1, 0, t);
    }
  };
  return () => (cpuMs(run) * 1e6) / (rounds * (ROWS + COLUMNS));
}

export const pulses: Benchmark = {
  title: 'Pulses of 784 x 400 devices, by what is wrong with them (softBound but for the one that says otherwise)',
  measure(options) {
    const measured = Object.entries(DEVICES).map(([name, factory]) => {
      const once = measureOne(factory, options);
      once(); // compiles
      return { name, once, best: Number.POSITIVE_INFINITY };
    });
    // In turns, so that a busy moment of the machine meets all alike.
    for (let i = 0; i < (options.tiny ? 1 : 9); i++) for (const m of measured) m.best = Math.min(m.best, m.once());
    return measured.map(({ name, best }) => ({ name, value: best, unit: 'ns' }));
  },
};
