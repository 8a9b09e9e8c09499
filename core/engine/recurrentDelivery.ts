import { longestRow } from '../graph/edges.ts';
import type { Neurons } from '../graph/population.ts';
import type { ArrivalQueue, Projection } from '../graph/projection.ts';
import type { NeuronHooks } from '../hooks.ts';
import { EdgesRecord, RecurrentLaneRecord, RecurrentRecord, recordsIn } from '../kernels/records.ts';
import type { NeuronModel } from '../model.ts';
import { TICK } from '../time.ts';
import type { DeliveryStrategy, PopulationEvent } from './deliveryStrategy.ts';
import type { EngineState, Source } from './engineState.ts';
import { canBatch } from './inOneGo.ts';
import { Lookahead } from './lookahead.ts';
import { deliverArrivals } from './referenceDelivery.ts';
import type { TargetState } from './targetState.ts';
import { MAX_SYNAPTIC_EVENTS_PER_CALL } from './work.ts';

/** A call ends after so many spikes, and what fires at the same instant. */
const ROOM = 1024;
/** All lanes are asked at each instant. */
const MOST_LANES = 16;

/** Whether the kernel takes what arrives along a projection, and sends it off where it comes from the same neurons. */
const serves = (p: Projection): boolean =>
  p.rule === null &&
  p.recorder === null &&
  p.devices === null &&
  !p.modulatory &&
  canBatch(p) &&
  (p.source !== p.target || p.sources.first !== null) &&
  (p.edges.receptor === undefined || p.edges.least === 0);

/**
 * Neurons that hear each other, in one call of a kernel that sends off their spikes too: two instants a spike, of which the engine
 * knows nothing until something else may be heard.
 */
export class RecurrentDelivery implements DeliveryStrategy {
  readonly #place: TargetState;
  readonly #loop: EngineState;
  readonly #target: Neurons<NeuronModel & NeuronHooks>;
  readonly #record: RecurrentRecord;
  readonly #times: Float64Array;
  readonly #neurons: Uint32Array;
  #lanes: readonly ArrivalQueue[] = [];
  #laneRecords: readonly RecurrentLaneRecord[] = [];
  #sources: readonly Source[] | null = null;
  #horizon: Lookahead | null = null;
  /** Whether no row reaches more synapses than there are neurons, for which there is room. */
  #shortRows = false;
  #serves = false;

  private constructor(place: TargetState, loop: EngineState, target: Neurons<NeuronModel & NeuronHooks>) {
    const { arena } = loop;
    this.#place = place;
    this.#loop = loop;
    this.#target = target;
    this.#times = arena.f64(ROOM + target.size);
    this.#neurons = arena.u32(ROOM + target.size);
    [this.#record] = recordsIn(arena, RecurrentRecord, 1) as [RecurrentRecord];
    Object.assign(this.#record, { spikeTimes: this.#times, spikeNeurons: this.#neurons, room: ROOM });
  }

  /** Null where no kernel does it for such neurons. */
  static of(place: TargetState, loop: EngineState): RecurrentDelivery | null {
    const { population } = place;
    if (population.kind === 'stimulus' || population.winnerTakeAll !== null) return null;
    const model: NeuronModel & Partial<NeuronHooks> = population.model;
    return model.runRecurrent === undefined
      ? null
      : new RecurrentDelivery(place, loop, population as Neurons<NeuronModel & NeuronHooks>);
  }

  beforeEnqueue(): boolean {
    const { incoming, population } = this.#place;
    if (this.#sources !== this.#loop.sources) this.#describe();
    this.#sources = this.#loop.sources;
    const few = this.#lanes.length <= MOST_LANES && this.#shortRows;
    const own = incoming.some(({ source }) => source === population) && this.#horizon!.minDelay > TICK;
    this.#serves = few && own && population.observers.length === 0 && incoming.every(serves);
    return this.#serves;
  }

  /** Takes over what leads here. */
  #describe(): void {
    const { arena } = this.#loop;
    const { incoming, population } = this.#place;
    this.#lanes = incoming.flatMap(({ queues }) => queues);
    this.#horizon = new Lookahead(population, this.#loop);
    this.#shortRows = incoming.every(({ edges }) => longestRow(edges) <= population.size);
    const edgesRecords = recordsIn(arena, EdgesRecord, incoming.length);
    this.#laneRecords = recordsIn(arena, RecurrentLaneRecord, this.#lanes.length);
    let n = 0;
    for (const [p, { edges, sources, source, delays }] of incoming.entries()) {
      const { starts, targets, weights, weight, columns, receptor = -1 } = edges;
      const wide = targets?.BYTES_PER_ELEMENT === 4 ? 1 : 0;
      const record = Object.assign(edgesRecords[p]!, { starts, targets, weights, weight, columns, wide });
      const own = source === population ? { first: sources.first, count: sources.count } : {};
      for (const [l, delay] of delays.entries())
        Object.assign(this.#laneRecords[n++]!, {
          ...{ delay, edges: record, receptor: receptor + 1, row: l * sources.count },
          ...own,
        });
    }
    Object.assign(this.#record, { lanes: this.#laneRecords[0], laneCount: this.#lanes.length });
  }

  advance(first: PopulationEvent, until: number): number {
    const { countdown, spikeCollector } = this.#loop;
    if (!this.#serves || countdown.active) return -1;
    const target = this.#target;
    const r = this.#record;
    const start = first.next;
    r.horizon = this.#horizon!.horizonFrom(start, until);
    r.work = MAX_SYNAPTIC_EVENTS_PER_CALL;
    for (const [l, lane] of this.#lanes.entries()) {
      if (lane.projection.source === target) lane.reserve(this.#times.length);
      const { times, rows, head, tail } = lane;
      Object.assign(this.#laneRecords[l]!, { times, rows, head, tail, heard: 0 });
    }
    target.next = Infinity; // set anew at the end
    const unfinished = target.model.runRecurrent(r, this.#lanes, start);
    for (const [l, lane] of this.#lanes.entries()) {
      const { head, tail, heard } = this.#laneRecords[l]!;
      lane.projection.arrivals += head - lane.head;
      lane.projection.synapticEvents += heard;
      lane.setRange(head, tail);
    }
    for (let k = 0; k < r.spikes; k++) spikeCollector.add(this.#neurons[k]!, this.#times[k]!);
    spikeCollector.sentCount = r.sent;
    if (unfinished !== null) this.#finish(r.now, unfinished);
    for (const lane of this.#lanes) this.#loop.scheduler.update(lane);
    this.#loop.reachedTime = Math.max(this.#loop.reachedTime, r.now);
    return this.#place.isSelfContained && this.#horizon!.minDelay === Infinity ? r.now : start;
  }

  /** Finishes an instant that a kernel has begun, as `Instant` does. */
  #finish(t: number, arriving: boolean): void {
    const { model } = this.#target;
    const { spikeCollector } = this.#loop;
    if (!arriving) {
      model.collectCrossings(t);
      spikeCollector.collectSpikes(this.#target, t);
    }
    for (const lane of this.#lanes) if (lane.next === t) deliverArrivals(lane, t, spikeCollector);
    model.testThresholds(t);
    spikeCollector.collectSpikes(this.#target, t);
  }
}
