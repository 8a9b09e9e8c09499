/** Records of networks whose spikes are delivered once per time window; see records.mjs. */
export const WINDOW_RECORDS = {
  /** Network whose spikes are delivered once per time window; see core/windows/windowEngine.ts. Times in ms from the start of a time window. */
  WindowNetworkRecord: {
    window: 'f64 in', // length of a window
    grid: 'f64', // spikes leave at the next multiple of this; 0: at the threshold crossing
    tau: 'f64', // time constants of the membrane, of excitatory and of inhibitory currents
    tauExc: 'f64',
    tauInh: 'f64',
    key0: 'u32', // random key of background arrivals
    key1: 'u32',
    index: 'u32 in', // number of completed windows
    delayCount: 'u32 in', // longest delay, windows
    populationCount: 'u32 in',
    populations: 'address', // `WindowPopulationRecord`s
    populationOf: 'address', // index of the population of each neuron, 8 bits
    rowStarts: 'address', // index of the first synapse of each neuron
    segmentEnds: 'address', // per neuron and delay 0 … `delayCount`: number of its synapses up to this delay, 16 bits
    synapses: 'address', // target neuron (17 bits) and weight in units of the source population (15 bits)
    potentials: 'address', // distance from the steady potential, mV; -Infinity: refractory
    excCurrents: 'address', // pA
    inhCurrents: 'address',
    excSums: 'address', // per neuron: sums of w e^(f/tau) and w e^(f/tauSyn) of excitatory arrivals at f
    inhSums: 'address',
    factors: 'address', // 0, then e^(f/tau), e^(f/tauSyn) of background arrivals for 256 values of f; excitatory, inhibitory
    spikeNeurons: 'address Uint32Array', // ring of the latest spikes
    spikeOffsets: 'address Float64Array', // time of the threshold crossing
    spikeFactors: 'address', // w e^(f/tau), w e^(f/tauSyn) for f at which the spike leaves, w the weight unit
    spikeCapacity: 'u32 in',
    windowCount: 'u32 in', // number of windows in the ring
    windowStarts: 'address Uint32Array', // per window: place of its first spike in the ring, and number of spikes
    windowSpikes: 'address Uint32Array',
    minRefractoryWindows: 'u32', // smallest and largest number of windows from a spike to the release of its neuron
    maxRefractoryWindows: 'u32',
    candidates: 'address', // `WindowCandidate`s: neurons that are integrated event by event
    candidateCount: 'u32 in',
    candidateOf: 'address', // per neuron: index in `candidates`, if it is marked
    marks: 'address', // bit set of candidates
    arrivals: 'address', // `WindowArrival`s of candidates, in linked lists
    arrivalCapacity: 'u32 in',
  },
  WindowPopulationRecord: {
    first: 'u32 in', // index of its first neuron, even
    size: 'u32 in',
    weightUnit: 'f64', // weight per unit of its outgoing synapses, pA; < 0: inhibitory
    threshold: 'f64', // mV above the steady potential
    limit: 'f64', // neurons whose potential may reach this are integrated event by event
    reset: 'f64',
    refractory: 'f64',
    capacitance: 'f64',
    backgroundWeight: 'f64', // pA
    backgroundCounts: 'address', // 2^32 × cumulative distribution of the number of arrivals per window; 0: no background
    backgroundTotal: 'f64 in', // number of background arrivals so far
  },
  WindowProjectionRecord: {
    sourceFirst: 'u32 in',
    sourceSize: 'u32 in',
    targetFirst: 'u32 in',
    targetSize: 'u32 in',
    synapseCount: 'f64 in',
    key0: 'u32',
    key1: 'u32',
    outDegrees: 'address Uint32Array', // number of synapses of each source neuron
    weights: 'address', // 65,536 quantiles of the weight, in units of the source population, 16 bits
    delays: 'address', // 65,536 quantiles of the delay, windows, 8 bits
  },
};
