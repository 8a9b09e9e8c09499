import { toChannelsFirst } from './import/order.ts';
import type { Tensor } from './import/tensors.ts';
import { isWeighted, type Model, matrixOf, type Shape } from './model.ts';

/** The weights of a model as PyTorch names and orders them: conv1.weight, conv1.bias, …, fc1.weight (outputs, inputs), fc1.bias. */
export function tensorsOf({ stages }: Model): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  let [convolutions, full] = [0, 0];
  let image: Shape | null = null;
  for (const stage of stages) {
    if (!isWeighted(stage)) {
      if (stage.kind !== 'relu') image = stage.to;
      continue;
    }
    const { rows, columns } = matrixOf(stage);
    const bias = { shape: [columns], values: Float64Array.from(stage.bias) };
    const turned = (matrix: Float32Array) =>
      Float64Array.from(matrix, (_, k) => matrix[(k % rows) * columns + Math.floor(k / rows)]!);
    if (stage.kind === 'convolution') {
      const name = `conv${++convolutions}`;
      const { kernel } = stage.window;
      const { channels } = stage.from;
      const ordered = toChannelsFirst(stage.weights, { rows: kernel[0], columns: kernel[1], channels }, columns);
      tensors.set(`${name}.weight`, { shape: [columns, channels, kernel[0], kernel[1]], values: turned(ordered) });
      tensors.set(`${name}.bias`, bias);
      image = stage.to;
    } else {
      const name = `fc${++full}`;
      const ordered = image ? toChannelsFirst(stage.weights, image, columns) : stage.weights;
      tensors.set(`${name}.weight`, { shape: [columns, rows], values: turned(ordered) });
      tensors.set(`${name}.bias`, bias);
      image = null;
    }
  }
  return tensors;
}
