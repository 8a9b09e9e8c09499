/**
 * Accuracy of programmed MLPs 784-32-10 after plain and hardware-aware training, as in docs/results/labelled-nets.md:
 * `node dist/test/bench/hardwareAware.js [number of seeds, default 5]`. Devices: pairs of `linear`, 1 to 100 µS.
 */
import { loadMnist } from '../../experiments/data/mnist.ts';
import { sliceImages } from '../../experiments/data/split.ts';
import { estimateMean, estimatePairedDifference } from '../../experiments/statistics/estimate.ts';
import { computeAccuracy } from '../../experiments/statistics/score.ts';
import { createNetConfig } from '../../experiments/training/supervised/config.ts';
import { createCrossbarNet } from '../../experiments/training/supervised/crossbarNet.ts';
import { classifyOnCrossbars } from '../../experiments/training/supervised/inSitu.ts';
import { createUntrainedModel } from '../../experiments/training/supervised/model.ts';
import { trainFloatNet } from '../../experiments/training/supervised/trainFloatNet.ts';

const [TRAIN_IMAGES, TEST_IMAGES] = [2000, 2000];

interface Case {
  readonly settings: { readonly device?: object; readonly programming?: object; readonly lines?: object };
  /** Errors that are injected in training. */
  readonly hardware: object;
  /** Strength of a programming pulse; default: as in `learn`. */
  readonly strength?: number;
}
const NINE_LEVELS = { levels: { count: 9, rounding: 'deterministic' }, etaUp: 0.125, etaDown: 0.125 };
const CASES: Readonly<Record<string, Case>> = {
  'noise 0.05': { settings: { programming: { noise: 0.05 } }, hardware: { noise: 0.1 } },
  'noise 0.1': { settings: { programming: { noise: 0.1 } }, hardware: { noise: 0.2 } },
  'noise 0.15': { settings: { programming: { noise: 0.15 } }, hardware: { noise: 0.3 } },
  '9 levels': {
    settings: { device: NINE_LEVELS, programming: { tolerance: 0.0626 } }, // half a level
    hardware: { levels: 9 },
    strength: 1,
  },
  '4 % stuck': {
    settings: { device: { stuck: { low: 0.02, high: 0.02 } } },
    hardware: { stuckLow: 0.02, stuckHigh: 0.02 },
  },
  'IR drop, 5 Ω per segment': { settings: { lines: { word: 5, bit: 5 } }, hardware: { lineLoss: 5e-4 } },
};

const all = loadMnist();
const [train, test] = [sliceImages(all.train, 0, TRAIN_IMAGES), sliceImages(all.test, 0, TEST_IMAGES)];
const device = { model: 'linear', reading: 'differential', gMin: 1e-6, gMax: 1e-4 };
const configure = (settings: object) =>
  createNetConfig({ network: 'mlp', hidden: [32], training: 'exSitu', ...settings });

/** Trains in floating point with injected errors. */
function trainModel(hardware: object | undefined, seed: number) {
  const c = configure({ seed, floatingPoint: { epochs: 5, ...(hardware && { hardware }) } });
  const model = createUntrainedModel('mlp', { rows: 28, columns: 28, channels: 1 }, 10, c, seed);
  return trainFloatNet(model, train, c.pixels, { ...c.floatingPoint, seed }, () => {});
}

/** Programs a trained net on devices; returns the accuracy, %. */
async function testOnDevices(
  model: Awaited<ReturnType<typeof trainModel>>,
  { settings, strength }: Case,
  seed: number,
) {
  const c = configure({ ...settings, seed, device: { ...device, ...settings.device } });
  const net = createCrossbarNet(c, model, false);
  net.program(model, { ...c.programming, maxPulses: 300, ...(strength && { strength }) });
  const predictions = await classifyOnCrossbars(net, test, c.pixels, () => {});
  return computeAccuracy(test.labels, predictions);
}

const seeds = Array.from({ length: Number(process.argv[2] ?? 5) }, (_, k) => k + 1);
const plainModels = await Promise.all(seeds.map((seed) => trainModel(undefined, seed)));
for (const [name, one] of Object.entries(CASES)) {
  const [plain, aware]: [number[], number[]] = [[], []];
  for (const [k, seed] of seeds.entries()) {
    plain.push(await testOnDevices(plainModels[k]!, one, seed));
    aware.push(await testOnDevices(await trainModel(one.hardware, seed), one, seed));
  }
  const { mean, low, high } = estimatePairedDifference(aware, plain);
  const figures = [estimateMean(plain).mean, estimateMean(aware).mean, mean, low, high].map((v) => v.toFixed(1));
  console.log(
    `${name}: plain ${figures[0]} %, hardware-aware ${figures[1]} %, difference ${figures[2]} (${figures[3]} to ${figures[4]})`,
  );
}
