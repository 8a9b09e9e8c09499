/**
 * Adds comments to the compiler's declarations of the models, which editors show for models and parameters: meaning, unit, range, default,
 * equation and source, from the declarations that validate parameters. Run by `npm run build`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { displayUnit, type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { object } from '../../core/declare/params.ts';
import { conductanceParams, readParams } from '../../synapses/devices/array/range.ts';
import { commonParams } from '../../synapses/devices/defineDevice.ts';
import { type AnyModel, MODELS } from '../network/models.ts';
import { describeRange, formatDefault } from './models.ts';

/** Folder of the compiled package. */
const BUILT = fileURLToPath(new URL('../../', import.meta.url));
/** Declaration of a model as the compiler writes it, with its comment. */
const DECLARED =
  /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export declare const (\w+): ((?:import\("[^"]+"\)\.)?Model<[\s\S]*?>);\n(?=$|import |export |declare |type |interface |\/\*\*)/g;

/** Escapes the end mark of comments. */
const escapeComment = (text: string): string => text.replaceAll('*/', '*\\/');

/** Formats the comment of a parameter. */
function describeParameter(schema: JsonSchema, required: boolean): string {
  const unit = displayUnit(schema);
  const allowed = schema.properties ? '' : describeRange(schema);
  const limits = allowed === 'see meaning' ? '' : `${allowed[0]?.toUpperCase() ?? ''}${allowed.slice(1)}`;
  const initial =
    schema.default !== undefined ? `Default: ${formatDefault(schema.default)}.` : required ? 'Required.' : 'Optional.';
  const meaning = (schema.description ?? '').replace(/\.$/, '');
  return escapeComment(
    [
      `${meaning[0]?.toUpperCase() ?? ''}${meaning.slice(1)}${unit === '' ? '' : ` (${unit})`}.`,
      limits === '' ? '' : `${limits}.`,
      initial,
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
}

const propertiesOf = (schema: JsonSchema) => (schema.properties ?? {}) as Record<string, JsonSchema>;

/** Formats the members of a type with comments; `of` is the type that declares them. */
function formatMembers(
  schema: JsonSchema,
  of: string,
  indent: string,
  keys = Object.keys(propertiesOf(schema)),
): string {
  const required = new Set(schema.required ?? []);
  return keys
    .map((key) => [key, propertiesOf(schema)[key]!] as const)
    .map(([key, property]) => {
      const type = `${of}[${JSON.stringify(key)}]`;
      const inner = property.properties
        ? `{\n${formatMembers(property, `NonNullable<${type}>`, `${indent}    `)}${indent}}`
        : type;
      const mark = required.has(key) ? '' : '?';
      return `${indent}/** ${describeParameter(property, required.has(key))} */\n${indent}${key}${mark}: ${inner};\n`;
    })
    .join('');
}

/** Common parameters of devices, declared once; the interfaces of the devices extend them. */
const SHARED = [
  { name: 'ConductanceParameters', shape: 'ConductanceShape', schema: toJsonSchema(object(conductanceParams)) },
  { name: 'ReadParameters', shape: 'ReadShape', schema: toJsonSchema(object(readParams)) },
  { name: 'DeviceParameters', shape: 'CommonShape', schema: toJsonSchema(object(commonParams)) },
];
const SHARED_IN = 'synapses/devices/defineDevice';

const formatSharedInterfaces = (): string =>
  SHARED.map(({ name, shape, schema }) =>
    [
      `type ${shape}Input = import("zod/mini").input<Mapping<${shape}>>;`,
      `export interface ${name} {\n${formatMembers(schema, `${shape}Input`, '    ')}}\n`,
    ].join('\n'),
  ).join('');

/** Finds the shared interfaces that a model extends, and the keys that it declares itself. */
function findBases(schema: JsonSchema): { readonly bases: string[]; readonly own: string[] } {
  const left = new Set(Object.keys(propertiesOf(schema)));
  const bases = SHARED.flatMap(({ name, schema: base }) => {
    const keys = Object.keys(propertiesOf(base));
    if (!keys.every((key) => left.has(key))) return [];
    const other = keys.filter((key) => formatMembers(schema, 'T', '', [key]) !== formatMembers(base, 'T', '', [key]));
    for (const key of keys) if (!other.includes(key)) left.delete(key);
    return [other.length > 0 ? `Omit<${name}, ${other.map((key) => JSON.stringify(key)).join(' | ')}>` : name];
  });
  return { bases, own: [...left] };
}

/** Formats the declaration of a model with comments; `comment` is its present comment. */
function formatDeclaration({ declaration: d }: AnyModel, comment: string, type: string): string {
  const lines = [...comment.replaceAll(/^\s*\/?\*+\/?|\s*\*+\/\s*$/gm, '').split('\n')].map((line) => line.trim());
  const before = lines.filter((line) => line !== '');
  const text = [
    ...(before.length > 0 ? before : [`${d.help}.`]),
    '',
    `Equation: ${d.equation}`,
    '',
    `Source: ${d.source}`,
  ];
  const { name } = d;
  const schema = toJsonSchema(d.params);
  const { bases, own } = findBases(schema);
  const from = bases.length > 0 ? ` extends ${bases.join(', ')}` : '';
  return [
    `type ${name}Declared = ${type};`,
    `type ${name}Input = ${name}Declared extends (...parameters: infer P) => unknown ? P[0] : never;`,
    `interface ${name}Parameters${from} {\n${formatMembers(schema, `${name}Input`, '    ', own)}}`,
    `/**\n${text.map((line) => ` * ${escapeComment(line)}`.trimEnd()).join('\n')}\n */`,
    `export declare const ${name}: {`,
    `    (params: ${name}Parameters): ReturnType<${name}Declared>;`,
    `    readonly declaration: ${name}Declared["declaration"];`,
    '};\n',
  ].join('\n');
}

/** Adds comments to a declaration file of models beside `SHARED_IN`. */
export function addComments(text: string, models: ReadonlyMap<string, AnyModel>): string {
  let found = false;
  const made = text.replaceAll(DECLARED, (whole, comment: string | undefined, name: string, type: string) => {
    const model = models.get(name);
    if (model === undefined) return whole;
    found = true;
    return formatDeclaration(model, comment ?? '', type);
  });
  if (!found) return text;
  const used = SHARED.map(({ name }) => name).filter((name) =>
    new RegExp(`^interface .* extends .*\\b${name}\\b`, 'm').test(made),
  );
  const imported = used.length > 0 ? `import type { ${used.join(', ')} } from './${basename(SHARED_IN)}.ts';\n` : '';
  // Without an export list, a declaration file exports every type.
  return `${imported}${made.replace(/^export \{\};\n/m, '')}export {};\n`;
}

/** Built-in models by name. */
export const builtInModels = (): ReadonlyMap<string, AnyModel> =>
  new Map(
    Object.values(MODELS).flatMap((index) =>
      (Object.values(index) as AnyModel[]).map((model) => [model.declaration.name, model] as const),
    ),
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const models = builtInModels();
  const shared = join(BUILT, `${SHARED_IN}.d.ts`);
  const text = readFileSync(shared, 'utf8');
  if (!text.includes(`interface ${SHARED[0]!.name} `)) writeFileSync(shared, `${text}${formatSharedInterfaces()}`);
  for (const folder of ['neurons', 'synapses']) {
    for (const file of readdirSync(join(BUILT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.d.ts')) continue;
      const path = join(BUILT, folder, file);
      const text = readFileSync(path, 'utf8');
      const made = addComments(text, models);
      if (made !== text) writeFileSync(path, made);
    }
  }
}
