import { prefixErrors, UserError } from '../../../core/declare/errors.ts';
import type { DeviceFactory } from '../../../core/factories.ts';
import type { StateArrays } from '../../../core/kernels/arena.ts';
import type { Stateful } from '../../../core/model.ts';
import type { Seed } from '../../../core/random/random.ts';
import type { LayerProgrammed, Periphery, ProgrammingOptions } from '../../../synapses/crossbar/index.ts';
import { CrossbarLayer, type SliceOptions, splitIntoSlices } from '../../../synapses/crossbar/index.ts';
import { createModel } from '../../network/models.ts';
import type { NetConfig } from './config.ts';
import type { Model, Stage, WeightedStage } from './model.ts';
import { countStageOutputs, countWindowPositions, getWeightMatrixShape, hasWeights } from './model.ts';
import { SlidingWindow } from './sliding.ts';

/** Model with floating-point weights, devices and periphery of a network whose weighted layers are crossbars. */
export interface CrossbarNetOptions extends Periphery {
  readonly model: Model;
  readonly device: DeviceFactory;
  /** Largest absolute weight that devices can represent; default: largest weight of each layer. */
  readonly weightRange?: number | undefined;
  /** Bit slicing of weights; default: one cell per weight. */
  readonly slices?: SliceOptions | undefined;
  readonly startsMidRange: boolean;
  /** True if devices start with the weights of the model, false if with 0. */
  readonly hasInitialWeights: boolean;
  /** Simulated time between images, ms, during which retention and drift act. */
  readonly imageInterval: number;
  readonly seed: Seed;
}

/** Stage (layer, pooling or rectifier), with its crossbars and work buffers. */
interface StageState {
  readonly stage: Stage;
  /** Crossbars of a weight matrix, whose outputs add up: one, or one per slice; empty without weights. */
  readonly layers: readonly CrossbarLayer[];
  readonly outputs: Float64Array;
  /** Gradient of the loss with respect to `outputs`. */
  readonly outputErrors: Float64Array;
  readonly window: SlidingWindow | null;
  readonly windowInputs: readonly Float64Array[];
  /** Views into `outputs`, one per window position. */
  readonly windowOutputs: readonly Float64Array[];
  readonly windowErrors: readonly Float64Array[];
  readonly gradientSum: Float64Array;
}

/** Maximum number of extra word lines that carry the biases of a layer. */
const MAX_BIAS_LINES = 64;

/** Net on crossbars: a `CrossbarLayer` per weight matrix (or per slice of it), biases on extra word lines. A convolution reads its layer per window position. */
export class CrossbarNet implements Stateful {
  readonly model: Model;
  readonly stageStates: readonly StageState[];
  readonly layers: readonly CrossbarLayer[];
  readonly #interval: number;
  readonly #slices: SliceOptions | undefined;
  readonly #isPaired: boolean;
  readonly #imageCount = new Float64Array(1);

  constructor(options: CrossbarNetOptions) {
    const { model, device, weightRange, startsMidRange, hasInitialWeights, imageInterval, seed, slices, ...periphery } =
      options;
    this.model = model;
    this.#slices = slices;
    this.#isPaired = device.ranges.minWeight < 0 && device.ranges.electricalProperties !== null;
    this.#interval = imageInterval;
    const halfReach = (device.ranges.maxWeight - device.ranges.minWeight) / 2;
    let layerCount = 0;
    this.stageStates = model.stages.map((stage): StageState => {
      const weighted = hasWeights(stage);
      const lines = weighted ? countBiasLines(stage) : 0;
      const { rows, columns } = weighted ? getWeightMatrixShape(stage) : { rows: 0, columns: 0 };
      const range = weighted ? (weightRange ?? maxStoredWeight(stage)) : 0;
      if (weighted) layerCount++;
      const parts = weighted ? this.#splitWeights(appendBias(stage, rows + lines), range) : [];
      const layers = parts.map(
        ({ factor, weights }, n) =>
          new CrossbarLayer({
            ...periphery,
            rows: rows + lines,
            columns,
            device,
            centred: startsMidRange,
            seed,
            scale: (factor * range) / halfReach,
            name: `layer${layerCount}${slices ? `.slice${n}` : ''}`,
            ...(hasInitialWeights && { weights }),
          }),
      );
      const positions = weighted ? countWindowPositions(stage) : 0;
      const outputs = new Float64Array(countStageOutputs(stage));
      const outputErrors = new Float64Array(countStageOutputs(stage));
      const splitByPosition = (values: Float64Array) =>
        Array.from({ length: positions }, (_, n) => values.subarray(n * columns, (n + 1) * columns));
      return {
        stage,
        layers,
        outputs,
        outputErrors,
        window: 'window' in stage ? new SlidingWindow(stage) : null,
        windowInputs: Array.from({ length: positions }, () => new Float64Array(rows + lines).fill(1)),
        windowOutputs: splitByPosition(outputs),
        windowErrors: splitByPosition(outputErrors),
        gradientSum: new Float64Array((rows + lines) * columns),
      };
    });
    this.layers = this.stageStates.flatMap(({ layers }) => layers);
  }

