import { extname } from 'node:path';
import { UserError } from '../../../../core/declare/errors.ts';
import type { Architecture, Sizes } from '../architectures.ts';
import { isWeighted, type Model, outputsOf, type Shape } from '../model.ts';
import { readNpz } from './npz.ts';
import { readOnnx } from './onnx.ts';
import { readSafetensors } from './safetensors.ts';
import { modelOf } from './stateDict.ts';

const ENDINGS = ['.npz', '.onnx', '.safetensors'];

/**
 * A trained net from a file. ONNX says how it is built; `.npz` and `.safetensors` hold weights for `architecture`.
 * @throws UserError that names the file and what in it does not fit
 */
export function importModel(
  path: string,
  architecture: Architecture,
  image: Shape,
  classes: number,
  pooling: Sizes['pooling'] = 'max',
): Model {
  const ending = extname(path).toLowerCase();
  if (!ENDINGS.includes(ending))
    throw new UserError(
      `${path}: weights are imported from ${ENDINGS.join(', ')} files, but this one ends in "${ending}".`,
    );
  const model =
    ending === '.onnx'
      ? readOnnx(path, image)
      : modelOf(ending === '.npz' ? readNpz(path) : readSafetensors(path), architecture, image, classes, pooling, path);
  const outputs = outputsOf(model.stages.at(-1)!);
  if (outputs !== classes)
    throw new UserError(`${path}: the model has ${outputs} outputs, but the images have ${classes} classes.`);
  requireArchitecture(model, architecture, path);
  requireFinite(model, path);
  return model;
}

/** Weights are kept in 32 bits, beyond which a number of 64 bits, or a product with alpha or beta of ONNX, may lie. */
function requireFinite({ stages }: Model, path: string): void {
  for (const [k, stage] of stages.filter(isWeighted).entries())
    for (const [what, values] of Object.entries({ weight: stage.weights, bias: stage.bias })) {
      const bad = values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0 || values.length === 0)
        throw new UserError(
          `${path}: ${what} ${bad} of layer ${k + 1} is ${values[bad]}, but must be a finite number of 32 bits.`,
        );
    }
}

/** What --network says must be what the file holds. */
function requireArchitecture({ stages }: Model, architecture: Architecture, path: string): void {
  const weighted = stages.filter(isWeighted);
  const found = weighted.some(({ kind }) => kind === 'convolution')
    ? 'cnn'
    : weighted.length > 1
      ? 'mlp'
      : 'perceptron';
  if (found !== architecture)
    throw new UserError(
      `${path}: holds a net that is called ${found}; use --network ${found} instead of ${architecture}.`,
    );
}
