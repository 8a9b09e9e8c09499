/** Parameters of a fenced file that sliders change: description, unit and value, from the schema of the file. */
import { UserError } from '../../core/declare/errors.ts';
import { formatUnit, type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { deviceFileSchema } from '../devices/schema.ts';
import { findEntrySchemas, getSchemaProperties, listSchemaAlternatives } from '../network/config/schemaPath.ts';
import { isNumberSchema } from '../network/models.ts';
import { networkSchema } from '../network/schema.ts';
import { mnistSchema } from '../training/unsupervised/config.ts';
import { readExampleDevice, readExampleFile, readExampleMnistConfig, readExampleNetwork } from './exampleFile.ts';
import type { ExampleKind, LiveExample, ParameterRange } from './fence.ts';

const SCHEMAS: Readonly<Record<Exclude<ExampleKind, 'module'>, () => JsonSchema>> = {
  network: () => toJsonSchema(networkSchema),
  device: () => toJsonSchema(deviceFileSchema),
  mnist: () => toJsonSchema(mnistSchema),
};

function findFileParameter(example: LiveExample, path: string) {
  const kind = example.kind as Exclude<ExampleKind, 'module'>;
  let schemas = [SCHEMAS[kind]()];
  let node: unknown = readExampleFile(example);
  for (const key of path.split('.')) {
    const inner = schemas.flatMap((schema) => findEntrySchemas(schema, key, node));
    if (inner.length === 0) {
      const known = schemas
        .flatMap((schema) => listSchemaAlternatives(schema))
        .flatMap((one) => Object.keys(getSchemaProperties(one)));
      throw new UserError(
        `${show(path)} is not a parameter of this example: ${show(key)} is unknown${didYouMean(key, known, 'known here')}`,
      );
    }
    schemas = inner;
    node = Reflect.get(Object(node), key);
  }
  const own = schemas.flatMap((schema) => listSchemaAlternatives(schema)).find(isNumberSchema);
  if (own === undefined) throw new UserError(`${show(path)} is not a number, so that no slider can change it.`);
  return {
    description: own.description ?? path,
    unit: formatUnit(own),
    /** Value in the fenced file; if the file has no value, the default of the schema. */
    initialValue: node ?? own.default,
    isInteger: own.type === 'integer',
  };
}

/** Finds a parameter of a TypeScript example: `{ name = value }` of its default export, described by `@param`. */
function findModuleParameter({ source }: LiveExample, name: string) {
  const names = [...source.matchAll(/@param (\w+) /g)].map(([, name]) => name!);
  const [, text, unit = ''] =
    new RegExp(`@param ${name} ([^,\\n*]+)(?:, ([^\\n*]+?))? *(?:\\n|\\*/)`).exec(source) ?? [];
  const [, value] = new RegExp(`\\b${name} = ([-+\\d.e]+)`).exec(source) ?? [];
  if (text === undefined || value === undefined)
    throw new UserError(
      `${show(name)} is not a parameter with @param and a default${didYouMean(name, names, 'described here')}`,
    );
  return { description: text.trim(), unit, initialValue: Number(value), isInteger: false };
}

/** Checks that the schema of the example's file allows a value of a slider. */
function checkValue(example: LiveExample, path: string, value: number) {
  const values = { [path]: value };
  if (example.kind === 'device') readExampleDevice(example, values);
  if (example.kind === 'mnist') readExampleMnistConfig(example, values);
  if (example.kind === 'network') readExampleNetwork(example, values);
}

export type ExampleParameter = ReturnType<typeof describeParameter>;

/** Describes the parameter of a slider or sweep. @throws UserError if it is unknown, or out of range at either end */
export function describeParameter(example: LiveExample, range: ParameterRange) {
  const { path, low, high, unit } = range;
  try {
    const found = example.kind === 'module' ? findModuleParameter(example, path) : findFileParameter(example, path);
    const { initialValue } = found;
    if (unit !== found.unit)
      throw new UserError(`the unit of ${path} is ${show(unit)}, but must be ${show(found.unit)}.`);
    if (typeof initialValue !== 'number')
      throw new UserError(`${path} is ${show(initialValue)} in the file, but must be a number for a slider.`);
    for (const end of [low, high]) checkValue(example, path, end);
    return { ...found, path, low, high, initialValue };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const message = error.message.replace(`${example.where}: `, '');
    throw new UserError(`${example.where}: ${message}`, { cause: error });
  }
}

/** Describes all sliders of an example. @throws UserError if the value of the file is outside the range of a slider */
export function describeSliders(example: LiveExample): ExampleParameter[] {
  if (example.vary) describeParameter(example, example.vary);
  return example.sliders.map((range) => {
    const slider = describeParameter(example, range);
    const { path, low, high, initialValue } = slider;
    if (initialValue < low || initialValue > high)
      throw new UserError(
        `${example.where}: ${path} is ${initialValue} in the file, but its slider goes from ${low} to ${high}.`,
      );
    return slider;
  });
}
