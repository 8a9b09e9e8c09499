import type { Stimulus } from '../graph/population.ts';
import type { ArrivalQueue, Projection } from '../graph/projection.ts';
import type { NeuronHooks, StimulusHooks } from '../hooks.ts';
import type { DeltaState, SparseRows } from '../kernels/kernelInputs.ts';
import { ConfluenceRecord, LaneRecord, recordsIn, SourceRecord } from '../kernels/records.ts';
import type { NeuronModel, StimulusModel } from '../model.ts';
import { TICK } from '../time.ts';
import type { DeliveryStrategy, PopulationEvent } from './deliveryStrategy.ts';
import type { EngineState, Source } from './engineState.ts';
import { canBatch, readDevices, recordDeliveries } from './inOneGo.ts';
import { type ExternalSource, sourcesReaching } from './lookahead.ts';
import type { TargetState } from './targetState.ts';
import { MAX_SYNAPTIC_EVENTS_PER_CALL, maxArrivalsPerCall, meanRowLength } from './work.ts';

/** A call ends after so many spikes (and what fires at the same instant). */
const ROOM = 1024;
/** Keeps every bit of a neuron's number, where 0 keeps none. */
const ALL = 0xffffffff;

/** The stimulus whose spikes only this lane takes, each as it comes: nobody else notices when they are drawn in the kernel. */
function directSource({ projection }: ArrivalQueue): (Stimulus & { model: StimulusHooks }) | null {
  const { source, queues, delays, edges, sources, rule, devices } = projection;
  if (source.kind === 'neurons' || source.outgoing.length !== 1 || source.drivesRules || source.recorder !== null)
    return null;
  const asTheyCome = queues.length === 1 && delays[0] === 0 && sources.all && edges.identity;
  if (!asTheyCome || !source.hasFullBlocks || rule !== null || devices !== null) return null;
  const model: StimulusModel & Partial<StimulusHooks> = source.model;
  return model.poissonSource === undefined ? null : (source as Stimulus & { model: StimulusHooks });
}

/** Whether the arrivals of a projection can be taken in this way. */
const serves = (p: Projection): boolean =>
  p.edges.targets !== null && p.edges.distinct && canBatch(p) && p.devices?.isSteady !== false;

/**
 * All lanes of one population as one stream, in one call of a kernel: up to the horizon, where something else is due, and
 * on beyond spikes of the population, where nobody has to know of one before its first arrival anywhere. A stimulus whose
 * spikes go nowhere else is drawn on in the same call. Nothing is changed by it but what is done where: the same arrivals
 * meet the same states in the same order, and blocks of a stimulus are drawn when they are due, as they always are. Other
 * populations may be behind then, but the clock stays at the first of their events.
 */
export class MergedDelivery implements DeliveryStrategy {
  readonly #place: TargetState;
  readonly #loop: EngineState;
  readonly #model: NeuronModel & Pick<NeuronHooks, 'deltaState'>;
  readonly #lanes: ArrivalQueue[] = [];
  /** What may reach the population, among these sources. */
  #foreign: readonly ExternalSource[] = [];
  #sources: readonly Source[] | null = null;
  /** Spikes of the last call, ascending in (time, neuron). */
  #times = new Float64Array(0);
  #neurons = new Uint32Array(0);
  #record: ConfluenceRecord | null = null;
  #laneRecords: LaneRecord[] = [];
  #sourceRecords: SourceRecord[] = [];

  private constructor(place: TargetState, loop: EngineState, model: NeuronModel & Pick<NeuronHooks, 'deltaState'>) {
    this.#place = place;
    this.#loop = loop;
    this.#model = model;
  }

  /** Null where there is no kernel, or none for neurons of this kind. */
  static of(place: TargetState, loop: EngineState): MergedDelivery | null {
    const { population } = place;
    if (population.kind === 'stimulus' || population.winnerTakeAll !== null) return null;
    const model: NeuronModel & Partial<NeuronHooks> = population.model;
    return model.deltaState
      ? new MergedDelivery(place, loop, model as NeuronModel & Pick<NeuronHooks, 'deltaState'>)
      : null;
  }

