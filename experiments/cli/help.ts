import type { Argv } from 'yargs';
import yargs from 'yargs';
import { describeAllowed, type JsonSchema } from '../../core/declare/jsonSchema.ts';
import type { Listing, Loaded } from './command.ts';
import { flagOf, isRequired, listParameters } from './command.ts';
import { applyStyle } from './terminal.ts';

function kind(s: JsonSchema): string[] {
  if (s.type === 'array') return [...kind(s.items as JsonSchema), 'repeatable'];
  // Of a switch or a plain text the meaning says enough.
  return s.type === 'boolean' || (s.type === 'string' && !s.enum) ? [] : [describeAllowed(s)];
}

function describe(s: JsonSchema, required: boolean): string {
  const hasDefault = s.default !== undefined && s.type !== 'boolean' && s.type !== 'array';
  const initial = hasDefault
    ? [`default: ${typeof s.default === 'string' ? s.default : JSON.stringify(s.default)}`]
    : [];
  const notes = [...kind(s), ...(required ? ['required'] : initial)];
  return [s.description ?? '', ...notes.map((note) => `[${note}]`)].join(' ');
}

/** Columns of help: what every terminal has. */
const WIDEST = 80;

/** Headings of help, such as `Options:`, bold on a terminal. */
export const coloured = (help: string): string =>
  help.replaceAll(/^(\w+:)$/gm, (heading) => applyStyle('bold', heading));

/** A line that goes on, indented, where it is longer than help is wide; broken between words. */
function hanging(line: string, indent: number): string {
  const room = Math.min(WIDEST, process.stdout.columns || WIDEST);
  const lines: string[] = [];
  let last = '';
  for (const word of line.split(/(?<=\S) /)) {
    const longer = last === '' ? word : `${last} ${word}`;
    if (longer.length > room && last !== '') {
      lines.push(last);
      last = `${' '.repeat(indent)}${word}`;
    } else last = longer;
  }
  return [...lines, last].join('\n');
}

/** A yargs that lays out help and does nothing else. */
export function bareYargs(): Argv {
  const width = Math.min(WIDEST, process.stdout.columns || WIDEST);
  return yargs([]).scriptName('memspike').locale('en').exitProcess(false).version(false).help(false).wrap(width);
}

/** A positional as usage shows it: `FILE`, `[FILE]` if it may be left out, `FILE…` if there may be several. */
function place(command: Loaded, [key, s]: [string, JsonSchema]): string {
  const name = `${key.toUpperCase()}${s.type === 'array' ? '…' : ''}`;
  return isRequired(command.positionals, key) ? name : `[${name}]`;
}

/** The help of one command: its arguments and options with meaning, range, unit and default, all from their schemas. */
export async function commandHelp({ name, summary }: Listing, command: Loaded): Promise<string> {
  const places = listParameters(command.positionals);
  const usage = ['$0', name, ...places.map((p) => place(command, p)), '[options]'].join(' ');
  let y = bareYargs().parserConfiguration({ 'camel-case-expansion': false }).usage(`${usage}\n\n${summary}`);
  for (const [key, s] of listParameters(command.options)) {
    const kind = s.type === 'boolean' ? { boolean: true } : {};
    const off = s.default === true ? ` [default: yes; --no-${flagOf(key)} for no]` : '';
    y = y.option(flagOf(key), { ...kind, describe: `${describe(s, isRequired(command.options, key))}${off}` });
  }
  const width = Math.max(0, ...places.map(([key]) => key.length));
  const words = places.map(([key, s]) =>
    hanging(`  ${key.toUpperCase().padEnd(width)}  ${describe(s, false)}`, width + 4),
  );
  const examples = command.examples.map((line) => hanging(`  memspike ${line}`, 6));
  const sections = [
    ...(words.length > 0 ? [['Arguments:', ...words].join('\n')] : []),
    ...(examples.length > 0 ? [['Examples:', ...examples].join('\n')] : []),
  ];
  const help = await y
    .option('help', { alias: 'h', boolean: true, describe: 'show this help' })
    .epilogue(sections.join('\n\n'))
    .getHelp();
  return coloured(help);
}
