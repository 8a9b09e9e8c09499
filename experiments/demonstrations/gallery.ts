/** How far what the review claims shows here. `construction`: the model was made so; its page says so in its first line, and what is found beyond it. */
export type Standing = 'works' | 'part' | 'construction';

export interface Exhibit {
  readonly name: string;
  readonly standing: Standing;
  /** One line. */
  readonly shows: string;
  /** What could have failed. */
  readonly control: string;
}

export interface Section {
  readonly title: string;
  /** Where in the review. */
  readonly of: string;
  readonly exhibits: readonly Exhibit[];
}

/** Every demonstration, in the order of the review; `npm run docs` makes the gallery of it. */
export const GALLERY: readonly Section[] = [
  {
    title: 'Synapses, neurons and logic in single devices',
    of: 'references 33 to 38, 97 to 156',
    exhibits: [
      {
        name: 'stm-ltm',
        standing: 'construction',
        shows:
          'pulses every 2 s become permanent, pulses every 20 s do not: an array keeps one digit and loses the other',
        control: 'the same pulses ten times slower',
      },
      {
        name: 'conditioning',
        standing: 'construction',
        shows:
          'a bell that comes with food is answered by way of one memristor, no longer when it comes alone, and again after a rest: if the bells followed each other fast',
        control: 'bell and food apart; a terminal that never tires; no extinction',
      },
      {
        name: 'second-order',
        standing: 'construction',
        shows:
          'identical pulses that do not overlap give STDP and rate dependence on a second-order device, none on a first-order one',
        control: 'a first-order device: no window',
      },
      {
        name: 'heterosynaptic',
        standing: 'construction',
        shows: 'a third terminal scales, stops and turns round what pairs of spikes teach; when it has to speak',
        control: 'modulation 0; a gate after the pair, a reward before it',
      },
      {
        name: 'nociceptor',
        standing: 'construction',
        shows:
          'a neuron that answers harm: threshold, relaxation, no adaptation, sensitisation after an injury, recovery',
        control: 'before the injury, and healed',
      },
      {
        name: 'neuristor',
        standing: 'works',
        shows:
          'a Mott memristor spikes all or nothing, at a rate that follows its closed form, and hands spikes on along a chain',
        control: 'weights below threshold: no spike runs along the chain',
      },
      {
        name: 'reconfigurable',
        standing: 'works',
        shows:
          "one device file, volatile as the neuron and non-volatile as the synapse: a network of nothing else learns letters; what either does in the other's mode",
        control: 'either role in the mode of the other',
      },
      {
        name: 'temperature',
        standing: 'construction',
        shows:
          'retention from 80 to 420 K by a barrier: what the Arrhenius plot tells of devices that differ, and what storage leaves of a layer, with a gain and without',
        control: 'no barrier; barriers that scatter, amplified',
      },
      {
        name: 'pulse-arithmetic',
        standing: 'works',
        shows:
          'digits are added by counting pulses on one device, in either order; what write noise, nonlinearity and forgetting do to the sums',
        control: 'a device that forgets in between',
      },
      {
        name: 'logic',
        standing: 'construction',
        shows:
          'implication and a half adder by devices on one line, products of digits by pulses: what spread and noise leave of the truth tables (right by construction without them)',
        control: 'no load',
      },
      {
        name: 'fingerprint',
        standing: 'works',
        shows: 'differences between devices as the key of a chip; how much scatter of pulses it bears',
        control: 'the same chip, and pulses that scatter',
      },
    ],
  },
  {
    title: 'Networks that learn without labels',
    of: 'section 1.2',
    exhibits: [
      {
        name: 'orientation',
        standing: 'works',
        shows: 'stochastic binary synapses learn oriented bars, and tolerate stuck cells',
        control: 'before learning; stuck cells',
      },
      {
        name: 'fully-memristive',
        standing: 'works',
        shows:
          'eight diffusive-memristor neurons and 64 drift synapses learn patterns without labels; delays to fire against the capacitance',
        control: 'before learning; the closed form of the delays',
      },
      {
        name: 'stashing',
        standing: 'part',
        shows:
          'hiding devices that pulses no longer change saves little energy beyond what write on change saves without it, and costs accuracy',
        control: 'write on change alone',
      },
      {
        name: 'uncertainty',
        standing: 'part',
        shows: 'votes of neurons with scattering thresholds tell wrong from right answers',
        control: 'the margin of a twin without noise',
      },
      {
        name: 'binary-1s1r',
        standing: 'part',
        shows:
          'binarised synapses, learned without labels or imported, with bit errors of writing and of selectors: a knee above 0.1; accuracy against read frequency',
        control: 'as many errors drawn anew at each read',
      },
      {
        name: 'hybrid',
        standing: 'part',
        shows:
          'full switches, small analog pulses, and a switch from one to the other during training: accuracy against images shown',
        control: 'either alone, each with its own rate',
      },
      {
        name: 'self-organising-map',
        standing: 'part',
        shows: 'neurons on a lattice learn a map on which like digits lie side by side',
        control: 'no neighbourhood; neurons arranged afterwards; Kohonen in floating point',
      },
    ],
  },
  {
    title: 'Trained in place, or elsewhere and written',
    of: 'section 1.3',
    exhibits: [
      {
        name: 'ex-situ',
        standing: 'works',
        shows:
          'a classifier trained in software (or imported from .npy or JSON) on device pairs: programming noise, levels, line resistance, tolerance of write and verify',
        control: 'no pulse: chance',
      },
      {
        name: 'in-situ',
        standing: 'part',
        shows:
          'training on flawed devices against writing trained weights into them, and the tolerance of writing from which training in place is ahead',
        control: 'no pulse: chance; writing within narrow tolerances',
      },
      {
        name: 'device-demands',
        standing: 'works',
        shows:
          'accuracy against nonlinearity, states, on/off ratio, noise and spread: what costs a net with labels accuracy helps a layer without, and what hurts both',
        control: 'labels of other images; the same curve in both directions',
      },
      {
        name: 'perceptron',
        standing: 'works',
        shows:
          'three letters of 3 × 3 pixels are learned in place on 60 devices by pulses of one size: epochs against spread and size of steps',
        control: 'labels that no plane tells apart',
      },
      {
        name: 'five-layer-cnn',
        standing: 'works',
        shows:
          'a convolutional net on device pairs: copies of kernels average what is wrong with them, and training the last layer in place gives back what is lost',
        control: 'shuffled kernels under a last layer trained in place',
      },
      {
        name: 'reinforcement',
        standing: 'part',
        shows:
          'an actor and a critic on a crossbar learn to balance a pole by falling; what devices cost against numbers, and how much spread they bear',
        control: 'a critic that is silent, or of random sign; numbers in place of devices',
      },
      {
        name: 'random-projection',
        standing: 'works',
        shows:
          'differences between devices as a random hidden layer, of which only a linear read-out is trained: accuracy against its size',
        control: 'the read-out on the inputs themselves',
      },
    ],
  },
  {
    title: 'Sensors and signals',
    of: 'references 86, 88 and 101',
    exhibits: [
      {
        name: 'in-sensor',
        standing: 'works',
        shows:
          'light on a pixel raises what its memristors transmit: digits in flickering noise are told better, in noise that stands still worse; humidity closes all',
        control: 'six gains, light of another image, noise that stands still',
      },
      {
        name: 'image-filter',
        standing: 'works',
        shows: 'image compression (DCT) and edge filters on a crossbar: PSNR against levels, noise and line resistance',
        control: 'ideal devices: plain arithmetic',
      },
    ],
  },
  {
    title: 'Arrays and energy',
    of: 'section 3',
    exhibits: [
      {
        name: 'crossbar',
        standing: 'works',
        shows:
          'line resistance costs accuracy, the more the larger the arrays, and one gain per output gives most of it back; sneak paths hide a cell; V/2 and V/3 disturb others',
        control: 'ideal lines; one gain per output',
      },
      {
        name: 'stacking',
        standing: 'part',
        shows: 'the same synapses in L layers with shorter lines: error of the currents and accuracy against L',
        control: 'the flat array with one gain per output',
      },
      {
        name: 'energy-scale',
        standing: 'part',
        shows: 'what writes and reads of every preset cost, on the scale from the brain over RRAM to phase change',
        control: 'pulses ten times as long, and a tenth of that',
      },
    ],
  },
  {
    title: 'Networks of other kinds',
    of: 'references 181 to 190',
    exhibits: [
      {
        name: 'hopfield',
        standing: 'works',
        shows:
          'threshold units on pairs of memristors recall patterns: overlap against noise, load and spread; the energy that spread lets rise',
        control: 'a random cue; a load above 0.138',
      },
      {
        name: 'sparse-coding',
        standing: 'works',
        shows:
          'competing spiking neurons code image patches by few atoms of a dictionary in memristors: error and active share against lambda',
        control: 'atoms drawn at random; no inhibition',
      },
      {
        name: 'reservoir',
        standing: 'works',
        shows:
          'volatile memristors of three time constants tell patterns apart that differ in order alone; a linear readout of them recognises digits',
        control: 'devices that never forget; the pulses themselves',
      },
    ],
  },
];
