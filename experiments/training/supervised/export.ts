import { type Tensor, toChannelsFirst, transpose } from './import/tensors.ts';
import { getMatrixShape, isWeighted, type Model, type Shape } from './model.ts';

/** Exports a model's tensors with PyTorch's names and index order: conv1.weight, …, fc1.weight (outputs, inputs), … */
export function exportTensors({ stages }: Model): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  let [convolutionCount, denseCount] = [0, 0];
  let image: Shape | null = null;
  for (const stage of stages) {
    if (!isWeighted(stage)) {
      if (stage.kind !== 'relu') image = stage.to;
      continue;
    }
    const { rows, columns } = getMatrixShape(stage);
    const bias = { shape: [columns], values: Float64Array.from(stage.bias) };
    const transposed = (matrix: Float32Array) => Float64Array.from(transpose(matrix, rows, columns));
    if (stage.kind === 'convolution') {
      const name = `conv${++convolutionCount}`;
      const { kernel } = stage.window;
      const { channels } = stage.from;
      const ordered = toChannelsFirst(stage.weights, { rows: kernel[0], columns: kernel[1], channels }, columns);
      tensors.set(`${name}.weight`, { shape: [columns, channels, kernel[0], kernel[1]], values: transposed(ordered) });
      tensors.set(`${name}.bias`, bias);
      image = stage.to;
    } else {
      const name = `fc${++denseCount}`;
      const ordered = image ? toChannelsFirst(stage.weights, image, columns) : stage.weights;
      tensors.set(`${name}.weight`, { shape: [columns, rows], values: transposed(ordered) });
      tensors.set(`${name}.bias`, bias);
      image = null;
    }
  }
  return tensors;
}
