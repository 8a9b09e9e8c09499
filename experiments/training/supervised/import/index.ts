import { extname } from 'node:path';
import { UserError } from '../../../../core/declare/errors.ts';
import {
  type Architecture,
  countStageOutputs,
  hasWeights,
  type ImageShape,
  type Model,
  type NetSizes,
} from '../model.ts';
import { readOnnx } from './onnx.ts';
import { readSafetensors } from './safetensors.ts';
import { buildModelFromTensors } from './stateDict.ts';
import { readNpz } from './tensors.ts';

const EXTENSIONS = ['.npz', '.onnx', '.safetensors'];

/** Imports a trained net: architecture and weights from `.onnx`, weights of `architecture` from `.npz` or `.safetensors`. */
export function importModel(
  path: string,
  architecture: Architecture,
  image: ImageShape,
  classes: number,
  pooling: NetSizes['pooling'] = 'max',
): Model {
  const extension = extname(path).toLowerCase();
  if (!EXTENSIONS.includes(extension))
    throw new UserError(
      `${path}: weights are imported from ${EXTENSIONS.join(', ')} files, but this one ends in "${extension}".`,
    );
  const readTensors = extension === '.npz' ? readNpz : readSafetensors;
  const model =
    extension === '.onnx'
      ? readOnnx(path, image)
      : buildModelFromTensors(readTensors(path), {
          path,
          architecture,
          imageShape: image,
          classCount: classes,
          pooling,
        });
  const outputs = countStageOutputs(model.stages.at(-1)!);
  if (outputs !== classes)
    throw new UserError(`${path}: the model has ${outputs} outputs, but the images have ${classes} classes.`);
  requireArchitecture(model, architecture, path);
  requireFinite(model, path);
  return model;
}

/** Requires finite weights, because conversion of large weights to single precision gives Infinity. */
function requireFinite({ stages }: Model, path: string) {
  for (const [k, stage] of stages.filter(hasWeights).entries())
    for (const [what, values] of Object.entries({ weight: stage.weights, bias: stage.bias })) {
      const bad = values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0 || values.length === 0)
        throw new UserError(
          `${path}: ${what} ${bad} of layer ${k + 1} is ${values[bad]}, but must be a finite number of 32 bits.`,
        );
    }
}

function requireArchitecture({ stages }: Model, architecture: Architecture, path: string) {
  const weighted = stages.filter(hasWeights);
  const found = weighted.some(({ kind }) => kind === 'convolution')
    ? 'cnn'
    : weighted.length > 1
      ? 'mlp'
      : 'perceptron';
  if (found !== architecture)
    throw new UserError(
      `${path}: the net is of architecture ${found}; use --network ${found} instead of ${architecture}.`,
    );
}
