/** Verdict on a claim. `construction`: the model was made so; the first line of its page says so, and what was found beyond it. */
export type Verdict = 'works' | 'part' | 'construction';

interface Outcome {
  /** Main result, in numbers of the page. */
  readonly result: string;
  /** Controls that could have failed. */
  readonly control: string;
  /** Part of the claim that does not hold, and the reason; only if the claim holds in part. */
  readonly missed?: string;
}

export interface GalleryEntry extends Outcome {
  readonly name: string;
  readonly verdict: Verdict;
}

export interface GallerySection {
  readonly title: string;
  /** Part of the review. */
  readonly reference: string;
  readonly entries: readonly GalleryEntry[];
}

const works = (name: string, outcome: Outcome): GalleryEntry => ({ name, verdict: 'works', ...outcome });
const holdsInPart = (name: string, outcome: Outcome): GalleryEntry => ({ name, verdict: 'part', ...outcome });
const byConstruction = (name: string, outcome: Outcome): GalleryEntry => ({
  name,
  verdict: 'construction',
  ...outcome,
});

/** All demonstrations, in the order of the review. `npm run docs` makes the gallery page of them. */
export const GALLERY: readonly GallerySection[] = [
  {
    title: 'Synapses, neurons and logic in single devices',
    reference: 'references 33 to 38, 97 to 156',
    entries: [
      byConstruction('stm-ltm', {
        result: 'state after the rest: 0.6421 of the range for the digit that is kept, 3.056e-14 for the other',
        control: 'the same pulses ten times slower',
      }),
      byConstruction('conditioning', {
        result:
          'answered by 0 of the dogs at first, by 1 (all) after 30 pairs; after a rest by all again, or by 0.033, with bells every 10 or 100 s',
        control: 'bell and food apart; a terminal that never tires; no extinction',
      }),
      byConstruction('second-order', {
        result: '0.004394 and -0.004394 of the range at ± 10 ms (closed form 0.004447); first order -5.032e-05',
        control: 'a first-order device: no window',
      }),
      byConstruction('heterosynaptic', {
        result: 'twice the modulation 2 times the change, -1 of it -0.9898 times; modulation 0: 0',
        control: 'modulation 0; a gate after the pair, a reward before it',
      }),
      byConstruction('nociceptor', {
        result: 'threshold 3.5 mV, injured 2.5, healed 3.5; 9, 19 and 9 spikes at 8 mV',
        control: 'before the injury, and healed',
      }),
      works('neuristor', {
        result: 'rate within 2.646e-09 of the closed form; a spike reaches 20 of 20 nodes, weak weights 1',
        control: 'weights below threshold: no spike runs along the chain',
      }),
      works('reconfigurable', {
        result: 'letters told: 62.5 % before, 98.7 % after learning; volatile synapses 20.7 %',
        control: 'either role in the mode of the other',
      }),
      byConstruction('temperature', {
        result: 'after storage at 360 K 20.0 %, with a gain 84.5 %; barriers that scatter 71.7 and 72.2 %',
        control: 'no barrier; barriers that scatter, amplified',
      }),
      works('pulse-arithmetic', {
        result:
          'either order: 0 apart without noise, 0.1598 of the range on a device that forgets; Ag:a-Si: 0.29 of the sums are right',
        control: 'a device that forgets in between',
      }),
      byConstruction('logic', {
        result:
          'half adder right in 0.983 of the cases at a spread of 0.1; products in 0.819 at a write noise of 0.001; without the load 0.75',
        control: 'no load',
      }),
      works('fingerprint', {
        result: 'distance of two chips 0.4967 of the bits, of one chip 0.03462; pulses that scatter 0.497',
        control: 'the same chip, and pulses that scatter',
      }),
    ],
  },
  {
    title: 'Networks that learn without labels',
    reference: 'section 1.2',
    entries: [
      works('orientation', {
        result: 'selectivity 0.453 before, 0.966 after learning; 20 % stuck 0.940, 80 % stuck 0.539',
        control: 'before learning; stuck cells',
      }),
      works('fully-memristive', {
        result:
          'patterns told: 29.17 % before, 97.17 % after learning; delays within 0.04729 of the predicted distribution',
        control: 'before learning; the closed form of the delays',
      }),
      holdsInPart('stashing', {
        result:
          'saved beyond write on change: 3.0 to 11.3 %, for 0.69 points at most (significant only if devices are hidden for good); write on change alone: 40.71 %, for 0',
        control: 'write on change alone',
        missed:
          '37 % of the energy for half a point. Write on change takes 40.71 % without changing a weight; what hiding adds are reads and last small steps near a bound.',
      }),
      holdsInPart('uncertainty', {
        result: 'AUROC 0.880 by votes, 0.859 by the margin; gain by refusing 10 %: 4.08 and 4.07 points',
        control: 'the margin of a twin without noise',
        missed:
          'Refusing the most uncertain 10 % gains no more by the votes (4.08 points) than by the margin of a twin without noise (4.07), whose score has a doubt of its own.',
      }),
      holdsInPart('binary-1s1r', {
        result:
          '97.38 % with labels, 80.1 % without; a tenth of the bits wrong costs 5.8 and 2.9 points; selectors at 300 MHz cost 13.6 and 4.0, as many errors anew 71.2 and 16.2',
        control: 'as many errors drawn anew at each read',
        missed:
          'The knee of the network without labels lies at or above a tenth of the bits (2.9 points lost, 0.7 to 5.3). What selectors miss costs far less than as many errors anew and in either direction (4.0 against 16.2 points, 13.6 against 71.2): the rate of errors alone does not tell what they cost.',
      }),
      holdsInPart('hybrid', {
        result: 'after 100 images: binary 51.5, analog 60.8; after 5,000: binary 57.8, hybrid 83.9, analog 86.8 %',
        control: 'either alone, each with its own rate',
        missed:
          'Binary updates are not ahead early (51.5 against 60.8 % after 100 images), and the hybrid never catches up with analog updates (83.9 against 86.8 %), once these have a rate that suits them.',
      }),
      holdsInPart('self-organising-map', {
        result: 'topographic error 0.339; without neighbourhood 0.934, arranged afterwards 0.351, Kohonen 0.364',
        control: 'no neighbourhood; neurons arranged afterwards; Kohonen in floating point',
        missed:
          'Lower than the topographic error of neurons that are arranged afterwards in every seed: 0.339 against 0.351 is less than the sd, since an order as good can be looked for once neurons have learned.',
      }),
    ],
  },
  {
    title: 'Trained in place, or elsewhere and written',
    reference: 'section 1.3',
    entries: [
      works('ex-situ', {
        result: '91.86 % in software; noise of 0.1 83.65 %, 4 levels 88.42 %, tolerance 0.01 91.74 %; no pulse 8.92 %',
        control: 'no pulse: chance',
      }),
      holdsInPart('in-situ', {
        result:
          '20 % stuck: 84.3 % in place, 76.5 written within 0.01; steps up and down apart: 81.0 against 87.3 %; no pulse 8.5 to 15.8',
        control: 'no pulse: chance; writing within narrow tolerances',
        missed:
          'Training in place is 6.3 points behind writing within 0.01 where steps up and down differ by device: that moves the point where both cancel. Whether steps up and down spread alike makes a difference (0.3 or 6.8 points).',
      }),
      works('device-demands', {
        result: 'fading steps: 84.3 to 77.3 % with labels, 69.7 to 75.3 without; labels of other images 11.9',
        control: 'labels of other images; the same curve in both directions',
      }),
      works('perceptron', {
        result: '8.85 epochs, 18.6 at a spread of 0.8; shuffled labels: 0 arrays learn',
        control: 'labels that no plane tells apart',
      }),
      works('five-layer-cnn', {
        result:
          'noise 0.1: 85.2 % ex situ with one copy, 96.3 % hybrid with three (97.0 in floating point); shuffled kernels 83.5',
        control: 'shuffled kernels under a last layer trained in place',
      }),
      holdsInPart('reinforcement', {
        result: '236 steps on devices, 389 with numbers, 82 at a spread of 0.3; critic silent 21.5',
        control: 'a critic that is silent, or of random sign; numbers in place of devices',
        missed: 'A spread of 30 % costs less than half: it costs two thirds (82 against 236 steps).',
      }),
      works('random-projection', {
        result: '56.52 % with 25 hidden neurons, 86.38 % with 1600; the read-out of the inputs 84.78',
        control: 'the read-out on the inputs themselves',
      }),
    ],
  },
  {
    title: 'Sensors and signals',
    reference: 'references 86, 88 and 101',
    entries: [
      works('in-sensor', {
        result:
          'flickering noise: 62.0 to 76.0 % by light, the best of six gains 62.5, light of another image 27.7; noise that stands still: 58.3 to 51.3',
        control: 'six gains, light of another image, noise that stands still',
      }),
      works('image-filter', {
        result: 'compression with 16 levels 45.1 dB, noise 0.1 27.1 dB, lines of 10 Ω 18.8 dB (0.01 of noise: 47.2)',
        control: 'ideal devices: plain arithmetic',
      }),
    ],
  },
  {
    title: 'Arrays and energy',
    reference: 'section 3',
    entries: [
      works('crossbar', {
        result:
          'one array at 2 Ω: 61.68 %, with gains 72.97; arrays of 128: 77.48, with gains 86.55; ideal lines 86.60',
        control: 'ideal lines; one gain per output',
      }),
      holdsInPart('stacking', {
        result: 'at 2 Ω one layer 61.0 %, 8 layers 79.3 (ideal lines 87.4); with gains 73.2 and 87.1',
        control: 'the flat array with one gain per output',
        missed:
          '8 layers come within 3 points of ideal lines: they stay 8.0 points below, because word lines stay as long and most of what is lost is gain. One gain per output takes more of the error away (0.13 left) than 8 layers do (0.27 left). In 64 × 64 ohmic cells layers take nothing away that gains leave (0.04).',
      }),
      holdsInPart('energy-scale', {
        result:
          "full switch of Ag:a-Si 6.12e-9 J, a read 4.8e-17 J; in RRAM's range 7 of 36 presets, 28 with a tenth of the assumed pulses",
        control: 'pulses ten times as long, and a tenth of that',
        missed:
          "A full switch lies in RRAM's range: Ag:a-Si takes 6 nJ, since it is pulsed for 300 µs. A full switch costs what is quoted: 5 to 146 times as much, since that is booked for one pulse at gMax and a switch takes 15 and more.",
      }),
    ],
  },
  {
    title: 'Networks of other kinds',
    reference: 'references 181 to 190',
    entries: [
      works('hopfield', {
        result: 'overlap 1 from a cue of which 20 % is wrong, 0.016 from a random one; 0.653 at a load of 0.2',
        control: 'a random cue; a load above 0.138',
      }),
      holdsInPart('sparse-coding', {
        result:
          'lambda 0.1: 0.105 of a patch missed with 0.107 of the neurons; patches as atoms 0.192 with 0.114, codes of others 0.410, no inhibition 0.261 with 0.672',
        control: 'patches as atoms; codes of other patches; no inhibition',
        missed:
          'At each lambda the learned dictionary misses less than as many patches do: at 0.5, five times the lambda that it was learned at, it misses more (0.570 against 0.548) with fewer neurons.',
      }),
      works('reservoir', {
        result:
          'order alone: 98.92 %, one time constant 86.83, counting 17.53 (chance 16.67); MNIST 91.23, the pulses 90.87',
        control: 'devices that never forget; the pulses themselves',
      }),
    ],
  },
];