  /** State stored in a checkpoint: number of images, and the state arrays of each layer, not copied. */
  get state(): StateArrays {
    const layers = this.layers.flatMap(({ state }, n) =>
      Object.entries(state).map(([key, array]) => [`layer${n + 1}.${key}`, array] as const),
    );
    return { images: this.#imageCount, ...Object.fromEntries(layers) };
  }

  onCheckpointLoaded() {
    for (const layer of this.layers) layer.onCheckpointLoaded();
  }

  /** Computes the class scores of one image or, if `endStage` is given, the inputs of stage `endStage`. */
  forward(image: Float64Array, endStage = this.stageStates.length): Float64Array {
    return this.runStages(image, 0, endStage);
  }

  /** Evaluates the stages `firstStage` … `endStage - 1`. @param inputs inputs of stage `firstStage` */
  runStages(inputs: Float64Array, firstStage: number, endStage = this.stageStates.length): Float64Array {
    for (const layer of this.layers) layer.now = this.#imageCount[0]! * this.#interval;
    this.#imageCount[0]!++;
    let values = inputs;
    for (let n = firstStage; n < endStage; n++) {
      this.#forward(this.stageStates[n]!, values);
      values = this.stageStates[n]!.outputs;
    }
    return values;
  }

  /** Backpropagates errors from the last stage to the outputs of stage `firstStage`. */
  backward(image: Float64Array, firstStage: number) {
    for (let n = this.stageStates.length - 1; n > firstStage; n--) {
      const before = this.stageStates[n - 1]!;
      this.#backward(this.stageStates[n]!, n > 0 ? before.outputs : image, before.outputErrors);
    }
  }

  /** Adds the weight gradients of the current image to `gradientSum`, for stages from `firstStage` to the last. */
  addGradients(firstStage: number) {
    for (const state of this.stageStates.slice(firstStage)) addGradient(state);
  }

  /** Applies the summed gradients to the devices as pulses, and resets the sums. */
  applyGradients(firstStage: number, rate: number) {
    for (const state of this.stageStates.slice(firstStage)) applyGradient(state, rate);
  }

  /** Updates the devices by the weight gradients of the current image. */
  learnOnline(firstStage: number, rate: number) {
    for (const state of this.stageStates.slice(firstStage)) {
      const {
        layers: [layer],
        windowInputs,
        windowErrors,
      } = state;
      if (windowInputs.length === 1 || layer?.needsOuterUpdates)
        for (const [n, inputs] of windowInputs.entries()) layer!.outer(inputs, windowErrors[n]!, -rate);
      else {
        addGradient(state);
        applyGradient(state, rate);
      }
    }
  }

  program(model: Model, options: ProgrammingOptions): LayerProgrammed[] {
    return this.stageStates.flatMap(({ layers }, n) => {
      const stage = model.stages[n]!;
      if (layers.length === 0 || !hasWeights(stage)) return [];
      const range = layers.reduce((sum, layer) => sum + layer.range[1], 0);
      const weights = appendBias(stage, layers[0]!.rows);
      const outside = weights.filter((w) => Math.abs(w) > range * (1 + 1e-9)).length / weights.length;
      const results = this.#splitWeights(weights, range).map((part, k) => layers[k]!.program(part.weights, options));
      return this.#slices ? results.map((result) => ({ ...result, clipped: outside })) : results;
    });
  }

  /** Weights per crossbar of a stage, with their share of the weight range. @param range largest absolute weight of the devices */
  #splitWeights(weights: Float64Array, range: number) {
    return this.#slices ? splitIntoSlices(weights, range, this.#slices, this.#isPaired) : [{ factor: 1, weights }];
  }

  calibrate(images: readonly Float64Array[]) {
    this.stageStates.forEach(({ layers, windowInputs: x }, n) => {
      if (layers.length === 0) return;
      const inputs: Float64Array[] = [];
      for (const image of images) {
        this.#setWindowInputs(this.stageStates[n]!, this.forward(image, n));
        const step = Math.max(1, Math.floor(x.length / 8)); // every `step`-th window position is measured
        for (let p = 0; p < x.length; p += step) inputs.push(Float64Array.from(x[p]!));
      }
      for (const layer of layers) layer.calibrate(inputs);
    });
  }

  getTrainedModel(): Model {
    const stages = this.stageStates.map(({ stage, layers }): Stage => {
      if (!hasWeights(stage)) return stage;
      const { rows, columns } = getWeightMatrixShape(stage);
      const all = sumArrays(layers.map(({ weights }) => weights));
      const bias = new Float32Array(columns);
      for (let k = rows * columns; k < all.length; k++) bias[k % columns]! += all[k]!;
      return { ...stage, weights: Float32Array.from(all.subarray(0, rows * columns)), bias };
    });
    return { ...this.model, stages };
  }

