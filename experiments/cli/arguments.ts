import { Parser } from 'yargs/helpers';
import { withUsageErrors } from '../../core/declare/errors.ts';
import type { JsonSchema } from '../../core/declare/jsonSchema.ts';
import { formatKeyPath, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { validate } from '../../core/declare/validate.ts';
import { type CommandListing, type LoadedCommand, listParameters, toKebabCase, UsageError } from './command.ts';

function acceptsNumbers(s: JsonSchema): boolean {
  const types = [s.type].flat();
  if (types.includes('number') || types.includes('integer')) return true;
  return (s.anyOf ?? []).some((alternative) => acceptsNumbers(alternative as JsonSchema));
}

// Pattern of numbers, such as 7 and 0.5. A text with a leading zero, such as 007, is a name (`run 007`).
const NUMBER_PATTERN = /^[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i;

function parseText(s: JsonSchema, input: unknown): unknown {
  if (s.type === 'array' && input !== undefined) {
    const items = s.items as JsonSchema;
    // Allowed values contain no commas, so a comma separates the values of an option: --format pdf,svg.
    const words = [input].flat().flatMap((word) => (items.enum === undefined ? word : String(word).split(',')));
    return words.map((word) => parseText(items, word));
  }
  return typeof input === 'string' && acceptsNumbers(s) && NUMBER_PATTERN.test(input) ? Number(input) : input;
}

/**
 * Settings of the yargs parser: values remain texts, which zod validates. Only the parser of yargs is used, because
 * `yargs()` crashes on `--constructor`.
 */
const PARSER_SETTINGS = {
  'camel-case-expansion': false,
  'dot-notation': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'nargs-eats-options': true,
};

type ParsedWords = Record<string, unknown> & { readonly _: readonly string[] };

function splitWords(listing: CommandListing, command: LoadedCommand, words: readonly string[]): ParsedWords {
  const refuse = (fault: string): never => {
    throw new UsageError(`${listing.name}: ${fault}`);
  };
  const options = listParameters(command.options).map(([key, s]) => ({ flag: toKebabCase(key), type: s.type }));
  for (const { flag } of options.filter(({ type }) => type === 'boolean')) {
    const wrong = words.find((word) => word.startsWith(`--${flag}=`) && !/=(true|false)$/.test(word));
    if (wrong !== undefined) refuse(`${show(wrong)} must be --${flag} or --no-${flag}.`);
  }
  const valued = options.filter(({ type }) => type !== 'boolean').map(({ flag }) => flag);
  const { argv, error } = Parser.detailed([...words], {
    boolean: ['help', ...options.map(({ flag }) => flag).filter((flag) => !valued.includes(flag))],
    narg: Object.fromEntries(valued.map((flag) => [flag, 1])),
    configuration: PARSER_SETTINGS,
  });
  const unfinished = /following: (.+)$/.exec(error?.message ?? '')?.[1];
  if (unfinished !== undefined) refuse(`--${unfinished} needs a value.`);
  if (error) throw error;
  for (const [name, value] of Object.entries(argv)) {
    if (['_', 'help', 'h'].includes(name)) continue;
    const written = name.length > 1 ? `--${name}` : `-${name}`;
    const option = options.find(({ flag }) => flag === name);
    if (option === undefined) {
      const known = ['--help', ...options.map(({ flag }) => `--${flag}`)];
      return refuse(`${formatKeyPath([written])} is unknown${didYouMean(written, known, 'options')}`);
    }
    if (Array.isArray(value) && option.type !== 'array')
      refuse(`${written} is given ${value.length} times, but takes one value.`);
    if ([value].flat().some((v) => typeof v === 'string' && v.startsWith('--'))) refuse(`${written} needs a value.`);
  }
  return argv as ParsedWords;
}

export function parseArguments(
  listing: CommandListing,
  command: LoadedCommand,
  words: readonly string[],
): 'help' | Record<string, unknown> {
  if (words.includes('--help') || words.includes('-h')) return 'help';
  const argv = splitWords(listing, command, words);
  if (argv.help) return 'help';
  const parameters = listParameters(command.positionals);
  const extra = parameters.at(-1)?.[1].type === 'array' ? undefined : argv._[parameters.length];
  if (extra !== undefined) throw new UsageError(`${listing.name}: ${show(extra)} is one argument too many.`);
  const positionals = parameters.map(([key, s], i) => {
    const rest = argv._.slice(i);
    return [key, parseText(s, s.type === 'array' && rest.length > 0 ? rest : rest[0])];
  });
  const options = listParameters(command.options).flatMap(([key, s]) => {
    const value = argv[toKebabCase(key)];
    return value === undefined ? [] : [[key, parseText(s, value)]];
  });
  return withUsageErrors(() => ({
    ...validate(command.positionals, Object.fromEntries(positionals), listing.name, ([key]) =>
      String(key).toUpperCase(),
    ),
    ...validate(command.options, Object.fromEntries(options), listing.name, ([key]) => `--${toKebabCase(String(key))}`),
  }));
}
