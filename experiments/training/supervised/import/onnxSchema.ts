import { showKey } from '../../../../core/declare/show.ts';
import type { Shape, Stage } from '../model.ts';
import type { Tensor } from './tensors.ts';

/**
 * Subset of the ONNX format that the import reads; field numbers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });
const field = (type: string, id: number) => ({ type, id });

export const ONNX = {
  nested: {
    ModelProto: { fields: { graph: field('GraphProto', 7) } },
    GraphProto: {
      fields: {
        node: repeated('NodeProto', 1),
        initializer: repeated('TensorProto', 5),
        input: repeated('ValueInfoProto', 11),
        output: repeated('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: field('string', 3),
        opType: field('string', 4),
        attribute: repeated('AttributeProto', 5),
        domain: field('string', 7),
      },
    },
    AttributeProto: {
      fields: {
        name: field('string', 1),
        f: field('float', 2),
        i: field('int64', 3),
        s: field('bytes', 4),
        t: field('TensorProto', 5),
        floats: repeated('float', 7),
        ints: repeated('int64', 8),
      },
    },
    TensorProto: {
      fields: {
        dims: repeated('int64', 1),
        dataType: field('int32', 2),
        floatData: repeated('float', 4),
        int32Data: repeated('int32', 5),
        int64Data: repeated('int64', 7),
        name: field('string', 8),
        rawData: field('bytes', 9),
        doubleData: repeated('double', 10),
        dataLocation: field('int32', 14),
      },
    },
    ValueInfoProto: { fields: { name: field('string', 1), type: field('TypeProto', 2) } },
    TypeProto: { fields: { tensorType: field('TypeTensor', 1) } },
    TypeTensor: { fields: { elemType: field('int32', 1), shape: field('TensorShapeProto', 2) } },
    TensorShapeProto: { fields: { dim: repeated('Dimension', 1) } },
    Dimension: { fields: { dimValue: field('int64', 1), dimParam: field('string', 2) } },
  },
};

export interface OnnxTensor {
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly number[];
  readonly doubleData: readonly number[];
  readonly rawData: Uint8Array;
  readonly name: string;
  readonly dataLocation: number;
}
export interface OnnxAttribute {
  readonly name: string;
  readonly f: number;
  readonly i: number;
  readonly s: Uint8Array;
  readonly t: OnnxTensor | null;
  readonly ints: readonly number[];
}
export interface OnnxNode {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly attribute: readonly OnnxAttribute[];
}
export interface OnnxGraph {
  readonly node: readonly OnnxNode[];
  readonly initializer: readonly OnnxTensor[];
  readonly input: readonly {
    readonly name: string;
    readonly type: {
      readonly tensorType: { readonly shape: { readonly dim: readonly { dimValue: number }[] } | null } | null;
    } | null;
  }[];
  readonly output: readonly { readonly name: string }[];
}

/** State of the import after some operators of the chain: stages so far, and shape of their output. */
export interface Chain {
  readonly path: string;
  readonly stages: Stage[];
  /** Shape of the output, if it is an image (channels first in the file); null if it is a vector. */
  shape: Shape | null;
  /** Number of output values. */
  size: number;
  /** Shape of a multi-channel image before Flatten; rows of the next matrix are then in channels-first order. */
  flattened: Shape | null;
  /** True after Softmax, which must be the last operator. */
  ended: boolean;
  /** Value of an operator's constant input; null if the input is not constant. */
  constantOf(node: OnnxNode, input: number): Tensor | null;
}

export const describeOperator = ({ opType, name }: OnnxNode): string =>
  `operator ${showKey(opType)}${name ? ` (${showKey(name)})` : ''}`;
