/**
 * In-situ training of an MLP 784-32-10 on asymmetric devices, each algorithm tuned with equally many trials, as in
 * docs/results/labelled-nets.md: `node dist/test/bench/analogTuning.js DEVICE [ALGORITHM…]`. DEVICE `ideal`: floating point.
 */
import { loadMnist } from '../../experiments/data/mnist.ts';
import { selectSplit, sliceImages } from '../../experiments/data/split.ts';
import { loadDevice } from '../../experiments/devices/load.ts';
import { estimateMean } from '../../experiments/statistics/estimate.ts';
import { computeAccuracy } from '../../experiments/statistics/score.ts';
import { createNetConfig } from '../../experiments/training/supervised/config.ts';
import { createCrossbarNet } from '../../experiments/training/supervised/crossbarNet.ts';
import { classifyOnCrossbars, trainInSitu } from '../../experiments/training/supervised/inSitu.ts';
import { createUntrainedModel } from '../../experiments/training/supervised/model.ts';

const TRIALS = 12;
const [TRAIN_IMAGES, VALIDATION_IMAGES] = [5000, 2000];
const TUNING_SEED = 4;
const TEST_SEEDS = [1, 2, 3];
const CLASSES = 10;

/** Learning rate, largest weight of the devices, and rule of plain pulses. */
type Setting = readonly [rate: number, weightRange: number, rule: 'stochastic' | 'proportional'];
/** First setting of the search; pulses of `plain` are few, as each example is written at once. */
const getStart = (algorithm: string): Setting => [algorithm === 'plain' ? 0.032 : 0.004, 0.6, 'stochastic'];

const data = loadMnist();

/** Trains once in situ; returns the accuracy on the first images of the validation split, or on the test set, %. */
async function train(
  device: string,
  algorithm: string,
  [rate, weightRange, rule]: Setting,
  seed: number,
  isTest: boolean,
) {
  const c = createNetConfig(
    {
      ...{ network: 'mlp', hidden: [32], seed, weightRange, inSitu: { epochs: 1, rate } },
      device: device === 'ideal' ? {} : { reading: 'referenceColumn' },
      update: device === 'ideal' ? {} : { algorithm, rule, transfer: { reads: 785, referencePulses: 300 } },
    },
    device === 'ideal' ? null : loadDevice(device),
  );
  const sets = selectSplit(data, isTest ? 'test' : 'validation', 'analogTuning');
  const test = isTest ? sets.test : sliceImages(sets.test, 0, VALIDATION_IMAGES);
  const shape = { rows: 28, columns: 28, channels: 1 };
  const net = createCrossbarNet(c, createUntrainedModel('mlp', shape, CLASSES, c, seed));
  const options = { ...c.inSitu, seed, firstTrainedStage: 0 };
  await trainInSitu(net, sliceImages(sets.train, 0, TRAIN_IMAGES), c.pixels, options, () => {});
  return computeAccuracy(test.labels, await classifyOnCrossbars(net, test, c.pixels, () => {}));
}

/** Coordinate search by factors of 2, limited to `TRIALS` trials: the best setting, and the number of its untried neighbours. */
async function tune(device: string, algorithm: string) {
  const tried = new Map<string, number>();
  let [best, bestAccuracy]: [Setting, number] = [getStart(algorithm), -1];
  const tryOut = async (setting: Setting) => {
    const accuracy = await train(device, algorithm, setting, TUNING_SEED, false);
    tried.set(setting.join(), accuracy);
    console.log(`  ${setting.join(', ')}: ${accuracy.toFixed(2)} %`);
    if (accuracy > bestAccuracy) [best, bestAccuracy] = [setting, accuracy];
  };
  const neighbours = ([rate, range, rule]: Setting) =>
    [
      ...(algorithm === 'plain' && device !== 'ideal' && rule === 'stochastic' ? [[rate, range, 'proportional']] : []),
      [2 * rate, range, rule],
      [rate / 2, range, rule],
      [rate, range / 2, rule],
      [rate, 2 * range, rule],
    ].filter((setting) => !tried.has(setting.join())) as unknown as Setting[];
  await tryOut(best);
  while (tried.size < TRIALS && neighbours(best).length > 0) await tryOut(neighbours(best)[0]!);
  return { best, untried: neighbours(best).length };
}

const [, , device = 'aihwkit-reram-sb', ...algorithms] = process.argv;
for (const algorithm of algorithms.length > 0 ? algorithms : ['plain', 'tikiTaka']) {
  console.log(`${device}, ${algorithm}:`);
  const { best, untried } = await tune(device, algorithm);
  const accuracies: number[] = [];
  for (const seed of TEST_SEEDS) accuracies.push(await train(device, algorithm, best, seed, true));
  const list = accuracies.map((a) => a.toFixed(2)).join(', ');
  console.log(`test, ${best.join(', ')} (${untried} neighbours untried): ${list}`);
  console.log(`mean ${estimateMean(accuracies).mean.toFixed(2)} %`);
}
