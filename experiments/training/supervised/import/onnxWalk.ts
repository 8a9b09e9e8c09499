import { showKey } from '../../../../core/declare/show.ts';
import type { Shape, Stage } from '../model.ts';
import type { OnnxNode } from './onnxSchema.ts';
import type { Tensor } from './tensors.ts';

/** State of the import along the chain of operators: stages so far and the shape of their output. */
export interface Chain {
  readonly path: string;
  readonly stages: Stage[];
  /** Output as an image (channels first in the file); null if the output is a vector. */
  shape: Shape | null;
  /** Number of output values. */
  size: number;
  /** Image with several channels before Flatten: the rows of the next matrix are channels first. */
  flattened: Shape | null;
  /** True after Softmax, which must be the last operator. */
  ended: boolean;
  /** Constant input of an operator; null if the input is not constant. */
  constantOf(node: OnnxNode, input: number): Tensor | null;
}

export const describeOperator = ({ opType, name }: OnnxNode): string =>
  `operator ${showKey(opType)}${name ? ` (${showKey(name)})` : ''}`;