  #setWindowInputs({ window, windowInputs: x }: StageState, inputs: Float64Array) {
    if (window) for (let n = 0; n < x.length; n++) window.unfold(inputs, 0, x[n]!, 0, n, n + 1);
    else x[0]!.set(inputs);
  }

  #forward(state: StageState, inputs: Float64Array) {
    const { stage, layers, windowInputs, outputs, windowOutputs, window } = state;
    if (stage.kind === 'relu') for (let k = 0; k < outputs.length; k++) outputs[k] = Math.max(inputs[k]!, 0);
    else if (layers.length > 0) {
      this.#setWindowInputs(state, inputs);
      for (let n = 0; n < windowInputs.length; n++) {
        layers[0]!.forward(windowInputs[n]!, windowOutputs[n]!);
        for (const layer of layers.slice(1)) {
          const added = layer.forward(windowInputs[n]!, new Float64Array(layer.columns));
          for (let j = 0; j < added.length; j++) windowOutputs[n]![j]! += added[j]!;
        }
      }
    } else window!.poolImage(inputs, 0, outputs, 0);
  }

  #backward(state: StageState, x: Float64Array, errors: Float64Array) {
    const { stage, outputErrors: ownErrors, windowErrors, window } = state;
    const [layer] = state.layers; // slices are not trained
    errors.fill(0);
    if (stage.kind === 'relu') for (let k = 0; k < errors.length; k++) errors[k] = x[k]! > 0 ? ownErrors[k]! : 0;
    else if (layer) {
      const inputErrors = new Float64Array(layer.rows);
      windowErrors.forEach((d, n) => {
        layer.backward(d, inputErrors);
        if (window) window.fold(inputErrors, 0, errors, 0, n, n + 1);
        else errors.set(inputErrors.subarray(0, errors.length));
      });
    } else window!.unpoolErrors(ownErrors, 0, errors, 0);
  }
}

function addGradient({ windowInputs, windowErrors, gradientSum }: StageState) {
  for (let n = 0; n < windowInputs.length; n++) {
    const [inputs, errors] = [windowInputs[n]!, windowErrors[n]!];
    for (let i = 0, k = 0; i < inputs.length; i++) {
      const value = inputs[i]!;
      if (value === 0) k += errors.length;
      else for (let j = 0; j < errors.length; j++, k++) gradientSum[k]! += value * errors[j]!;
    }
  }
}

function applyGradient({ layers, gradientSum }: StageState, rate: number) {
  layers[0]?.update(gradientSum, -rate);
  gradientSum.fill(0);
}

const sumArrays = (arrays: readonly Float64Array[]) =>
  arrays.reduce((sums, values) => sums.map((sum, k) => sum + values[k]!));

const maxMagnitude = (values: Float32Array) => values.reduce((max, v) => Math.max(max, Math.abs(v)), 0);

/** Number of word lines among which each bias is divided, so that no stored bias exceeds the weight range. */
function countBiasLines({ weights, bias }: WeightedStage) {
  const [w, b] = [maxMagnitude(weights), maxMagnitude(bias)];
  return w > 0 ? Math.min(Math.max(Math.ceil(b / w), 1), MAX_BIAS_LINES) : 1;
}

function maxStoredWeight(stage: WeightedStage) {
  return Math.max(maxMagnitude(stage.weights), maxMagnitude(stage.bias) / countBiasLines(stage)) || 1;
}

function appendBias(stage: WeightedStage, rows: number) {
  const { weights, bias } = stage;
  const lines = rows - getWeightMatrixShape(stage).rows;
  const all = new Float64Array(rows * bias.length);
  all.set(weights);
  for (let k = weights.length; k < all.length; k++) all[k] = bias[k % bias.length]! / lines;
  return all;
}

/** Builds the crossbars of a net. @param hasInitialWeights true: devices start with the weights of the model; false: with 0 */
export function createCrossbarNet(c: NetConfig, model: Model, hasInitialWeights = true): CrossbarNet {
  const { input, output, lines, nonlinearity, update, seed, weightRange, slices } = c;
  if (slices && c.training !== 'exSitu')
    throw new UserError(
      `learn: slices needs training exSitu (got ${c.training}), since pulses do not carry from slice to slice; set training=exSitu.`,
    );
  const periphery = { input, output, lines, nonlinearity, update };
  const device = prefixErrors('learn.device', () => createModel('device', c.device));
  const start = { startsMidRange: c.centred, imageInterval: c.interval, hasInitialWeights };
  return new CrossbarNet({ ...periphery, ...start, seed, weightRange, slices, model, device });
}
