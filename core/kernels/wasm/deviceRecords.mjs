export const DEVICE_RECORDS = {
  /** Devices of one row or column that receive a pulse. */
  PulseTargetsRecord: {
    firstEdge: 'u32 in', // device k is at edge `firstEdge` + k × `edgeStride`, unless `edges` lists the edge of each device
    edgeStride: 'u32 in',
    deviceCount: 'u32 in',
    edges: 'address Uint32Array|null',
    traceIndices: 'address Indices|null', // column of each device of a row, row of each device of a column; 0: device k has index k
    hasWideIndices: 'u32', // 1: trace indices have 32 bits, 0: 16 bits
    listOffset: 'u32 in', // index of the first device in both lists
    row: 'i32 in', // row of all devices; < 0: `traceIndices` gives the row of each device
    column: 'i32 in', // column of all devices; < 0: `traceIndices` gives the column of each device
  },
  /** Batch of pulses to one row or column, processed in stages; element i of each array belongs to pulse i. */
  PulseBatchRecord: {
    count: 'u32 in',
    row: 'i32 in', // as in `PulseTargetsRecord`
    column: 'i32 in',
    firstStateIndex: 'i32 in', // states are indexed by this + `traceIndices`; < 0: by edge
    hasColumnOrder: 'u32 in', // 1: constants of devices are indexed by `firstConstant` + row of a column, 0: by edge
    firstConstant: 'u32 in',
    weightRanges: 'address Float64Array|null', // constants of devices: weights in states 0 and 1, interleaved; 0: all are equal
    upFactors: 'address Float32Array|null', // factors of the step size of each device; 0: all factors are 1
    downFactors: 'address Float32Array|null',
    lifetimes: 'address Float64Array|null', // number of pulses to failure of each device; 0: no device wears
    near: 'u32', // number of devices if they are a dense row or column without gaps, else 0
    edgeIndices: 'address Uint32Array',
    traceIndices: 'address Uint32Array',
    pulseNumbers: 'address Uint32Array', // number of earlier pulses of each device
    strengths: 'address Float64Array', // strength of each pulse; > 0: upward
    statesBefore: 'address Float64Array',
    statesAfter: 'address Float64Array',
    lowerBounds: 'address Float64Array', // bounds of each state after wear
    upperBounds: 'address Float64Array',
    stepFractions: 'address Float64Array', // fraction of each step that remains after wear
    cycleDraws: 'address Float64Array', // random numbers of cycle-to-cycle variability, write noise, rounding and apparent noise
    writeDraws: 'address Float64Array',
    roundingDraws: 'address Float64Array',
    apparentNoiseDraws: 'address Float64Array',
    failingPulses: 'address Uint32Array', // `failingCount` indices of pulses to a stuck device, or after which the device fails
    failingCount: 'u32 in',
    joulesPerSiemens: 'address Float64Array|null', // voltage² × duration, V² s; 0: the value of the devices holds for all pulses
    halfSelectJoulesPerSiemens: 'address Float64Array|null', // voltage² × duration at half-selected devices, V² s; 0: as at selected devices
  },
  /**
   * Devices with a state; see `StatefulDevices`. Arrays have one value per device unless stated otherwise. Conductance
   * of a device: gMin + (weight - lowWeight) × siemensPerWeight.
   */
  DevicesRecord: {
    g: 'address Float64Array',
    weights: 'address Floats',
    isSingle: 'u32 in', // 1: weights are float32
    isRelaxing: 'u32 in', // 1: states relax between pulses
    pulseCounts: 'address Uint32Array',
    totals: 'address Float64Array', // `DeviceTotalsRecord`
    rowSums: 'address Float64Array|null', // sum of the conductances of each row, S; or 0: no conductances
    columnSums: 'address Float64Array|null', // sum of the conductances of each column, S; or 0: not kept
    arraySum: 'address Float64Array', // sum of the conductances of all devices, S
    writeEnergies: 'address Float64Array|null', // write energy of each device, J; or 0: not counted
    timeStamps: 'address Float64Array|null', // time stamp of the last pulse, from which relaxation is computed; or 0: no retention
    weightRanges: 'address Float64Array|null', // weights in states 0 and 1, interleaved; or 0: `lowWeight` and `topWeight`
    apparentOffsets: 'address Float64Array|null', // apparent weight offset; or 0: no apparent noise
    apparentSd: 'f64 in', // sd of the apparent weight offset after a pulse
    minReadWeight: 'f64 in', // lower bound of read weights
    lowWeight: 'f64 in', // weights in states 0 and 1
    topWeight: 'f64 in',
    gMin: 'f64 in', // S
    siemensPerWeight: 'f64 in',
    joulesPerSiemens: 'f64 in', // voltage² × duration of a full write pulse, V² s
    cycleToCycle: 'f64 in', // programming noise, see `ProgrammingNoise`; 0: off
    writeNoise: 'f64 in',
    levels: 'f64 in',
    family: 'u32 in', // step family: 0 unknown to kernels, 1 exponential, 2 soft bounds
    aUp: 'f64 in',
    bUp: 'f64 in',
    aDown: 'f64 in',
    bDown: 'f64 in',
  },
  /**
   * Partial pulses on the rows of a dense passive array. A run repeats one pulse, or two pulses of one sign (second strength 0: one pulse).
   * Its end is its number of repetitions plus those of earlier runs of the row.
   */
  PartialPulsesRecord: {
    columns: 'u32 in', // number of columns of the array
    runCapacity: 'u32 in', // number of runs of a row for which `runs` has room
    share: 'f64 in', // factor of all strengths
    sensitivities: 'address Uint8Array', // directions that move each device, bits: 1 up, 2 down
    upFactors: 'address Float32Array|null', // factors of the step size of each device; 0: all factors are 1
    downFactors: 'address Float32Array|null',
    upDecayCount: 'f64 in', // exponential steps: number m of intervals of h, and e^(-b i/m) for i from 0 to m
    downDecayCount: 'f64 in',
    upDecays: 'address Float64Array|null',
    downDecays: 'address Float64Array|null',
    positions: 'address Uint32Array', // number of repetitions that each device has seen
    listed: 'address Uint32Array', // devices in work
    states: 'address Float64Array', // their states
    prepared: 'address Float64Array', // constants of runs, see partialSteps.ts
    runCounts: 'address Uint32Array', // number of runs of each row
    runs: 'address Float64Array', // first and second strength, end and epoch of each run
  },
  /** Devices whose only state is their weight, all of one step family; x: state in pulse direction, 0 to 1. */
  WeightsRecord: {
    aUp: 'f64 in', // parameters a and b of the step of upward, then of downward pulses
    bUp: 'f64 in',
    aDown: 'f64 in',
    bDown: 'f64 in',
    wMin: 'f64 in',
    wMax: 'f64 in',
    perWeight: 'f64 in', // write energy per unit of weight, J
    scatter: 'f64 in', // relative standard deviation of each step
    soft: 'u32 in', // 1: soft-bound steps a (1 - x), 0: exponential steps a e^(-b x)
    single: 'u32 in', // 1: weights are float32
    weights: 'address Floats',
    wMaxs: 'address Floats|null', // weight range and step factors of each device, or 0: all are equal
    wMins: 'address Float64Array|null',
    ups: 'address Float32Array',
    downs: 'address Float32Array',
    rowSums: 'address Float64Array|null', // sum of the weights of each row; or 0: write energy is not counted
    sums: 'address Float64Array', // output: sum of the weights of the row of each arrival
    totals: 'address Float64Array', // `DeviceTotalsRecord`
    pulses: 'address Uint32Array|null', // number of pulses of each device, or 0: not counted
    joules: 'address Float64Array|null', // write energy of each device, J; or 0: not counted
    key0: 'u32 in', // random key of the step noise; then work space of `drawNoise`: devices, pulse numbers, draws
    key1: 'u32 in',
    edges: 'address',
    numbers: 'address',
    draws: 'address',
  },
  DeviceTotalsRecord: {
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
