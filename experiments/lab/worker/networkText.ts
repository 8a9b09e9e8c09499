import { isPair, isScalar, isSeq, type Node, parseDocument, stringify, visit } from 'yaml';
import { type JsonSchema, toJsonSchema } from '../../../core/declare/jsonSchema.ts';
import { addDeviceReferenceSchemas, resolveDeviceReferences } from '../../devices/reference.ts';
import { readExampleFile } from '../../liveExamples/exampleFile.ts';
import { parseLiveFence } from '../../liveExamples/fence.ts';
import { type CopyFormat, formatExampleCopy } from '../../liveExamples/formatExampleCopy.ts';
import { isMapping, type Mapping } from '../../network/config/override.ts';
import { findEntrySchemas, getSchemaProperties, listSchemaAlternatives } from '../../network/config/schemaPath.ts';
import { networkSchema } from '../../network/schema.ts';

interface TextPosition {
  readonly text: string;
  /** Index of a character of the text. */
  readonly position: number;
}

interface EntryPlace {
  readonly keyPath: readonly (string | number)[];
  readonly isKey: boolean;
  readonly documentRoot: unknown;
}

/** Word that replaces the word at the cursor while the text is parsed. */
const CURSOR = 'memspikeCursor';
const WORD_PATTERNS = { before: /[\w-]*$/, after: /^[\w-]*/ };

let schema: JsonSchema | undefined;
/** JSON Schema of network files, computed at the first call. */
function getSchema(): JsonSchema {
  schema ??= addDeviceReferenceSchemas(toJsonSchema(networkSchema));
  return schema;
}

/** Path (keys and indices) of a YAML node. @param chain its ancestors from the document down, then the node */
const toPath = (chain: readonly unknown[]): (string | number)[] =>
  chain.flatMap((node, i): (string | number)[] => {
    if (isPair(node)) return [String((node.key as { value?: unknown } | null)?.value)];
    return isSeq(node) && i + 1 < chain.length ? [node.items.indexOf(chain[i + 1])] : [];
  });

function findEntry(text: string, matches: (node: Node) => boolean): EntryPlace | undefined {
  const document = parseDocument(text);
  let found: EntryPlace | undefined;
  visit(document, {
    Scalar(key, node, ancestors) {
      if (!matches(node)) return undefined;
      const chain = [...ancestors, node];
      found = {
        keyPath: key === 'key' ? toPath(chain.slice(0, -2)) : toPath(chain),
        isKey: key === 'key',
        documentRoot: document.toJS(),
      };
      return visit.BREAK;
    },
  });
  return found;
}

/** Alternatives of a schema for the model that `value` names; all alternatives if none is for this model. */
function expandSchema(schema: JsonSchema, value: unknown): JsonSchema[] {
  const chosen = listSchemaAlternatives(schema, value);
  return chosen.length > 0 ? chosen : listSchemaAlternatives(schema);
}

const getValue = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((part, key) => (part as Mapping | undefined)?.[key], value);

/** Schemas that the value at a path may have. */
const findSchemas = (path: readonly (string | number)[], root: unknown): JsonSchema[] =>
  path.reduce(
    (found, key, i) =>
      found
        .flatMap((one) => findEntrySchemas(one, key))
        .flatMap((one) => expandSchema(one, getValue(root, path.slice(0, i + 1)))),
    [getSchema()],
  );

const describeEntry = ({ description = '', unit, default: initial }: JsonSchema & { unit?: string }): string =>
  [
    description,
    unit === undefined || unit === '1' ? '' : `unit: ${unit}`,
    initial === undefined ? '' : `default: ${JSON.stringify(initial)}`,
  ]
    .filter((part) => part !== '')
    .join('; ');

function suggestKeys({ keyPath: path, documentRoot: root }: EntryPlace, isFollowedByColon: boolean) {
  const present = getValue(root, path);
  return findSchemas(path, root)
    .flatMap((one) => Object.entries(getSchemaProperties(one)))
    .filter(([key]) => !(isMapping(present) && key in present))
    .map(([label, one]) => ({ label, apply: isFollowedByColon ? label : `${label}: `, info: describeEntry(one) }));
}

