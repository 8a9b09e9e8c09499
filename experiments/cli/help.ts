import type { Argv } from 'yargs';
import yargs from 'yargs';
import { describeAllowedValues, type JsonSchema } from '../../core/declare/jsonSchema.ts';
import { createAnchor, findTopic, readTopics } from '../manual/topics.ts';
import {
  type CommandListing,
  isRequiredParameter,
  type LoadedCommand,
  listParameters,
  toKebabCase,
} from './command.ts';
import { applyStyle } from './terminal.ts';

function describeType(s: JsonSchema): string[] {
  if (s.type === 'array') return [...describeType(s.items as JsonSchema), 'repeatable'];
  // `memspike --help` states no type for flags, nor for string options without a list of allowed values.
  return s.type === 'boolean' || (s.type === 'string' && !s.enum) ? [] : [describeAllowedValues(s)];
}

function describeParameter(s: JsonSchema, required: boolean): string {
  const hasDefault = s.default !== undefined && s.type !== 'boolean' && s.type !== 'array';
  const value = typeof s.default === 'string' ? s.default : JSON.stringify(s.default);
  const initial = hasDefault ? [`default: ${value}`] : [];
  const notes = [...describeType(s), ...(required ? ['required'] : initial)];
  return [s.description ?? '', ...notes.map((note) => `[${note}]`)].join(' ');
}

/** Maximum line width of help texts, characters; every terminal is at least this wide. */
const MAX_LINE_WIDTH = 80;

export const styleHeadings = (help: string): string =>
  help.replaceAll(/^(\w+:)$/gm, (heading) => applyStyle('bold', heading));

const getLineWidth = (): number => Math.min(MAX_LINE_WIDTH, process.stdout.columns || MAX_LINE_WIDTH);

function wrapLine(line: string, indent: number): string {
  const width = getLineWidth();
  const lines: string[] = [];
  let last = '';
  for (const word of line.split(/(?<=\S) /)) {
    const longer = last === '' ? word : `${last} ${word}`;
    if (longer.length > width && last !== '') {
      lines.push(last);
      last = `${' '.repeat(indent)}${word}`;
    } else last = longer;
  }
  return [...lines, last].join('\n');
}

export const createHelpYargs = (): Argv =>
  yargs([]).scriptName('memspike').locale('en').exitProcess(false).version(false).help(false).wrap(getLineWidth());

/** Headings of option groups for commands with many options; options in no group have the heading `Options:`. */
const OPTION_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Data:': ['data', 'train', 'label', 'test', 'split', 'preprocessing'],
  'Run:': ['out', 'workers', 'resume', 'checkpoint-every', 'record-inputs', 'record-devices', 'record-weights'],
  'Pictures:': ['pictures', 'width', 'format', 'font', 'panel'],
  'Terminal:': ['progress', 'quiet', 'json', 'live', 'port', 'help'],
};
const MIN_GROUPED_OPTIONS = 9;

/** Notation of a positional argument: `FILE`, `[FILE]` if optional, `FILE…` if repeatable. */
function formatPositional(command: LoadedCommand, [key, s]: [string, JsonSchema]): string {
  const name = `${key.toUpperCase()}${s.type === 'array' ? '…' : ''}`;
  return isRequiredParameter(command.positionals, key) ? name : `[${name}]`;
}

export const formatUsage = (program: string, { name }: CommandListing, command: LoadedCommand): string =>
  [program, name, ...listParameters(command.positionals).map((p) => formatPositional(command, p)), '[options]'].join(
    ' ',
  );

export async function renderCommandHelp(listing: CommandListing, command: LoadedCommand): Promise<string> {
  const usage = `${formatUsage('$0', listing, command)}\n\n${listing.summary}`;
  let y = createHelpYargs().parserConfiguration({ 'camel-case-expansion': false }).usage(usage);
  const options = listParameters(command.options);
  for (const [key, s] of options) {
    const name = toKebabCase(key);
    const off = s.default === true ? ` [default: yes; --no-${name} for no]` : '';
    const describe = `${describeParameter(s, isRequiredParameter(command.options, key))}${off}`;
    y = y.option(name, s.type === 'boolean' ? { boolean: true, describe } : { describe });
  }
  const flags = ['help', ...options.map(([key]) => toKebabCase(key))];
  if (flags.length > MIN_GROUPED_OPTIONS) {
    const grouped = Object.values(OPTION_GROUPS).flat();
    y = y.group(
      flags.filter((flag) => !grouped.includes(flag)),
      'Options:',
    );
    for (const [heading, members] of Object.entries(OPTION_GROUPS))
      y = y.group(
        flags.filter((flag) => members.includes(flag)),
        heading,
      );
  }
  const positionals = listParameters(command.positionals);
  const width = Math.max(0, ...positionals.map(([key]) => key.length));
  const words = positionals.map(([key, s]) =>
    wrapLine(`  ${key.toUpperCase().padEnd(width)}  ${describeParameter(s, false)}`, width + 4),
  );
  const examples = (listing.examples ?? []).map((line) => wrapLine(`  memspike ${line}`, 6));
  const sections = Object.entries({ 'Arguments:': words, 'Examples:': examples }).flatMap(([heading, lines]) =>
    lines.length === 0 ? [] : [[heading, ...lines].join('\n')],
  );
  const help = await y
    .option('help', { alias: 'h', boolean: true, describe: 'show this help' })
    .epilogue(sections.join('\n\n'))
    .getHelp();
  return styleHeadings(help);
}

export const hasHelpTopic = (words: readonly string[]): boolean =>
  Object.hasOwn(readTopics(), createAnchor(words.join(' ')));

/** Renders a help topic: title, start of its page or definition of its term, address. @param commandNames further names to suggest */
export function renderHelpTopic(words: readonly string[], commandNames: readonly string[]): string {
  const { title, text, address } = findTopic(words, commandNames);
  return `${applyStyle('bold', title)}\n\n${text}\n\nContinue in the browser: memspike docs ${words.join(' ')} (manual/${address})`;
}

/** Lists the pages of the manual and the terms of its glossary. */
export function renderHelpTopicList(): string {
  const topics = Object.entries(readTopics());
  const list = (heading: string, isTerm: boolean) => {
    const names = topics.filter(([, { address }]) => address.includes('#') === isTerm).map(([name]) => name);
    return `${applyStyle('bold', heading)}\n${wrapLine(`  ${names.sort().join(', ')}`, 2)}\n\n`;
  };
  return `${list('Pages of the manual:', false)}${list('Terms of the glossary:', true)}A topic in the terminal: memspike help TOPIC; in the browser: memspike docs TOPIC`;
}
