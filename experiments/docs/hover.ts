/**
 * Adds comments to the compiled type declarations of the models, from the model declarations, for display in editors. Run by
 * `npm run build`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatUnit, type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { type AnyModel, MODELS } from '../network/models.ts';
import { capitalise, describeRange, formatDefault } from './page.ts';

const BUILT = fileURLToPath(new URL('../../', import.meta.url));
/** Pattern of a model declaration, with its comment, in a file written by the TypeScript compiler. */
const DECLARATION_PATTERN =
  /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export declare const (\w+): ((?:import\("[^"]+"\)\.)?Model<[\s\S]*?>);\n(?=$|import |export |declare |type |interface |\/\*\*)/g;

const escapeComment = (text: string) => text.replaceAll('*/', '*\\/');

function describeParameter(schema: JsonSchema, required: boolean) {
  const unit = formatUnit(schema);
  const allowed = schema.properties ? '' : describeRange(schema);
  const limits = allowed === 'see meaning' ? '' : capitalise(allowed);
  const initial =
    schema.default !== undefined ? `Default: ${formatDefault(schema.default)}.` : required ? 'Required.' : 'Optional.';
  const meaning = (schema.description ?? '').replace(/\.$/, '');
  return escapeComment(
    [`${capitalise(meaning)}${unit === '' ? '' : ` (${unit})`}.`, limits === '' ? '' : `${limits}.`, initial]
      .filter((part) => part !== '')
      .join(' '),
  );
}

/** Formats the members of a type, with comments. @param typeName type that declares the members */
function formatMembers(schema: JsonSchema, typeName: string, indent: string): string {
  const required = new Set(schema.required ?? []);
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
    .map(([key, property]) => {
      const type = `${typeName}[${JSON.stringify(key)}]`;
      const inner = property.properties
        ? `{\n${formatMembers(property, `NonNullable<${type}>`, `${indent}    `)}${indent}}`
        : type;
      const mark = required.has(key) ? '' : '?';
      return `${indent}/** ${describeParameter(property, required.has(key))} */\n${indent}${key}${mark}: ${inner};\n`;
    })
    .join('');
}

function formatDeclaration({ declaration: d }: AnyModel, comment: string, type: string) {
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
  return [
    `type ${name}Declared = ${type};`,
    `type ${name}Input = ${name}Declared extends (...parameters: infer P) => unknown ? P[0] : never;`,
    `interface ${name}Parameters {\n${formatMembers(schema, `${name}Input`, '    ')}}`,
    `/**\n${text.map((line) => ` * ${escapeComment(line)}`.trimEnd()).join('\n')}\n */`,
    `export declare const ${name}: {`,
    `    (params: ${name}Parameters): ReturnType<${name}Declared>;`,
    `    readonly declaration: ${name}Declared["declaration"];`,
    '};\n',
  ].join('\n');
}

export function addModelComments(text: string, models: ReadonlyMap<string, AnyModel>): string {
  let found = false;
  const made = text.replaceAll(
    DECLARATION_PATTERN,
    (whole, comment: string | undefined, name: string, type: string) => {
      const model = models.get(name);
      if (model === undefined) return whole;
      found = true;
      return formatDeclaration(model, comment ?? '', type);
    },
  );
  if (!found) return text;
  // Without `export {}`, a declaration file exports all its types.
  return `${made.replace(/^export \{\};\n/m, '')}export {};\n`;
}

export const listBuiltInModels = (): ReadonlyMap<string, AnyModel> =>
  new Map(
    Object.values(MODELS).flatMap((index) =>
      (Object.values(index) as AnyModel[]).map((model) => [model.declaration.name, model] as const),
    ),
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const models = listBuiltInModels();
  for (const folder of ['neurons', 'synapses']) {
    for (const file of readdirSync(join(BUILT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.d.ts')) continue;
      const path = join(BUILT, folder, file);
      const text = readFileSync(path, 'utf8');
      const made = addModelComments(text, models);
      if (made !== text) writeFileSync(path, made);
    }
  }
}
