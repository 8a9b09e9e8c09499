import { moveChannelsFirst, type Tensor, transpose } from './import/tensors.ts';
import { getWeightMatrixShape, hasWeights, type ImageShape, type Model } from './model.ts';

/** Exports a model's tensors with PyTorch's names and index order: conv1.weight, …, fc1.weight (outputs, inputs), … */
export function exportTensors({ stages }: Model): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const counts = { conv: 0, fc: 0 };
  let image: ImageShape | null = null;
  for (const stage of stages) {
    const isConvolution = stage.kind === 'convolution';
    if (hasWeights(stage)) {
      const { rows, columns } = getWeightMatrixShape(stage);
      const prefix = isConvolution ? 'conv' : 'fc';
      const name = `${prefix}${++counts[prefix]}`;
      if (isConvolution) {
        const [height, width] = stage.window.kernel;
        image = { rows: height, columns: width, channels: stage.inputShape.channels };
      }
      const ordered = image ? moveChannelsFirst(stage.weights, image, columns) : stage.weights;
      const shape = isConvolution ? [columns, image!.channels, image!.rows, image!.columns] : [columns, rows];
      tensors.set(`${name}.weight`, { shape, values: Float64Array.from(transpose(ordered, rows, columns)) });
      tensors.set(`${name}.bias`, { shape: [columns], values: Float64Array.from(stage.bias) });
      image = null;
    }
    if ('outputShape' in stage) image = stage.outputShape;
  }
  return tensors;
}
