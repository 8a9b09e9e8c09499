/** What 0.1.0 was asked to compute: every model alone and with every flaw. Parameters stand here, so that no other test can move them. */

/** A model by name, with its parameters. */
export type Choice = readonly [model: string, params: Readonly<Record<string, unknown>>];

/** What is put in the place of the parts of the network of `network.ts`. */
export interface Parts {
  readonly stimulus?: Choice;
  readonly neuron?: Choice;
  readonly winnerTakeAll?: { readonly hold: number };
  readonly device?: Choice;
  readonly rule?: Choice;
  readonly shortTerm?: Choice;
  readonly modulator?: Choice;
  readonly dendriticDelay?: number;
  readonly itemised?: boolean;
}
export type Cases = Readonly<Record<string, Parts>>;

const WITHOUT_CONDUCTANCE = 'ideal';
/** Forget by themselves, so that none of their devices can be hidden. */
const FORGETFUL = ['stmLtm', 'reconfigurable'];
const DEVICES = [
  ...['binary', 'exponential', WITHOUT_CONDUCTANCE, 'linear', 'linearDrift', 'neuroSim', 'quantised'],
  ...['secondOrder', 'softBound', 'vteam', 'yakopcic', ...FORGETFUL],
];
/** Where the defaults would repeat another model, or hardly move. */
const PARAMETERS: Readonly<Record<string, object>> = { reconfigurable: { mode: 'volatile', relaxation: 20 } };

type Flaws = Readonly<Record<string, object>>;

/** Each flaw by itself, strong enough to matter within 150 ms; then some together. */
const FLAWS: Flaws = {
  none: {},
  cycleToCycle: { cycleToCycle: 0.5 },
  levels: { levels: { count: 12 } },
  'levels, nearest': { levels: { count: 60, rounding: 'deterministic' } },
  writeNoise: { writeNoise: 0.05 },
  writeOnChange: { writeOnChange: true },
  retention: { retention: { tau: 20, rest: 0.6 } },
  'retention of each device': { retention: { tau: 20, rest: 0.6, spread: 0.5 } },
  'retention, power law': { retention: { model: 'powerLaw', t0: 5, nu: 0.1 } },
  endurance: { endurance: { cycles: 20, spread: 0.5 } },
  'endurance, high': { endurance: { cycles: 20, spread: 0.5, failure: 'high' } },
  'endurance, last': { endurance: { cycles: 20, spread: 0.5, failure: 'last', wear: Infinity } },
  stuck: { stuck: { low: 0.2, high: 0.1 } },
  readNoise: { readNoise: { sd: 0.1 } },
  telegraph: { telegraph: { amplitude: 0.3, tauHigh: 10, tauLow: 5 } },
  readErrors: { readErrors: { rate: 0.1 } },
  writeErrors: { readErrors: { rate: 0, writeRate: 0.1 } },
  'three at once': { cycleToCycle: 0.3, levels: { count: 30 }, retention: { tau: 30 } },
  'three others': { writeNoise: 0.03, endurance: { cycles: 40 }, readNoise: { sd: 0.1 } },
};
const STASH: Flaws = { stash: { stash: { pulses: 2, change: 0.05, misses: 5 } } };
/** Of devices that have a conductance. */
const CONDUCTANCE_FLAWS: Flaws = {
  gMinSpread: { gMinSpread: 0.4 },
  'reading pair': { reading: 'pair', readNoise: { sd: 0.1 } },
  'reading referenceColumn': { reading: 'referenceColumn', readNoise: { sd: 0.1 } },
  'selection half': { selection: 'half' },
  'selection third': { selection: 'third' },
};
/** The spread of 0.1.0: of the range and of steps, up and down apart. */
const APART = { rangeSpread: 0.3, stepSpread: 0.3, stepCorrelation: 0 };
/** These draw from the spread between devices. */
const SPREADS: Flaws = {
  deviceToDevice: APART,
  'both spreads': { ...APART, cycleToCycle: 0.5 },
  'with all others': {
    ...APART,
    cycleToCycle: 0.5,
    writeNoise: 0.05,
    levels: { count: 50 },
    stuck: { low: 0.1 },
    retention: { tau: 20, rest: 0.6 },
    endurance: { cycles: 60 },
    readNoise: { sd: 0.1 },
  },
};

/** Models that compute the step by a part of the write voltage; all others get none, and serial writes, as in 0.1.0. */
export const VOLTAGE_MODELS: readonly string[] = ['linearDrift', 'vteam', 'yakopcic'];