  advance({ kind, next }: PopulationEvent, until: number): number {
    const { incoming, population } = this.#place;
    const { sources, spikeCollector, scheduler, countdown } = this.#loop;
    if (kind !== 'arrivals' || !incoming.every(serves)) return -1;
    if (this.#sources !== sources) this.#foreign = sourcesReaching(population, this.#loop);
    this.#sources = sources;
    const reach = countdown.active ? 0 : this.#reach();
    let horizon = until;
    for (const { source, minDelay } of this.#foreign) {
      if (source.kind === 'stimulus' && this.#drawsOn(source)) continue;
      horizon = Math.min(horizon, (source.queueProxy ?? source).next + (reach > 0 ? minDelay : 0));
    }
    if (countdown.active) horizon = Math.min(horizon, this.#others());
    if (horizon <= next) return -1;
    horizon = Math.min(horizon, Math.max(this.#bound(next), next + TICK));
    const state = this.#model.deltaState(next);
    if (state === null || this.#run(state, horizon, reach) === 0) return -1;
    for (const { source, queues } of incoming) {
      for (const lane of queues) scheduler.update(lane);
      if (source.kind === 'stimulus') scheduler.update(source);
    }
    const { spikes, last } = this.#record!;
    for (let k = 0; k < spikes; k++) spikeCollector.add(this.#neurons[k]!, this.#times[k]!);
    this.#loop.reachedTime = Math.max(this.#loop.reachedTime, last);
    return reach === 0 ? last : next;
  }

  /** When anything else happens: a spike elsewhere may end the run, and then nothing may have happened after it. */
  #others(): number {
    const { population } = this.#place;
    let next = Infinity;
    for (const source of this.#loop.sources) {
      if (source === population || (source.kind === 'arrivals' && source.target === population)) continue;
      if (source.kind !== 'stimulus' || !this.#drawsOn(source))
        next = Math.min(next, (source.queueProxy ?? source).next);
    }
    return next;
  }

  /** Until when the work of one call stays bounded: of what is in flight, and of what will be drawn. */
  #bound(next: number): number {
    let bound = Infinity;
    let perMs = 0;
    for (const { source, edges, queues } of this.#place.incoming) {
      const most = maxArrivalsPerCall(edges);
      for (const { head, tail, times } of queues) if (tail - head > most) bound = Math.min(bound, times[head + most]!);
      if (source.kind === 'stimulus' && this.#drawsOn(source)) {
        const model: StimulusModel & Partial<StimulusHooks> = source.model;
        perMs += meanRowLength(edges) / model.poissonSource!.meanGap;
      }
    }
    return Math.min(bound, next + MAX_SYNAPTIC_EVENTS_PER_CALL / perMs);
  }

  #drawsOn({ id }: Stimulus): boolean {
    const only = this.#loop.targets[id]!.outgoing[0];
    return only?.target === this.#place.population && directSource(only.queues[0]!) !== null;
  }

  /** For how long nothing has to know of a spike of the population, ms. */
  #reach(): number {
    const { population, incoming, outgoing } = this.#place;
    let least = population.observers.length > 0 ? 0 : Infinity;
    for (const { rule, recorder } of incoming) if (rule !== null || recorder !== null) least = 0;
    for (const { delays } of outgoing) for (const delay of delays) least = Math.min(least, delay);
    return least;
  }

  /** Runs all lanes, in their order; returns how many arrivals were taken. */
  #run(state: DeltaState, horizon: number, reach: number): number {
    const { arena } = this.#loop;
    const lanes = this.#lanes;
    lanes.length = 0;
    for (const projection of this.#place.incoming) lanes.push(...projection.queues);
    if (lanes.length > this.#laneRecords.length) {
      const { size } = this.#place.population;
      this.#times = arena.f64(ROOM + size);
      this.#neurons = arena.u32(ROOM + size);
      [this.#record] = recordsIn(arena, ConfluenceRecord, 1) as [ConfluenceRecord];
      this.#laneRecords = recordsIn(arena, LaneRecord, 2 * lanes.length);
      this.#sourceRecords = recordsIn(arena, SourceRecord, 2 * lanes.length);
    }
    const record = this.#record!;
    this.#describe(record, state);
    record.horizon = Math.min(horizon, state.until);
    record.reach = reach;
    record.laneCount = lanes.length;
    for (let l = 0; l < lanes.length; l++) describeLane(lanes[l]!, this.#laneRecords[l]!, this.#sourceRecords[l]!);
    arena.kernels.deliverMerged(record);
    let all = 0;
    for (let l = 0; l < lanes.length; l++) all += book(lanes[l]!, this.#laneRecords[l]!);
    return all;
  }

  #describe(r: ConfluenceRecord, state: DeltaState): void {
    const { targets } = this.#lanes[0]!.projection.edges as SparseRows;
    r.isSingle = state.u.BYTES_PER_ELEMENT === 4 ? 1 : 0;
    r.hasWideTargets = targets.BYTES_PER_ELEMENT === 4 ? 1 : 0;
    r.u = state.u;
    r.bar = state.bar;
    r.keeps = state.keeps ? 1 : 0;
    r.thresholds = state.thresholds.b;
    r.least = state.thresholds.least;
    r.t0 = state.scale.t0;
    r.rate = state.scale.rate;
    r.cells = state.scale.cells;
    r.refractory = state.refractory;
    r.ownRefractory = state.refractory.length === 1 ? 0 : ALL;
    r.floor = state.floor;
    r.ownFloor = state.floor.length === 1 ? 0 : ALL;
    r.releaseTimes = state.releaseTimes;
    r.releaseNeurons = state.releaseNeurons;
    r.releaseRing = state.releaseRing;
    r.places = state.releaseTimes.length;
    r.marks = state.marks;
    r.hits = state.hits;
    r.spikeTimes = this.#times;
    r.spikeNeurons = this.#neurons;
    r.room = ROOM;
    r.lanes = this.#laneRecords[0];
  }
}

function describeLane(lane: ArrivalQueue, r: LaneRecord, s: SourceRecord): void {
  const { starts, targets, weights, weight, identity } = lane.projection.edges as SparseRows;
  r.times = lane.times;
  r.rows = lane.rows;
  r.head = lane.head;
  r.tail = lane.tail;
  r.starts = starts;
  r.targets = targets;
  r.weights = weights;
  r.weight = weight;
  r.identity = identity ? 1 : 0;
  r.blockCount = r.drawn = r.taken = 0;
  const stimulus = directSource(lane);
  r.source = stimulus && s;
  if (stimulus === null) return;
  const { poissonSource } = stimulus.model;
  const { times, neurons } = stimulus.block;
  r.blockTimes = times;
  r.blockNeurons = neurons;
  r.capacity = times.length;
  s.state = poissonSource.state;
  s.clock = poissonSource.clock;
  s.ziggurat = poissonSource.ziggurat;
  s.slots = poissonSource.slots;
  s.keep = poissonSource.table?.keep;
  s.own = poissonSource.table?.own;
  s.other = poissonSource.table?.other;
  s.meanGap = poissonSource.meanGap;
  s.stop = poissonSource.stop;
}

/** Takes over what became of a lane; returns how many arrivals that is. */
function book(lane: ArrivalQueue, { taken, blockCount, drawn, head }: LaneRecord): number {
  readDevices(lane, lane.head, lane.head + taken);
  recordDeliveries(lane, taken, 0);
  if (blockCount !== 0) {
    const stimulus = lane.projection.source as Stimulus;
    stimulus.adoptBlocks(drawn, blockCount, head);
    lane.readFromBlock(stimulus.block, head);
  }
  return taken;
}
