import { UserError } from '../../../../core/declare/errors.ts';
import { formatKey, formatShape, show } from '../../../../core/declare/show.ts';
import { requireMemory } from '../../../data/memoryLimit.ts';
import type { ImageShape, Pooling, Stage, WindowParameters } from '../model.ts';
import { computeWindowOutputShape, countImageValues, hasWeights } from '../model.ts';
import type { OnnxMessage } from './onnxSchema.ts';
import { kernelsToMatrix, moveChannelsLast, type Tensor, transpose } from './tensors.ts';

type OnnxNode = OnnxMessage<'NodeProto'>;

export interface OperatorChain {
  readonly path: string;
  readonly stages: Stage[];
  /** Shape of an output image (in the file: channels first); null for an output vector. */
  outputShape: ImageShape | null;
  outputSize: number;
  /** Image shape before Flatten. Its channels determine the row order of the next weight matrix. */
  shapeBeforeFlatten: ImageShape | null;
  hasSoftmax: boolean;
  getConstant(node: OnnxNode, input: number): Tensor | null;
}

export const describeOperator = ({ opType, name }: OnnxNode) =>
  `operator ${formatKey(opType)}${name ? ` (${formatKey(name)})` : ''}`;

/** Memory that classification needs per element of a feature map, bytes. */
const BYTES_PER_ELEMENT = 16;
const AUTO_PADS = ['', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'];

/** Operator of an imported net. `chainInput`: index of the input that the preceding operator computes. */
export class ImportedOperator {
  readonly node: OnnxNode;
  readonly chain: OperatorChain;
  readonly chainInputIndex: number;

  constructor(node: OnnxNode, chain: OperatorChain, chainInput: number) {
    [this.node, this.chain, this.chainInputIndex] = [node, chain, chainInput];
  }

  createUnsupportedError(reason: string): UserError {
    return new UserError(`${this.chain.path}: ${describeOperator(this.node)} ${reason}.`);
  }

  findAttribute(wanted: string) {
    return this.node.attribute.find(({ name }) => name === wanted);
  }

  readIntAttribute(name: string, fallback: number): number {
    return this.findAttribute(name)?.i ?? fallback;
  }

  requireConstant(input: number, what: string): Tensor {
    const found = this.chain.getConstant(this.node, input);
    if (found === null) throw this.createUnsupportedError(`needs ${what} as a constant in the file`);
    return found;
  }

  requireWeightMatrix(): Tensor {
    const found = this.requireConstant(1, 'a weight matrix');
    if (found.shape.length !== 2)
      throw this.createUnsupportedError(`has weights of shape ${formatShape(found.shape)}, but needs a matrix`);
    return found;
  }

  requireImageShape(): ImageShape {
    if (this.chain.outputShape === null) throw this.createUnsupportedError('needs an image, but its input is a vector');
    return this.chain.outputShape;
  }

  /** Adds a dense layer; `weights`: inputs × outputs. */
  addDenseLayer(weights: Float32Array, inputs: number, bias: Float32Array) {
    const { chain } = this;
    const image = chain.outputShape;
    if (image !== null && image.channels * image.rows > 1)
      throw this.createUnsupportedError('needs a vector; put Flatten before it');
    if (inputs !== chain.outputSize)
      throw this.createUnsupportedError(`has ${inputs} inputs, but gets ${chain.outputSize}`);
    const outputs = bias.length;
    const ordered = chain.shapeBeforeFlatten ? moveChannelsLast(weights, chain.shapeBeforeFlatten, outputs) : weights;
    chain.stages.push({ kind: 'dense', inputCount: inputs, outputCount: outputs, weights: ordered, bias });
    chain.outputShape = chain.shapeBeforeFlatten = null;
    chain.outputSize = outputs;
  }

  /** Expands a bias to one value per output, multiplied by `factor`; a single value applies to all outputs. */
  expandBias(bias: Tensor | null, outputs: number, factor: number): Float32Array {
    const out = new Float32Array(outputs);
    if (bias === null) return out;
    const { values, shape } = bias;
    if (values.length !== 1 && values.length !== outputs)
      throw this.createUnsupportedError(`has a bias of shape ${formatShape(shape)}, but ${outputs} outputs`);
    return out.map((_, k) => factor * values[values.length === 1 ? 0 : k]!);
  }

  readSizesAttribute(name: string, fallback: readonly number[], min: number): readonly number[] {
    const given = this.findAttribute(name)?.ints;
    if (given === undefined || given.length === 0) return fallback;
    if (given.length !== fallback.length || given.some((size) => !(size >= min)))
      throw this.createUnsupportedError(
        `has ${name} ${formatShape(given)}, but needs ${fallback.length} values >= ${min}`,
      );
    return given;
  }

  /** Reads the sliding window of a convolution or pooling; converts the paddings SAME and VALID to numbers. */
  readWindowParameters(from: ImageShape, kernel: readonly number[]): WindowParameters {
    const [height, width] = kernel as [number, number];
    const stride = this.readSizesAttribute('strides', [1, 1], 1) as [number, number];
    const dilation = this.readSizesAttribute('dilations', [1, 1], 1) as [number, number];
    const autoPad = new TextDecoder().decode(this.findAttribute('auto_pad')?.s ?? new Uint8Array());
    if (!AUTO_PADS.includes(autoPad))
      throw this.createUnsupportedError(`has auto_pad ${show(autoPad)}, which is not supported`);
    const given = this.readSizesAttribute('pads', [0, 0, 0, 0], 0) as [number, number, number, number];
    let [top, left, bottom, right] = autoPad === 'VALID' ? [0, 0, 0, 0] : given;
    if (kernel.length !== 2)
      throw this.createUnsupportedError(`has a window of ${kernel.length} dimensions, but must have two`);
    if (this.readIntAttribute('ceil_mode', 0) !== 0)
      throw this.createUnsupportedError('has ceil_mode, which is not supported');
    if (autoPad.startsWith('SAME')) {
      const paddingOf = (size: number, k: number, s: number, d: number) =>
        Math.max((Math.ceil(size / s) - 1) * s + d * (k - 1) + 1 - size, 0);
      const down = paddingOf(from.rows, height, stride[0], dilation[0]);
      const across = paddingOf(from.columns, width, stride[1], dilation[1]);
      const leading = (n: number) => (autoPad === 'SAME_LOWER' ? Math.ceil(n / 2) : Math.floor(n / 2));
      [top, left] = [leading(down), leading(across)];
      [bottom, right] = [down - top, across - left];
    }
    if (Math.max(top, bottom) > dilation[0] * (height - 1) || Math.max(left, right) > dilation[1] * (width - 1))
      throw this.createUnsupportedError(
        `has pads ${formatShape([top, left, bottom, right])}, which must be smaller than its window`,
      );
    return { kernel: [height, width], stride, dilation, padding: { top, left, bottom, right } };
  }

  setOutputShape(from: ImageShape, window: WindowParameters, channels: number): ImageShape {
    const to = computeWindowOutputShape(from, window, channels);
    if (to === null)
      throw this.createUnsupportedError(
        `has a window of ${window.kernel.join(' × ')}, which does not fit ${from.rows} × ${from.columns}`,
      );
    requireMemory(BYTES_PER_ELEMENT * countImageValues(to), `${this.chain.path}: ${describeOperator(this.node)}`);
    this.chain.outputShape = to;
    this.chain.outputSize = countImageValues(to);
    return to;
  }
}

type OperatorImporter = (op: ImportedOperator) => void;

const importGemm: OperatorImporter = (op) => {
  if (op.readIntAttribute('transA', 0) !== 0) throw op.createUnsupportedError('has transA, which is not supported');
  const { shape, values } = op.requireWeightMatrix();
  const isTransposed = op.readIntAttribute('transB', 0) !== 0;
  const [first, second] = shape as [number, number];
  const [inputs, outputs] = isTransposed ? [second, first] : [first, second];
  const [alpha, beta] = ['alpha', 'beta'].map((name) => op.findAttribute(name)?.f ?? 1) as [number, number];
  const scaled = values.map((value) => alpha * value);
  const weights = isTransposed ? transpose(scaled, outputs, inputs) : Float32Array.from(scaled);
  const added = op.chain.getConstant(op.node, 2);
  if (added === null && op.node.input[2]) throw op.createUnsupportedError('needs a bias as a constant in the file');
  op.addDenseLayer(weights, inputs, op.expandBias(added, outputs, beta));
};

const importMatMul: OperatorImporter = (op) => {
  if (op.chainInputIndex !== 0) throw op.createUnsupportedError('multiplies from the left; only x W is supported');
  const { shape, values } = op.requireWeightMatrix();
  op.addDenseLayer(Float32Array.from(values), shape[0]!, new Float32Array(shape[1]!));
};

const importAdd: OperatorImporter = (op) => {
  const bias = op.requireConstant(1 - op.chainInputIndex, 'a bias');
  const last = op.chain.stages.at(-1);
  if (!last || !hasWeights(last)) throw op.createUnsupportedError('must follow MatMul, Gemm or Conv to add a bias');
  const more = op.expandBias(bias, last.bias.length, 1);
  op.chain.stages[op.chain.stages.length - 1] = { ...last, bias: last.bias.map((b, k) => b + more[k]!) };
};

const importConv: OperatorImporter = (op) => {
  const from = op.requireImageShape();
  const { shape, values } = op.requireConstant(1, 'kernels');
  if (shape.length !== 4)
    throw op.createUnsupportedError(`has kernels of shape ${formatShape(shape)}, but only 2D kernels are supported`);
  const [outputs, inputs, rows, columns] = shape as [number, number, number, number];
  if (op.readIntAttribute('group', 1) !== 1) throw op.createUnsupportedError('has groups, which are not supported');
  if (inputs !== from.channels)
    throw op.createUnsupportedError(`has ${inputs} input channels, but gets ${from.channels}`);
  const kernel = op.readSizesAttribute('kernel_shape', [rows, columns], 1);
  if (kernel[0] !== rows || kernel[1] !== columns)
    throw op.createUnsupportedError(`has kernel_shape ${formatShape(kernel)}, but kernels of ${rows} × ${columns}`);
  const window = op.readWindowParameters(from, kernel);
  const outputShape = op.setOutputShape(from, window, outputs);
  const bias = op.expandBias(op.chain.getConstant(op.node, 2), outputs, 1);
  const weights = kernelsToMatrix(values, [outputs, inputs, rows, columns]);
  op.chain.stages.push({ kind: 'convolution', inputShape: from, outputShape, window, weights, bias });
};

const poolingImporter =
  (kind: Pooling['kind'], isGlobal: boolean): OperatorImporter =>
  (op) => {
    const inputShape = op.requireImageShape();
    const { rows, columns, channels } = inputShape;
    const kernel = isGlobal ? [rows, columns] : op.readSizesAttribute('kernel_shape', [0, 0], 1);
    if (kernel[0] === 0) throw op.createUnsupportedError('has no kernel_shape');
    const window = op.readWindowParameters(inputShape, kernel);
    const outputShape = op.setOutputShape(inputShape, window, channels);
    const averageIncludesPadding = op.readIntAttribute('count_include_pad', 0) !== 0;
    op.chain.stages.push({ kind, inputShape, outputShape, window, averageIncludesPadding });
  };

const importFlatten: OperatorImporter = (op) => {
  if (op.node.opType === 'Flatten' && op.readIntAttribute('axis', 1) !== 1)
    throw op.createUnsupportedError('has an axis other than 1');
  if (op.node.opType === 'Reshape') {
    const { values } = op.requireConstant(1, 'a shape');
    if (values.length !== 2 || !(values[1] === -1 || values[1] === op.chain.outputSize))
      throw op.createUnsupportedError(
        `makes ${formatShape(Array.from(values.subarray(0, 8)))} of ${op.chain.outputSize} numbers, but only vectors are supported`,
      );
  }
  if (op.chain.outputShape !== null && op.chain.outputShape.channels > 1)
    op.chain.shapeBeforeFlatten = op.chain.outputShape;
  op.chain.outputShape = null;
};

const importRelu: OperatorImporter = (op) => {
  op.chain.stages.push({ kind: 'relu', valueCount: op.chain.outputSize });
};

const skipOperator: OperatorImporter = () => {};

/** Ignores Softmax, because it does not change the class. */
const importSoftmax: OperatorImporter = (op) => {
  op.chain.hasSoftmax = true;
};

export const OPERATOR_IMPORTERS: ReadonlyMap<string, OperatorImporter> = new Map(
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
