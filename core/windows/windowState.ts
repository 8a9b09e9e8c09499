import { hzToPerMs } from '../declare/units.ts';
import type { Neurons, Population } from '../graph/population.ts';
import type { LinearNeurons } from '../hooks.ts';
import type { Arena } from '../kernels/arena.ts';
import { allocateRecords, WindowNetworkRecord, WindowPopulationRecord } from '../kernels/records.ts';
import { exp } from '../math.ts';
import type { Stateful } from '../model.ts';
import { RandomStream, type Seed } from '../random/random.ts';
import { tabulatePoissonCounts } from './quantiles.ts';
import { findPoissonInput, refusePart, requireLinearNeurons, type WindowProjection } from './requirements.ts';
import type { WindowSynapses } from './windowSynapses.ts';

/** Largest number of model neurons: synapses store their targets in 17 bits. */
const MAX_NEURONS = 131_072;
/** Largest mean number of background arrivals per neuron and window. */
const MAX_POISSON_MEAN = 40;
/** Number of times in a window at which background arrivals may come. */
const BACKGROUND_TIMES = 256;
/** Tolerance of the bound that excludes a threshold crossing, mV. */
const BOUND_SLACK = 1e-9;
/** Bytes of a `WindowCandidate` and of a `WindowArrival`, see core/kernels/wasm/windowCandidates.ts. */
const CANDIDATE_BYTES = 40;
const ARRIVAL_BYTES = 24;

/** Length of a time window, and grid of spike emission times (0: no grid), ms. */
export interface WindowOptions {
  readonly window: number;
  readonly grid: number;
}

/** Population of linear neurons with its first index in the arrays and its Poisson input. */
export interface WindowMember {
  readonly population: Neurons;
  readonly linear: LinearNeurons;
  readonly firstNeuron: number;
  readonly input: ReturnType<typeof findPoissonInput>;
  readonly record: WindowPopulationRecord;
}

/** State of a network whose spikes are delivered in windows, and the record through which kernels use it. */
export class WindowState implements Stateful {
  readonly record: WindowNetworkRecord;
  readonly members: readonly WindowMember[];
  /** Per neuron, index of its population in `members`. */
  readonly memberOf: Uint8Array;
  readonly state;
  readonly #arena;

  constructor(
    populations: readonly Neurons[],
    projections: readonly WindowProjection[],
    synapses: WindowSynapses,
    { window, grid }: WindowOptions,
    arena: Arena,
    seed: Seed,
  ) {
    this.#arena = arena;
    const records = allocateRecords(arena, WindowPopulationRecord, populations.length);
    const members: WindowMember[] = [];
    let size = 0;
    for (const [k, population] of populations.entries()) {
      const linear = requireLinearNeurons(population, members[0]?.linear ?? null, window);
      members.push({
        population,
        linear,
        firstNeuron: size,
        input: findPoissonInput(population, projections),
        record: records[k]!,
      });
      size += population.size + (population.size % 2); // kernels process pairs of neurons
    }
    this.members = members;
    if (size === 0 || size > MAX_NEURONS)
      refusePart('populations', `${size} neurons (1 to ${MAX_NEURONS} are allowed)`);
    const refractoryWindows = members.map(({ linear }) => Math.floor(linear.refractory / window));
    const maxRefractoryWindows = Math.max(...refractoryWindows) + 1; // of a spike at the end of its window
    const windowCount = Math.max(synapses.delayCount, maxRefractoryWindows) + 2;
    const spikesPerNeuron = Math.ceil(windowCount / Math.min(...refractoryWindows)) + 1;
    const bytes = synapses.estimateBytes(size) + size * (70 + CANDIDATE_BYTES + 28 * spikesPerNeuron);
    arena.requireSpaceFor(bytes, `A network of ${size} neurons and ${synapses.synapseCount} synapses`);
    this.memberOf = arena.u8(size);
    const spikeCapacity = size * spikesPerNeuron;
    this.state = {
      potentials: arena.f64(size).fill(-Infinity), // value of a neuron that only completes a pair
      excCurrents: arena.f64(size),
      inhCurrents: arena.f64(size),
      spikeNeurons: arena.u32(spikeCapacity),
      spikeOffsets: arena.f64(spikeCapacity),
      spikeFactors: arena.f64(2 * spikeCapacity),
      windowStarts: arena.u32(windowCount),
      windowSpikes: arena.u32(windowCount),
      counters: new Float64Array(1 + members.length), // completed windows; background arrivals of each member
    };
    const { counters: _, ...arrays } = this.state;
    const { tau, tauExc, tauInh } = members[0]!.linear;
    const [key0, key1] = new RandomStream(seed, 'delivery/background').state;
    [this.record] = allocateRecords(arena, WindowNetworkRecord, 1) as [WindowNetworkRecord];
    Object.assign(this.record, {
      ...{ ...arrays, window, grid, tau, tauExc, tauInh, key0, key1, windowCount, spikeCapacity, maxRefractoryWindows },
      minRefractoryWindows: Math.min(...refractoryWindows),
      populationCount: members.length,
      populations: records[0],
      populationOf: this.memberOf,
      excSums: arena.f64(2 * size),
      inhSums: arena.f64(2 * size),
      factors: tabulateFactors(window, tau, [tauExc, tauInh], arena),
      candidates: arena.f64((size * CANDIDATE_BYTES) / 8),
      candidateOf: arena.u32(size),
      marks: arena.u8(Math.ceil(size / 8)),
    });
    this.reserveArrivals(16_384);
    for (const [k, member] of members.entries()) this.#initialise(k, member, synapses, window);
  }

