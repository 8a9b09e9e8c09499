import { Arena } from '../../../core/kernels/arena.ts';
import {
  countInputs,
  countOutputs,
  countPositions,
  countValues,
  getMatrixShape,
  isWeighted,
  type Model,
  type Stage,
  type WeightedStage,
} from './model.ts';
import { SlidingWindow } from './sliding.ts';

/** Stage of the net (layer, pooling or rectifier), with its work buffers for a batch of images. */
interface StageState {
  readonly stage: Stage;
  readonly inputCount: number;
  readonly outputCount: number;
  /** Outputs, batch × outputs; `errors`: gradient of the loss with respect to them. */
  readonly y: Float32Array;
  readonly errors: Float32Array;
  readonly window: SlidingWindow | null;
  /** Inputs at all window positions of the batch (im2col). */
  readonly unfoldedInputs: Float32Array;
  readonly unfoldedErrors: Float32Array;
  readonly weights: Float32Array;
  readonly transpose: Float32Array;
  readonly bias: Float32Array;
  readonly gradient: Float32Array;
  readonly biasGradient: Float32Array;
}

export class FloatNet {
  readonly model: Model;
  readonly batch: number;
  /** Input images, batch × pixels. */
  readonly x: Float32Array;
  readonly stageStates: readonly StageState[];
  readonly #arena: Arena;

  constructor(model: Model, batch: number) {
    this.model = model;
    this.batch = batch;
    const arena = new Arena();
    this.#arena = arena;
    this.x = arena.f32(batch * countValues(model.input));
    this.stageStates = model.stages.map((stage, n): StageState => {
      const [inputs, outputs] = [countInputs(stage), countOutputs(stage)];
      const { rows, columns } = isWeighted(stage) ? getMatrixShape(stage) : { rows: 0, columns: 0 };
      const unfoldedSize = stage.kind === 'convolution' ? batch * countPositions(stage) * rows : 0;
      const state: StageState = {
        stage,
        inputCount: inputs,
        outputCount: outputs,
        y: arena.f32(batch * outputs),
        errors: arena.f32(batch * outputs),
        window: 'window' in stage ? new SlidingWindow(stage, batch) : null,
        unfoldedInputs: arena.f32(unfoldedSize),
        unfoldedErrors: arena.f32(n > 0 ? unfoldedSize : 0),
        weights: arena.f32(rows * columns),
        transpose: arena.f32(rows * columns),
        bias: arena.f32(columns),
        gradient: arena.f32(rows * columns),
        biasGradient: arena.f32(columns),
      };
      if (isWeighted(stage)) {
        state.weights.set(stage.weights);
        state.bias.set(stage.bias);
      }
      return state;
    });
  }

  /** Computes the class scores of the first `count` images in `x`: `count` × classes. */
  forward(count: number): Float32Array {
    let x = this.x;
    for (const state of this.stageStates) {
      this.#forward(state, x, count);
      x = state.y;
    }
    return x;
  }

  /** Computes all weight gradients from the errors stored in the last stage. */
  backward(count: number): void {
    for (let n = this.stageStates.length - 1; n >= 0; n--) {
      const previous = n > 0 ? this.stageStates[n - 1]! : null;
      this.#backward(this.stageStates[n]!, previous?.y ?? this.x, previous?.errors ?? null, count);
    }
  }

  trainedModel(): Model {
    const stages = this.stageStates.map(({ stage, weights, bias }) =>
      isWeighted(stage) ? { ...stage, weights: Float32Array.from(weights), bias: Float32Array.from(bias) } : stage,
    );
    return { ...this.model, stages };
  }

  #forward(
    { stage, inputCount, outputCount, y, window, unfoldedInputs, weights, bias }: StageState,
    x: Float32Array,
    count: number,
  ) {
    if (stage.kind === 'relu') for (let k = 0; k < count * outputCount; k++) y[k] = Math.max(x[k]!, 0);
    else if (isWeighted(stage)) {
      const { rows, columns } = getMatrixShape(stage);
      const positions = countPositions(stage);
      if (window)
        for (let i = 0; i < count; i++) window.unfold(x, i * inputCount, unfoldedInputs, i * positions * rows);
      this.#arena.kernels.multiply(window ? unfoldedInputs : x, rows, 1, weights, y, count * positions, rows, columns);
      for (let k = 0, n = 0; n < count * positions; n++) for (let c = 0; c < columns; c++, k++) y[k]! += bias[c]!;
    } else for (let i = 0; i < count; i++) window!.pool(x, i * inputCount, y, i * outputCount);
  }

  /** @param errors errors of the inputs, to be computed; null for the first stage */
  #backward(state: StageState, x: Float32Array, errors: Float32Array | null, count: number): void {
    const { stage, inputCount, outputCount, errors: ownErrors, window } = state;
    if (isWeighted(stage)) this.#setGradients(state, stage, x, errors, count);
    else if (errors === null) return;
    else if (stage.kind === 'relu') {
      for (let k = 0; k < count * outputCount; k++) errors[k] = x[k]! > 0 ? ownErrors[k]! : 0;
    } else {
      errors.fill(0, 0, count * inputCount);
      for (let i = 0; i < count; i++) window!.unpool(ownErrors, i * outputCount, errors, i * inputCount);
    }
  }

  #setGradients(
    { inputCount, window, unfoldedInputs, unfoldedErrors, errors: ownErrors, ...state }: StageState,
    stage: WeightedStage,
    x: Float32Array,
    errors: Float32Array | null,
    count: number,
  ): void {
    const { weights, transpose, gradient, biasGradient } = state;
    const { multiply } = this.#arena.kernels;
    const { rows, columns } = getMatrixShape(stage);
    const positions = countPositions(stage);
    const n = count * positions;
    multiply(window ? unfoldedInputs : x, 1, rows, ownErrors, gradient, rows, n, columns);
    biasGradient.fill(0);
    for (let k = 0, p = 0; p < n; p++) for (let c = 0; c < columns; c++, k++) biasGradient[c]! += ownErrors[k]!;
    if (errors === null) return;
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) transpose[c * rows + r] = weights[r * columns + c]!;
    multiply(ownErrors, columns, 1, transpose, window ? unfoldedErrors : errors, n, columns, rows);
    if (!window) return;
    errors.fill(0, 0, count * inputCount);
    for (let i = 0; i < count; i++) window.fold(unfoldedErrors, i * positions * rows, errors, i * inputCount);
  }
}
