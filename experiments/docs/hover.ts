/**
 * Writes what editors show when one points at a model or a parameter into the compiler's declarations of the models: meaning, unit, range
 * and default, equation and source, from the declarations that also drive validation. Run by `npm run build`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { displayUnit } from '../../core/declare/allowed.ts';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { object } from '../../core/declare/params.ts';
import { conductanceParams, readParams } from '../../synapses/devices/array/range.ts';
import { commonParams } from '../../synapses/devices/defineDevice.ts';
import { type AnyModel, MODELS } from '../network/models.ts';
import { range, written } from './models.ts';

/** Where the built package lies. */
const BUILT = fileURLToPath(new URL('../../', import.meta.url));
/** The declaration of a model as the compiler writes it, with its comment. */
const DECLARED =
  /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export declare const (\w+): ((?:import\("[^"]+"\)\.)?Model<[\s\S]*?>);\n(?=$|import |export |declare |type |interface |\/\*\*)/g;

/** A comment may not end before its end. */
const safe = (text: string): string => text.replaceAll('*/', '*\\/');

/** What is shown for a parameter. */
function told(schema: JsonSchema, required: boolean): string {
  const unit = displayUnit(schema);
  const allowed = schema.properties ? '' : range(schema);
  const limits = allowed === 'see meaning' ? '' : `${allowed[0]?.toUpperCase() ?? ''}${allowed.slice(1)}`;
  const initial =
    schema.default !== undefined ? `Default: ${written(schema.default)}.` : required ? 'Required.' : 'Optional.';
  const meaning = (schema.description ?? '').replace(/\.$/, '');
  return safe(
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

/** Members of a type, each with its comment; `of` is the type that they are taken from. */
function members(schema: JsonSchema, of: string, indent: string, keys = Object.keys(propertiesOf(schema))): string {
  const required = new Set(schema.required ?? []);
  return keys
    .map((key) => [key, propertiesOf(schema)[key]!] as const)
    .map(([key, property]) => {
      const type = `${of}[${JSON.stringify(key)}]`;
      const inner = property.properties
        ? `{\n${members(property, `NonNullable<${type}>`, `${indent}    `)}${indent}}`
        : type;
      const mark = required.has(key) ? '' : '?';
      return `${indent}/** ${told(property, required.has(key))} */\n${indent}${key}${mark}: ${inner};\n`;
    })
    .join('');
}

/** What devices have in common, told once, beside what declares them: `extends` brings it to each. */
const SHARED = [
  { name: 'ConductanceParameters', shape: 'ConductanceShape', schema: toJsonSchema(object(conductanceParams)) },
  { name: 'ReadParameters', shape: 'ReadShape', schema: toJsonSchema(object(readParams)) },
  { name: 'DeviceParameters', shape: 'CommonShape', schema: toJsonSchema(object(commonParams)) },
];
const SHARED_IN = 'synapses/devices/defineDevice';

const sharedInterfaces = (): string =>
  SHARED.map(({ name, shape, schema }) =>
    [
      `type ${shape}Given = import("zod/mini").input<Mapping<${shape}>>;`,
      `export interface ${name} {\n${members(schema, `${shape}Given`, '    ')}}\n`,
    ].join('\n'),
  ).join('');

/** What the interface of a model extends, and the keys that are its own or are told in other words. */
function extended(schema: JsonSchema): { readonly bases: string[]; readonly own: string[] } {
  const left = new Set(Object.keys(propertiesOf(schema)));
  const bases = SHARED.flatMap(({ name, schema: base }) => {
    const keys = Object.keys(propertiesOf(base));
    if (!keys.every((key) => left.has(key))) return [];
    const other = keys.filter((key) => members(schema, 'T', '', [key]) !== members(base, 'T', '', [key]));
    for (const key of keys) if (!other.includes(key)) left.delete(key);
    return [other.length > 0 ? `Omit<${name}, ${other.map((key) => JSON.stringify(key)).join(' | ')}>` : name];
  });
  return { bases, own: [...left] };
}

/** The declaration of a model with comments; `comment` is the one that it has already. */
function commented({ declaration: d }: AnyModel, comment: string, type: string): string {
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
  const { bases, own } = extended(schema);
  const from = bases.length > 0 ? ` extends ${bases.join(', ')}` : '';
  return [
    `type ${name}Declared = ${type};`,
    `type ${name}Given = ${name}Declared extends (...given: infer G) => unknown ? G[0] : never;`,
    `interface ${name}Parameters${from} {\n${members(schema, `${name}Given`, '    ', own)}}`,
    `/**\n${text.map((line) => ` * ${safe(line)}`.trimEnd()).join('\n')}\n */`,
    `export declare const ${name}: {`,
    `    (params: ${name}Parameters): ReturnType<${name}Declared>;`,
    `    readonly declaration: ${name}Declared["declaration"];`,
    '};\n',
  ].join('\n');
}

/** A declaration file with comments on the models that it declares; in it `SHARED_IN` is beside it. */
export function withComments(text: string, models: ReadonlyMap<string, AnyModel>): string {
  let found = false;
  const made = text.replaceAll(DECLARED, (whole, comment: string | undefined, name: string, type: string) => {
    const model = models.get(name);
    if (model === undefined) return whole;
    found = true;
    return commented(model, comment ?? '', type);
  });
  if (!found) return text;
  const used = SHARED.map(({ name }) => name).filter((name) =>
    new RegExp(`^interface .* extends .*\\b${name}\\b`, 'm').test(made),
  );
  const imported = used.length > 0 ? `import type { ${used.join(', ')} } from './${basename(SHARED_IN)}.ts';\n` : '';
  // Without an export list every type of a declaration file would be exported.
  return `${imported}${made.replace(/^export \{\};\n/m, '')}export {};\n`;
}

/** Our models by their names. */
export const ownModels = (): ReadonlyMap<string, AnyModel> =>
  new Map(
    Object.values(MODELS).flatMap((index) =>
      (Object.values(index) as AnyModel[]).map((model) => [model.declaration.name, model] as const),
    ),
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const models = ownModels();
  const shared = join(BUILT, `${SHARED_IN}.d.ts`);
  const text = readFileSync(shared, 'utf8');
  if (!text.includes(`interface ${SHARED[0]!.name} `)) writeFileSync(shared, `${text}${sharedInterfaces()}`);
  for (const folder of ['neurons', 'synapses']) {
    for (const file of readdirSync(join(BUILT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.d.ts')) continue;
      const path = join(BUILT, folder, file);
      const text = readFileSync(path, 'utf8');
      const made = withComments(text, models);
      if (made !== text) writeFileSync(path, made);
    }
  }
}
