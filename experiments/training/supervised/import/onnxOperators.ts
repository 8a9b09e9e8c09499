import { UserError } from '../../../../core/declare/errors.ts';
import { show, showKey, showShape } from '../../../../core/declare/show.ts';
import { requireMemory } from '../../../data/memoryLimit.ts';
import {
  computeOutputShape,
  countValues,
  isWeighted,
  type Pooling,
  type Shape,
  type Stage,
  type WindowSpec,
} from '../model.ts';
import type { OnnxMessage } from './onnxSchema.ts';
import { fromChannelsFirst, kernelsToMatrix, type Tensor, transpose } from './tensors.ts';

type OnnxNode = OnnxMessage<'NodeProto'>;

export interface StageChain {
  readonly path: string;
  readonly stages: Stage[];
  /** Shape of an image output (channels first in the file); null for a vector. */
  shape: Shape | null;
  size: number;
  /** Shape before Flatten of several channels, which order the rows of the next matrix. */
  flattenedShape: Shape | null;
  /** True after Softmax, which must be the last operator. */
  isEnded: boolean;
  /** Value of an operator's constant input; null if the input is not constant. */
  constantOf(node: OnnxNode, input: number): Tensor | null;
}

export const describeOperator = ({ opType, name }: OnnxNode): string =>
  `operator ${showKey(opType)}${name ? ` (${showKey(name)})` : ''}`;

/** Adds an operator's stages to `chain`. `at`: index of the input that is the chain's output. */
type OperatorImporter = (node: OnnxNode, chain: StageChain, at: number) => void;

const refuse = (node: OnnxNode, { path }: StageChain, why: string): UserError =>
  new UserError(`${path}: ${describeOperator(node)} ${why}.`);

/** Memory that classification needs per element of a feature map, bytes. */
const BYTES_PER_ELEMENT = 16;

const findAttribute = ({ attribute }: OnnxNode, wanted: string) => attribute.find(({ name }) => name === wanted);
const readInt = (node: OnnxNode, name: string, fallback: number) => findAttribute(node, name)?.i ?? fallback;

function requireConstant(node: OnnxNode, chain: StageChain, input: number, what: string): Tensor {
  const found = chain.constantOf(node, input);
  if (found === null) throw refuse(node, chain, `needs ${what} that the file holds as constant`);
  return found;
}

function requireMatrix(node: OnnxNode, chain: StageChain): Tensor {
  const found = requireConstant(node, chain, 1, 'a weight matrix');
  if (found.shape.length !== 2)
    throw refuse(node, chain, `has weights of shape ${showShape(found.shape)}, but needs a matrix`);
  return found;
}

function requireImage(node: OnnxNode, chain: StageChain): Shape {
  if (chain.shape === null) throw refuse(node, chain, 'needs an image, but its input is a vector');
  return chain.shape;
}

/** Adds a fully connected layer; `weights`: inputs × outputs. */
function addDense(node: OnnxNode, chain: StageChain, weights: Float32Array, inputs: number, bias: Float32Array): void {
  const image = chain.shape !== null && chain.shape.channels * chain.shape.rows > 1 ? chain.shape : null;
  if (image !== null) throw refuse(node, chain, 'needs a vector; put Flatten before it');
  if (inputs !== chain.size) throw refuse(node, chain, `has ${inputs} inputs, but gets ${chain.size}`);
  const outputs = bias.length;
  const ordered = chain.flattenedShape ? fromChannelsFirst(weights, chain.flattenedShape, outputs) : weights;
  chain.stages.push({ kind: 'dense', inputs, outputs, weights: ordered, bias });
  chain.shape = chain.flattenedShape = null;
  chain.size = outputs;
}

const importGemm: OperatorImporter = (node, chain) => {
  if (readInt(node, 'transA', 0) !== 0) throw refuse(node, chain, 'has transA, which is not supported');
  const { shape, values } = requireMatrix(node, chain);
  const isTransposed = readInt(node, 'transB', 0) !== 0;
  const [first, second] = shape as [number, number];
  const [inputs, outputs] = isTransposed ? [second, first] : [first, second];
  const [alpha, beta] = ['alpha', 'beta'].map((name) => findAttribute(node, name)?.f ?? 1) as [number, number];
  const scaled = values.map((value) => alpha * value);
  const weights = isTransposed ? transpose(scaled, outputs, inputs) : Float32Array.from(scaled);
  const added = chain.constantOf(node, 2);
  if (added === null && node.input[2]) throw refuse(node, chain, 'needs a bias that the file holds as constant');
  addDense(node, chain, weights, inputs, expandBias(node, chain, added, outputs, beta));
};

