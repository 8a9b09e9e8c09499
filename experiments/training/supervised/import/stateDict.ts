import { UserError } from '../../../../core/declare/errors.ts';
import { show, showShape } from '../../../../core/declare/show.ts';
import { type Architecture, convolution, halved, type Sizes } from '../architectures.ts';
import { type Dense, type Model, type Shape, type Stage, sizeOf } from '../model.ts';
import { fromChannelsFirst, kernelsOf } from './order.ts';
import type { Tensor, Tensors } from './tensors.ts';

interface Entry {
  readonly name: string;
  readonly weights: Tensor;
  readonly bias: Tensor | null;
}

const shown = ({ shape }: Tensor): string => showShape(shape);

/** Layers by the numbers in their names: fc2 before fc10. */
const byName = new Intl.Collator('en', { numeric: true }).compare;

/**
 * A net of `architecture` with the weights of a file that says nothing of how they hang together, as `state_dict` of PyTorch or
 * `numpy.savez`: matrices (full layers) and tensors of four dimensions (kernels: output, input, row, column), in the order of their
 * names, convolutions first; a vector whose name differs by `bias` for `weight` (b for W) is the bias. A matrix is (outputs,
 * inputs), or (inputs, outputs) where only that fits. Convolutions keep the size of the image or lose the rim, whichever fits.
 * @throws UserError that names the tensor which does not fit, and what would
 */
export function modelOf(
  tensors: Tensors,
  architecture: Architecture,
  input: Shape,
  classes: number,
  pooling: Sizes['pooling'],
  path: string,
): Model {
  const entries = [...tensors].filter(([, { shape }]) => shape.length === 2 || shape.length === 4);
  const of = (dimensions: number): Entry[] =>
    entries
      .filter(([, { shape }]) => shape.length === dimensions)
      .sort(([a], [b]) => byName(a, b))
      .map(([name, weights]) => ({ name, weights, bias: biasOf(tensors, name, path) }));
  const [kernels, matrices] = [of(4), of(2)];
  const expected = { perceptron: [0, 1], mlp: [0, 2], cnn: [1, 1] }[architecture] as [number, number];
  const fits =
    architecture === 'perceptron'
      ? matrices.length === 1 && kernels.length === 0
      : matrices.length >= expected[1] && (architecture === 'cnn') === kernels.length > 0;
  if (!fits)
    throw new UserError(
      `${path} holds ${kernels.length} tensors of kernels and ${matrices.length} matrices, but --network ${architecture} needs ${NEEDS[architecture]}.`,
    );
  const tried = (kernels.length > 0 ? [false, true] : [false]).map((keeps) => {
    try {
      return built(kernels, matrices, keeps, input, classes, pooling, path);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error;
    }
  });
  const found = tried.find((one) => !(one instanceof UserError));
  if (found === undefined) {
    const [first, second] = tried as UserError[];
    // Where both ways fail alike, it is not for the size of the image.
    throw second === undefined || first!.message === second.message
      ? first
      : new UserError(
          `${first!.message.replace(/\.$/, '')}, with convolutions that all leave the edges out or all keep the size, each pooled by 2 × 2; a net that is put together otherwise comes as .onnx.`,
        );
  }
  return found as Model;
}

const NEEDS = {
  perceptron: 'one matrix and none of kernels',
  mlp: 'at least two matrices and none of kernels',
  cnn: 'at least one of kernels and one matrix',
};

function built(
  kernels: readonly Entry[],
  matrices: readonly Entry[],
  keeps: boolean,
  input: Shape,
  classes: number,
  pooling: Sizes['pooling'],
  path: string,
): Model {
  const stages: Stage[] = [];
  let shape = input;
  for (const { name, weights, bias } of kernels) {
    const [outputs, channels, rows, columns] = weights.shape as [number, number, number, number];
    if (channels !== shape.channels || rows !== columns)
      throw new UserError(
        `${path}: ${show(name)} has shape ${shown(weights)}, but kernels there are (any, ${shape.channels}, n, n).`,
      );
    const geometry = convolution(shape, outputs, rows, keeps ? (rows - 1) >> 1 : 0);
    const pooled = halved(geometry.to, pooling === 'max' ? 'maxPooling' : 'averagePooling');
    stages.push({
      ...geometry,
      weights: kernelsOf(weights.values, [outputs, channels, rows, columns]),
      bias: vector(bias, outputs, name, path),
    });
    stages.push({ kind: 'relu', size: sizeOf(geometry.to) }, pooled);
    shape = pooled.to;
  }
  let inputs = sizeOf(shape);
  matrices.forEach((entry, n) => {
    const last = n === matrices.length - 1;
    const dense = denseOf(entry, inputs, last ? classes : null, path);
    const order =
      n === 0 && kernels.length > 0 ? fromChannelsFirst(dense.weights, shape, dense.outputs) : dense.weights;
    stages.push({ ...dense, weights: order });
    if (!last) stages.push({ kind: 'relu', size: dense.outputs });
    inputs = dense.outputs;
  });
  return { input, stages };
}

function denseOf({ name, weights, bias }: Entry, inputs: number, outputs: number | null, path: string): Dense {
  const [first, second] = weights.shape as [number, number];
  const fits = (n: number, m: number) => n === inputs && (outputs === null || m === outputs);
  const turned = fits(second, first);
  if (!(turned || fits(first, second)))
    throw new UserError(
      `${path}: ${show(name)} has shape ${shown(weights)}, but there are ${inputs} inputs${outputs === null ? '' : ` and ${outputs} classes`}: (${outputs ?? 'any'}, ${inputs}) is needed.`,
    );
  const size = turned ? first : second;
  const values = Float32Array.from(weights.values, (_, k) =>
    turned ? weights.values[(k % size) * inputs + Math.floor(k / size)]! : weights.values[k]!,
  );
  return { kind: 'dense', inputs, outputs: size, weights: values, bias: vector(bias, size, name, path) };
}

function vector(bias: Tensor | null, size: number, name: string, path: string): Float32Array {
  if (bias === null) return new Float32Array(size);
  if (bias.values.length !== size)
    throw new UserError(`${path}: the bias of ${show(name)} has shape ${shown(bias)}, but (${size}) is needed.`);
  return Float32Array.from(bias.values);
}

function biasOf(tensors: Tensors, name: string, path: string): Tensor | null {
  const names = [
    name.replace(/weights?$/, 'bias'),
    name.replace(/kernel$/, 'bias'),
    name.replace(/W(?=\d*$)/, 'b'),
    name.replace(/w(?=\d*$)/, 'b'),
  ];
  const found = names.find((other) => other !== name && tensors.has(other));
  if (found !== undefined) return tensors.get(found)!;
  const vectors = [...tensors].filter(([, { shape }]) => shape.length === 1).map(([other]) => other);
  if (vectors.length > 0)
    throw new UserError(
      `${path}: there is no bias for ${show(name)}, though there are vectors ${show(vectors)}; call it ${names[0] === name ? `${show(`${name}.bias`)} beside ${show(`${name}.weight`)}` : show(names[0])}.`,
    );
  return null;
}
