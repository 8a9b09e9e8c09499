/**
 * Adds comments to the compiled type declarations of the models, from the model declarations, for display in editors. Run by
 * `npm run build`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatUnit, type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { type AnyModel, MODELS } from '../network/models.ts';
import { stripCommentMarks } from './declarations.ts';
import { capitalise, describeRange, formatDefaultValue, listSchemaEntries } from './page.ts';

const BUILD_DIRECTORY = fileURLToPath(new URL('../../', import.meta.url));
/** Pattern of a model declaration, with its comment, in a file written by the TypeScript compiler. */
const DECLARATION_PATTERN =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export declare const (\w+): ((?:import\("[^"]+"\)\.)?Model<[\s\S]*?>);\n(?=$|import |export |declare |type |interface |\/\*\*)/g;

const escapeComment = (text: string) => text.replaceAll('*/', '*\\/');

function describeParameter(schema: JsonSchema, isRequired: boolean): string {
  const unit = formatUnit(schema);
  const allowed = schema.properties ? 'see meaning' : describeRange(schema);
  const meaning = capitalise((schema.description ?? '').replace(/\.$/, ''));
  const sentences = [
    unit === '' ? meaning : `${meaning} (${unit})`,
    ...(allowed === 'see meaning' ? [] : [capitalise(allowed)]),
    schema.default !== undefined
      ? `Default: ${formatDefaultValue(schema.default)}`
      : isRequired
        ? 'Required'
        : 'Optional',
  ];
  return escapeComment(`${sentences.join('. ')}.`);
}

/** Formats the members of a type, with comments. @param typeName type that declares the members */
const formatMembers = (schema: JsonSchema, typeName: string, indent: string): string =>
  listSchemaEntries(schema)
    .map(([key, property, isRequired]) => {
      const type = `${typeName}[${JSON.stringify(key)}]`;
      const inner = property.properties
        ? `{\n${formatMembers(property, `NonNullable<${type}>`, `${indent}    `)}${indent}}`
        : type;
      const member = `${key}${isRequired ? '' : '?'}: ${inner};`;
      return `${indent}/** ${describeParameter(property, isRequired)} */\n${indent}${member}\n`;
    })
    .join('');

function formatDeclaration({ declaration: d }: AnyModel, comment: string, type: string): string {
  const { name } = d;
  const own = stripCommentMarks(comment) || `${d.help}.`;
  const lines = [...own.split('\n'), '', `Equation: ${d.equation}`, '', `Source: ${d.source}`];
  return [
    `type ${name}Declared = ${type};`,
    `type ${name}Input = ${name}Declared extends (...parameters: infer P) => unknown ? P[0] : never;`,
    `interface ${name}Parameters {\n${formatMembers(toJsonSchema(d.params), `${name}Input`, '    ')}}`,
    `/**\n${lines.map((line) => ` * ${escapeComment(line)}`.trimEnd()).join('\n')}\n */`,
    `export declare const ${name}: {`,
    `    (params: ${name}Parameters): ReturnType<${name}Declared>;`,
    `    readonly declaration: ${name}Declared["declaration"];`,
    '};\n',
  ].join('\n');
}

export function addModelComments(text: string, models: ReadonlyMap<string, AnyModel>): string {
  const commented = text.replaceAll(DECLARATION_PATTERN, (whole, comment = '', name: string, type: string) => {
    const model = models.get(name);
    return model === undefined ? whole : formatDeclaration(model, comment, type);
  });
  // Without `export {}`, a declaration file exports all its types.
  return commented === text ? text : `${commented.replace(/^export \{\};\n/m, '')}export {};\n`;
}

export const listBuiltInModels = (): ReadonlyMap<string, AnyModel> =>
  new Map(
    Object.values(MODELS).flatMap((index) =>
      (Object.values(index) as AnyModel[]).map((model) => [model.declaration.name, model] as const),
    ),
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const models = listBuiltInModels();
  for (const folder of ['neurons', 'synapses'])
    for (const file of readdirSync(join(BUILD_DIRECTORY, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.d.ts')) continue;
      const path = join(BUILD_DIRECTORY, folder, file);
      const text = readFileSync(path, 'utf8');
      const commented = addModelComments(text, models);
      if (commented !== text) writeFileSync(path, commented);
    }
}
