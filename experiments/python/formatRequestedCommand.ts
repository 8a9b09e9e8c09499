import type { JsonSchema } from '../../core/declare/jsonSchema.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { type CommandListing, listParameters, toKebabCase, UsageError } from '../cli/command.ts';
import { isMapping } from '../network/config/override.ts';
import type { CommandRequest } from './pythonServer.ts';

/** Keyword of a Python call: `checkpoint_every` is `--checkpoint-every`, `from_` is `--from`. */
const toKeyword = (key: string): string => toKebabCase(key).replaceAll('-', '_');

const formatAssignment = (path: string, value: unknown): string => `${path}=${JSON.stringify(value)}`;

/** Words of one option. A mapping for a list option, such as `set`, gives a word `path=value` per entry. */
function formatOption(where: string, key: string, { type }: JsonSchema, value: unknown): string[] {
  const flag = `--${toKebabCase(key)}`;
  const refuseValue = (allowed: string): never => {
    throw new UsageError(`${where}: ${toKeyword(key)} is ${show(value)}, but must be ${allowed}.`);
  };
  if (type === 'boolean') {
    if (typeof value !== 'boolean') return refuseValue('True or False');
    return [value ? flag : `--no-${flag.slice(2)}`];
  }
  if (type !== 'array') return typeof value === 'object' ? refuseValue('a single value') : [flag, String(value)];
  const items = isMapping(value) ? Object.entries(value).map(([path, one]) => formatAssignment(path, one)) : value;
  return [items].flat().flatMap((item) => [flag, String(item)]);
}

/**
 * Formats a request as a command line. For `run`, a keyword that is a key of network files overrides this key. For every command
 * with `--set`, a keyword with a dot overrides the value at that path.
 * @throws UsageError for an unknown keyword
 */
export async function formatRequestedCommand(
  request: CommandRequest,
  commands: readonly CommandListing[],
): Promise<string[]> {
  const { command: name, positionals, options } = request;
  const listing = commands.find((one) => one.name === name);
  if (listing === undefined) {
    const names = commands.map((one) => one.name);
    throw new UsageError(`${show(name)} is not a command${didYouMean(name, names, 'commands')}`);
  }
  const parameters = listParameters((await listing.load()).options);
  const keywords = new Map(parameters.map((parameter) => [toKeyword(parameter[0]), parameter]));
  const networkKeys = name === 'run' ? Object.keys((await import('../network/schema.ts')).networkSchema.shape) : [];
  const hasSet = keywords.has('set');
  const words = Object.entries(options).flatMap(([keyword, value]) => {
    if (value === null || (keyword === 'progress' && value === 'auto')) return [];
    const parameter = keywords.get(keyword) ?? keywords.get(keyword.replace(/_$/, ''));
    if (parameter !== undefined) return formatOption(name, ...parameter, value);
    if (networkKeys.includes(keyword) || (hasSet && keyword.includes('.')))
      return ['--set', formatAssignment(keyword, value)];
    const known = [...keywords.keys(), ...networkKeys];
    throw new UsageError(`${name}: ${keyword} is unknown${didYouMean(keyword, known, 'keywords')}`);
  });
  const isHidden = options.progress === 'none' || !keywords.has('progress');
  return [...name.split(' '), ...positionals, ...words, ...(isHidden ? [] : ['--progress', 'json'])];
}
