import { setImmediate } from 'node:timers/promises';
import { accuracy, eligibility, exponential, lif, Network, poisson, postTriggered } from '../../index.ts';
import { countsOf, learnedBy, type MnistConfig, RateEncoder, responsesOf } from '../../mnist/index.ts';
import { finished, Interrupted } from '../demonstration.ts';
import { type Learner, layerOf } from './learner.ts';

const CLASSES = 10;
/** Neuron j stands for this class from the start. */
const classOf = (neuron: number): number => neuron % CLASSES;

/** Modulating neurons, and what they write of what was gathered. */
const REWARD = 0;
const PUNISHMENT = 1;
const GAINS = [1, -1];

/** Hz, of what makes the critic spike, so that a verdict comes within 0.1 ms on average. */
const VERDICT_RATE = 1e4;
/** The teacher silences a class by spikes of this rate, Hz, and weight, mV. */
const SILENCE_RATE = 500;
const SILENCE = -1000;
/** Starting weights, and by how much pulses shrink: to 1 / (1 + ANNEAL) at the end. Chosen on the validation split, ideal devices. */
const INITIAL = [0.2, 0.4] as const;
const ANNEAL = 3;
/** Images after which the event loop has its turn. */
const TURN = 100;

/** The recipe's layer and devices; at a postsynaptic spike its rule now pulses recent inputs only, into an eligibility. */
function network(c: MnistConfig, pixels: number) {
  const net = new Network({ seed: c.seed });
  const input = net.population('input', poisson({ size: pixels }));
  const output = net.population(
    'output',
    lif({
      size: c.neurons,
      tau: c.neuron.tau,
      threshold: c.neuron.threshold,
      refractory: 0,
      adaptive: { increment: c.homeostasis.increment },
      homeostasis: { gain: c.homeostasis.gain, minimum: c.homeostasis.minimum },
      precision: 'f32',
    }),
    { winnerTakeAll: { hold: c.neuron.hold } },
  );
  const verdict = net.population('verdict', poisson({ size: GAINS.length }));
  const critic = net.population('critic', lif({ size: GAINS.length, threshold: 1 }));
  net.projection(verdict, critic, { connect: { oneToOne: { weight: 2 } } });
  const teacher = net.population('teacher', poisson({ size: CLASSES }));
  const silences = (k: number) => (classOf(k % c.neurons) === Math.floor(k / c.neurons) ? SILENCE : 0);
  net.projection(teacher, output, {
    connect: { matrix: { weights: Float64Array.from({ length: CLASSES * c.neurons }, (_, k) => silences(k)) } },
  });
  const { model: _, ...device } = c.device;
  const synapses = net.projection(input, output, {
    connect: { all: { weight: { uniform: c.weight.initial } } },
    device: exponential(device),
    rule: postTriggered({ down: 0 }),
    modulator: { from: critic, model: eligibility({ gain: GAINS }) },
  });
  net.build();
  return { net, input, output, verdict, critic, teacher, synapses };
}

/**
 * A multi-class perceptron in two phases. Free: an image is shown to the first spike. If that is of a wrong class, a
 * punishing spike takes the recent inputs of the winner down. Then the image is shown again with the other classes
 * silenced, and a rewarding spike takes the recent inputs of the right class's winner up. A right answer changes no weight; thresholds move with every first spike.
 */
export const errorCorrecting: Learner = {
  config: (given) => layerOf(given, INITIAL),
  async train(c, { images, labels, rows, columns }, signal) {
    const layer = network(c, rows * columns);
    const { net, input, output, verdict, critic, teacher, synapses } = layer;
    const encoder = new RateEncoder(rows * columns, c);
    const silent = { verdict: new Float64Array(GAINS.length), teacher: new Float64Array(CLASSES) };
    /** The class of the first spike, -1 without one. */
    const answer = (image: number): number => {
      net.change(input, (model) => model.setRates(encoder.encode(images, image * rows * columns)));
      const fired = net.run(c.stimulus.duration, { population: output, spikes: 1 });
      return fired ? classOf(output.lastSpike) : -1;
    };
    const judge = (as: typeof REWARD | typeof PUNISHMENT): void => {
      net.change(verdict, (model) => model.setRates(silent.verdict.with(as, VERDICT_RATE)));
      net.run(c.stimulus.duration, { population: critic, spikes: 1 });
      net.change(verdict, (model) => model.setRates(silent.verdict));
    };
    for (let image = 0; image < c.train; image++) {
      const progress = image / c.train;
      output.model.thresholds.gain = c.homeostasis.gain / (1 + c.homeostasis.anneal * progress);
      synapses.rule!.gain = 1 / (1 + ANNEAL * progress);
      const label = labels[image]!;
      net.rest();
      const given = answer(image);
      if (given !== label) {
        if (given >= 0) judge(PUNISHMENT);
        net.rest();
        net.change(teacher, (model) =>
          model.setRates(silent.teacher.map((_, other) => (other === label ? 0 : SILENCE_RATE))),
        );
        if (answer(image) === label) judge(REWARD);
        net.change(teacher, (model) => model.setRates(silent.teacher));
      }
      if (image % TURN > 0) continue;
      await setImmediate();
      if (signal.aborted) throw new Interrupted();
    }
    return { learned: learnedBy(layer), end: net.now };
  },
  async accuracy(config, learned, { test }, signal) {
    const counts = countsOf(
      finished(await responsesOf('test', config, learned, test, config.test, { signal })),
      config.neurons,
    );
    const votes = new Float64Array(CLASSES);
    const answers = Uint8Array.from({ length: config.test }, (_, i) => {
      votes.fill(0);
      for (let j = 0; j < config.neurons; j++) votes[classOf(j)]! += counts[i * config.neurons + j]!;
      return votes.indexOf(Math.max(...votes));
    });
    return accuracy(test.labels.subarray(0, config.test), answers);
  },
};
