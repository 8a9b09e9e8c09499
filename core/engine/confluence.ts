import type { Population, Stimulus } from '../graph/population.ts';
import type { ArrivalLane, Projection } from '../graph/projection.ts';
import type { NeuronHooks, StimulusHooks } from '../hooks.ts';
import type { DeltaState, SparseRows } from '../kernels/kernels.ts';
import type { NeuronModel, StimulusModel } from '../model.ts';
import { inOneGo, read, take } from './inOneGo.ts';
import type { Loop, Source } from './loop.ts';
import type { Place } from './place.ts';
import type { Happening, Reception } from './reception.ts';

/** Bytes of the records of the kernel; what lies where in them is told in core/kernels/wasm/confluence.ts. */
const HEADER = 128;
const LANE = 96;
const SOURCE = 48;
/** A call ends after so many spikes (and what fires at the same instant). */
const ROOM = 1024;

const address = (array: ArrayBufferView | null | undefined): number => array?.byteOffset ?? 0;

/** A source of events that may reach a population, `lag` ms later at the earliest. */
interface Foreign {
  readonly source: Source;
  readonly lag: number;
}

/**
 * The sources other than a population's own lanes that may bring about an arrival there, by shortest delays; at once what
 * looks at it or moves its synapses: timers, and spikes that come along its dendrites.
 */