function suggestValues({ keyPath: path, documentRoot: root }: EntryPlace) {
  const toSuggestion = (label: string, info = '') => ({ label, apply: label, info });
  const key = path.at(-1);
  if ((path[0] === 'projections' && (key === 'from' || key === 'to')) || (path[0] === 'record' && path[1] === 'spikes'))
    return Object.keys((root as { populations?: object }).populations ?? {}).map((name) => toSuggestion(name));
  if (key === 'model')
    return findSchemas(path.slice(0, -1), root).flatMap((one) => {
      const name = getSchemaProperties(one).model?.const;
      return typeof name === 'string' ? [toSuggestion(name, one.description)] : [];
    });
  return findSchemas(path, root).flatMap((one) =>
    (one.type === 'boolean' ? [true, false] : (one.enum ?? (one.const === undefined ? [] : [one.const]))).map((value) =>
      toSuggestion(String(value), describeEntry(one)),
    ),
  );
}

/**
 * Lists what the schema allows at the cursor: keys, values, model names and names of populations; `apply` is the text
 * that is inserted.
 */
export function suggestEntries({ text, position }: TextPosition) {
  const from = position - WORD_PATTERNS.before.exec(text.slice(0, position))![0].length;
  const rest = text.slice(position).replace(WORD_PATTERNS.after, '');
  const before = text.slice(0, from);
  const isFollowedByColon = /^ *:/.test(rest);
  const words = /: +$/.test(before) ? [CURSOR] : isFollowedByColon ? [CURSOR] : [`${CURSOR}: 0`, CURSOR];
  for (const word of words) {
    const place = findEntry(`${before}${word}${rest}`, (node) => isScalar(node) && node.value === CURSOR);
    const found = place === undefined ? [] : place.isKey ? suggestKeys(place, isFollowedByColon) : suggestValues(place);
    const options = [...new Map(found.map((one) => [one.label, one])).values()];
    if (options.length > 0) return { from, options };
  }
  return { from, options: [] };
}

/** Describes the key or model name at a position; null if the schema has no description. */
export function explainEntry({ text, position }: TextPosition) {
  let range: readonly [number, number] = [0, 0];
  const place = findEntry(text, ({ range: found }) => {
    if (!found || position < found[0] || position > found[1]) return false;
    range = [found[0], found[1]];
    return true;
  });
  if (place === undefined) return null;
  const { keyPath: path, isKey, documentRoot: root } = place;
  const key = isKey ? text.slice(...range) : '';
  const found: JsonSchema[] = isKey
    ? findSchemas(path, root).flatMap((one) => findEntrySchemas(one, key))
    : findSchemas(path.slice(0, -1), root);
  const info = isKey || path.at(-1) === 'model' ? found.map(describeEntry).find((one) => one !== '') : undefined;
  return info === undefined ? null : { from: range[0], to: range[1], info };
}

/** Lists all keys and all named values (models, choices) of the schema, for highlighting. */
export function listSchemaWords(): { readonly keys: readonly string[]; readonly values: readonly string[] } {
  const [keys, values] = [new Set<string>(), new Set<string>()];
  JSON.stringify(getSchema(), (name, value) => {
    if (name === 'properties') for (const key of Object.keys(value)) keys.add(key);
    if (name === 'const' || name === 'enum')
      for (const one of [value].flat()) if (typeof one === 'string') values.add(one);
    return value;
  });
  return { keys: [...keys], values: [...values] };
}

export interface NetworkGraph {
  /** `size`: number of neurons; absent if a file or a stimulus determines it. */
  readonly populations: readonly { readonly name: string; readonly model: string; readonly size?: number }[];
  /** `kind`: names of the models of the synapses; empty for static synapses. */
  readonly projections: readonly { readonly from: string; readonly to: string; readonly kind: readonly string[] }[];
}

export function createNetworkGraph({
  populations,
  projections,
}: {
  readonly populations: object;
  readonly projections: readonly object[];
}): NetworkGraph {
  return {
    populations: Object.entries(populations).map(([name, { model, size, trains }]) => {
      const neuronCount = size ?? trains?.length;
      return { name, model, ...(neuronCount !== undefined && { size: neuronCount }) };
    }),
    projections: (projections as (Mapping & { from: string; to: string })[]).map(({ from, to, ...parts }) => ({
      from,
      to,
      kind: ['shortTerm', 'device', 'rule'].flatMap((part) =>
        isMapping(parts[part]) ? [String(parts[part].model)] : [],
      ),
    })),
  };
}

/** Formats a network file to run elsewhere. In a TypeScript program, presets are replaced by their values. */
export function exportNetwork({ text, format }: { readonly text: string; readonly format: CopyFormat }): string {
  const example = parseLiveFence('yaml live id=network picture=raster', text, 'network.yaml');
  const source =
    format === 'TypeScript' ? stringify(resolveDeviceReferences(readExampleFile(example), example.where)) : text;
  return formatExampleCopy({ ...example, source: source.endsWith('\n') ? source : `${source}\n` }, {}, format);
}
