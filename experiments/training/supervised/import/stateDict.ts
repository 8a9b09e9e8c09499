import { UserError } from '../../../../core/declare/errors.ts';
import { formatShape, show } from '../../../../core/declare/show.ts';
import type { Architecture, Dense, ImageShape, Model, NetSizes, Stage } from '../model.ts';
import { addConvolution, countImageValues, createConvolutionGeometry } from '../model.ts';
import { kernelsToMatrix, moveChannelsLast, type Tensor, type TensorMap, transpose } from './tensors.ts';

interface ImportedNet extends Pick<NetSizes, 'pooling'> {
  readonly path: string;
  readonly architecture: Architecture;
  readonly imageShape: ImageShape;
  readonly classCount: number;
}

interface NamedLayer {
  readonly name: string;
  readonly weights: Tensor;
  readonly bias: Tensor | null;
}

const describeShape = ({ shape }: Tensor) => formatShape(shape);

/** Comparison of layer names that sorts numbers by value: fc2 before fc10. */
const compareNames = new Intl.Collator('en', { numeric: true }).compare;

/**
 * Assembles a net from named tensors, such as a `state_dict` of PyTorch or arrays of `numpy.savez`: matrices (outputs, inputs) are fully
 * connected layers, tensors (output, input, row, column) convolutions, in the order of their names. `fc1.bias` is the bias of `fc1.weight`,
 * b1 that of W1. Matrices are transposed, and convolutions padded to the image size, only if shapes do not fit otherwise. @throws UserError
 * that names the mismatched tensor and the expected shape
 */
export function buildModelFromTensors(tensors: TensorMap, target: ImportedNet): Model {
  const { architecture, path } = target;
  const layersOfRank = (dimensions: number): NamedLayer[] =>
    [...tensors]
      .filter(([, { shape }]) => shape.length === dimensions)
      .sort(([a], [b]) => compareNames(a, b))
      .map(([name, weights]) => ({ name, weights, bias: findBias(tensors, name, path) }));
  const [kernels, matrices] = [layersOfRank(4), layersOfRank(2)];
  const { length } = matrices;
  const isExpected = { perceptron: length === 1, mlp: length > 1, cnn: length > 0 }[architecture];
  if (!isExpected || (architecture === 'cnn') !== kernels.length > 0)
    throw new UserError(
      `${path} holds ${kernels.length} tensors of kernels and ${matrices.length} matrices, but --network ${architecture} needs ${REQUIRED_TENSORS[architecture]}.`,
    );
  const failures: UserError[] = [];
  // The file does not state the padding of convolutions, so import is tried without and with padding.
  for (const keepsSize of kernels.length > 0 ? [false, true] : [false])
    try {
      return buildModel(kernels, matrices, keepsSize, target);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(error);
    }
  const [first, second] = failures;
  throw second === undefined || first!.message === second.message
    ? first
    : new UserError(
        `${first!.message.replace(/\.$/, '')}, with the same padding (none or size-preserving) for all convolutions and 2 × 2 pooling; import other architectures from .onnx.`,
      );
}

const REQUIRED_TENSORS = {
  perceptron: 'one matrix and no kernels',
  mlp: 'at least two matrices and no kernels',
  cnn: 'at least one tensor of kernels and one matrix',
};

function buildModel(
  kernels: readonly NamedLayer[],
  matrices: readonly NamedLayer[],
  keepsSize: boolean,
  { imageShape: input, classCount, pooling, path }: ImportedNet,
): Model {
  const stages: Stage[] = [];
  let shape = input;
  for (const { name, weights, bias } of kernels) {
    const [outputs, channels, rows, columns] = weights.shape as [number, number, number, number];
    if (channels !== shape.channels || rows !== columns)
      throw new UserError(
        `${path}: ${show(name)} has shape ${describeShape(weights)}, but must have (any, ${shape.channels}, n, n).`,
      );
    const geometry = createConvolutionGeometry(shape, outputs, rows, keepsSize ? (rows - 1) >> 1 : 0);
    const matrix = {
      weights: kernelsToMatrix(weights.values, [outputs, channels, rows, columns]),
      bias: biasVector(bias, outputs, name, path),
    };
    shape = addConvolution(stages, geometry, matrix, pooling);
  }
  let inputs = countImageValues(shape);
  matrices.forEach((entry, n) => {
    const last = n === matrices.length - 1;
    const dense = createLayer(entry, inputs, last ? classCount : null, path);
    const order =
      n === 0 && kernels.length > 0 ? moveChannelsLast(dense.weights, shape, dense.outputCount) : dense.weights;
    stages.push({ ...dense, weights: order });
    if (!last) stages.push({ kind: 'relu', valueCount: dense.outputCount });
    inputs = dense.outputCount;
  });
  return { inputShape: input, stages };
}

function createLayer({ name, weights, bias }: NamedLayer, inputs: number, outputs: number | null, path: string): Dense {
  const [first, second] = weights.shape as [number, number];
  const fits = (n: number, m: number) => n === inputs && (outputs === null || m === outputs);
  const isTransposed = fits(second, first);
  if (!(isTransposed || fits(first, second)))
    throw new UserError(
      `${path}: ${show(name)} has shape ${describeShape(weights)}, but there are ${inputs} inputs${outputs === null ? '' : ` and ${outputs} classes`}: (${outputs ?? 'any'}, ${inputs}) is needed.`,
    );
  const size = isTransposed ? first : second;
  const matrix = isTransposed ? transpose(weights.values, size, inputs) : Float32Array.from(weights.values);
  const vector = biasVector(bias, size, name, path);
  return { kind: 'dense', inputCount: inputs, outputCount: size, weights: matrix, bias: vector };
}

function biasVector(bias: Tensor | null, size: number, name: string, path: string) {
  if (bias === null) return new Float32Array(size);
  if (bias.values.length !== size)
    throw new UserError(
      `${path}: the bias of ${show(name)} has shape ${describeShape(bias)}, but (${size}) is needed.`,
    );
  return Float32Array.from(bias.values);
}

function findBias(tensors: TensorMap, name: string, path: string): Tensor | null {
  const names = [
    name.replace(/weights?$/, 'bias'),
    name.replace(/kernel$/, 'bias'),
    name.replace(/W(?=\d*$)/, 'b'),
    name.replace(/w(?=\d*$)/, 'b'),
  ];
  const result = names.find((other) => other !== name && tensors.has(other));
  if (result !== undefined) return tensors.get(result)!;
  const vectors = [...tensors].filter(([, { shape }]) => shape.length === 1).map(([other]) => other);
  if (vectors.length > 0)
    throw new UserError(
      `${path}: there is no bias for ${show(name)}, though there are vectors ${show(vectors)}; call it ${names[0] === name ? `${show(`${name}.bias`)} beside ${show(`${name}.weight`)}` : show(names[0])}.`,
    );
  return null;
}
