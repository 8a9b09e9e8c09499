/** A `WakeWheel`. */
const WHEEL = {
  width: 'f64', // of its slots
  wakes: 'address',
  soonest: 'address',
  links: 'address',
};
/** An `IndexedHeap`. */
const HEAP = {
  crossings: 'address',
  heap: 'address',
  places: 'address',
  heapSize: 'address',
};

/**
 * The records that kernels and TypeScript share, field by field: the one place that says what lies where. `accessors.mjs` makes
 * classes of them for both sides. Types: `address` of an array or record in memory, `u32`, `f64`; what kernels give back is `out`,
 * and that alone can be read in TypeScript.
 */
export const RECORDS = {
  /** Synapse rows onto neurons with delta synapses, and the arrivals of one spike queue there. */
  DeltaRowsRecord: {
    u: 'address', // state of each neuron, see `DeltaState`
    bar: 'address', // value of u at threshold, in units of the scale
    size: 'u32', // number of neurons
    isSingle: 'u32', // 1: u, bar and weights are float32, 0: float64
    minBar: 'f64', // lower bound of `bar`
    t0: 'f64', // scale e^((t - t0) rate), computed in `cells` cells per ms
    rate: 'f64',
    cells: 'f64',
    until: 'f64', // deliveries stop before this time
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
    weights: 'address', // 0: all synapses have `weight`
    weight: 'f64',
    drop: 'f64', // share of the smallest bar that one arrival can take away at scale 1; 0 without negative weights
    blockSize: 'u32', // rows of blocks: neurons per block
    blockStarts: 'address', // first block of each row
    groups: 'address', // group of each block
    offsets: 'address', // first weight of each block
    gates: 'address', // per row the block that may fire, or 0: all may
    inhibitedUntil: 'address', // per group, ms, or 0: no group is inhibited
    groupCount: 'u32', // number of groups that may be processed one by one, or 0
    vInf: 'f64', // races only
    resetOffset: 'f64', // reset potential minus vInf, mV
    spikeTimes: 'address',
    spikeNeurons: 'address',
    changes: 'u32', // version of the set of disabled groups
    rowLists: 'address', // per row: version for which its enabled blocks are listed, and end of the list
    blockLists: 'address',
    inhibitionTime: 'f64', // ms after each spike of a group
    maxSpikes: 'f64', // spikes after which a group is disabled
    spikeCounts: 'address', // per group
  },
  /** A population whose lanes run as one stream. */
  MergedRecord: {
    isSingle: 'u32', // 1: u, bar and weights are float32, 0: float64
    hasWideTargets: 'u32', // 1: targets have 32 bits, 0: 16 bits
    u: 'address',
    bar: 'address',
    keepsPotential: 'u32', // whether refractory neurons have a bar of Infinity in place of u = -Infinity
    thresholds: 'address', // the bars of neurons that are not refractory
    minThreshold: 'f64',
    t0: 'f64',
    rate: 'f64',
    cells: 'f64',
    horizon: 'f64',
    lookahead: 'f64', // ms for which nothing has to know of a spike
    refractory: 'address', // ms, of all or of each
    refractoryMask: 'u32', // mask of the neuron's number: 0 where all have the first one
    resetOffset: 'address', // what released neurons begin at, likewise
    resetMask: 'u32',
    releaseTimes: 'address',
    releaseNeurons: 'address',
    releaseRing: 'address',
    ringSize: 'u32', // of the ring
    marks: 'address',
    hits: 'address',
    spikeTimes: 'address',
    spikeNeurons: 'address',
    spikeCapacity: 'u32', // a call ends after so many spikes
    spikeCount: 'u32 out',
    queues: 'address',
    queueCount: 'u32',
    lastTime: 'f64 out', // the last instant that was taken
  },
  /** One of its lanes. */
  SpikeQueueRecord: {
    times: 'address',
    rows: 'address',
    head: 'u32 out',
    tail: 'u32',
    starts: 'address',
    targets: 'address',
    weights: 'address', // 0: all have `weight`
    isOneToOne: 'u32',
    weight: 'f64',
    stimulus: 'address', // of the record of the stimulus that is drawn on, or 0
    blockTimes: 'address',
    blockNeurons: 'address',
    capacity: 'u32',
    blockCount: 'u32 out', // spikes of the last block drawn, 0: none was
    drawnCount: 'f64 out', // spikes of the blocks before that
    takenCount: 'f64 out',
    nextTime: 'f64', // the kernel's own
  },
  /** A Poisson stimulus that only one lane takes. */
  PoissonRecord: {
    state: 'address',
    clock: 'address',
    ziggurat: 'address',
    slots: 'u32',
    keep: 'address', // of the alias table, or 0
    own: 'address',
    other: 'address',
    meanGap: 'f64',
    stop: 'f64',
  },
  /** What makes V - Vinf of M, E and I of a neuron with exponential currents, and drives of E and I; see `Scales`. */
  VoltageRecord: {
    decayM: 'f64',
    shapeE: 'f64',
    shapeI: 'f64',
    decayE: 'f64',
    decayI: 'f64',
    guard: 'f64', // for rounding, mV
    marginShare: 'f64', // of the distance to threshold that is to be kept
  },
  /** A segment [a, b] of the future in `Outlook`: values at a, changes within, and what may come from a on to infinity. */
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
  /** Traces of spike trains that decay with one time constant: `Traces` of rules. */
  TracesRecord: {
    tau: 'f64',
    values: 'address',
    clock: 'address', // [t0, time of the latest spikes, how many they are]
    latest: 'address', // who they were, and the values before them
    held: 'address',
    size: 'u32',
    additive: 'u32',
  },
  /** Both within records of others. */
  WheelRecord: WHEEL,
  HeapRecord: HEAP,
  /** Neurons with conductances of one time constant that hear each other; see `Recurrent` and `ShuntedWatch`. */
  RecurrentRecord: {
    horizon: 'f64',
    now: 'f64 out', // the last instant that was taken
    maxWork: 'f64', // synapses, and neurons at the end of a round: a call ends after so many
    tau: 'f64',
    ratio: 'f64', // of tauSyn to that
    span: 'f64', // ms since the reference time
    perUnit: 'f64', // what a unit of weight adds to ts g
    excReversal: 'f64',
    inhReversal: 'f64',
    near: 'f64', // see `ShuntedWatch`
    checkEnd: 'f64',
    ...WHEEL,
    ...HEAP,
    u: 'address',
    bar: 'address',
    table: 'address',
    steps: 'address',
    clock: 'address', // [reference time, of the owner, end of the round]
    size: 'u32', // neurons, and places of the ring
    refractory: 'address', // ms, of all or of each
    refractoryMask: 'u32', // mask of the neuron's number
    resetOffset: 'address', // what released neurons begin at, mV without input, likewise
    resetMask: 'u32',
    releaseTimes: 'address',
    releaseNeurons: 'address',
    releaseRing: 'address',
    candidates: 'address',
    candidateCount: 'u32 out',
    values: 'address',
    uncovered: 'address', // edges left to the caller by `addConductances`
    queues: 'address',
    queueCount: 'u32',
    uncoveredQueue: 'u32 out', // whose they are, and where their row begins
    uncoveredStart: 'u32 out',
    spikeTimes: 'address',
    spikeNeurons: 'address',
    spikeCapacity: 'u32', // a call ends after so many spikes
    spikeCount: 'u32 out',
    sentCount: 'u32 out', // on the way to their targets already
    phase: 'u32 out', // 0: done, 1: crossings, 2: arrivals of an instant are to be finished
    firstCheck: 'u32 out', // 1 + the neuron that is to be looked at first, or 0
  },
  /** A lane that leads to them. */
  RecurrentQueueRecord: {
    delay: 'f64',
    times: 'address',
    rows: 'address',
    head: 'u32 out',
    tail: 'u32 out',
    delivered: 'f64 out', // synapses are counted
    edges: 'address', // of a record
    receptor: 'u32', // 0: by the sign of the weight, 1: excitatory, 2: inhibitory
    firstRow: 'u32', // of the first neuron that it comes from
    firstSource: 'u32', // number of that, and of them, among neurons that hear each other
    sourceCount: 'u32',
  },
  /** Arrivals that pulse and read their dense rows before they reach neurons with exponential currents. */
  PlasticRecord: {
    until: 'f64',
    t0: 'f64', // of the neurons
    rate: 'f64', // of M; with `rateE` the halves of a vector
    rateE: 'f64',
    rateI: 'f64',
    perDeltaE: 'f64',
    perDeltaI: 'f64',
    perCapacitance: 'f64',
    checkEnd: 'f64', // of the round
    peak: 'f64',
    span: 'f64', // of the scales
    amount: 'f64', // pulses are of strength amount × trace of the other side
    checkCount: 'f64 out',
    ...WHEEL,
    u: 'address',
    bar: 'address',
    columns: 'u32',
    times: 'address',
    rows: 'address',
    from: 'u32',
    to: 'u32',
    pre: 'address', // of records of traces: of rows, in which arrivals are kept, and of columns
    post: 'address',
    devices: 'address', // of a record
    candidates: 'address',
    candidateCount: 'u32 out',
    now: 'address', // what looks need
    table: 'address',
    segmentCount: 'u32',
    starts: 'address',
    ceiling: 'address',
    crossings: 'address',
    batch: 'address', // of the record of a stream's
  },
  /** Arrivals of many lanes; see `Stream`. */
  ArrivalBatchRecord: {
    start: 'f64',
    horizon: 'f64',
    nextTime: 'f64 out', // the first that was not collected, and the last before that
    lastTime: 'f64 out',
    times: 'address',
    rows: 'address',
    edgesIndex: 'address', // numbers of their edges
    order: 'address', // in which they come
    slots: 'address', // one more than places
    capacity: 'u32',
    count: 'u32 out',
    skipsEmptyRows: 'u32', // whether those without synapses are left out
    edges: 'address', // of records
    projectionCount: 'u32',
  },
  /** Spikes in flight; see `Queue`. */
  MultiDelayQueueRecord: {
    times: 'address',
    rows: 'address',
    deliveredCounts: 'address',
    nonEmpty: 'address', // of the rows of each terminal, see `BySource`; 0: rows lie by delay
    delays: 'address',
    queueIndices: 'address',
    delayCount: 'u32',
    wordCount: 'u32',
    terminalCount: 'u32',
    head: 'u32 out',
    tail: 'u32 out',
    arrivalCount: 'f64 out',
  },
  /** Where the synapses of one of many arrivals lie; see `Stream`. */
  EdgesRecord: {
    starts: 'address', // 0: dense
    targets: 'address',
    weights: 'address', // 0: all have `weight`
    columns: 'u32',
    hasWideTargets: 'u32', // whether targets have 32 bits
    queue: 'address', // of its record, or 0
    weight: 'f64',
    delivered: 'f64 out', // synapses are counted
  },
  /** Pulses of a row or column on their way through the stages; see `Pulses`. */
  PulsesRecord: {
    count: 'u32',
    row: 'u32', // that they all lie in, or the largest number: it is the other side
    byColumn: 'u32', // whether constants lie at rows, not at edges
    statesFrom: 'u32', // where states lie from on at `others`, or the largest number: at edges
    near: 'u32', // how many were taken that are all of a dense row, or of a column; 0: some are left out
    edges: 'address',
    others: 'address',
    numbers: 'address',
    amounts: 'address',
    before: 'address',
    after: 'address',
    low: 'address',
    high: 'address',
    share: 'address',
    cycles: 'address',
    writes: 'address',
    rounding: 'address',
    strays: 'address',
    marked: 'address',
    squares: 'address', // or 0: that of the devices
  },
  /** Devices in states; see `StatefulDevices`. */
  DevicesRecord: {
    g: 'address',
    weights: 'address',
    single: 'u32', // whether weights are of single precision
    fades: 'u32', // whether a pulse finds another state than the last one left
    pulses: 'address',
    totals: 'address',
    rows: 'address', // sums of conductances, or 0
    all: 'address',
    joules: 'address', // or 0
    programmed: 'address', // or 0: nothing is noted of when they were
    ends: 'address', // or 0: all have `low`, `top`
    apart: 'address', // or 0: they show their states
    apartSd: 'f64',
    floor: 'f64',
    low: 'f64',
    top: 'f64',
    gMin: 'f64',
    perWeight: 'f64',
    square: 'f64',
    cycleToCycle: 'f64', // of `Straying`
    writeNoise: 'f64',
    levels: 'f64',
    family: 'u32', // of steps: 0 unknown here, 1 exponential, 2 soft
    aUp: 'f64',
    bUp: 'f64',
    aDown: 'f64',
    bDown: 'f64',
  },
  /** Devices that are their weights; see `PulsedDevices`. */
  WeightsRecord: {
    aUp: 'f64', // a and b of steps, upwards and downwards
    bUp: 'f64',
    aDown: 'f64',
    bDown: 'f64',
    wMin: 'f64',
    wMax: 'f64',
    perWeight: 'f64',
    scatter: 'f64',
    soft: 'u32',
    weights: 'address',
    wMaxs: 'address', // each device's own range and steps, or 0
    wMins: 'address',
    ups: 'address',
    downs: 'address',
    rowSums: 'address', // or 0
    sums: 'address', // out: sum of the row of each arrival as it was read
    totals: 'address',
    pulses: 'address', // or 0
    joules: 'address', // or 0
    key0: 'u32', // of what its steps scatter by, and room for a run: devices, pulses, draws
    key1: 'u32',
    edges: 'address',
    numbers: 'address',
    draws: 'address',
  },
  /** What the devices of a projection did; see `Books`. */
  TotalsRecord: {
    writes: 'f64',
    readEnergy: 'f64',
    writeEnergy: 'f64',
    upward: 'f64',
    reads: 'f64',
    skipped: 'f64',
    halfSelected: 'f64',
    halfEnergy: 'f64',
    stuck: 'f64',
    wornOut: 'f64',
    hidden: 'f64',
  },
};
