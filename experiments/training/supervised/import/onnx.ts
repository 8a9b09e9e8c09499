import protobuf from 'protobufjs/light.js';
import { UserError } from '../../../../core/declare/errors.ts';
import { show, showKey, showShape } from '../../../../core/declare/show.ts';
import { readRegularFile } from '../../../../core/log/file.ts';
import { countValues, isWeighted, type Model, type Shape } from '../model.ts';
import { describeOperator, OPERATORS, type StageChain } from './onnxOperators.ts';
import { ONNX_SCHEMA, type OnnxMessage } from './onnxSchema.ts';
import { createTensor, type Tensor } from './tensors.ts';

const STANDARD_DOMAINS = ['', 'ai.onnx'];
const MODEL = protobuf.Root.fromJSON(ONNX_SCHEMA).lookupType('ModelProto');

/**
 * Reads an ONNX model that is a chain of operators: Gemm, MatMul, Add (of a bias), Conv, Relu, MaxPool, AveragePool,
 * GlobalAveragePool, Flatten, Reshape (to a vector), and a final Softmax, which is ignored because it does not change the class.
 * @throws UserError that names an unsupported operator or the mismatch
 */
export function readOnnx(path: string, image: Shape): Model {
  const graph = readGraph(path);
  const constants = new Map<string, Tensor>();
  for (const t of graph.initializer) constants.set(t.name, decodeTensor(t, t.name, path));
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  if (inputs.length !== 1) throw new UserError(`${path}: the model has ${inputs.length} inputs, but must have one.`);
  let current = inputs[0]!.name;
  const shape = inputShape(inputs[0]!, image, path);
  const chain: StageChain = {
    path,
    stages: [],
    shape,
    size: countValues(image),
    flattenedShape: null,
    isEnded: false,
    constantOf: (node, n) => constants.get(node.input[n] ?? '') ?? null,
  };
  for (const node of graph.node) {
    const operator = STANDARD_DOMAINS.includes(node.domain) ? OPERATORS.get(node.opType) : undefined;
    if (node.opType === 'Constant') {
      const value = node.attribute.find(({ name }) => name === 'value')?.t;
      if (value) constants.set(node.output[0] ?? '', decodeTensor(value, node.output[0] ?? '', path));
      continue;
    }
    if (operator === undefined)
      throw new UserError(
        `${path}: ${describeOperator(node)} is not supported; supported are ${[...OPERATORS.keys()].join(', ')}.`,
      );
    if (!node.input.includes(current))
      throw new UserError(
        `${path}: ${describeOperator(node)} does not follow ${showKey(current)}; only chains of operators can be read.`,
      );
    if (chain.isEnded)
      throw new UserError(`${path}: ${describeOperator(node)} follows Softmax, which must be the last operator.`);
    operator(node, chain, node.input.indexOf(current));
    current = node.output[0] ?? '';
  }
  const [output] = graph.output;
  if (output?.name !== current)
    throw new UserError(`${path}: the output is ${show(output?.name)}, but the chain ends at ${show(current)}.`);
  if (!chain.stages.some(isWeighted)) throw new UserError(`${path}: the model has no weights.`);
  return { input: image, stages: chain.stages };
}

function readGraph(path: string): OnnxMessage<'GraphProto'> {
  try {
    const decoded = MODEL.decode(readRegularFile(path));
    const plain = MODEL.toObject(decoded, { longs: Number, arrays: true, defaults: true });
    const { graph } = plain as OnnxMessage<'ModelProto'>;
    if (graph && graph.node.length > 0) return graph;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`${path} is not an ONNX model (${(cause as Error).message}).`, { cause });
  }
  throw new UserError(`${path} is not an ONNX model: it holds no operators.`);
}

function inputShape({ name, type }: OnnxMessage<'ValueInfoProto'>, image: Shape, path: string): Shape | null {
  const sizes = type?.tensorType?.shape?.dim.map(({ dimValue }) => dimValue) ?? [];
  const [, ...rest] = sizes;
  const shapeText = showShape(sizes).replaceAll(/\b0\b/g, 'any');
  const matches = (given: readonly number[], expected: readonly number[]) =>
    given.length === expected.length && given.every((n, k) => n === 0 || n === expected[k]);
  if (matches(rest, [image.channels, image.rows, image.columns])) return image;
  if (matches(rest, [image.rows, image.columns]) && image.channels === 1) return image;
  if (matches(rest, [countValues(image)])) return null;
  throw new UserError(
    `${path}: input ${show(name)} has shape ${shapeText}, but images are (any, ${image.channels}, ${image.rows}, ${image.columns}) or (any, ${countValues(image)}).`,
  );
}

/** Values of the ONNX enum TensorProto.DataType. */
const [FLOAT, INT32, INT64, DOUBLE] = [1, 6, 7, 11];

function decodeTensor(t: OnnxMessage<'TensorProto'>, name: string, path: string): Tensor {
  if (t.dataLocation === 1)
    throw new UserError(`${path}: ${show(name)} lies in another file; export the model and its weights to one file.`);
  const view = new DataView(t.rawData.buffer ?? new ArrayBuffer(0), t.rawData.byteOffset ?? 0, t.rawData.length ?? 0);
  const raw = (size: number, read: (at: number) => number) =>
    Float64Array.from({ length: Math.ceil(view.byteLength / size) }, (_, k) =>
      (k + 1) * size > view.byteLength ? Number.NaN : read(k * size),
    );
  const decoders: Record<number, readonly [typed: readonly number[], packed: () => Float64Array]> = {
    [FLOAT!]: [t.floatData, () => raw(4, (at) => view.getFloat32(at, true))],
    [DOUBLE!]: [t.doubleData, () => raw(8, (at) => view.getFloat64(at, true))],
    [INT64!]: [t.int64Data, () => raw(8, (at) => Number(view.getBigInt64(at, true)))],
    [INT32!]: [t.int32Data, () => raw(4, (at) => view.getInt32(at, true))],
  };
  const decoder = decoders[t.dataType];
  if (decoder === undefined)
    throw new UserError(
      `${path}: ${show(name)} is of ONNX type ${t.dataType}, but must be float, double, int32 or int64.`,
    );
  const values = view.byteLength > 0 ? decoder[1]() : Float64Array.from(decoder[0]);
  return createTensor(name, t.dims, values, path);
}
