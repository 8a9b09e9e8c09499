import yargs, { type Argv } from 'yargs';
import type { z } from 'zod';
import { allowed } from '../../core/allowed.ts';
import { UserError } from '../../core/errors.ts';
import { type JsonSchema, toJsonSchema } from '../../core/params.ts';
import { show, showPath } from '../../core/show.ts';
import { didYouMean } from '../../core/suggest.ts';
import { validate } from '../../core/validate.ts';
import { type Listing, type Loaded, UsageError } from './command.ts';

const flagOf = (key: string): string => key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

/** The parameters of a schema by name, as JSON Schema: type, range, unit, default and meaning. */
const parameters = (schema: z.ZodObject): [string, JsonSchema][] =>
  Object.entries(schema.shape).map(([key, s]) => [key, toJsonSchema(s)]);

function takesNumbers(s: JsonSchema): boolean {
  return (
    [s.type].flat().some((t) => t === 'number' || t === 'integer') ||
    (s.anyOf ?? []).some((a) => takesNumbers(a as JsonSchema))
  );
}

// A leading zero makes a name of it (run 007), except in 0.5.
const NUMBER = /^[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i;

/** The value that a text of the command line stands for, as far as its schema takes numbers; the schema judges it later. */
function fromText(s: JsonSchema, given: unknown): unknown {
  if (s.type === 'array') return [given].flat().map((entry) => fromText(s.items as JsonSchema, entry));
  if (typeof given !== 'string' || !takesNumbers(s)) return given;
  return NUMBER.test(given) ? Number(given) : given;
}

const isRequired = (schema: z.ZodObject, key: string): boolean =>
  !(schema.shape[key] as z.ZodType).safeParse(undefined).success;

/** Meaning, range and default of a parameter, for `--help`; plain texts and switches need no more than their meaning. */
function describe(s: JsonSchema, required: boolean): string {
  const [entry, repeatable] = s.type === 'array' ? [s.items as JsonSchema, ['repeatable']] : [s, []];
  const kind = entry.type === 'boolean' || (entry.type === 'string' && !entry.enum) ? [] : [allowed(entry)];
  const initial =
    s.default === undefined || s.type === 'boolean' || s.type === 'array' ? [] : [`default: ${s.default}`];
  return [
    s.description,
    ...[...kind, ...repeatable, ...(required ? ['required'] : initial)].map((note) => `[${note}]`),
  ].join(' ');
}

/** A yargs that only splits a command line and lays out help: every value stays a text, and zod is the only judge. */
export function bareYargs(): Argv {
  return yargs([])
    .scriptName('memspike')
    .locale('en')
    .exitProcess(false)
    .version(false)
    .help(false)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'nargs-eats-options': true,
    });
}

/** A positional as usage shows it: `FILE`, `[FILE]` if it may be left out, `FILE…` if there may be several. */
function place(command: Loaded, [key, s]: [string, JsonSchema]): string {
  const name = `${key.toUpperCase()}${s.type === 'array' ? '…' : ''}`;
  return isRequired(command.positionals, key) ? name : `[${name}]`;
}

function withOptions(listing: Listing, command: Loaded): Argv {
  const places = parameters(command.positionals).map((p) => ` ${place(command, p)}`);
  let y = bareYargs().usage(`$0 ${listing.name}${places.join('')} [options]\n\n${listing.summary}`);
  for (const [key, s] of parameters(command.options)) {
    const kind = s.type === 'boolean' ? { boolean: true } : { nargs: 1 };
    y = y.option(flagOf(key), { ...kind, describe: describe(s, isRequired(command.options, key)) });
  }
  return y.option('help', { alias: 'h', boolean: true, describe: 'show this help' });
}

/** The help of one command. */
export function commandHelp(listing: Listing, command: Loaded): Promise<string> {
  const places = parameters(command.positionals);
  const width = Math.max(0, ...places.map(([key]) => key.length));
  const words = places.map(([key, s]) => `  ${key.toUpperCase().padEnd(width)}  ${describe(s, false)}`);
  const examples = command.examples.map((line) => `  memspike ${line}`);
  const sections = [
    ...(words.length > 0 ? [['Arguments:', ...words].join('\n')] : []),
    ...(examples.length > 0 ? [['Examples:', ...examples].join('\n')] : []),
  ];
  return withOptions(listing, command).epilogue(sections.join('\n\n')).getHelp();
}

/** Splits the words after a command's name into what yargs makes of them, refusing what yargs would guess. */
function split(listing: Listing, command: Loaded, words: readonly string[]): Record<string, unknown> & { _: string[] } {
  const refuse = (fault: string): never => {
    throw new UsageError(`${listing.name}: ${fault}`);
  };
  const options = parameters(command.options);
  const flags = ['help', 'h', ...options.map(([key]) => flagOf(key))];
  for (const [key, s] of options) {
    const wrong =
      s.type === 'boolean' && words.find((w) => w.startsWith(`--${flagOf(key)}=`) && !/=(true|false)$/.test(w));
    if (wrong) refuse(`${show(wrong)} must be --${flagOf(key)} or --no-${flagOf(key)}.`);
  }
  const argv = withOptions(listing, command)
    .fail((message, error) => {
      const flag = /following: (.+)$/.exec(message ?? '')?.[1];
      if (flag === undefined) throw error ?? new Error(message);
      refuse(`--${flag} needs a value.`);
    })
    .parseSync([...words]) as Record<string, unknown> & { _: string[] };
  for (const [name, value] of Object.entries(argv)) {
    if (name === '_' || name === '$0') continue;
    const written = name.length > 1 ? `--${name}` : `-${name}`;
    if (!flags.includes(name))
      refuse(
        `${showPath([written])} is unknown${didYouMean(
          written,
          flags.filter((f) => f.length > 1).map((f) => `--${f}`),
          'options',
        )}`,
      );
    const repeatable = options.some(([key, s]) => flagOf(key) === name && s.type === 'array');
    if (Array.isArray(value) && !repeatable) refuse(`${written} is given ${value.length} times, but takes one value.`);
    if ([value].flat().some((v) => typeof v === 'string' && v.startsWith('--'))) refuse(`${written} needs a value.`);
  }
  return argv;
}

/**
 * Reads the words after a command's name: 'help', or the arguments of its handler, validated.
 * @throws UsageError in one sentence.
 */
export function readArguments(
  listing: Listing,
  command: Loaded,
  words: readonly string[],
): 'help' | Record<string, unknown> {
  if (words.includes('--help') || words.includes('-h')) return 'help';
  const argv = split(listing, command, words);
  if (argv.help) return 'help';
  const places = parameters(command.positionals);
  const several = places.at(-1)?.[1].type === 'array';
  const extra = argv._[places.length];
  if (extra !== undefined && !several)
    throw new UsageError(`${listing.name}: ${show(extra)} is one argument too many.`);
  const positionals = Object.fromEntries(
    places.map(([key, s], i) => [key, fromText(s, s.type === 'array' ? argv._.slice(i) : argv._[i])]),
  );
  const options = Object.fromEntries(
    parameters(command.options)
      .filter(([key]) => argv[flagOf(key)] !== undefined)
      .map(([key, s]) => [key, fromText(s, argv[flagOf(key)])]),
  );
  try {
    return {
      ...validate(command.positionals, positionals, listing.name, ([key, ...rest]) =>
        showPath([String(key).toUpperCase(), ...rest]),
      ),
      ...validate(command.options, options, listing.name, ([key, ...rest]) =>
        showPath([`--${flagOf(String(key))}`, ...rest]),
      ),
    };
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message) : error;
  }
}
