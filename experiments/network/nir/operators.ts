import { UserError } from '../../../core/declare/errors.ts';
import { formatShape, show } from '../../../core/declare/show.ts';
import { MAX_TIME } from '../../../core/time.ts';
import { requireMemory } from '../../data/memoryLimit.ts';
import type { NirFileNode, Tensor } from './read.ts';

export interface LinearOperator {
  readonly shape: readonly number[];
  /** Calls `visit` for each output element that depends on input element `index`; `factor` multiplies the input. */
  visitOutputs(index: number, visit: (outputIndex: number, factor: number) => void): void;
  /** Delay of each output element, in the unit of times of the file. */
  readonly delay?: Float64Array;
  readonly bias?: Float64Array;
  /** Field of the node that contradicts its input. */
  readonly remark?: string;
}

type OperatorFactory = (node: NirFileNode, shape: readonly number[], where: string) => LinearOperator;

export const countElements = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
const BYTES_PER_ELEMENT = 64;

/** Checks a shape. @throws UserError if a dimension is not an integer ≥ 1 or the elements do not fit into memory */
export function requireValidShape(shape: readonly number[], where: string): readonly number[] {
  if (shape.length === 0 || !shape.every((size) => Number.isInteger(size) && size >= 1))
    throw new UserError(`${where}: its shape is ${formatShape(shape)}, but must be integers >= 1.`);
  requireMemory(BYTES_PER_ELEMENT * countElements(shape), where);
  return shape;
}

export function requireTensor({ fields, type }: NirFileNode, name: string, where: string): Tensor {
  const found = fields[name];
  if (found === undefined || typeof found === 'string')
    throw new UserError(`${where}: ${type} has ${found === undefined ? `no ${name}` : `${name} ${show(found)}`}.`);
  return found;
}

/** Reads a field of a node, one number per element; a single number in the file applies to all elements. */
export function readElementValues(node: NirFileNode, name: string, size: number, where: string): Float64Array {
  const { values, shape } = requireTensor(node, name, where);
  if (values.length === size) return values;
  if (values.length === 1) return new Float64Array(size).fill(values[0]!);
  throw new UserError(`${where}: ${name} has shape ${formatShape(shape)}, but must have ${size} elements.`);
}

/** Reads a field with one integer ≥ `min`, or with two: for rows and for columns. */
function readPair(node: NirFileNode, name: string, where: string, min: number, fallback?: number): [number, number] {
  if (node.fields[name] === undefined && fallback !== undefined) return [fallback, fallback];
  const { values } = requireTensor(node, name, where);
  if (values.length > 2) throw new UserError(`${where}: ${name} has ${values.length} numbers, but must have 1 or 2.`);
  const bad = values.find((size) => !(Number.isInteger(size) && size >= min));
  if (bad !== undefined || values.length === 0)
    throw new UserError(`${where}: ${name} is ${show(values)}, but must be integers >= ${min}.`);
  return [values[0]!, values[1] ?? values[0]!];
}

const scaled = (shape: readonly number[], factor: (i: number) => number): LinearOperator => ({
  shape,
  visitOutputs: (i, visit) => visit(i, factor(i)),
});

const linear: OperatorFactory = (node, shape, where) => {
  const { values, shape: dims } = requireTensor(node, 'weight', where);
  const [out = 0, into = 0] = dims;
  if (dims.length !== 2) throw new UserError(`${where}: weight has shape ${formatShape(dims)}, but must be out × in.`);
  if (countElements(shape) !== into)
    throw new UserError(`${where}: the weight needs ${into} input elements, but receives ${countElements(shape)}.`);
  const bias = node.type === 'Affine' ? { bias: readElementValues(node, 'bias', out, where) } : {};
  return {
    shape: [out],
    visitOutputs: (i, visit) => {
      for (let j = 0; j < out; j++) visit(j, values[j * into + i]!);
    },
    ...bias,
  };
};

/** Input shape [channels, rows, columns], for Conv1d with 1 row. For a flat input, `input_shape` gives rows and columns. */
function imageShape(shape: readonly number[], node: NirFileNode, channels: number | undefined, where: string) {
  const given = node.fields.input_shape;
  const rows = node.type === 'Conv1d' ? [1] : [];
  const dimensions = 3 - rows.length;
  const toImage = ([channels, ...size]: readonly number[]) => [channels, ...rows, ...size] as [number, number, number];
  if (shape.length === dimensions) return toImage(shape);
  if (typeof given === 'object' && given.values.length === dimensions - 1 && channels !== undefined) {
    const image = toImage([channels, ...given.values]);
    if (countElements(image) === countElements(shape)) return image;
  }
  const needed = rows.length > 0 ? 'channels × elements' : 'channels × rows × columns';
  throw new UserError(`${where}: ${node.type} needs an input of ${needed}, but receives ${formatShape(shape)}.`);
}

/** Remark if the field `input_shape` (rows and columns) differs from the size of the received image. */
function findShapeRemark({ type, fields: { input_shape: given } }: NirFileNode, size: readonly number[]) {
  if (typeof given !== 'object') return {};
  const received = type === 'Conv1d' ? size.slice(1) : size;
  const isEqual = given.values.length === received.length && received.every((n, i) => n === given.values[i]);
  if (isEqual) return {};
  const remark = `input_shape is ${formatShape([...given.values])}, but the node receives ${formatShape(received)}, which is taken`;
  return { remark };
}

type KernelAxis = ReturnType<typeof createKernelAxis>;

/** Calls `visit` for each output position `to` on an axis that depends on input `at`; k: position in the kernel. */
function visitAlong(
  { kernelSize, stride, paddingBefore, dilation, outputSize }: KernelAxis,
  at: number,
  visit: (to: number, k: number) => void,
) {
  for (let k = 0; k < kernelSize; k++) {
    const first = at + paddingBefore - k * dilation;
    if (first >= 0 && first % stride === 0 && first / stride < outputSize) visit(first / stride, k);
  }
}

