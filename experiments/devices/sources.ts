import { UserError } from '../../core/declare/errors.ts';
import { displayUnit, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { isMapping } from '../network/config/override.ts';
import { modelsOfKind } from '../network/models.ts';
import { type DeviceFile, deviceFileSchema } from './schema.ts';

export type Value = number | string | boolean | readonly number[] | readonly (readonly number[])[];

/** One value with its unit and what vouches for it. */
export type Sourced<Key extends string> = {
  readonly parameter: string;
  readonly value: Value;
  readonly unit?: string;
} & { readonly [K in Key]: string };

/** A value of a device file by its path, with unit and meaning as its schema tells them. */
interface Leaf {
  readonly path: string;
  readonly value: Value;
  readonly unit?: string;
  readonly help?: string;
  /** What the model takes where a file says nothing. */
  readonly initial?: unknown;
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly unit?: string;
  readonly description?: string;
  readonly default?: unknown;
}

/** What a schema says of the key of a mapping, also where the mapping is one of several alternatives. */
function within(node: Node | undefined, key: string): Node | undefined {
  if (node === undefined) return undefined;
  const own = node.properties?.[key];
  if (own !== undefined) return own;
  return [...(node.anyOf ?? []), ...(node.oneOf ?? [])].map((n) => within(n, key)).find((n) => n !== undefined);
}

function* leaves(value: unknown, path: readonly string[], node: Node | undefined): Generator<Leaf> {
  if (isMapping(value)) {
    for (const [key, part] of Object.entries(value)) yield* leaves(part, [...path, key], within(node, key));
  } else if (value !== undefined) {
    const { description: help } = node ?? {};
    const unit = displayUnit(node ?? {});
    yield {
      path: path.join('.'),
      value: value as Value,
      ...(unit === '' ? {} : { unit }),
      ...(help === undefined ? {} : { help }),
      initial: node?.default,
    };
  }
}

const paramsOf = (kind: 'device' | 'shortTerm' | 'rule', model: string): Node =>
  toJsonSchema(modelsOfKind(kind)[model]!.declaration.params) as Node;

/** Every value under `device`, `shortTerm` and `rule`, without the names of the models, and every one under `about.table`. */
function leavesOf({
  device,
  shortTerm,
  rule,
  about,
}: Pick<DeviceFile, 'device' | 'shortTerm' | 'rule' | 'about'>): Leaf[] {
  const { model, ...params } = device;
  const found = [...leaves(params, ['device'], paramsOf('device', model))];
  if (shortTerm) {
    const { model: name, ...more } = shortTerm;
    found.push(...leaves(more, ['shortTerm'], paramsOf('shortTerm', name)));
  }
  if (rule) {
    const { model: name, ...more } = rule;
    found.push(...leaves(more, ['rule'], paramsOf('rule', name)));
  }
  const table = toJsonSchema(deviceFileSchema.shape.about._zod.def.innerType.shape.table) as Node;
  return [...found, ...leaves(about.table, ['about', 'table'], table)];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

interface Entry {
  readonly parameter: string;
  readonly value?: unknown;
  readonly unit?: string | undefined;
}

/** A value that no list of its file vouches for. */
export interface Unsourced {
  readonly parameter: string;
  readonly value: Value;
  readonly unit?: string | undefined;
  readonly help?: string | undefined;
}

/**
 * Fills in the values and units that `quoted`, `derived` and `assumed` take from the file itself, and lists the rest: `defaults`
 * of the models, and `unstated` values that the file gives without a word on where they come from.
 * @throws UserError for a path that leads nowhere, a value or unit that contradicts the file, and one vouched for twice.
 */
export function checkSources(file: DeviceFile, where: string) {
  const known = new Map(leavesOf(file).map((leaf) => [leaf.path, leaf]));
  const seen = new Map<string, string>();
  const filled = <E extends Entry>(list: 'quoted' | 'derived' | 'assumed', entries: readonly E[]) =>
    entries.map((entry, i) => {
      const at = `${where}: ${list}.${i}`;
      const { parameter } = entry;
      const before = seen.get(parameter);
      if (before !== undefined) throw new UserError(`${at}.parameter is ${show(parameter)}, as ${before} is already.`);
      seen.set(parameter, `${list}.${i}`);
      const leaf = known.get(parameter);
      if (leaf === undefined && (/^(device|shortTerm|rule|about)\./.test(parameter) || entry.value === undefined)) {
        const hint = didYouMean(parameter, [...known.keys()], 'there are');
        throw new UserError(`${at}.parameter is ${show(parameter)}, which is no value of this file${hint}`);
      }
      if (leaf !== undefined && entry.value !== undefined && !same(entry.value, leaf.value)) {
        throw new UserError(`${at}.value is ${show(entry.value)}, but ${parameter} is ${show(leaf.value)}.`);
      }
      if (leaf !== undefined && entry.unit !== undefined && entry.unit !== leaf.unit) {
        throw new UserError(`${at}.unit is ${show(entry.unit)}, but ${parameter} is in ${leaf.unit ?? 'no unit'}.`);
      }
      const unit = entry.unit ?? leaf?.unit;
      return { ...entry, value: (entry.value ?? leaf?.value) as Value, unit };
    });
  const sourced = {
    quoted: filled('quoted', file.quoted) as unknown as Sourced<'reference'>[],
    derived: filled('derived', file.derived) as unknown as Sourced<'formula'>[],
    assumed: filled('assumed', file.assumed) as unknown as Sourced<'why'>[],
  };
  const rest = [...known.values()].filter(({ path }) => !seen.has(path));
  const unsourced = (wanted: boolean): Unsourced[] =>
    rest
      .filter(({ value, initial }) => same(value, initial) === wanted)
      .map(({ path, value, unit, help }) => ({ parameter: path, value, unit, help }));
  return { ...sourced, defaults: unsourced(true), unstated: unsourced(false) };
}
