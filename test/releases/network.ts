/** A small network in which every kind of reception has its turn, and what came of it. */
import { createHash } from 'node:crypto';
import { createRowHash } from '../../core/log/file.ts';
import {
  type Devices,
  load,
  MODELS,
  Network,
  type Neurons,
  POTENTIALS,
  type Population,
  type Projection,
  type ProjectionOptions,
  type RowSink,
  SPIKES,
  save,
  type TableSpec,
  WEIGHTS,
} from '../../experiments/index.ts';
import type { Choice, Parts } from './cases.ts';

const DURATION = 150;
const CUT = 70.3;

/** Of a run: hashes of its tables and the books of its devices. */
export interface Result {
  readonly spikes: string;
  /** Of all plastic weights at the end. */
  readonly weights: string;
  readonly writes: number;
  readonly accounts: readonly number[];
  /** J: read, write, half-selected; null where there is no conductance. */
  readonly energy: readonly (number | null)[];
}
/** Hashes of what was recorded of weights and potentials on the way. */
export interface Recorded {
  readonly weightsLog: string;
  readonly potentialsLog: string;
}

const made = <F>(index: unknown, [model, params]: Choice): F =>
  (index as Record<string, (params: object) => F>)[model]!(params);
const short = (hex: string) => hex.slice(0, 16);

/** Hashes the rows written to it. */
class Digest implements RowSink {
  readonly #rows;
  constructor(table: TableSpec) {
    this.#rows = createRowHash(table);
  }
  write(...rows: Parameters<RowSink['write']>): void {
    this.#rows.update(...rows);
  }
  digest(): string {
    return short(this.#rows.digest());
  }
}

interface Sinks {
  readonly spikes: Digest;
  readonly weights: Digest;
  readonly potentials: Digest;
}

/** Ties of two sorts, so that instants are shared, with gaps in which a lane is alone. */
const TIES = [2, 3, 4.5].map((gap) => Array.from({ length: 30 }, (_, k) => 5 + k * gap));

function build(parts: Parts, sinks: Sinks, recorded: boolean): Network {
  const net = new Network({ seed: 12 });
  const noise: Population = net.population(
    'noise',
    made(MODELS.neurons, parts.stimulus ?? ['poisson', { size: 16, rate: 100 }]),
  );
  const ties = net.population('ties', MODELS.neurons.spikeTrains({ trains: TIES }));
  const cells: Neurons = net.population(
    'cells',
    made(MODELS.neurons, parts.neuron ?? ['lif', { size: 6, threshold: 4 }]),
    parts.winnerTakeAll && { winnerTakeAll: parts.winnerTakeAll },
  );
  const readers = net.population('readers', MODELS.neurons.lif({ size: 5, threshold: 2, precision: 'f32' }));
  const plastic: Omit<ProjectionOptions, 'connect'> = {
    ...(parts.shortTerm && { shortTerm: made(MODELS.shortTerms, parts.shortTerm) }),
    device: made(MODELS.devices, parts.device ?? ['softBound', {}]),
    rule: made(MODELS.rules, parts.rule ?? ['pairStdp', { aPlus: 0.5, aMinus: 0.25 }]),
    dendriticDelay: parts.dendriticDelay ?? 0,
    itemised: parts.itemised ?? false,
    ...(parts.modulator && { modulator: { from: ties, delay: 0.5, model: made(MODELS.modulators, parts.modulator) } }),
  };
  const weight = { uniform: [0.2, 0.9] as [number, number] };
  const dense = net.projection(noise, cells, { connect: { all: { weight } }, ...plastic });
  const sparse = net.projection(cells, readers, {
    connect: { probability: { p: 0.6, weight } },
    delay: { uniform: [0.5, 1.5], step: 0.5 },
    ...plastic,
  });
  net.projection(ties, cells, { connect: { all: { weight: 2.5 } }, delay: 0.5 });
  net.projection(ties, readers, { connect: { probability: { p: 0.5, weight: 1.5 } } });
  net.projection(cells, cells, { connect: { all: { weight: -0.5, selfConnections: false } }, delay: 1 });
  net.recordSpikes(net.populations.values(), sinks.spikes);
  if (recorded) {
    net.recordWeights(dense, { on: 'post' }, sinks.weights);
    net.recordWeights(sparse, { every: 20 }, sinks.weights);
    net.recordPotential(cells, [0, 3], { every: 12.5 }, sinks.potentials);
    net.recordPotential(readers, [1], { times: [3.3, 75, 149] }, sinks.potentials);
  }
  return net;
}

function resultOf(net: Network, spikes: string): Result {
  const plastic = [...net.projections.values()].filter(
    (p): p is Projection & { readonly devices: Devices } => p.devices !== null,
  );
  const hash = createHash('sha256');
  for (const { devices, edges } of plastic) {
    hash.update(Float64Array.from({ length: edges.count }, (_, k) => devices.weight(k, net.now)));
  }
  const books = plastic.map(({ devices }) => devices.usage);
  const total = (of: (books: Devices['usage']) => number) => books.reduce((sum, one) => sum + of(one), 0);
  const joules = [total((b) => b.energy.read), total((b) => b.energy.write), total((b) => b.energy.halfSelected)];
  return {
    spikes,
    weights: short(hash.digest('hex')),
    writes: total((b) => b.writesUp + b.writesDown),
    accounts: (['reads', 'writesUp', 'skipped', 'halfSelected', 'hidden', 'stuck', 'wornOut'] as const).map((key) =>
      total((b) => b[key]),
    ),
    energy: joules.map((j) => (Number.isNaN(j) ? null : j)),
  };
}

export interface RunOptions {
  readonly recorded: boolean;
  /** Saved, and loaded into a fresh network, on the way. */
  readonly resumed: boolean;
}

/** One run of the network with these parts. */
export function compute(parts: Parts, { recorded, resumed }: RunOptions): Result & Partial<Recorded> {
  const sinks = { spikes: new Digest(SPIKES), weights: new Digest(WEIGHTS), potentials: new Digest(POTENTIALS) };
  let net = build(parts, sinks, recorded);
  if (resumed) {
    net.run(CUT);
    net.flush();
    const snapshot = save(net);
    net = build(parts, sinks, recorded);
    load(net, snapshot);
  }
  net.run(DURATION - net.now);
  net.flush();
  const result = resultOf(net, sinks.spikes.digest());
  if (!recorded) return result;
  return { ...result, weightsLog: sinks.weights.digest(), potentialsLog: sinks.potentials.digest() };
}
