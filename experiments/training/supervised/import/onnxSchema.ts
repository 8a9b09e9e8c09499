/** Subset of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto: fields of messages as name, type, number; `[]` if repeated. */
const MESSAGES = {
  ModelProto: { graph: ['GraphProto', 7] },
  GraphProto: {
    node: ['NodeProto[]', 1],
    initializer: ['TensorProto[]', 5],
    input: ['ValueInfoProto[]', 11],
    output: ['ValueInfoProto[]', 12],
  },
  NodeProto: {
    input: ['string[]', 1],
    output: ['string[]', 2],
    name: ['string', 3],
    opType: ['string', 4],
    attribute: ['AttributeProto[]', 5],
    domain: ['string', 7],
  },
  AttributeProto: {
    name: ['string', 1],
    f: ['float', 2],
    i: ['int64', 3],
    s: ['bytes', 4],
    t: ['TensorProto', 5],
    ints: ['int64[]', 8],
  },
  TensorProto: {
    dims: ['int64[]', 1],
    dataType: ['int32', 2],
    floatData: ['float[]', 4],
    int32Data: ['int32[]', 5],
    int64Data: ['int64[]', 7],
    name: ['string', 8],
    rawData: ['bytes', 9],
    doubleData: ['double[]', 10],
    dataLocation: ['int32', 14],
  },
  ValueInfoProto: { name: ['string', 1], type: ['TypeProto', 2] },
  TypeProto: { tensorType: ['TypeTensor', 1] },
  TypeTensor: { shape: ['TensorShapeProto', 2] },
  TensorShapeProto: { dim: ['Dimension[]', 1] },
  Dimension: { dimValue: ['int64', 1] },
} as const;

/** Type of a decoded field; a message that is not in the file is null. */
type Decoded<T> = T extends `${infer Item}[]`
  ? readonly NonNullable<Decoded<Item>>[]
  : T extends keyof typeof MESSAGES
    ? OnnxMessage<T> | null
    : T extends 'string'
      ? string
      : T extends 'bytes'
        ? Uint8Array
        : number;

export type OnnxMessage<M extends keyof typeof MESSAGES> = {
  readonly [F in keyof (typeof MESSAGES)[M]]: (typeof MESSAGES)[M][F] extends readonly [infer T, number]
    ? Decoded<T>
    : never;
};

function describeMessage(fields: Readonly<Record<string, readonly [type: string, id: number]>>) {
  const described = Object.entries(fields).map(([name, [type, id]]) => {
    return [name, type.endsWith('[]') ? { rule: 'repeated', type: type.slice(0, -2), id } : { type, id }];
  });
  return { fields: Object.fromEntries(described) };
}

export const ONNX_SCHEMA = {
  nested: Object.fromEntries(Object.entries(MESSAGES).map(([name, fields]) => [name, describeMessage(fields)])),
};
