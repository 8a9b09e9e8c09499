import { UserError } from '../../../../core/declare/errors.ts';
import { show, showShape } from '../../../../core/declare/show.ts';
import { requireMemory } from '../../../data/memoryLimit.ts';
import { type Convolution, isWeighted, type Pooling, type Shape, shapeAfter, sizeOf, type Window } from '../model.ts';
import type { OnnxNode } from './onnxSchema.ts';
import { titleOf, type Walk } from './onnxWalk.ts';
import { fromChannelsFirst, kernelsOf } from './order.ts';
import type { Tensor } from './tensors.ts';

/** What an operator adds to the model; `at`: which of its inputs comes from the chain. */
type Operator = (node: OnnxNode, walk: Walk, at: number) => void;

const refuse = (node: OnnxNode, { path }: Walk, why: string): UserError =>
  new UserError(`${path}: ${titleOf(node)} ${why}.`);

/** Memory per element of a feature map while an image is classified. */
const BYTES_PER_ELEMENT = 16;

const whole = (node: OnnxNode, name: string, otherwise: number): number =>
  node.attribute.find((a) => a.name === name)?.i ?? otherwise;
const real = (node: OnnxNode, name: string): number => node.attribute.find((a) => a.name === name)?.f ?? 1;
const wholes = (node: OnnxNode, name: string): readonly number[] | undefined =>
  node.attribute.find((a) => a.name === name)?.ints;

function constant(node: OnnxNode, walk: Walk, input: number, what: string): Tensor {
  const found = walk.constantOf(node, input);
  if (found === null) throw refuse(node, walk, `has no ${what} that the file gives`);
  return found;
}

function matrixOf(node: OnnxNode, walk: Walk): Tensor {
  const found = constant(node, walk, 1, 'matrix of weights');
  if (found.shape.length !== 2)
    throw refuse(node, walk, `has weights of shape ${showShape(found.shape)}, but needs a matrix`);
  return found;
}

function imageOf(node: OnnxNode, walk: Walk): Shape {
  if (walk.shape === null) throw refuse(node, walk, 'needs an image, but comes after it has become a vector');
  return walk.shape;
}

/** A full layer: `weights` of inputs × outputs. */
function addDense(node: OnnxNode, walk: Walk, weights: Float32Array, inputs: number, bias: Float32Array): void {
  const image = walk.shape !== null && walk.shape.channels * walk.shape.rows > 1 ? walk.shape : null;
  if (image !== null) throw refuse(node, walk, 'needs a vector; put Flatten before it');
  if (inputs !== walk.size) throw refuse(node, walk, `has ${inputs} inputs, but gets ${walk.size}`);
  const outputs = bias.length;
  const ordered = walk.flattened ? fromChannelsFirst(weights, walk.flattened, outputs) : weights;
  walk.stages.push({ kind: 'dense', inputs, outputs, weights: ordered, bias });
  walk.shape = walk.flattened = null;
  walk.size = outputs;
}

const gemm: Operator = (node, walk) => {
  if (whole(node, 'transA', 0) !== 0) throw refuse(node, walk, 'has transA, which is not there');
  const { shape, values } = matrixOf(node, walk);
  const turned = whole(node, 'transB', 0) !== 0;
  const [first, second] = shape as [number, number];
  const [inputs, outputs] = turned ? [second, first] : [first, second];
  const [alpha, beta] = [real(node, 'alpha'), real(node, 'beta')];
  const weights = Float32Array.from(
    values,
    (_, k) => alpha * (turned ? values[(k % outputs) * inputs + Math.floor(k / outputs)]! : values[k]!),
  );
  const added = walk.constantOf(node, 2);
  if (added === null && node.input[2]) throw refuse(node, walk, 'has no bias that the file gives');
  addDense(node, walk, weights, inputs, spread(node, walk, added, outputs, beta));
};

