import type { Neurons, Population, Stimulus } from '../graph/population.ts';
import type { ArrivalLane } from '../graph/projection.ts';
import type { Arena } from '../kernels/arena.ts';
import type { DeltaState, SparseRows } from '../kernels/kernels.ts';
import type { Source } from './engine.ts';

/** Bytes of the records of the kernel; what lies where in them is told in core/kernels/wasm/confluence.ts. */
const HEADER = 128;
const LANE = 96;
const SOURCE = 48;
/** A call ends after so many spikes (and what fires at the same instant). */
const ROOM = 1024;

const address = (array: ArrayBufferView | null | undefined): number => array?.byteOffset ?? 0;

/** The stimulus that may be drawn on in the kernel, for the lane that alone takes its spikes. */
const sourceOf = (lane: ArrivalLane): Stimulus | null => {
  const { source } = lane.projection;
  return source.kind === 'stimulus' && source.direct === lane ? source : null;
};

/** A source of events that may reach a population, `lag` ms later at the earliest. */
interface Foreign {
  readonly source: Source;
  readonly lag: number;
}

/**
 * The sources other than a population's own lanes that may bring about an arrival there, by shortest delays; at once what
 * looks at it or moves its synapses: timers, and spikes that come along its dendrites.
 */
export function foreignTo(target: Neurons, sources: readonly Source[]): Foreign[] {
  const lags = new Map<Population, number>([[target, 0]]);
  const open: Population[] = [target];
  for (let reached = open.pop(); reached !== undefined; reached = open.pop()) {
    for (const { source, delays } of reached.incoming) {
      const lag = lags.get(reached)! + Math.min(...delays);
      if (lag >= (lags.get(source) ?? Number.POSITIVE_INFINITY)) continue;
      lags.set(source, lag);
      open.push(source);
    }
  }
  const found: Foreign[] = [];
  for (const source of sources) {
    if (source.kind === 'timer' || (source.kind === 'dendrite' && source.target === target)) {
      found.push({ source, lag: 0 });
    }
    if (source.kind === 'timer' || source.kind === 'post' || source.kind === 'dendrite') continue; // those make no arrivals
    const population = source.kind === 'arrivals' ? source.target : source;
    const lag = lags.get(population);
    if (lag !== undefined && population !== target) found.push({ source, lag });
  }
  return found;
}

/**
 * All lanes of one population as one stream, in one call of a kernel: up to the horizon, where something else is due, and
 * on beyond spikes of the population, where nobody has to know of one before its first arrival anywhere. A stimulus whose
 * spikes go nowhere else is drawn on in the same call. Nothing is changed by it but what is done where: the same arrivals
 * meet the same states in the same order, and blocks of a stimulus are drawn when they are due, as they always are.
 */
export class Confluence {
  /** Spikes of the last call, ascending in (time, neuron). */
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  count = 0;
  /** The last instant that was taken. */
  last = 0;
  /** The engine's: what may reach the population; null when that has to be found again. */
  foreign: Foreign[] | null = null;
  readonly #population: Neurons;
  readonly #lanes: ArrivalLane[] = [];
  readonly #arena: Arena;
  #f64: Float64Array;
  #u32: Uint32Array;

