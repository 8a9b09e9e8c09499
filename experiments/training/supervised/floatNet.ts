import { Arena } from '../../../core/kernels/arena.ts';
import type { Model, Stage, WeightedStage } from './model.ts';
import {
  countImageValues,
  countStageInputs,
  countStageOutputs,
  countWindowPositions,
  getWeightMatrixShape,
  hasWeights,
} from './model.ts';
import { SlidingWindow } from './sliding.ts';

/**
 * Creates the work buffers of a stage (layer, pooling or rectifier) for a batch of images. @param isFirst true if no
 * stage needs the errors of its inputs
 */
function createStageState(stage: Stage, batch: number, isFirst: boolean, arena: Arena) {
  const [inputCount, outputCount] = [countStageInputs(stage), countStageOutputs(stage)];
  const { rows, columns } = hasWeights(stage) ? getWeightMatrixShape(stage) : { rows: 0, columns: 0 };
  const unfoldedSize = stage.kind === 'convolution' ? batch * countWindowPositions(stage) * rows : 0;
  const state = {
    stage,
    inputCount,
    outputCount,
    /** Outputs of the stage, batch × outputs. */
    outputs: arena.f32(batch * outputCount),
    /** Gradient of the loss with respect to `outputs`. */
    outputErrors: arena.f32(batch * outputCount),
    window: 'window' in stage ? new SlidingWindow(stage, batch) : null,
    /** Inputs at all window positions of the batch (im2col). */
    unfoldedInputs: arena.f32(unfoldedSize),
    unfoldedErrors: arena.f32(isFirst ? 0 : unfoldedSize),
    weights: arena.f32(rows * columns),
    transposedWeights: arena.f32(rows * columns),
    bias: arena.f32(columns),
    weightGradient: arena.f32(rows * columns),
    biasGradient: arena.f32(columns),
  };
  if (hasWeights(stage)) {
    state.weights.set(stage.weights);
    state.bias.set(stage.bias);
  }
  return state;
}
type StageState = ReturnType<typeof createStageState>;

/** Single-precision net: class scores and gradients of a batch. */
export class FloatNet {
  readonly model: Model;
  readonly batchSize: number;
  /** Input pixels, batch × pixels. */
  readonly inputImages: Float32Array;
  readonly stageStates: readonly StageState[];
  readonly #arena: Arena;

  constructor(model: Model, batch: number) {
    this.model = model;
    this.batchSize = batch;
    const arena = new Arena();
    this.#arena = arena;
    this.inputImages = arena.f32(batch * countImageValues(model.inputShape));
    this.stageStates = model.stages.map((stage, n) => createStageState(stage, batch, n === 0, arena));
  }

  /** Computes the class scores of the first `count` of the `inputImages`: `count` × classes. */
  forward(count: number): Float32Array {
    let x = this.inputImages;
    for (const state of this.stageStates) {
      this.#forward(state, x, count);
      x = state.outputs;
    }
    return x;
  }

  backward(count: number) {
    for (let n = this.stageStates.length - 1; n >= 0; n--) {
      const previous = this.stageStates[n - 1];
      const inputs = previous?.outputs ?? this.inputImages;
      this.#backward(this.stageStates[n]!, inputs, previous?.outputErrors ?? null, count);
    }
  }

  getTrainedModel(): Model {
    const stages = this.stageStates.map(({ stage, weights, bias }) =>
      hasWeights(stage) ? { ...stage, weights: Float32Array.from(weights), bias: Float32Array.from(bias) } : stage,
    );
    return { ...this.model, stages };
  }

  #forward(state: StageState, x: Float32Array, count: number) {
    const { stage, inputCount, outputCount, outputs, window, unfoldedInputs, weights, bias } = state;
    if (stage.kind === 'relu') for (let k = 0; k < count * outputCount; k++) outputs[k] = Math.max(x[k]!, 0);
    else if (hasWeights(stage)) {
      const { rows, columns } = getWeightMatrixShape(stage);
      const positions = countWindowPositions(stage);
      if (window)
        for (let i = 0; i < count; i++) window.unfold(x, i * inputCount, unfoldedInputs, i * positions * rows);
      const [inputs, n] = [window ? unfoldedInputs : x, count * positions];
      this.#arena.kernels.multiply(inputs, rows, 1, weights, outputs, n, rows, columns);
      for (let k = 0, p = 0; p < n; p++) for (let c = 0; c < columns; c++, k++) outputs[k]! += bias[c]!;
    } else for (let i = 0; i < count; i++) window!.poolImage(x, i * inputCount, outputs, i * outputCount);
  }

  /** Backpropagates through a stage. @param errors destination of the errors of the stage's inputs; null for the first stage */
  #backward(state: StageState, x: Float32Array, errors: Float32Array | null, count: number) {
    const { stage, inputCount, outputCount, outputErrors: ownErrors, window } = state;
    if (hasWeights(stage)) this.#setGradients(state, stage, x, errors, count);
    else if (errors === null) return;
    else if (stage.kind === 'relu') {
      for (let k = 0; k < count * outputCount; k++) errors[k] = x[k]! > 0 ? ownErrors[k]! : 0;
    } else {
      errors.fill(0, 0, count * inputCount);
      for (let i = 0; i < count; i++) window!.unpoolErrors(ownErrors, i * outputCount, errors, i * inputCount);
    }
  }

  #setGradients(state: StageState, stage: WeightedStage, x: Float32Array, errors: Float32Array | null, count: number) {
    const { inputCount, window, unfoldedInputs, unfoldedErrors, outputErrors: ownErrors } = state;
    const { weights, transposedWeights, weightGradient, biasGradient } = state;
    const { multiply } = this.#arena.kernels;
    const { rows, columns } = getWeightMatrixShape(stage);
    const positions = countWindowPositions(stage);
    const n = count * positions;
    multiply(window ? unfoldedInputs : x, 1, rows, ownErrors, weightGradient, rows, n, columns);
    biasGradient.fill(0);
    for (let k = 0, p = 0; p < n; p++) for (let c = 0; c < columns; c++, k++) biasGradient[c]! += ownErrors[k]!;
    if (errors === null) return;
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) transposedWeights[c * rows + r] = weights[r * columns + c]!;
    multiply(ownErrors, columns, 1, transposedWeights, window ? unfoldedErrors : errors, n, columns, rows);
    if (!window) return;
    errors.fill(0, 0, count * inputCount);
    for (let i = 0; i < count; i++) window.fold(unfoldedErrors, i * positions * rows, errors, i * inputCount);
  }
}
