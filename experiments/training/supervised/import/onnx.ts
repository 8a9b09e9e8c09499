import protobuf from 'protobufjs/light.js';
import { UserError } from '../../../../core/declare/errors.ts';
import { show, showKey, showShape } from '../../../../core/declare/show.ts';
import { readRegular } from '../../../../core/log/file.ts';
import { isWeighted, type Model, type Shape, sizeOf } from '../model.ts';
import { OPERATORS } from './onnxOperators.ts';
import { ONNX, type OnnxGraph, type OnnxTensor } from './onnxSchema.ts';
import { titleOf, type Walk } from './onnxWalk.ts';
import { type Tensor, tensor } from './tensors.ts';

/** Names of ONNX's own set of operators. */
const DOMAINS = ['', 'ai.onnx'];
const MODEL = protobuf.Root.fromJSON(ONNX).lookupType('ModelProto');

/**
 * A model in ONNX that is a chain of operators, as exporters write networks: Gemm, MatMul, Add (of a bias), Conv, Relu, MaxPool,
 * AveragePool, GlobalAveragePool, Flatten, Reshape (to a vector), and at the end Softmax, which changes no class.
 * @throws UserError that names the operator which is not there, or what does not fit
 */
export function readOnnx(path: string, image: Shape): Model {
  const graph = graphOf(path);
  const constants = new Map<string, Tensor>();
  for (const one of graph.initializer) constants.set(one.name, tensorOf(one, one.name, path));
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  if (inputs.length !== 1) throw new UserError(`${path}: the model has ${inputs.length} inputs, but must have one.`);
  let now = inputs[0]!.name;
  const shape = inputShape(inputs[0]!, image, path);
  const walk: Walk = {
    path,
    stages: [],
    shape,
    size: sizeOf(image),
    flattened: null,
    ended: false,
    constantOf: (node, n) => constants.get(node.input[n] ?? '') ?? null,
  };
  for (const node of graph.node) {
    const operator = DOMAINS.includes(node.domain) ? OPERATORS.get(node.opType) : undefined;
    if (node.opType === 'Constant') {
      const value = node.attribute.find(({ name }) => name === 'value')?.t;
      if (value) constants.set(node.output[0] ?? '', tensorOf(value, node.output[0] ?? '', path));
      continue;
    }
    if (operator === undefined)
      throw new UserError(`${path}: ${titleOf(node)} is not there; there are ${[...OPERATORS.keys()].join(', ')}.`);
    if (!node.input.includes(now))
      throw new UserError(
        `${path}: ${titleOf(node)} does not follow ${showKey(now)}; only chains of operators can be read.`,
      );
    if (walk.ended) throw new UserError(`${path}: ${titleOf(node)} follows Softmax, which must be the last operator.`);
    operator(node, walk, node.input.indexOf(now));
    now = node.output[0] ?? '';
  }
  const [output] = graph.output;
  if (output?.name !== now)
    throw new UserError(`${path}: the model's output is ${show(output?.name)}, but its chain ends at ${show(now)}.`);
  if (!walk.stages.some(isWeighted)) throw new UserError(`${path}: the model has no weights.`);
  return { input: image, stages: walk.stages };
}

function graphOf(path: string): OnnxGraph {
  try {
    const decoded = MODEL.decode(readRegular(path));
    const plain = MODEL.toObject(decoded, { longs: Number, arrays: true, defaults: true }) as {
      graph: OnnxGraph | null;
    };
    if (plain.graph && plain.graph.node.length > 0) return plain.graph;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`${path} is no ONNX model (${(cause as Error).message}).`, { cause });
  }
  throw new UserError(`${path} is no ONNX model: it holds no operators.`);
}

function inputShape({ name, type }: OnnxGraph['input'][number], image: Shape, path: string): Shape | null {
  const sizes = type?.tensorType?.shape?.dim.map(({ dimValue }) => dimValue) ?? [];
  const [, ...rest] = sizes;
  const told = showShape(sizes).replaceAll(/\b0\b/g, 'any');
  const fits = (given: readonly number[], wanted: readonly number[]) =>
    given.length === wanted.length && given.every((n, k) => n === 0 || n === wanted[k]);
  if (fits(rest, [image.channels, image.rows, image.columns])) return image;
  if (fits(rest, [image.rows, image.columns]) && image.channels === 1) return image;
  if (fits(rest, [sizeOf(image)])) return null;
  throw new UserError(
    `${path}: input ${show(name)} has shape ${told}, but images are (any, ${image.channels}, ${image.rows}, ${image.columns}) or (any, ${sizeOf(image)}).`,
  );
}

/** Numbers of ONNX's TensorProto.DataType. */
const [FLOAT, INT32, INT64, DOUBLE] = [1, 6, 7, 11];

function tensorOf(t: OnnxTensor, name: string, path: string): Tensor {
  if (t.dataLocation === 1)
    throw new UserError(`${path}: ${show(name)} lies in another file; export the model with its weights in one.`);
  const view = new DataView(t.rawData.buffer ?? new ArrayBuffer(0), t.rawData.byteOffset ?? 0, t.rawData.length ?? 0);
  const raw = (size: number, read: (at: number) => number) =>
    Float64Array.from({ length: Math.ceil(view.byteLength / size) }, (_, k) =>
      (k + 1) * size > view.byteLength ? Number.NaN : read(k * size),
    );
  const kinds: Record<number, readonly [typed: readonly number[], packed: () => Float64Array]> = {
    [FLOAT!]: [t.floatData, () => raw(4, (at) => view.getFloat32(at, true))],
    [DOUBLE!]: [t.doubleData, () => raw(8, (at) => view.getFloat64(at, true))],
    [INT64!]: [t.int64Data, () => raw(8, (at) => Number(view.getBigInt64(at, true)))],
    [INT32!]: [t.int32Data, () => raw(4, (at) => view.getInt32(at, true))],
  };
  const kind = kinds[t.dataType];
  if (kind === undefined)
    throw new UserError(
      `${path}: ${show(name)} is of ONNX type ${t.dataType}, but must be float, double, int32 or int64.`,
    );
  const values = view.byteLength > 0 ? kind[1]() : Float64Array.from(kind[0]);
  return tensor(name, t.dims, values, path);
}