  /** Allocates room for `count` arrivals at neurons that may fire in the window. */
  reserveArrivals(count: number) {
    this.record.arrivals = this.#arena.f64((count * ARRIVAL_BYTES) / 8);
    this.record.arrivalCapacity = count;
  }

  /** Writes the numbers of windows and of background arrivals to `state`, stimuli and projections. */
  updateCounters() {
    this.state.counters[0] = this.record.index;
    for (const [k, { record, input }] of this.members.entries()) {
      const arrivals = (this.state.counters[k + 1] = record.backgroundTotal);
      if (input)
        input.projection.arrivals = input.projection.synapticEvents = input.projection.source.spikes = arrivals;
    }
  }

  onCheckpointLoaded() {
    this.record.index = this.state.counters[0]!;
    for (const [k, { record }] of this.members.entries()) record.backgroundTotal = this.state.counters[k + 1]!;
  }

  /** Membrane potential of a neuron at the end of the latest window, mV. */
  potential({ linear, firstNeuron: first }: WindowMember, neuron: number): number {
    const potential = this.state.potentials[first + neuron]!;
    return potential === -Infinity ? linear.reset : linear.steadyPotential + potential;
  }

  #initialise(
    k: number,
    { population, linear, firstNeuron: first, input, record }: WindowMember,
    synapses: WindowSynapses,
    window: number,
  ) {
    const { size, model, name } = population;
    const { refractory, capacitance, steadyPotential } = linear;
    for (let j = 0; j < size; j++) this.state.potentials[first + j] = model.potential(j, 0) - steadyPotential;
    this.memberOf.fill(k, first, first + size + (size % 2));
    const [threshold, reset] = [linear.threshold - steadyPotential, linear.reset - steadyPotential];
    const weightUnit = synapses.weightUnits.get(population as Population) ?? 1;
    const limit = threshold - BOUND_SLACK;
    Object.assign(record, { first, size, refractory, capacitance, weightUnit, threshold, limit, reset });
    if (input === null) return;
    const mean = hzToPerMs(input.rate) * window;
    if (mean > MAX_POISSON_MEAN)
      refusePart(`populations.${name}`, `${mean} Poisson arrivals per window (at most ${MAX_POISSON_MEAN})`);
    const counts = tabulatePoissonCounts(mean);
    const backgroundCounts = this.#arena.u32(counts.length);
    backgroundCounts.set(counts);
    Object.assign(record, { backgroundWeight: input.weight, backgroundCounts });
  }
}

/** Per sign of arrivals (excitatory first): zeros, then factors e^(f/tau), e^(f/tauSyn) of the background arrival times f. */
function tabulateFactors(window: number, tau: number, tausSyn: readonly number[], arena: Arena): Float64Array {
  const factors = arena.f64(2 * tausSyn.length * (BACKGROUND_TIMES + 1));
  for (const [sign, tauSyn] of tausSyn.entries())
    for (let k = 0; k < BACKGROUND_TIMES; k++) {
      const f = ((k + 0.5) / BACKGROUND_TIMES) * window;
      factors.set([exp(f / tau), exp(f / tauSyn)], 2 * (sign * (BACKGROUND_TIMES + 1) + 1 + k));
    }
  return factors;
}