/** Expands a bias, possibly one value for all, to one value per output times `factor`. */
function expandBias(
  node: OnnxNode,
  chain: StageChain,
  bias: Tensor | null,
  outputs: number,
  factor: number,
): Float32Array {
  const out = new Float32Array(outputs);
  if (bias === null) return out;
  const { values, shape } = bias;
  if (values.length !== 1 && values.length !== outputs)
    throw refuse(node, chain, `has a bias of shape ${showShape(shape)}, but ${outputs} outputs`);
  return out.map((_, k) => factor * values[values.length === 1 ? 0 : k]!);
}

const importMatMul: OperatorImporter = (node, chain, at) => {
  if (at !== 0) throw refuse(node, chain, 'multiplies from the left; only x W is supported');
  const { shape, values } = requireMatrix(node, chain);
  addDense(node, chain, Float32Array.from(values), shape[0]!, new Float32Array(shape[1]!));
};

const importAdd: OperatorImporter = (node, chain, at) => {
  const bias = requireConstant(node, chain, 1 - at, 'a bias');
  const last = chain.stages.at(-1);
  if (!last || !isWeighted(last)) throw refuse(node, chain, 'must follow MatMul, Gemm or Conv to add a bias');
  const more = expandBias(node, chain, bias, last.bias.length, 1);
  chain.stages[chain.stages.length - 1] = { ...last, bias: last.bias.map((b, k) => b + more[k]!) };
};

