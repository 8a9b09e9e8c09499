import { UserError } from '../declare/errors.ts';
import type { StopAfter } from '../engine/spikeCountdown.ts';
import { createProjection } from '../graph/createProjection.ts';
import type { Neurons, Population } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { Arena } from '../kernels/arena.ts';
import type { Seed } from '../random/random.ts';
import { snap, TICK } from '../time.ts';
import {
  checkRecorders,
  countSteps,
  type DeliveryOptions,
  readProjectionOptions,
  refusePart,
  type WindowProjection,
} from './requirements.ts';
import { type WindowOptions, WindowState } from './windowState.ts';
import { WindowSynapses } from './windowSynapses.ts';

/** Creates the engine of a network with the option `delivery`; returns null without this option. */
export function createWindowEngine(arena: Arena, seed: Seed, { delivery, emit }: DeliveryOptions) {
  if (emit && !delivery) throw new UserError('`emit` needs `delivery`; add delivery: { window: MS }.');
  return delivery ? new WindowEngine(arena, seed, { ...delivery, grid: emit?.grid ?? 0 }) : null;
}

/**
 * Engine that delivers spikes in windows, for networks of linear neurons with static random synapses and Poisson input. A
 * window is not longer than the shortest delay, so that its spikes arrive in later windows. Arrivals of weight w at time f of
 * a window are summed as w e^(f/tau) and w e^(f/tauSyn); potentials and currents at its end follow in closed form. Neurons
 * that may cross threshold in the window, as an upper bound of V shows, are integrated event by event, with exact times.
 * Source: Morrison et al. 2007, doi:10.1162/neco.2007.19.1.47.
 */
export class WindowEngine {
  now = 0;
  isRunning = false;
  interruptFlag: Int32Array = new Int32Array(1);
  readonly #arena;
  readonly #seed;
  readonly #options;
  readonly #projections: WindowProjection[] = [];
  #built: { readonly synapses: WindowSynapses; readonly state: WindowState; readonly partCount: number } | null = null;
  #outgoing: (readonly (readonly [Projection, Uint32Array])[])[] = [];
  #checkRecorders = () => {};

  constructor(arena: Arena, seed: Seed, options: WindowOptions) {
    this.#arena = arena;
    this.#seed = seed;
    this.#options = options;
    if (options.grid > 0) countSteps(options.window, options.grid, 'delivery.window', 'emit.grid');
  }

  /** Potentials, currents, spikes in flight and counters; known once the network is built. */
  get state(): WindowState {
    return this.#built!.state;
  }

  get synapses(): WindowSynapses {
    return this.#built!.synapses;
  }

  /** Creates a projection without synapses, which `setNetwork` draws. @throws UserError for unsupported options */
  readonly createProjection: typeof createProjection = (source, target, options, context) => {
    const where = `projections.${context.name}`;
    const drawn = readProjectionOptions(source, target, options, where);
    const empty = { ...options, connect: { list: [] }, delay: this.#options.window };
    const { projection } = createProjection(source, target, empty, context);
    projection.synapses = () => refusePart(`${where}.synapses()`, 'a list of synapses');
    this.#projections.push({ projection, ...drawn });
    return { projection, modulation: null };
  };

  /** @throws UserError: delivery in time windows does not support `method` of the network */
  refuseMethod(method: string) {
    throw new UserError(`${method}: \`delivery\` in windows does not support this method.`);
  }

  /** Sets populations, projections and timers; the first call draws the synapses. */
  setNetwork(all: readonly Population[], projections: readonly Projection[], timers: readonly { name: string }[]) {
    this.#checkRecorders = () => checkRecorders(all, projections, timers);
    const partCount = all.length + projections.length;
    if (this.#built && this.#built.partCount !== partCount)
      throw new UserError('a network with `delivery` in windows cannot be extended after it was built.');
    if (this.#built) return;
    const populations: readonly Neurons[] = all.filter(({ kind }) => kind === 'neurons') as Neurons[];
    const synapses = new WindowSynapses(this.#projections, this.#options.window);
    const state = new WindowState(populations, this.#projections, synapses, this.#options, this.#arena, this.#seed);
    const firstNeurons = new Map(
      state.members.map(({ population, firstNeuron: first }) => [population as Population, first]),
    );
    synapses.build(state.record, firstNeurons, state.memberOf.length, this.#arena, this.#seed);
    this.#built = { synapses, state, partCount };
    const outDegrees = [...synapses.outDegrees];
    this.#outgoing = populations.map((population) => outDegrees.filter(([{ source }]) => source === population));
    for (const member of state.members) member.population.model.potential = (neuron) => state.potential(member, neuron);
  }

  /** Events are not queued: nothing to do. */
  invalidateQueue() {}

  /** Completes all windows that end by `until`; an interrupt ends the run after a window. */
  run(until: number, stop?: StopAfter): boolean {
    if (stop) refusePart('run', '`stopAfter`');
    this.#checkRecorders();
    const { kernels } = this.#arena;
    const { record } = this.state;
    const { window } = this.#options;
    let end = until;
    while ((record.index + 1) * window <= end + TICK / 2) {
      kernels.advanceWindow(record);
      for (let missing = kernels.finishWindow(record); missing > 0; missing = kernels.finishWindow(record))
        this.state.reserveArrivals(2 * missing);
      this.now = snap(record.index * window);
      this.#commitSpikes(record.index - 1);
      if (Atomics.load(this.interruptFlag, 0) !== 0) end = this.now;
    }
    this.now = end;
    this.state.updateCounters();
    return false;
  }

  /** Counts and records the spikes of a window, in order of time. */
  #commitSpikes(index: number) {
    const { record, members, memberOf, state } = this.state;
    const { spikeNeurons: neurons, spikeOffsets: offsets, windowStarts, windowSpikes } = state;
    const slot = index % record.windowCount;
    const start = windowStarts[slot]!;
    const places = Array.from({ length: windowSpikes[slot]! }, (_, k) => (start + k) % record.spikeCapacity);
    places.sort((a, b) => offsets[a]! - offsets[b]! || neurons[a]! - neurons[b]!);
    for (const place of places) {
      const member = memberOf[neurons[place]!]!;
      const { population, firstNeuron: first } = members[member]!;
      const neuron = neurons[place]! - first;
      population.spikes++;
      population.recorder?.append(population.id, snap(index * this.#options.window + offsets[place]!), neuron);
      for (const [projection, outDegrees] of this.#outgoing[member]!) {
        projection.arrivals++;
        projection.synapticEvents += outDegrees[neuron]!;
      }
    }
  }
}