const withFlaws = (model: string, flaws: Flaws): [string, Parts][] =>
  Object.entries(flaws).map(([flaw, params]) => {
    const serial = { disturb: { threshold: 1, share: 0 }, array: { writes: 'serial' } };
    return [
      `${model}: ${flaw}`,
      {
        device: [
          model,
          { ...PARAMETERS[model], ...params, ...('selection' in params && !VOLTAGE_MODELS.includes(model) && serial) },
        ],
      },
    ];
  });

/** Cases that do the same as another one, as they should. */
export const ALIKE: ReadonlySet<string> = new Set([
  ...DEVICES.map((model) => `${model}: itemised`), // books more, changes nothing
  ...['binary: cycleToCycle', 'binary: levels, nearest', 'binary: both spreads'], // it knows two states only
  ...['neuroSim', 'yakopcic', 'stmLtm', 'reconfigurable'].map((model) => `${model}: writeOnChange`), // no bound is reached
  ...['yakopcic: gMinSpread', 'yakopcic: reading pair', 'yakopcic: reading referenceColumn'], // its gMin is 0
]);

const devices: Cases = Object.fromEntries(
  DEVICES.flatMap((model) => [
    ...withFlaws(model, {
      ...FLAWS,
      ...(FORGETFUL.includes(model) ? {} : STASH),
      ...(model === WITHOUT_CONDUCTANCE ? {} : CONDUCTANCE_FLAWS),
    }),
    [`${model}: itemised`, { device: [model, PARAMETERS[model] ?? {}], itemised: true }] as [string, Parts],
  ]),
);

/** By default some pulse too seldom, or too strongly, for a short run. */
const RULES: Readonly<Record<string, Choice>> = {
  diehlCook: ['diehlCook', { aPlus: 0.3, aMinus: 0.2 }],
  eachSpike: ['eachSpike', { up: 5e-3, down: 1e-3 }],
  neighbourhood: ['neighbourhood', { up: 5e-3, down: 5e-3, width: 2, spreadStart: 0.7, spreadEnd: 0.7 }],
  pairStdp: ['pairStdp', { aPlus: 0.2, aMinus: 0.15 }],
  'pairStdp, nearest': ['pairStdp', { aPlus: 0.2, aMinus: 0.15, pairing: 'nearest' }],
  'pairStdp, centred': ['pairStdp', { aPlus: 0.2, aMinus: 0.15, pairing: 'presynapticCentred' }],
  'pairStdp, multiplicative': ['pairStdp', { aPlus: 0.2, aMinus: 0.15, muPlus: 1, muMinus: 1 }],
  'pairStdp, between': ['pairStdp', { aPlus: 0.2, aMinus: 0.15, muPlus: 0.4, muMinus: 0.6 }],
  postTrace: ['postTrace', {}],
  postTriggered: ['postTriggered', { up: 0.02, down: 0.02 }],
  pulseOverlap: ['pulseOverlap', {}],
  stochasticBinary: ['stochasticBinary', { pSet: 0.3, pReset: 0.3, up: 0.2, down: 0.2 }],
  tripletStdp: ['tripletStdp', { a2Plus: 0.02, a3Plus: 0.02, a2Minus: 0.01, a3Minus: 0.01 }],
  'tripletStdp, nearest': [
    'tripletStdp',
    { a2Plus: 0.02, a3Plus: 0.02, a2Minus: 0.01, a3Minus: 0.01, pairing: 'nearest' },
  ],
};
const rules: Cases = Object.fromEntries(
  Object.entries(RULES).flatMap(([name, rule]) => [
    ...['ideal', 'softBound', 'exponential', 'vteam'].map((device): [string, Parts] => [
      `${name} on ${device}`,
      { rule, device: [device, {}] },
    ]),
    [`${name}, dendritic`, { rule, dendriticDelay: 0.75 }],
    ...(['eligibility', 'gate'] as const).map((modulator): [string, Parts] => [
      `${name}, ${modulator}`,
      { rule, modulator: [modulator, modulator === 'gate' ? { baseline: 0.5, gain: 0.1 } : {}] },
    ]),
  ]),
);

const spread = { deviceToDevice: 0.3, cycleToCycle: 0.5 };
const shortTerms: Cases = {
  alternating: { shortTerm: ['alternating', {}] },
  diffusive: { shortTerm: ['diffusive', {}] },
  tsodyksMarkram: { shortTerm: ['tsodyksMarkram', {}] },
  'tsodyksMarkram, facilitating': { shortTerm: ['tsodyksMarkram', { tauFacil: 300, tauRec: 60, U: 0.2 }] },
  volatile: { shortTerm: ['volatile', {}] },
};

