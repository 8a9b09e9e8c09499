import protobuf from 'protobufjs/light.js';
import { UserError } from '../../../../core/declare/errors.ts';
import { formatKey, formatShape, show } from '../../../../core/declare/show.ts';
import { readRegularFile } from '../../../../core/log/file.ts';
import { countImageValues, hasWeights, type ImageShape, type Model } from '../model.ts';
import { describeOperator, ImportedOperator, OPERATOR_IMPORTERS, type OperatorChain } from './onnxOperators.ts';
import { ONNX_SCHEMA, type OnnxMessage } from './onnxSchema.ts';
import { SAFETENSORS_NUMBER_DECODERS } from './safetensors.ts';
import { createTensor, type Tensor } from './tensors.ts';

const STANDARD_DOMAINS = ['', 'ai.onnx'];
const MODEL_MESSAGE_TYPE = protobuf.Root.fromJSON(ONNX_SCHEMA).lookupType('ModelProto');

/** Reads a chain of the operators in `OPERATOR_IMPORTERS`. @throws UserError that names an unsupported operator */
export function readOnnx(path: string, image: ImageShape): Model {
  const graph = readGraph(path);
  const constants = new Map<string, Tensor>();
  for (const t of graph.initializer) constants.set(t.name, decodeTensor(t, t.name, path));
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  if (inputs.length !== 1) throw new UserError(`${path}: the model has ${inputs.length} inputs, but must have one.`);
  let current = inputs[0]!.name;
  const chain: OperatorChain = {
    path,
    stages: [],
    outputShape: findInputShape(inputs[0]!, image, path),
    outputSize: countImageValues(image),
    shapeBeforeFlatten: null,
    hasSoftmax: false,
    getConstant: (node, n) => constants.get(node.input[n] ?? '') ?? null,
  };
  for (const node of graph.node) {
    const importOperator = STANDARD_DOMAINS.includes(node.domain) ? OPERATOR_IMPORTERS.get(node.opType) : undefined;
    if (node.opType === 'Constant') {
      const value = node.attribute.find(({ name }) => name === 'value')?.t;
      if (value) constants.set(node.output[0] ?? '', decodeTensor(value, node.output[0] ?? '', path));
      continue;
    }
    if (importOperator === undefined)
      throw new UserError(
        `${path}: ${describeOperator(node)} is not supported; supported are ${[...OPERATOR_IMPORTERS.keys()].join(', ')}.`,
      );
    if (!node.input.includes(current))
      throw new UserError(
        `${path}: ${describeOperator(node)} does not follow ${formatKey(current)}; only chains of operators can be read.`,
      );
    if (chain.hasSoftmax)
      throw new UserError(`${path}: ${describeOperator(node)} follows Softmax, which must be the last operator.`);
    importOperator(new ImportedOperator(node, chain, node.input.indexOf(current)));
    current = node.output[0] ?? '';
  }
  const [output] = graph.output;
  if (output?.name !== current)
    throw new UserError(`${path}: the output is ${show(output?.name)}, but the chain ends at ${show(current)}.`);
  if (!chain.stages.some(hasWeights)) throw new UserError(`${path}: the model has no weights.`);
  return { inputShape: image, stages: chain.stages };
}

function readGraph(path: string): OnnxMessage<'GraphProto'> {
  try {
    const decoded = MODEL_MESSAGE_TYPE.decode(readRegularFile(path));
    const plain = MODEL_MESSAGE_TYPE.toObject(decoded, { longs: Number, arrays: true, defaults: true });
    const { graph } = plain as OnnxMessage<'ModelProto'>;
    if (graph && graph.node.length > 0) return graph;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`${path} is not an ONNX model (${(cause as Error).message}).`, { cause });
  }
  throw new UserError(`${path} is not an ONNX model: it holds no operators.`);
}

function findInputShape({ name, type }: OnnxMessage<'ValueInfoProto'>, image: ImageShape, path: string) {
  const sizes = type?.tensorType?.shape?.dim.map(({ dimValue }) => dimValue) ?? [];
  const [, ...rest] = sizes;
  const shapeText = formatShape(sizes).replaceAll(/\b0\b/g, 'any');
  const matches = (given: readonly number[], expected: readonly number[]) =>
    given.length === expected.length && given.every((n, k) => n === 0 || n === expected[k]);
  if (matches(rest, [image.channels, image.rows, image.columns])) return image;
  if (matches(rest, [image.rows, image.columns]) && image.channels === 1) return image;
  if (matches(rest, [countImageValues(image)])) return null;
  throw new UserError(
    `${path}: input ${show(name)} has shape ${shapeText}, but images are (any, ${image.channels}, ${image.rows}, ${image.columns}) or (any, ${countImageValues(image)}).`,
  );
}

/** By value of the ONNX enum TensorProto.DataType: element type, and field that holds the values of a tensor without `rawData`. */
const ELEMENT_TYPES = {
  1: ['F32', 'floatData'],
  6: ['I32', 'int32Data'],
  7: ['I64', 'int64Data'],
  11: ['F64', 'doubleData'],
} as const;

function decodeTensor(t: OnnxMessage<'TensorProto'>, name: string, path: string): Tensor {
  if (t.dataLocation === 1)
    throw new UserError(`${path}: ${show(name)} lies in another file; export the model and its weights to one file.`);
  const view = new DataView(t.rawData.buffer ?? new ArrayBuffer(0), t.rawData.byteOffset ?? 0, t.rawData.length ?? 0);
  if (!(t.dataType in ELEMENT_TYPES))
    throw new UserError(
      `${path}: ${show(name)} is of ONNX type ${t.dataType}, but must be float, double, int32 or int64.`,
    );
  const [type, field] = ELEMENT_TYPES[t.dataType as keyof typeof ELEMENT_TYPES];
  const [size, decode] = SAFETENSORS_NUMBER_DECODERS.get(type)!;
  const decodeAt = (at: number) => (at + size > view.byteLength ? Number.NaN : decode(view, at));
  const length = Math.ceil(view.byteLength / size);
  const values = Float64Array.from(length > 0 ? Array.from({ length }, (_, k) => decodeAt(k * size)) : t[field]);
  return createTensor(name, t.dims, values, path);
}