const AUTO_PADS = ['', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'];

/** Reads a list of integers >= `min`, as many as in the default `fallback`. */
function readSizes(
  node: OnnxNode,
  chain: StageChain,
  name: string,
  fallback: readonly number[],
  min: number,
): readonly number[] {
  const given = findAttribute(node, name)?.ints;
  if (given === undefined || given.length === 0) return fallback;
  if (given.length !== fallback.length || given.some((size) => !(size >= min)))
    throw refuse(node, chain, `has ${name} ${showShape(given)}, but needs ${fallback.length} values >= ${min}`);
  return given;
}

/** Reads the window of an operator; converts the paddings SAME and VALID to numbers. */
function readWindow(node: OnnxNode, chain: StageChain, from: Shape, kernel: readonly number[]): WindowSpec {
  const [height, width] = kernel as [number, number];
  const stride = readSizes(node, chain, 'strides', [1, 1], 1) as [number, number];
  const dilation = readSizes(node, chain, 'dilations', [1, 1], 1) as [number, number];
  const autoPad = new TextDecoder().decode(findAttribute(node, 'auto_pad')?.s ?? new Uint8Array());
  if (!AUTO_PADS.includes(autoPad)) throw refuse(node, chain, `has auto_pad ${show(autoPad)}, which is not supported`);
  const given = readSizes(node, chain, 'pads', [0, 0, 0, 0], 0) as [number, number, number, number];
  let [top, left, bottom, right] = autoPad === 'VALID' ? [0, 0, 0, 0] : given;
  if (kernel.length !== 2) throw refuse(node, chain, `has a window of ${kernel.length} dimensions, but must have two`);
  if (readInt(node, 'ceil_mode', 0) !== 0) throw refuse(node, chain, 'has ceil_mode, which is not supported');
  if (autoPad.startsWith('SAME')) {
    const paddingOf = (size: number, k: number, s: number, d: number) =>
      Math.max((Math.ceil(size / s) - 1) * s + d * (k - 1) + 1 - size, 0);
    const [down, across] = [
      paddingOf(from.rows, height, stride[0], dilation[0]),
      paddingOf(from.columns, width, stride[1], dilation[1]),
    ];
    const leading = (n: number) => (autoPad === 'SAME_LOWER' ? Math.ceil(n / 2) : Math.floor(n / 2));
    [top, left] = [leading(down), leading(across)];
    [bottom, right] = [down - top, across - left];
  }
  if (Math.max(top, bottom) > dilation[0] * (height - 1) || Math.max(left, right) > dilation[1] * (width - 1))
    throw refuse(
      node,
      chain,
      `has pads ${showShape([top, left, bottom, right])}, which must be smaller than its window`,
    );
  return { kernel: [height, width], stride, dilation, padding: { top, left, bottom, right } };
}

function setOutputShape(node: OnnxNode, chain: StageChain, from: Shape, window: WindowSpec, channels: number): Shape {
  const to = computeOutputShape(from, window, channels);
  if (to === null)
    throw refuse(
      node,
      chain,
      `has a window of ${window.kernel.join(' × ')}, which does not fit ${from.rows} × ${from.columns}`,
    );
  requireMemory(BYTES_PER_ELEMENT * countValues(to), `${chain.path}: ${describeOperator(node)}`);
  chain.shape = to;
  chain.size = countValues(to);
  return to;
}

const importConv: OperatorImporter = (node, chain) => {
  const from = requireImage(node, chain);
  const { shape, values } = requireConstant(node, chain, 1, 'kernels');
  if (shape.length !== 4)
    throw refuse(node, chain, `has kernels of shape ${showShape(shape)}, but only 2D kernels are supported`);
  const [outputs, inputs, rows, columns] = shape as [number, number, number, number];
  if (readInt(node, 'group', 1) !== 1) throw refuse(node, chain, 'has groups, which are not supported');
  if (inputs !== from.channels) throw refuse(node, chain, `has ${inputs} input channels, but gets ${from.channels}`);
  const kernel = readSizes(node, chain, 'kernel_shape', [rows, columns], 1);
  if (kernel[0] !== rows || kernel[1] !== columns)
    throw refuse(node, chain, `has kernel_shape ${showShape(kernel)}, but kernels of ${rows} × ${columns}`);
  const window = readWindow(node, chain, from, kernel);
  const to = setOutputShape(node, chain, from, window, outputs);
  const bias = expandBias(node, chain, chain.constantOf(node, 2), outputs, 1);
  chain.stages.push({
    kind: 'convolution',
    input: from,
    output: to,
    window,
    weights: kernelsToMatrix(values, [outputs, inputs, rows, columns]),
    bias,
  });
};

const poolingImporter =
  (kind: Pooling['kind'], isGlobal: boolean): OperatorImporter =>
  (node, chain) => {
    const from = requireImage(node, chain);
    const kernel = isGlobal ? [from.rows, from.columns] : readSizes(node, chain, 'kernel_shape', [0, 0], 1);
    if (kernel[0] === 0) throw refuse(node, chain, 'has no kernel_shape');
    const window = readWindow(node, chain, from, kernel);
    const to = setOutputShape(node, chain, from, window, from.channels);
    chain.stages.push({
      kind,
      input: from,
      output: to,
      window,
      countsPadding: readInt(node, 'count_include_pad', 0) !== 0,
    });
  };

const importFlatten: OperatorImporter = (node, chain) => {
  if (node.opType === 'Flatten' && readInt(node, 'axis', 1) !== 1)
    throw refuse(node, chain, 'has an axis other than 1');
  if (node.opType === 'Reshape') {
    const { values } = requireConstant(node, chain, 1, 'a shape');
    if (values.length !== 2 || !(values[1] === -1 || values[1] === chain.size))
      throw refuse(
        node,
        chain,
        `makes ${showShape(Array.from(values.subarray(0, 8)))} of ${chain.size} numbers, but only vectors are supported`,
      );
  }
  if (chain.shape !== null && chain.shape.channels > 1) chain.flattenedShape = chain.shape;
  chain.shape = null;
};

const importRelu: OperatorImporter = (_, chain) => {
  chain.stages.push({ kind: 'relu', size: chain.size });
};

const skipOperator: OperatorImporter = () => {};

const importSoftmax: OperatorImporter = (_, chain) => {
  chain.isEnded = true;
};

export const OPERATORS: ReadonlyMap<string, OperatorImporter> = new Map<string, OperatorImporter>(
  Object.entries({
    Gemm: importGemm,
    MatMul: importMatMul,
    Add: importAdd,
    Conv: importConv,
    Relu: importRelu,
    MaxPool: poolingImporter('maxPooling', false),
    AveragePool: poolingImporter('averagePooling', false),
    GlobalAveragePool: poolingImporter('averagePooling', true),
    Flatten: importFlatten,
    Reshape: importFlatten,
    Identity: skipOperator,
    Dropout: skipOperator,
    Softmax: importSoftmax,
    LogSoftmax: importSoftmax,
  }),
);