function foreignTo(target: Population, { sources, places }: Loop): Foreign[] {
  const lags = new Map<Population, number>([[target, 0]]);
  const open = [target];
  for (let reached = open.pop(); reached !== undefined; reached = open.pop()) {
    for (const { source, delays } of places[reached.id]!.incoming) {
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

/** The stimulus whose spikes only this lane takes, each as it comes: nobody else notices when they are drawn in the kernel. */
function directSource({ projection }: ArrivalLane): (Stimulus & { model: StimulusHooks }) | null {
  const { source, lanes, delays, edges, count, rule, devices } = projection;
  if (source.kind === 'neurons' || source.outlets.length !== 1 || source.taught || source.recorder !== null)
    return null;
  const asTheyCome = lanes.length === 1 && delays[0] === 0 && count === source.size && edges.identity;
  if (!asTheyCome || !source.inFullBlocks || rule !== null || devices !== null) return null;
  const model: StimulusModel & Partial<StimulusHooks> = source.model;
  return model.source === undefined ? null : (source as Stimulus & { model: StimulusHooks });
}

/** Whether the arrivals of a projection can be taken in this way. */
const serves = (p: Projection): boolean =>
  p.edges.targets !== null && p.edges.distinct && inOneGo(p) && p.devices?.steady !== false;

/**
 * All lanes of one population as one stream, in one call of a kernel: up to the horizon, where something else is due, and
 * on beyond spikes of the population, where nobody has to know of one before its first arrival anywhere. A stimulus whose
 * spikes go nowhere else is drawn on in the same call. Nothing is changed by it but what is done where: the same arrivals
 * meet the same states in the same order, and blocks of a stimulus are drawn when they are due, as they always are. Other
 * populations may be behind then, but the clock stays at the first of their events.
 */
export class Confluence implements Reception {
  readonly #place: Place;
  readonly #loop: Loop;
  readonly #model: (NeuronModel & Partial<NeuronHooks>) | null;
  readonly #lanes: ArrivalLane[] = [];
  /** What may reach the population, among these sources. */
  #foreign: readonly Foreign[] = [];
  #sources: readonly Source[] | null = null;
  /** Spikes of the last call, ascending in (time, neuron). */
  #times = new Float64Array(0);
  #neurons = new Uint32Array(0);
  #f64 = new Float64Array(0);
  #u32 = new Uint32Array(0);

  constructor(place: Place, loop: Loop) {
    const { population } = place;
    this.#place = place;
    this.#loop = loop;
    const served = population.kind === 'neurons' && population.winnerTakeAll === null && loop.arena.kernels.confluence;
    this.#model = served ? population.model : null;
  }

  take({ kind, next }: Happening, until: number): number {
    const { incoming, population } = this.#place;
    const { sources, firing, scheduler, counted } = this.#loop;
    if (kind !== 'arrivals' || !this.#model?.delta || !incoming.every(serves)) return -1;
    if (this.#sources !== sources) this.#foreign = foreignTo(population, this.#loop);
    this.#sources = sources;
    const reach = counted === null ? this.#reach() : 0;
    let horizon = until;
    for (const { source, lag } of this.#foreign) {
      if (source.kind === 'stimulus' && this.#drawsOn(source)) continue;
      horizon = Math.min(horizon, source.next + (reach > 0 ? lag : 0));
    }
    if (horizon <= next) return -1;
    const state = this.#model.delta(next);
    if (state === null || this.#run(state, horizon, reach) === 0) return -1;
    for (const { source, lanes } of incoming) {
      for (const lane of lanes) scheduler.update(lane);
      if (source.kind === 'stimulus') scheduler.update(source);
    }
    const spikes = this.#u32[27]!;
    for (let k = 0; k < spikes; k++) firing.add(this.#neurons[k]!, this.#times[k]!);
    return reach === 0 ? this.#f64[15]! : next;
  }

  #drawsOn({ id }: Stimulus): boolean {
    const only = this.#loop.places[id]!.outgoing[0];
    return only?.target === this.#place.population && directSource(only.lanes[0]!) !== null;
  }

  /** For how long nothing has to know of a spike of the population, ms. */
  #reach(): number {
    const { incoming, outgoing } = this.#place;
    let least = Number.POSITIVE_INFINITY;
    for (const { rule, recorder } of incoming) if (rule !== null || recorder !== null) least = 0;
    for (const { delays } of outgoing) for (const delay of delays) least = Math.min(least, delay);
    return least;
  }

  /** Runs all lanes, in their order; returns how many arrivals were taken. */
  #run(state: DeltaState, horizon: number, reach: number): number {
    const { arena } = this.#loop;
    const lanes = this.#lanes;
    lanes.length = 0;
    for (const projection of this.#place.incoming) lanes.push(...projection.lanes);
    if (HEADER + lanes.length * (LANE + SOURCE) > this.#f64.byteLength) {
      const { size } = this.#place.population;
      this.#times = arena.f64(ROOM + size);
      this.#neurons = arena.u32(ROOM + size);
      this.#f64 = arena.f64((HEADER + 2 * lanes.length * (LANE + SOURCE)) / 8);
      this.#u32 = new Uint32Array(this.#f64.buffer, this.#f64.byteOffset, 2 * this.#f64.length);
    }
    this.#describe(state, Math.min(horizon, state.scale.t0 + state.span), reach, lanes.length);
    for (let l = 0; l < lanes.length; l++) this.#describeLane(lanes[l]!, l, lanes.length);
    arena.kernels.confluence!(this.#f64, state.u, lanes[0]!.projection.edges as SparseRows);
    let all = 0;
    for (let l = 0; l < lanes.length; l++) all += this.#book(lanes[l]!, (HEADER + l * LANE) / 8);
    return all;
  }

  /** Takes over what became of a lane, whose record begins at element `at`. */
  #book(lane: ArrivalLane, at: number): number {
    const taken = this.#f64[at + 9]!;
    const newBlock = this.#u32[2 * at + 15]!;
    read(lane, lane.head, lane.head + taken);
    take(lane, taken, 0);
    if (newBlock !== 0) {
      const stimulus = lane.projection.source as Stimulus;
      const head = this.#u32[2 * at + 2]!;
      stimulus.drew(this.#f64[at + 8]!, newBlock, head);
      lane.readOn(stimulus.block, head);
    }
    return taken;
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
    n[24] = address(this.#times);
    n[25] = address(this.#neurons);
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
    const stimulus = directSource(lane);
    if (stimulus === null) return;
    const source = stimulus.model.source;
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
