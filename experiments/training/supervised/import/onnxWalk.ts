import { showKey } from '../../../../core/declare/show.ts';
import type { Shape, Stage } from '../model.ts';
import type { OnnxNode } from './onnxSchema.ts';
import type { Tensor } from './tensors.ts';

/** Where a walk along the operators is: what was built, and what comes out of it. */
export interface Walk {
  readonly path: string;
  readonly stages: Stage[];
  /** As an image, channels first in the file; null once it is a vector. */
  shape: Shape | null;
  size: number;
  /** The image that a vector was, if it has several channels: the next matrix has its rows in another order. */
  flattened: Shape | null;
  /** Nothing may follow. */
  ended: boolean;
  constantOf(node: OnnxNode, input: number): Tensor | null;
}

export const titleOf = ({ opType, name }: OnnxNode): string =>
  `operator ${showKey(opType)}${name ? ` (${showKey(name)})` : ''}`;
