import { DEVICE_RECORDS } from './deviceRecords.mjs';
import { WINDOW_RECORDS } from './windowRecords.mjs';

const WHEEL = {
  width: 'f64', // width of a slot, ms
  wakes: 'address',
  soonest: 'address',
  links: 'address',
};
const HEAP = {
  crossings: 'address',
  heap: 'address',
  places: 'address',
  heapSize: 'address',
};

/**
 * Records shared by kernels and TypeScript; `accessors.mjs` generates the classes of both sides from this table. Types
 * of fields: `address` of an array or record in memory, `u32`, `i32`, `f64`. TypeScript can read fields marked `in` or `out`
 * (written by kernels), and arrays whose type is given.
 */
export const RECORDS = {
  /** Arrivals of one spike queue at rows of delta synapses, and their target neurons. */
  DeltaRowsRecord: {
    u: 'address', // state of each neuron, see `DeltaSynapseState`
    bar: 'address', // value of u at threshold, in units of the scale
    size: 'u32', // number of neurons
    isSingle: 'u32', // 1: u, bar and weights are float32, 0: float64
    minBar: 'f64', // lower bound of `bar`
    t0: 'f64', // scale e^((t - t0) rate), computed in `cells` cells per ms
    rate: 'f64',
    cells: 'f64',
    until: 'f64', // time before which deliveries stop, ms
    times: 'address', // arrivals `from` … `to` - 1
    rows: 'address',
    from: 'u32',
    to: 'u32',
    saved: 'address', // work space of the length of u
    marks: 'address', // per neuron: 1 if it is in `fired`
    fired: 'address', // number of neurons at threshold, then these neurons
    starts: 'address',
    targets: 'address',
    hasWideTargets: 'u32', // 1: targets have 32 bits, 0: 16 bits
    isOneToOne: 'u32', // 1: row i reaches neuron i only
    weights: 'address', // weight of each synapse; 0: all synapses have `weight`
    weight: 'f64',
    drop: 'f64', // maximum decrease of u per arrival at scale 1, as a fraction of `minBar`; 0 if no weight is negative
    blockSize: 'u32', // for rows made of blocks: number of neurons per block
    blockStarts: 'address', // index of the first block of each row
    groups: 'address', // group of each block
    offsets: 'address', // index of the first weight of each block
    gates: 'address', // for each row: block whose neurons may fire; 0: neurons of all blocks may fire
    inhibitedUntil: 'address', // for each group: end of inhibition, ms; 0: no group is inhibited
    groupCount: 'u32', // number of groups if they can be processed one by one, otherwise 0
    vInf: 'f64', // steady potential, mV; used for winner-take-all groups only
    resetOffset: 'f64', // reset potential minus vInf, mV
    spikeTimes: 'address',
    spikeNeurons: 'address',
    changes: 'u32', // version number of the set of disabled groups
    rowLists: 'address', // for each row: version of its list of enabled blocks, and end of the list
    blockLists: 'address',
    inhibitionTime: 'f64', // inhibition time after each spike of a group, ms
    maxSpikes: 'f64', // number of spikes after which a group is disabled
    spikeCounts: 'address', // number of spikes of each group
  },
  MergedRecord: {
    isSingle: 'u32', // as in `DeltaRowsRecord`
    hasWideTargets: 'u32',
    u: 'address',
    bar: 'address',
    keepsPotential: 'u32', // 1: refractory neurons have a bar of Infinity, 0: they have u = -Infinity
    isFree: 'u32', // 1: the potential of refractory neurons is not clamped
    thresholds: 'address', // value of `bar` of each neuron if it is not refractory
    minThreshold: 'f64', // smallest of `thresholds`
    t0: 'f64',
    rate: 'f64',
    cells: 'f64',
    horizon: 'f64', // time up to which the call delivers, ms
    lookahead: 'f64', // minimum delay before a spike can affect anything, ms
    refractory: 'address', // refractory periods, ms: one for all neurons, or one per neuron
    refractoryMask: 'u32', // mask of the neuron's index in `refractory`: 0 if all neurons share the first value
    resetOffset: 'address', // reset potential minus steady potential without input, mV: one value, or one per neuron
    resetMask: 'u32',
    releaseTimes: 'address',
    releaseNeurons: 'address',
    releaseRing: 'address',
    ringSize: 'u32', // capacity of the ring of refractory neurons
    marks: 'address',
    hits: 'address',
    spikeTimes: 'address',
    spikeNeurons: 'address',
    spikeCapacity: 'u32', // number of spikes after which a call ends
    spikeCount: 'u32 out',
    queues: 'address',
    queueCount: 'u32',
    lastTime: 'f64 out', // time of the last tick that was processed
  },
  /** Spike queue of an incoming projection of the population of a `MergedRecord`. */
  SpikeQueueRecord: {
    times: 'address',
    rows: 'address',
    head: 'u32 out',
    tail: 'u32',
    starts: 'address',
    targets: 'address',
    weights: 'address', // weight of each synapse; 0: all synapses have `weight`
    isOneToOne: 'u32',
    weight: 'f64',
    stimulus: 'address', // `PoissonRecord` of a stimulus that is drawn on demand, or 0
    blockTimes: 'address',
    blockNeurons: 'address',
    capacity: 'u32',
    blockCount: 'u32 out', // number of spikes of the latest block drawn; 0 before the first block
    drawnCount: 'f64 out', // number of spikes of all earlier blocks
    takenCount: 'f64 out', // number of arrivals delivered
    nextTime: 'f64', // time of the next arrival, used by the kernel only
  },
  PoissonRecord: {
    state: 'address Uint32Array', // state of the generators, see poissonSeed.ts
    clock: 'address Float64Array', // [time of the next spike, ms]
    ziggurat: 'address Float64Array',
    slots: 'u32 in', // number of slots from which a spike's neuron is drawn: of the alias table, or of all neurons
    keep: 'address Float64Array|null', // alias table, or 0: all rates are equal
    own: 'address Uint32Array|null',
    other: 'address Uint32Array|null',
    meanGap: 'f64 in', // mean interval between spikes of all sources together, ms
    stop: 'f64 in', // ms
  },
  /**
   * Factors that convert the state of neurons with exponential currents to their potential and currents; see
   * `StateScales`.
   */
  VoltageRecord: {
    decayM: 'f64',
    shapeE: 'f64',
    shapeI: 'f64',
    decayE: 'f64',
    decayI: 'f64',
    guard: 'f64', // tolerance for rounding, mV
    marginShare: 'f64', // fraction of the distance to threshold that is kept as margin
  },
  /** Upper bounds of the potential in one time segment of `VoltageBound`. */
  BoundRecord: {
    m: 'f64',
    phiE: 'f64',
    phiI: 'f64',
    a: 'f64',
    mFromA: 'f64',
    mFromB: 'f64',
    riseE: 'f64',
    riseI: 'f64',
    aFromA: 'f64',
    aFromB: 'f64',
    tailE: 'f64',
  },
  TracesRecord: {
    tau: 'f64',
    values: 'address',
    clock: 'address', // [t0, time of the latest spikes, number of these]
    latest: 'address', // neurons of the latest spikes; `held`: their traces before these spikes
    held: 'address',
    size: 'u32',
    additive: 'u32',
  },
  WheelRecord: WHEEL,
  HeapRecord: HEAP,
  /** Input and results of a call of the kernel `deliverRecurrent`. */
  RecurrentRecord: {
    horizon: 'f64',
    now: 'f64 out', // time of the last tick that was processed
    maxWork: 'f64', // work limit of a call: 1 per synaptic event, 16 per step, `size` per check interval
    tau: 'f64',
    ratio: 'f64', // tauSyn / tau
    span: 'f64', // maximum time since the reference time, ms
    perUnit: 'f64', // change of ts g per unit of weight
    excReversal: 'f64',
    inhReversal: 'f64',
    near: 'f64', // maximum time to a crossing that is computed exactly; see `ConductancePredictor`
    checkEnd: 'f64', // end of the check interval, ms
    ...WHEEL,
    ...HEAP,
    u: 'address',
    stateBytes: 'u32', // size of the state of a neuron: 32 with one synaptic time constant, 40 with two
    bar: 'address',
    table: 'address', // with one time constant only, as `ratio` and the reversal potentials
    steps: 'address',
    clock: 'address', // [reference time, unused, end of the check interval]
    size: 'u32', // number of neurons, and capacity of the ring of refractory neurons
    refractory: 'address', // as in `MergedRecord`, to `releaseRing`
    refractoryMask: 'u32',
    resetOffset: 'address',
    resetMask: 'u32',
    releaseTimes: 'address',
    releaseNeurons: 'address',
    releaseRing: 'address',
    candidates: 'address',
    candidateCount: 'u32 out',
    values: 'address',
    uncovered: 'address', // synapses outside the table, left to the caller by `addConductances`
    queues: 'address',
    queueCount: 'u32',
    uncoveredQueue: 'u32 out', // index of the queue of these synapses, and start of their row
    uncoveredStart: 'u32 out',
    spikeTimes: 'address',
    spikeNeurons: 'address',
    spikeCapacity: 'u32', // as in `MergedRecord`
    spikeCount: 'u32 out',
    sentCount: 'u32 out', // number of spikes pushed into queues already
    phase: 'u32 out', // 0: done, 1: crossings of a tick, 2: deliveries of a tick are left to the caller
    firstCheck: 'u32 out', // 1 + index of the neuron that the caller must check first, or 0
  },
  /** Spike queue of an incoming projection of a recurrent population. */
  RecurrentQueueRecord: {
    delay: 'f64',
    times: 'address',
    rows: 'address',
    head: 'u32 out',
    tail: 'u32 out',
    delivered: 'f64 out', // number of synaptic events
    edges: 'address', // `EdgesRecord`
    receptor: 'u32', // 0: by the sign of the weight, 1: excitatory, 2: inhibitory
    firstRow: 'u32', // row of the first source neuron
    firstSource: 'u32', // index of the first source neuron in the recurrent population
    sourceCount: 'u32', // number of source neurons; 0 if the sources are in other populations
  },
  /**
   * Input and results of `deliverPlastic`, `deliverBatch` and the threshold checks of neurons with exponential
   * currents.
   */
  PlasticRecord: {
    until: 'f64',
    t0: 'f64', // reference time of the neurons, ms
    rate: 'f64', // decay rate of M, 1/ms; adjacent to `rateE` as one vector
    rateE: 'f64',
    rateI: 'f64',
    perDeltaE: 'f64',
    perDeltaI: 'f64',
    perCapacitance: 'f64',
    checkEnd: 'f64', // end of the check interval, ms
    peak: 'f64',
    span: 'f64', // maximum time since the reference time, ms
    amount: 'f64', // strength of pulses per unit of the trace of the other side
    checkCount: 'f64 out', // number of checks made
    ...WHEEL,
    u: 'address',
    bar: 'address',
    columns: 'u32',
    times: 'address',
    rows: 'address',
    from: 'u32',
    to: 'u32',
    pre: 'address', // `TracesRecord` of rows, to which arrivals are added
    post: 'address', // `TracesRecord` of columns
    devices: 'address', // `WeightsRecord`
    candidates: 'address',
    candidateCount: 'u32 out',
    now: 'address', // `VoltageRecord` and tables of `VoltageBound`
    table: 'address',
    segmentCount: 'u32',
    starts: 'address',
    ceiling: 'address',
    crossings: 'address',
    batch: 'address', // `ArrivalBatchRecord`
  },
  /** Input and results of the kernel `collectArrivals`. */
  ArrivalBatchRecord: {
    start: 'f64',
    horizon: 'f64',
    nextTime: 'f64 out', // times of the first arrival not collected and of the last one collected, ms
    lastTime: 'f64 out',
    times: 'address',
    rows: 'address',
    projectionIndices: 'address', // index of the `EdgesRecord` of each arrival
    order: 'address', // indices of the arrivals, sorted
    slots: 'address', // work space of `capacity` + 1
    capacity: 'u32', // maximum number of arrivals
    count: 'u32 out',
    skipsEmptyRows: 'u32', // 1: arrivals without synapses are left out
    edges: 'address', // `EdgesRecord` of each projection
    projectionCount: 'u32',
  },
  MultiDelayQueueRecord: {
    times: 'address',
    rows: 'address',
    deliveredCounts: 'address', // for each spike: number of delays after which it has been delivered
    nonEmpty: 'address', // bit mask of rows with synapses per terminal, see multiDelayQueue.ts; 0: rows are ordered by delay
    delays: 'address',
    queueIndices: 'address',
    delayCount: 'u32',
    wordCount: 'u32', // number of 32-bit words of a mask
    terminalCount: 'u32',
    head: 'u32 out',
    tail: 'u32 out',
    arrivalCount: 'f64 out',
  },
  EdgesRecord: {
    starts: 'address', // 0: the edges are dense
    targets: 'address',
    weights: 'address', // weight of each synapse; 0: all synapses have `weight`
    columns: 'u32',
    hasWideTargets: 'u32',
    queue: 'address', // `MultiDelayQueueRecord`, or 0
    weight: 'f64',
    delivered: 'f64 out', // number of synaptic events
  },
  ...WINDOW_RECORDS,
  ...DEVICE_RECORDS,
};