  constructor(population: Neurons, arena: Arena) {
    const { size } = population;
    this.#population = population;
    this.#arena = arena;
    this.times = arena.f64(ROOM + size);
    this.neurons = arena.u32(ROOM + size);
    [this.#f64, this.#u32] = this.#records(4);
  }

  /** Whether a population's arrivals can be taken in this way. */
  static serves({ incoming }: Neurons): boolean {
    return incoming.every(
      (p) => p.edges.targets !== null && p.edges.distinct && p.inOneGo && p.devices?.steady !== false,
    );
  }

  /** For how long nothing has to know of a spike of the population, ms. */
  static reach({ incoming, outgoing }: Neurons): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { rule, recorder } of incoming) if (rule !== null || recorder !== null) least = 0;
    for (const { delays } of outgoing) for (const delay of delays) least = Math.min(least, delay);
    return least;
  }

  /** Runs all lanes, in their order; returns how many arrivals were taken. */
  run(state: DeltaState, horizon: number, reach: number): number {
    const lanes = this.#lanes;
    lanes.length = 0;
    for (const projection of this.#population.incoming) lanes.push(...projection.lanes);
    if (HEADER + lanes.length * (LANE + SOURCE) > this.#f64.byteLength) {
      [this.#f64, this.#u32] = this.#records(2 * lanes.length);
    }
    this.#describe(state, Math.min(horizon, state.scale.t0 + state.span), reach, lanes.length);
    for (let l = 0; l < lanes.length; l++) this.#describeLane(lanes[l]!, l, lanes.length);
    this.#arena.kernels.confluence!(this.#f64, state.u, lanes[0]!.projection.edges as SparseRows);
    this.count = this.#u32[27]!;
    this.last = this.#f64[15]!;
    let all = 0;
    for (let l = 0; l < lanes.length; l++) all += this.#book(lanes[l]!, (HEADER + l * LANE) / 8);
    return all;
  }

  /** Takes over what became of a lane, whose record begins at element `at`. */
  #book(lane: ArrivalLane, at: number): number {
    const taken = this.#f64[at + 9]!;
    const newBlock = this.#u32[2 * at + 15]!;
    lane.projection.read(lane, lane.head, lane.head + taken);
    lane.projection.note(lane, taken, 0);
    if (newBlock === 0) {
      lane.consume(taken);
    } else {
      const stimulus = lane.projection.source as Stimulus;
      const head = this.#u32[2 * at + 2]!;
      stimulus.drew(this.#f64[at + 8]!, newBlock, head);
      lane.readOn(stimulus.block, head);
    }
    return taken;
  }

  #records(lanes: number): [Float64Array, Uint32Array] {
    const records = this.#arena.f64((HEADER + lanes * (LANE + SOURCE)) / 8);
    return [records, new Uint32Array(records.buffer, records.byteOffset, 2 * records.length)];
  }

  #describe(state: DeltaState, horizon: number, reach: number, lanes: number): void {
    const { scale } = state;
    const f = this.#f64;
    const n = this.#u32;
    n[0] = address(state.u);
    n[1] = address(state.thresholds.b);
    f[1] = state.thresholds.least;
    f[2] = scale.t0;
    f[3] = scale.rate;
    f[4] = scale.cells;
    f[5] = horizon;
    f[6] = reach;
    f[7] = state.refractory;
    f[8] = state.reset;
    n[18] = address(state.releaseTimes);
    n[19] = address(state.releaseNeurons);
    n[20] = address(state.releaseRing);
    n[21] = state.releaseTimes.length;
    n[22] = address(state.marks);
    n[23] = address(state.hits);
    n[24] = address(this.times);
    n[25] = address(this.neurons);
    n[26] = ROOM;
    n[28] = address(f) + HEADER;
    n[29] = lanes;
  }

  #describeLane(lane: ArrivalLane, l: number, lanes: number): void {
    const f = this.#f64;
    const n = this.#u32;
    const at = (HEADER + l * LANE) / 8;
    const edges = lane.projection.edges as SparseRows;
    n[2 * at] = address(lane.times);
    n[2 * at + 1] = address(lane.rows);
    n[2 * at + 2] = lane.head;
    n[2 * at + 3] = lane.tail;
    n[2 * at + 4] = address(edges.starts);
    n[2 * at + 5] = address(edges.targets);
    n[2 * at + 6] = address(edges.weights);
    n[2 * at + 7] = edges.identity ? 1 : 0;
    n[2 * at + 8] = 0;
    f[at + 5] = edges.weight;
    n[2 * at + 15] = 0;
    f[at + 8] = f[at + 9] = 0;
    const stimulus = sourceOf(lane);
    if (stimulus === null) return;
    const source = stimulus.model.source!;
    const { times, neurons } = stimulus.block;
    const place = (HEADER + lanes * LANE + l * SOURCE) / 8;
    n[2 * at + 8] = address(f) + 8 * place;
    n[2 * at + 12] = address(times);
    n[2 * at + 13] = address(neurons);
    n[2 * at + 14] = times.length;
    n[2 * place] = address(source.state);
    n[2 * place + 1] = address(source.clock);
    n[2 * place + 2] = address(source.ziggurat);
    n[2 * place + 3] = source.slots;
    n[2 * place + 4] = address(source.table?.keep);
    n[2 * place + 5] = address(source.table?.own);
    n[2 * place + 6] = address(source.table?.other);
    f[place + 4] = source.meanGap;
    f[place + 5] = source.stop;
  }
}
