import type { Section } from './exhibit.ts';

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
        figure: 'state after the rest: 0.6421 of the range for the digit that is kept, 3.056e-14 for the other',
        control: 'the same pulses ten times slower',
      },
      {
        name: 'conditioning',
        standing: 'construction',
        shows:
          'a bell that comes with food is answered by way of one memristor, no longer when it comes alone, and again after a rest: if the bells followed each other fast',
        figure:
          'answered by 0 of the dogs at first, by 1 (all) after 30 pairs; after a rest by all again, or by 0.033, with bells every 10 or 100 s',
        control: 'bell and food apart; a terminal that never tires; no extinction',
      },
      {
        name: 'second-order',
        standing: 'construction',
        shows:
          'identical pulses that do not overlap give STDP and rate dependence on a second-order device, none on a first-order one',
        figure: '0.004394 and -0.004394 of the range at ± 10 ms (closed form 0.004447); first order -5.032e-05',
        control: 'a first-order device: no window',
      },
      {
        name: 'heterosynaptic',
        standing: 'construction',
        shows: 'a third terminal scales, stops and turns round what pairs of spikes teach; when it has to speak',
        figure: 'twice the modulation 2 times the change, -1 of it -0.9898 times; modulation 0: 0',
        control: 'modulation 0; a gate after the pair, a reward before it',
      },
      {
        name: 'nociceptor',
        standing: 'construction',
        shows:
          'a neuron that answers harm: threshold, relaxation, no adaptation, sensitisation after an injury, recovery',
        figure: 'threshold 3.5 mV, injured 2.5, healed 3.5; 9, 19 and 9 spikes at 8 mV',
        control: 'before the injury, and healed',
      },
      {
        name: 'neuristor',
        standing: 'works',
        shows:
          'a Mott memristor spikes all or nothing, at a rate that follows its closed form, and hands spikes on along a chain',
        figure: 'rate within 2.646e-09 of the closed form; a spike reaches 20 of 20 nodes, weak weights 1',
        control: 'weights below threshold: no spike runs along the chain',
      },
      {
        name: 'reconfigurable',
        standing: 'works',
        shows:
          "one device file, volatile as the neuron and non-volatile as the synapse: a network of nothing else learns letters; what either does in the other's mode",
        figure: 'letters told: 62.5 % before, 98.7 % after learning; volatile synapses 20.7 %',
        control: 'either role in the mode of the other',
      },
      {
        name: 'temperature',
        standing: 'construction',
        shows:
          'retention from 80 to 420 K by a barrier: what the Arrhenius plot tells of devices that differ, and what storage leaves of a layer, with a gain and without',
        figure: 'after storage at 360 K 20.0 %, with a gain 84.5 %; barriers that scatter 71.7 and 72.2 %',
        control: 'no barrier; barriers that scatter, amplified',
      },
      {
        name: 'pulse-arithmetic',
        standing: 'works',
        shows:
          'digits are added by counting pulses on one device, in either order; what write noise, nonlinearity and forgetting do to the sums',
        figure:
          'either order: 0 apart without noise, 0.1598 of the range on a device that forgets; Ag:a-Si: 0.29 of the sums are right',
        control: 'a device that forgets in between',
      },
      {
        name: 'logic',
        standing: 'construction',
        shows:
          'implication and a half adder by devices on one line, products of digits by pulses: what spread and noise leave of the truth tables (right by construction without them)',
        figure:
          'half adder right in 0.983 of the cases at a spread of 0.1; products in 0.819 at a write noise of 0.001; without the load 0.75',
        control: 'no load',
      },
      {
        name: 'fingerprint',
        standing: 'works',
        shows: 'differences between devices as the key of a chip; how much scatter of pulses it bears',
        figure: 'distance of two chips 0.4967 of the bits, of one chip 0.03462; pulses that scatter 0.497',
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
        figure: 'selectivity 0.453 before, 0.966 after learning; 20 % stuck 0.940, 80 % stuck 0.539',
        control: 'before learning; stuck cells',
      },
      {
        name: 'fully-memristive',
        standing: 'works',
        shows:
          'eight diffusive-memristor neurons and 64 drift synapses learn patterns without labels; delays to fire against the capacitance',
        figure:
          'patterns told: 29.17 % before, 97.17 % after learning; delays within 0.04729 of the predicted distribution',
        control: 'before learning; the closed form of the delays',
      },
      {
        name: 'stashing',
        standing: 'part',
        shows:
          'hiding devices that pulses no longer change saves little energy beyond what write on change saves without it',
        figure:
          'saved beyond write on change: 3.0 to 11.3 %, for 0.69 points at most (significant only if devices are hidden for good); write on change alone: 40.71 %, for 0',
        control: 'write on change alone',
        missed:
          '37 % of the energy for half a point. Write on change takes 40.71 % without changing a weight; what hiding adds are reads and last small steps near a bound.',
      },
      {
        name: 'uncertainty',
        standing: 'part',
        shows: 'votes of neurons with scattering thresholds tell wrong from right answers',
        figure: 'AUROC 0.880 by votes, 0.859 by the margin; gain by refusing 10 %: 4.08 and 4.07 points',
        control: 'the margin of a twin without noise',
        missed:
          'Refusing the most uncertain 10 % gains no more by the votes (4.08 points) than by the margin of a twin without noise (4.07), whose score has a doubt of its own.',
      },
      {
        name: 'binary-1s1r',
        standing: 'part',
        shows:
          'binarised synapses, learned without labels or imported, with bit errors of writing and of selectors: a knee above 0.1; accuracy against read frequency',
        figure:
          '97.38 % with labels, 80.1 % without; a tenth of the bits wrong costs 5.8 and 2.9 points; selectors at 300 MHz cost 13.6 and 4.0, as many errors anew 71.2 and 16.2',
        control: 'as many errors drawn anew at each read',
        missed:
          'The knee of the network without labels lies at or above a tenth of the bits (2.9 points lost, 0.7 to 5.3). What selectors miss costs far less than as many errors anew and in either direction (4.0 against 16.2 points, 13.6 against 71.2): the rate of errors alone does not tell what they cost.',
      },
      {
        name: 'hybrid',
        standing: 'part',
        shows:
          'full switches, small analog pulses, and a switch from one to the other during training: accuracy against images shown',
        figure: 'after 100 images: binary 51.5, analog 60.8; after 5,000: binary 57.8, hybrid 83.9, analog 86.8 %',
        control: 'either alone, each with its own rate',
        missed:
          'Binary updates are not ahead early (51.5 against 60.8 % after 100 images), and the hybrid never catches up with analog updates (83.9 against 86.8 %), once these have a rate that suits them.',
      },
      {
        name: 'self-organising-map',
        standing: 'part',
        shows: 'neurons on a lattice learn a map on which like digits lie side by side',
        figure: 'topographic error 0.339; without neighbourhood 0.934, arranged afterwards 0.351, Kohonen 0.364',
        control: 'no neighbourhood; neurons arranged afterwards; Kohonen in floating point',
        missed:
          'Lower than the topographic error of neurons that are arranged afterwards in every seed: 0.339 against 0.351 is less than the sd, since an order as good can be looked for once neurons have learned.',
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
        figure: '91.86 % in software; noise of 0.1 83.65 %, 4 levels 88.42 %, tolerance 0.01 91.74 %; no pulse 8.92 %',
        control: 'no pulse: chance',
      },
      {
        name: 'in-situ',
        standing: 'part',
        shows:
          'training on flawed devices against writing trained weights into them, and the tolerance of writing from which training in place is ahead',
        figure:
          '20 % stuck: 84.3 % in place, 76.5 written within 0.01; steps up and down apart: 81.0 against 87.3 %; no pulse 8.5 to 15.8',
        control: 'no pulse: chance; writing within narrow tolerances',
        missed:
          'Training in place is 6.3 points behind writing within 0.01 where steps up and down differ by device: that moves the point where both cancel. Whether steps up and down spread alike makes a difference (0.3 or 6.8 points).',
      },
      {
        name: 'device-demands',
        standing: 'works',
        shows:
          'accuracy against nonlinearity, states, on/off ratio, noise and spread: what costs a net with labels accuracy helps a layer without, and what hurts both',
        figure: 'fading steps: 84.3 to 77.3 % with labels, 69.7 to 75.3 without; labels of other images 11.9',
        control: 'labels of other images; the same curve in both directions',
      },
      {
        name: 'perceptron',
        standing: 'works',
        shows:
          'three letters of 3 × 3 pixels are learned in place on 60 devices by pulses of one size: epochs against spread and size of steps',
        figure: '8.85 epochs, 18.6 at a spread of 0.8; shuffled labels: 0 arrays learn',
        control: 'labels that no plane tells apart',
      },
      {
        name: 'five-layer-cnn',
        standing: 'works',
        shows:
          'a convolutional net on device pairs: copies of kernels average what is wrong with them, and training the last layer in place gives back what is lost',
        figure:
          'noise 0.1: 85.2 % ex situ with one copy, 96.3 % hybrid with three (97.0 in floating point); shuffled kernels 83.5',
        control: 'shuffled kernels under a last layer trained in place',
      },
      {
        name: 'reinforcement',
        standing: 'part',
        shows:
          'an actor and a critic on a crossbar learn to balance a pole by falling; what devices cost against numbers, and how much spread they bear',
        figure: '236 steps on devices, 389 with numbers, 82 at a spread of 0.3; critic silent 21.5',
        control: 'a critic that is silent, or of random sign; numbers in place of devices',
        missed: 'A spread of 30 % costs less than half: it costs two thirds (82 against 236 steps).',
      },
      {
        name: 'random-projection',
        standing: 'works',
        shows:
          'differences between devices as a random hidden layer, of which only a linear read-out is trained: accuracy against its size',
        figure: '56.52 % with 25 hidden neurons, 86.38 % with 1600; the read-out of the inputs 84.78',
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
        figure:
          'flickering noise: 62.0 to 76.0 % by light, the best of six gains 62.5, light of another image 27.7; noise that stands still: 58.3 to 51.3',
        control: 'six gains, light of another image, noise that stands still',
      },
      {
        name: 'image-filter',
        standing: 'works',
        shows: 'image compression (DCT) and edge filters on a crossbar: PSNR against levels, noise and line resistance',
        figure: 'compression with 16 levels 45.1 dB, noise 0.1 27.1 dB, lines of 10 Ω 18.8 dB (0.01 of noise: 47.2)',
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
        figure:
          'one array at 2 Ω: 61.68 %, with gains 72.97; arrays of 128: 77.48, with gains 86.55; ideal lines 86.60',
        control: 'ideal lines; one gain per output',
      },
      {
        name: 'stacking',
        standing: 'part',
        shows: 'the same synapses in L layers with shorter lines: error of the currents and accuracy against L',
        figure: 'at 2 Ω one layer 61.0 %, 8 layers 79.3 (ideal lines 87.4); with gains 73.2 and 87.1',
        control: 'the flat array with one gain per output',
        missed:
          '8 layers come within 3 points of ideal lines: they stay 8.0 points below, because word lines stay as long and most of what is lost is gain. One gain per output takes more of the error away (0.13 left) than 8 layers do (0.27 left). In 64 × 64 ohmic cells layers take nothing away that gains leave (0.04).',
      },
      {
        name: 'energy-scale',
        standing: 'part',
        shows: 'what writes and reads of every preset cost, on the scale from the brain over RRAM to phase change',
        figure:
          "full switch of Ag:a-Si 6.12e-9 J, a read 4.8e-17 J; in RRAM's range 7 of 36 presets, 28 with a tenth of the assumed pulses",
        control: 'pulses ten times as long, and a tenth of that',
        missed:
          "A full switch lies in RRAM's range: Ag:a-Si takes 6 nJ, since it is pulsed for 300 µs. A full switch costs what is quoted: 5 to 146 times as much, since that is booked for one pulse at gMax and a switch takes 15 and more.",
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
        figure: 'overlap 1 from a cue of which 20 % is wrong, 0.016 from a random one; 0.653 at a load of 0.2',
        control: 'a random cue; a load above 0.138',
      },
      {
        name: 'sparse-coding',
        standing: 'part',
        shows:
          'competing spiking neurons learn a dictionary in memristors and code image patches by few of its atoms: error and active share against lambda',
        figure:
          'lambda 0.1: 0.105 of a patch missed with 0.107 of the neurons; patches as atoms 0.192 with 0.114, codes of others 0.410, no inhibition 0.261 with 0.672',
        control: 'patches as atoms; codes of other patches; no inhibition',
        missed:
          'At each lambda the learned dictionary misses less than as many patches do: at 0.5, five times the lambda that it was learned at, it misses more (0.570 against 0.548) with fewer neurons.',
      },
      {
        name: 'reservoir',
        standing: 'works',
        shows:
          'volatile memristors of three time constants tell patterns apart that differ in order alone; a linear readout of them recognises digits',
        figure:
          'order alone: 98.92 %, one time constant 86.83, counting 17.53 (chance 16.67); MNIST 91.23, the pulses 90.87',
        control: 'devices that never forget; the pulses themselves',
      },
    ],
  },
];
