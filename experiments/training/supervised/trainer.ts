import { UserError } from '../../../core/declare/errors.ts';
import type { StateArrays } from '../../../core/kernels/arena.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import type { NetConfig } from './config.ts';
import { type CrossbarNet, createCrossbarNet } from './crossbarNet.ts';
import { classifyOnCrossbars, trainInSitu } from './inSitu.ts';
import { hasWeights, type Model } from './model.ts';
import { type SpikingTestResult, testSpikingNet } from './spikingNet.ts';
import { createScaledImage, trainFloatNet } from './trainFloatNet.ts';
import { type RunControl, restoreArrays, storeArrays, TrainingPhases } from './trainingPhases.ts';

export interface NetTrainerOptions extends RunControl {
  readonly config: NetConfig;
}

const listWeightArrays = ({ stages }: Model): StateArrays =>
  Object.fromEntries(
    stages
      .filter(hasWeights)
      .flatMap(({ weights, bias }, k) => Object.entries({ [`weights${k}`]: weights, [`bias${k}`]: bias })),
  );

const MAX_CALIBRATION_IMAGES = 100;

export class NetTrainer extends TrainingPhases {
  readonly #options: NetTrainerOptions;
  readonly #trainSet: LabelledImages;
  readonly #testSet: LabelledImages;

  constructor(options: NetTrainerOptions, train: LabelledImages, test: LabelledImages, classes: number) {
    super(options, train.n);
    this.#options = options;
    this.#trainSet = train;
    this.#testSet = test;
    const missing = Array.from({ length: classes }, (_, k) => k).find((k) => !train.labels.includes(k));
    if (missing !== undefined && train.n < 10 * classes)
      throw new UserError(
        `learn: none of the ${train.n} training images is of class ${missing}; use more with --train.`,
      );
  }

  /** Trains in floating point, or returns the initial model if the training method is inSitu. */
  async trainFloatingPoint(initial: Model): Promise<Model> {
    const { config: c } = this.#options;
    if (c.training === 'inSitu') return initial;
    const { seed, floatingPoint } = c;
    const saved = this.savedRun;
    if (saved?.progress.part === 'devices') {
      restoreArrays(saved.snapshot, 'model', { state: listWeightArrays(initial) });
      return initial;
    }
    let floatState: StateArrays = {};
    return this.runPhase(
      ['float', 'training in floating point'],
      floatingPoint.epochs,
      (snapshot) => storeArrays(snapshot, 'float', floatState),
      (reportProgress, start) =>
        trainFloatNet(initial, this.#trainSet, c.pixels, { ...floatingPoint, seed }, reportProgress, (state) => {
          floatState = state;
          if (saved) restoreArrays(saved.snapshot, 'float', { state });
          return start;
        }),
    );
  }

  /** Writes the model's weights to devices; then trains the devices, unless the training method is exSitu. */
  async trainOnDevices(model: Model, imported: boolean) {
    const { config: c } = this.#options;
    const { programming, inSitu, seed } = c;
    const fresh = c.training === 'inSitu' && !imported;
    const net = createCrossbarNet(c, model, fresh);
    const programmingResults = fresh ? [] : net.program(model, programming);
    this.#calibrateNet(net);
    if (c.training !== 'exSitu') {
      const last = net.stageStates.findLastIndex(({ layers }) => layers.length > 0);
      const from = c.training === 'hybrid' ? last : 0;
      const saved = this.savedRun;
      await this.runPhase(
        ['devices', 'training on devices'],
        inSitu.epochs,
        (snapshot) => {
          storeArrays(snapshot, 'model', listWeightArrays(model));
          storeArrays(snapshot, 'net', net.state);
        },
        (reportProgress, start) => {
          const restore = () => {
            if (saved?.progress.part === 'devices') restoreArrays(saved.snapshot, 'net', net);
            return start;
          };
          const options = { ...inSitu, seed, firstTrainedStage: from };
          return trainInSitu(net, this.#trainSet, c.pixels, options, reportProgress, restore);
        },
      );
      this.#calibrateNet(net);
    }
    return { net, programmingResults };
  }

  async testNet(net: CrossbarNet): Promise<{ predictions: Uint8Array; testSeconds: number }> {
    const startTime = performance.now();
    const { pixels } = this.#options.config;
    const predictions = await this.showProgress('test', this.#testSet.n, (report) =>
      classifyOnCrossbars(net, this.#testSet, pixels, report),
    );
    return { predictions, testSeconds: (performance.now() - startTime) / 1000 };
  }

  testSpiking(net: CrossbarNet): Promise<SpikingTestResult> {
    const { spiking, pixels, seed } = this.#options.config;
    const images = { train: this.#trainSet, test: this.#testSet, scaling: pixels };
    return this.showProgress('spikes', Math.min(spiking!.images, this.#testSet.n), (report) =>
      testSpikingNet(net, spiking!, images, seed, report),
    );
  }

  #calibrateNet(net: CrossbarNet) {
    const { input, output, pixels } = this.#options.config;
    if (!(input?.bits || output?.bits || output?.calibrated)) return;
    const length = Math.min(MAX_CALIBRATION_IMAGES, this.#trainSet.n);
    net.calibrate(Array.from({ length }, (_, i) => createScaledImage(this.#trainSet, i, pixels)));
  }
}