/** Calls `visit` for each output pixel that depends on input pixel (row, column); ky, kx: position in the kernel. */
const visitPixels = (
  y: KernelAxis,
  x: KernelAxis,
  row: number,
  column: number,
  visit: (pixel: number, ky: number, kx: number) => void,
) => visitAlong(y, row, (to, ky) => visitAlong(x, column, (at, kx) => visit(to * x.outputSize + at, ky, kx)));

function createKernelAxis(
  size: number,
  kernel: number,
  stride: number,
  padding: number | 'same' | 'valid',
  dilation: number,
) {
  const span = dilation * (kernel - 1);
  const total = padding === 'same' ? span : padding === 'valid' ? 0 : 2 * padding;
  const before = padding === 'same' ? Math.floor(span / 2) : total / 2;
  return {
    kernelSize: kernel,
    stride,
    paddingBefore: before,
    dilation,
    outputSize: Math.floor((size + total - span - 1) / stride) + 1,
  };
}

function readPadding(
  node: NirFileNode,
  where: string,
): readonly [number | 'same' | 'valid', number | 'same' | 'valid'] {
  const { padding } = node.fields;
  if (typeof padding !== 'string') return readPair(node, 'padding', where, 0, 0);
  if (padding === 'same' || padding === 'valid') return [padding, padding];
  throw new UserError(`${where}: padding is ${show(padding)}, but must be numbers, "same" or "valid".`);
}

const convolution: OperatorFactory = (node, shape, where) => {
  const { values, shape: written } = requireTensor(node, 'weight', where);
  const isFlat = node.type === 'Conv1d';
  const dims = isFlat ? [...written.slice(0, 2), 1, ...written.slice(2)] : written;
  if (dims.length !== 4)
    throw new UserError(
      `${where}: weight has shape ${formatShape(written)}, but must be out × in × ${isFlat ? 'elements' : 'rows × columns'}.`,
    );
  const [out, each, rows, columns] = dims as [number, number, number, number];
  const [groups] = readPair(node, 'groups', where, 1, 1);
  if (out % groups !== 0) throw new UserError(`${where}: groups is ${groups}, but must divide ${out} output channels.`);
  const [channels, height, width] = imageShape(shape, node, each * groups, where);
  if (channels !== each * groups)
    throw new UserError(`${where}: the weight needs ${each * groups} input channels, but receives ${channels}.`);
  const [stride, dilation] = [readPair(node, 'stride', where, 1, 1), readPair(node, 'dilation', where, 1, 1)];
  const padding = readPadding(node, where);
  const y = createKernelAxis(height, rows, stride[0], isFlat ? 0 : padding[0], dilation[0]);
  const x = createKernelAxis(width, columns, stride[1], padding[1], dilation[1]);
  const made = requireValidShape([out, ...(isFlat ? [] : [y.outputSize]), x.outputSize], where);
  const [perGroup, area] = [out / groups, y.outputSize * x.outputSize];
  const bias = node.fields.bias === undefined ? null : readElementValues(node, 'bias', out, where);
  return {
    shape: made,
    visitOutputs: (i, visit) => {
      const c = Math.floor(i / (height * width));
      const group = Math.floor(c / each);
      visitPixels(y, x, Math.floor(i / width) % height, i % width, (pixel, ky, kx) => {
        for (let o = group * perGroup; o < (group + 1) * perGroup; o++)
          visit(o * area + pixel, values[((o * each + (c % each)) * rows + ky) * columns + kx]!);
      });
    },
    ...findShapeRemark(node, [height, width]),
    ...(bias && { bias: Float64Array.from({ length: out * area }, (_, k) => bias[Math.floor(k / area)]!) }),
  };
};

const pool2d: OperatorFactory = (node, shape, where) => {
  const [channels, height, width] = imageShape(shape, node, undefined, where);
  const kernel = readPair(node, 'kernel_size', where, 1);
  const stride = readPair(node, 'stride', where, 1);
  const padding = readPadding(node, where);
  const y = createKernelAxis(height, kernel[0], stride[0], padding[0], 1);
  const x = createKernelAxis(width, kernel[1], stride[1], padding[1], 1);
  const factor = node.type === 'AvgPool2d' ? 1 / (kernel[0] * kernel[1]) : 1;
  return {
    shape: requireValidShape([channels, y.outputSize, x.outputSize], where),
    visitOutputs: (i, visit) => {
      const first = Math.floor(i / (height * width)) * y.outputSize * x.outputSize;
      visitPixels(y, x, Math.floor(i / width) % height, i % width, (pixel) => visit(first + pixel, factor));
    },
  };
};

export const OPERATOR_FACTORIES: Readonly<Record<string, OperatorFactory>> = {
  Linear: linear,
  Affine: linear,
  Conv1d: convolution,
  Conv2d: convolution,
  SumPool2d: pool2d,
  AvgPool2d: pool2d,
  Flatten: (_, shape) => scaled([countElements(shape)], () => 1),
  Scale: (node, shape, where) => {
    const scale = readElementValues(node, 'scale', countElements(shape), where);
    return scaled(shape, (i) => scale[i]!);
  },
  Delay: (node, shape, where) => {
    const delay = readElementValues(node, 'delay', countElements(shape), where);
    const wrong = delay.find((time) => time < 0 || time > MAX_TIME);
    if (wrong !== undefined) throw new UserError(`${where}: delay is ${wrong}, but must be from 0 to ${MAX_TIME}.`);
    return { ...scaled(shape, () => 1), delay };
  },
};
