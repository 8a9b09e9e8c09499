/** Trained networks of other programs. */
import { zipSync } from 'fflate';
import protobuf from 'protobufjs/light.js';
import { columnToBytes, encodeNpyHeader } from '../../experiments/logs/npy.ts';
import { exportTensors } from '../../experiments/training/supervised/export.ts';
import { importModel } from '../../experiments/training/supervised/import/index.ts';
import { ONNX_SCHEMA } from '../../experiments/training/supervised/import/onnxSchema.ts';
import { encodeSafetensors } from '../../experiments/training/supervised/import/safetensors.ts';
import { createUntrainedModel, hasWeights } from '../../experiments/training/supervised/model.ts';
import { mutateNpz } from './connections.ts';
import type { Loader } from './loader.ts';
import { makeValid, mutateBytes, mutateTree, type Random } from './mutate.ts';

const IMAGE = { rows: 6, columns: 6, channels: 1 };
const CLASSES = 3;
const SIZES = { hidden: [4], kernels: [2], kernelSize: 3, pooling: 'max' as const };
const tensors = (architecture: 'mlp' | 'cnn') =>
  exportTensors(createUntrainedModel(architecture, IMAGE, CLASSES, SIZES, 'seed'));

function load(path: string): void {
  const { stages } = importModel(path, path.includes('cnn') ? 'cnn' : 'mlp', IMAGE, CLASSES);
  for (const { weights, bias } of stages.filter(hasWeights))
    if (![...weights, ...bias].every(Number.isFinite)) throw new Error('a weight that is not finite was taken');
}

/** Header of other content and of the length that it states, or other data. */
function mutateSafetensors(random: Random, bytes: Uint8Array): Uint8Array {
  const end = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const [header, data] = [bytes.subarray(8, end), bytes.subarray(end)];
  if (random.below(3) === 0) return Uint8Array.from(Buffer.concat([bytes.subarray(0, end), mutateBytes(random, data)]));
  const tree = mutateTree(random, { root: JSON.parse(new TextDecoder().decode(header)) as unknown });
  const text = Buffer.from(JSON.stringify(tree.root ?? null));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(text.length);
  return Uint8Array.from(Buffer.concat([length, text, data]));
}

const MODEL = protobuf.Root.fromJSON(ONNX_SCHEMA).lookupType('ModelProto');
const onnxTensor = (name: string, dims: number[]) => {
  const size = dims.reduce((n, m) => n * m, 1);
  return {
    name,
    dims,
    dataType: 1,
    rawData: columnToBytes(Float32Array.from({ length: size }, (_, k) => k / size - 0.5)),
  };
};
const node = (opType: string, input: string[], output: string, attributes: Record<string, number | number[]> = {}) => ({
  opType,
  input,
  output: [output],
  name: `/${output}/${opType}`,
  attribute: Object.entries(attributes).map(([name, value]) =>
    typeof value !== 'number'
      ? { name, ints: value }
      : Number.isInteger(value)
        ? { name, i: value }
        : { name, f: value },
  ),
});
const onnx = (nodes: object[], initializer: object[]): Uint8Array =>
  MODEL.encode(
    MODEL.fromObject({
      graph: {
        node: nodes,
        initializer,
        output: [{ name: 'y' }],
        input: [
          {
            name: 'x',
            type: { tensorType: { elemType: 1, shape: { dim: [0, 1, 6, 6].map((n) => ({ dimValue: n })) } } },
          },
        ],
      },
    }),
  ).finish();

const ONNX_CNN = onnx(
  [
    node('Conv', ['x', 'k', 'kb'], 'a', {
      pads: [1, 1, 1, 1],
      strides: [1, 1],
      dilations: [1, 1],
      kernel_shape: [3, 3],
    }),
    node('Relu', ['a'], 'b'),
    node('MaxPool', ['b'], 'c', { kernel_shape: [2, 2], strides: [2, 2] }),
    node('Flatten', ['c'], 'd', { axis: 1 }),
    node('Gemm', ['d', 'w', 'wb'], 'y', { transB: 1, alpha: 0.5, beta: 1.5 }),
  ],
  [onnxTensor('k', [2, 1, 3, 3]), onnxTensor('kb', [2]), onnxTensor('w', [3, 18]), onnxTensor('wb', [3])],
);
const ONNX_MLP = onnx(
  [
    node('Reshape', ['x', 's'], 'a'),
    node('MatMul', ['a', 'w1'], 'b'),
    node('Add', ['b', 'b1'], 'c'),
    node('Relu', ['c'], 'd'),
    node('Gemm', ['d', 'w2'], 'e'),
    node('Softmax', ['e'], 'y'),
  ],
  [
    { name: 's', dims: [2], dataType: 7, int64Data: [-1, 36] },
    onnxTensor('w1', [36, 4]),
    onnxTensor('b1', [4]),
    onnxTensor('w2', [4, 3]),
  ],
);

/** Message with other values; those that its types cannot hold are taken again. */
function mutateOnnx(random: Random, bytes: Uint8Array): Uint8Array {
  const tree = MODEL.toObject(MODEL.decode(bytes), { longs: Number });
  return makeValid(() => MODEL.encode(MODEL.fromObject(mutateTree(random, tree))).finish());
}

export const MODELS: readonly Loader[] = [
  {
    name: 'model npz',
    modules: ['training/supervised/import/', 'logs/npy.js', 'data/unpack.js'],
    seeds: () =>
      (['mlp', 'cnn'] as const).map((kind) => ({
        name: `${kind}.npz`,
        bytes: zipSync(
          Object.fromEntries(
            Array.from(tensors(kind), ([name, { shape, values }]) => [
              `${name}.npy`,
              Uint8Array.from(
                Buffer.concat([encodeNpyHeader("'<f8'", shape), columnToBytes(values as Float64Array<ArrayBuffer>)]),
              ),
            ]),
          ),
        ),
      })),
    load,
    mutateInside: mutateNpz,
  },
  {
    name: 'model safetensors',
    modules: ['training/supervised/import/'],
    seeds: () =>
      (['mlp', 'cnn'] as const).map((kind) => ({
        name: `${kind}.safetensors`,
        bytes: encodeSafetensors(tensors(kind)),
      })),
    load,
    mutateInside: mutateSafetensors,
  },
  {
    name: 'model ONNX',
    modules: ['training/supervised/import/'],
    seeds: () => [
      { name: 'cnn.onnx', bytes: ONNX_CNN },
      { name: 'mlp.onnx', bytes: ONNX_MLP },
    ],
    load,
    mutateInside: mutateOnnx,
  },
];