/** A bias of one number for each output, or one for all. */
function spread(node: OnnxNode, walk: Walk, bias: Tensor | null, outputs: number, factor: number): Float32Array {
  const out = new Float32Array(outputs);
  if (bias === null) return out;
  const { values, shape } = bias;
  if (values.length !== 1 && values.length !== outputs)
    throw refuse(node, walk, `has a bias of shape ${showShape(shape)}, but ${outputs} outputs`);
  return out.map((_, k) => factor * values[values.length === 1 ? 0 : k]!);
}

const matMul: Operator = (node, walk, at) => {
  if (at !== 0) throw refuse(node, walk, 'multiplies from the left; only x W can be read');
  const { shape, values } = matrixOf(node, walk);
  addDense(node, walk, Float32Array.from(values), shape[0]!, new Float32Array(shape[1]!));
};

const add: Operator = (node, walk, at) => {
  const bias = constant(node, walk, 1 - at, 'bias');
  const last = walk.stages.at(-1);
  if (!last || !isWeighted(last)) throw refuse(node, walk, 'must follow MatMul, Gemm or Conv, whose bias it is');
  const more = spread(node, walk, bias, last.bias.length, 1);
  walk.stages[walk.stages.length - 1] = { ...last, bias: last.bias.map((b, k) => b + more[k]!) };
};