const size = 6;
const neurons: Cases = {
  bernoulli: { neuron: ['bernoulli', { size, threshold: 6 }] },
  'bernoulli, perTime': { neuron: ['bernoulli', { size, threshold: 6, law: 'perTime' }] },
  diffusiveNeuron: { neuron: ['diffusiveNeuron', { size, current: 400 }] },
  escapeRate: { neuron: ['escapeRate', { size, threshold: 6 }] },
  'escapeRate, thinning': { neuron: ['escapeRate', { size, threshold: 6, method: 'thinning' }] },
  glauber: { neuron: ['glauber', { size }] },
  mott: { neuron: ['mott', { size }] },
  nociceptor: { neuron: ['nociceptor', { size, threshold: 6 }] },
  thresholdSwitch: { neuron: ['thresholdSwitch', { size, current: 400 }] },
  'lif, one wins': { neuron: ['lif', { size, threshold: 6 }], winnerTakeAll: { hold: 1.5 } },
  'lif, integrating': { neuron: ['lif', { size, threshold: 6, refractoryInput: 'integrate' }] },
  'lif, current': { neuron: ['lif', { size, current: 400, initial: { uniform: [0, 10] } }] },
  'lif, adaptive': { neuron: ['lif', { size, threshold: 6, adaptive: { increment: 1, tau: 20 } }] },
  'lif, adaptive for good': { neuron: ['lif', { size, threshold: 6, adaptive: { increment: 0.05 } }] },
  'lif, homeostasis': { neuron: ['lif', { size, threshold: 6, homeostasis: { gain: 0.3, minimum: 2 } }] },
  'lif, noisy threshold': { neuron: ['lif', { size, threshold: 6, thresholdNoise: { sd: 0.2 } }] },
  'lif, single precision': { neuron: ['lif', { size, threshold: 6, precision: 'f32' }] },
  'lif, no refractoriness': { neuron: ['lif', { size, threshold: 6, refractory: 0 }] },
  'lif, exponential': { neuron: ['lif', { size, synapse: 'exponential', current: 390, tauSynInh: 3 }] },
  'lif, multiExponential': { neuron: ['lif', { size, synapse: 'multiExponential', current: 400 }] },
  'lif, rising': {
    neuron: [
      'lif',
      { size, synapse: 'multiExponential', current: 400, receptors: { a: { tau: 4, rise: 1 }, b: { tau: 2 } } },
    ],
  },
  'lif, conductance': { neuron: ['lif', { size, synapse: 'conductance', current: 300 }] },
};

const values = Array.from({ length: 16 }, (_, i) => (i % 5) / 4);
const regular = Array.from({ length: 280 }, (_, k) => k / 2 + 0.25);
const log = {
  times: Float64Array.from(regular),
  neurons: Uint32Array.from(regular, (_, k) => (7 * k) % 16),
  origin: 'x',
};
const stimuli: Cases = {
  amplitudeCode: { stimulus: ['amplitudeCode', { values }] },
  burstCode: { stimulus: ['burstCode', { values }] },
  intervalCode: { stimulus: ['intervalCode', { values }] },
  latencyCode: { stimulus: ['latencyCode', { values }] },
  rankOrderCode: { stimulus: ['rankOrderCode', { values }] },
  rateCode: { stimulus: ['rateCode', { values }] },
  'rateCode, poisson': { stimulus: ['rateCode', { values, process: 'poisson' }] },
  events: { stimulus: ['events', { file: log, width: 4, height: 4, polarity: 'merged' }] },
  images: {
    stimulus: [
      'images',
      { file: { pixels: Uint8Array.from(values, (v) => 255 * v), size: 16, origin: 'x' }, maxRate: 200 },
    ],
  },
  poisson: { stimulus: ['poisson', { size: 16, rate: 300, start: 10, stop: 130 }] },
  'poisson, a rate each': { stimulus: ['poisson', { size: 16, rate: values.map((v) => 50 + 200 * v) }] },
  replay: { stimulus: ['replay', { log: { ...log, neurons: log.neurons.map((i) => 15 - i) }, size: 16 }] },
  spikeTrains: {
    stimulus: ['spikeTrains', { trains: values.map((v, i) => regular.filter((t) => (2 * t + i) % 3 >= v)) }],
  },
};

export const CASES: Readonly<Record<string, Cases>> = {
  devices,
  rules,
  neurons: { ...neurons, ...stimuli, ...shortTerms },
  /** Apart, because the order of these draws is not promised. */
  deviceToDevice: {
    ...Object.fromEntries(DEVICES.flatMap((model) => withFlaws(model, SPREADS))),
    diffusive: { shortTerm: ['diffusive', spread] },
    volatile: { shortTerm: ['volatile', spread] },
  },
};
