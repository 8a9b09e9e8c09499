/** Records of pulses and devices; see `RECORDS` in records.mjs, of which they are a part. */
export const DEVICE_RECORDS = {
  /** Batch of pulses to a row or column; see `Pulses`. */
  PulsesRecord: {
    count: 'u32',
    row: 'u32', // common row of the devices; 0xffffffff: `others` holds their rows
    byColumn: 'u32', // 1: per-device constants are indexed by row, 0: by edge
    statesFrom: 'u32', // states are indexed by this + `others`, or 0xffffffff: by edge
    near: 'u32', // number of devices if they are a dense row or column without gaps, else 0
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
    squares: 'address', // V² s per pulse, or 0: all pulses have `square` of the devices
  },
  /** Devices with a state g; see `StatefulDevices`. */
  DevicesRecord: {
    g: 'address',
    weights: 'address',
    single: 'u32', // 1: weights are float32
    fades: 'u32', // 1: states relax between pulses
    pulses: 'address',
    totals: 'address',
    rows: 'address', // sums of conductances, or 0
    all: 'address',
    joules: 'address', // or 0
    programmed: 'address', // stamp of the last programming per device, or 0
    ends: 'address', // weights in states 0 and 1 per device, or 0: `low` and `top`
    apart: 'address', // apparent weight offset per device, or 0: no apparent noise
    apartSd: 'f64',
    floor: 'f64', // smallest weight
    low: 'f64',
    top: 'f64',
    gMin: 'f64',
    perWeight: 'f64',
    square: 'f64',
    cycleToCycle: 'f64', // programming noise; 0 = off
    writeNoise: 'f64',
    levels: 'f64',
    family: 'u32', // step family: 0 unknown to kernels, 1 exponential, 2 soft bounds
    aUp: 'f64',
    bUp: 'f64',
    aDown: 'f64',
    bDown: 'f64',
  },
  /** Devices whose only state is their weight; see `PulsedDevices`. */
  WeightsRecord: {
    aUp: 'f64', // step parameters a and b of upward and downward pulses
    bUp: 'f64',
    aDown: 'f64',
    bDown: 'f64',
    wMin: 'f64',
    wMax: 'f64',
    perWeight: 'f64',
    scatter: 'f64',
    soft: 'u32',
    weights: 'address',
    wMaxs: 'address', // range and step factors per device, or 0
    wMins: 'address',
    ups: 'address',
    downs: 'address',
    rowSums: 'address', // or 0
    sums: 'address', // output: sum of the weights of the row of each arrival
    totals: 'address',
    pulses: 'address', // or 0
    joules: 'address', // or 0
    key0: 'u32', // random key of the step noise; then work space of a run: devices, pulse numbers, draws
    key1: 'u32',
    edges: 'address',
    numbers: 'address',
    draws: 'address',
  },
  /** Cumulative counters of the devices of a projection. */
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