const PADDINGS = ['', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'];

/** Sizes of a window: as many integers as `otherwise` has, none below `min`. */
function sizes(node: OnnxNode, walk: Walk, name: string, otherwise: readonly number[], min: number): readonly number[] {
  const given = wholes(node, name);
  if (given === undefined || given.length === 0) return otherwise;
  if (given.length !== otherwise.length || given.some((size) => !(size >= min)))
    throw refuse(node, walk, `has ${name} ${showShape(given)}, but must have ${otherwise.length} from ${min} on`);
  return given;
}

/** Window of an operator on an image, with SAME and VALID as paddings. */
function windowOf(node: OnnxNode, walk: Walk, from: Shape, kernel: readonly number[]): Window {
  const [height, width] = kernel as [number, number];
  const stride = sizes(node, walk, 'strides', [1, 1], 1) as [number, number];
  const dilation = sizes(node, walk, 'dilations', [1, 1], 1) as [number, number];
  const auto = new TextDecoder().decode(node.attribute.find((a) => a.name === 'auto_pad')?.s ?? new Uint8Array());
  if (!PADDINGS.includes(auto)) throw refuse(node, walk, `has auto_pad ${show(auto)}, which is not there`);
  const given = sizes(node, walk, 'pads', [0, 0, 0, 0], 0) as [number, number, number, number];
  let [top, left, bottom, right] = auto === 'VALID' ? [0, 0, 0, 0] : given;
  if (kernel.length !== 2) throw refuse(node, walk, `slides in ${kernel.length} dimensions, but must in two`);
  if (whole(node, 'ceil_mode', 0) !== 0) throw refuse(node, walk, 'has ceil_mode, which is not there');
  if (auto.startsWith('SAME')) {
    const missing = (size: number, k: number, s: number, d: number) =>
      Math.max((Math.ceil(size / s) - 1) * s + d * (k - 1) + 1 - size, 0);
    const [down, across] = [
      missing(from.rows, height, stride[0], dilation[0]),
      missing(from.columns, width, stride[1], dilation[1]),
    ];
    const before = (n: number) => (auto === 'SAME_LOWER' ? Math.ceil(n / 2) : Math.floor(n / 2));
    [top, left] = [before(down), before(across)];
    [bottom, right] = [down - top, across - left];
  }
  if (Math.max(top, bottom) > dilation[0] * (height - 1) || Math.max(left, right) > dilation[1] * (width - 1))
    throw refuse(
      node,
      walk,
      `has pads ${showShape([top, left, bottom, right])}, which must be smaller than its window`,
    );
  return { kernel: [height, width], stride, dilation, padding: { top, left, bottom, right } };
}

function after(node: OnnxNode, walk: Walk, from: Shape, window: Window, channels: number): Shape {
  const to = shapeAfter(from, window, channels);
  if (to === null)
    throw refuse(
      node,
      walk,
      `has a window of ${window.kernel.join(' × ')}, which does not fit ${from.rows} × ${from.columns}`,
    );
  requireMemory(BYTES_PER_ELEMENT * sizeOf(to), `${walk.path}: ${titleOf(node)}`);
  walk.shape = to;
  walk.size = sizeOf(to);
  return to;
}

const conv: Operator = (node, walk) => {
  const from = imageOf(node, walk);
  const { shape, values } = constant(node, walk, 1, 'kernels');
  if (shape.length !== 4)
    throw refuse(node, walk, `has kernels of shape ${showShape(shape)}, but must slide in two dimensions`);
  const [outputs, inputs, rows, columns] = shape as [number, number, number, number];
  if (whole(node, 'group', 1) !== 1) throw refuse(node, walk, 'has groups, which are not there');
  if (inputs !== from.channels) throw refuse(node, walk, `has ${inputs} input channels, but gets ${from.channels}`);
  const kernel = sizes(node, walk, 'kernel_shape', [rows, columns], 1);
  if (kernel[0] !== rows || kernel[1] !== columns)
    throw refuse(node, walk, `has kernel_shape ${showShape(kernel)}, but kernels of ${rows} × ${columns}`);
  const window = windowOf(node, walk, from, kernel);
  const to = after(node, walk, from, window, outputs);
  const bias = spread(node, walk, walk.constantOf(node, 2), outputs, 1);
  const stage: Convolution = {
    kind: 'convolution',
    from,
    to,
    window,
    weights: kernelsOf(values, [outputs, inputs, rows, columns]),
    bias,
  };
  walk.stages.push(stage);
};

const pooling =
  (kind: Pooling['kind'], all: boolean): Operator =>
  (node, walk) => {
    const from = imageOf(node, walk);
    const kernel = all ? [from.rows, from.columns] : sizes(node, walk, 'kernel_shape', [0, 0], 1);
    if (kernel[0] === 0) throw refuse(node, walk, 'has no kernel_shape');
    const window = windowOf(node, walk, from, kernel);
    const to = after(node, walk, from, window, from.channels);
    walk.stages.push({ kind, from, to, window, countsPadding: whole(node, 'count_include_pad', 0) !== 0 });
  };

const flatten: Operator = (node, walk) => {
  if (node.opType === 'Flatten' && whole(node, 'axis', 1) !== 1) throw refuse(node, walk, 'has an axis other than 1');
  if (node.opType === 'Reshape') {
    const { values } = constant(node, walk, 1, 'shape');
    if (values.length !== 2 || !(values[1] === -1 || values[1] === walk.size))
      throw refuse(
        node,
        walk,
        `makes ${showShape(Array.from(values.subarray(0, 8)))} of ${walk.size} numbers, but only vectors can be read`,
      );
  }
  if (walk.shape !== null && walk.shape.channels > 1) walk.flattened = walk.shape;
  walk.shape = null;
};

const relu: Operator = (_, walk) => {
  walk.stages.push({ kind: 'relu', size: walk.size });
};

const pass: Operator = () => {};

const softmax: Operator = (_, walk) => {
  walk.ended = true;
};

/** By the name of the operator; each returns nothing and moves the walk on. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>(
  Object.entries({
    Gemm: gemm,
    MatMul: matMul,
    Add: add,
    Conv: conv,
    Relu: relu,
    MaxPool: pooling('maxPooling', false),
    AveragePool: pooling('averagePooling', false),
    GlobalAveragePool: pooling('averagePooling', true),
    Flatten: flatten,
    Reshape: flatten,
    Identity: pass,
    Dropout: pass,
    Softmax: softmax,
    LogSoftmax: softmax,
  }),
);
