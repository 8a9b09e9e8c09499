import { formatUnit, type JsonSchema } from '../../core/declare/jsonSchema.ts';
import type { Mapping } from '../../core/declare/params.ts';
import { type CommandListing, isRequiredParameter, listParameters, toKebabCase } from '../cli/command.ts';
import { COMMANDS } from '../cli/commands.ts';
import { formatUsage } from '../cli/help.ts';
import { capitalise, describeRange, formatParameterRow, formatTable, joinPageParts } from './page.ts';

const INTRODUCTION = `# Command line

\`memspike COMMAND --help\` prints the entry of a command. An option may be written \`--out DIR\` or \`--out=DIR\`; a list option may be
repeated. \`--no-NAME\` switches off an option whose default is yes. [Errors](errors.md) lists the exit statuses.`;

function formatInitial(schema: JsonSchema, required: boolean): string {
  if (schema.type === 'boolean') return schema.default === true ? 'yes' : 'no';
  return schema.type === 'array' ? 'none' : formatParameterRow('', schema, required)[1]!;
}

const formatRows = (parameters: Mapping, formatName: (key: string) => string): string[][] =>
  listParameters(parameters).map(([key, schema]) => [
    `\`${formatName(key)}\``,
    formatInitial(schema, isRequiredParameter(parameters, key)),
    schema.type === 'boolean' ? 'flag' : describeRange(schema),
    formatUnit(schema),
    capitalise(schema.description ?? ''),
  ]);

async function formatCommand(listing: CommandListing): Promise<string> {
  const command = await listing.load();
  const rows = [
    ...formatRows(command.positionals, (key) => key.toUpperCase()),
    ...formatRows(command.options, (key) => `--${toKebabCase(key)}`),
  ];
  const { examples = [] } = listing;
  return [
    `## ${listing.name}`,
    `${capitalise(listing.summary)}.${listing.runsInThread ? ' On Ctrl-C, the command saves its results and ends.' : ''}`,
    `\`${formatUsage('memspike', listing, command)}\``,
    ...(rows.length > 0 ? [formatTable(['Argument or option', 'Default', 'Value', 'Unit', 'Meaning'], rows)] : []),
    ...(examples.length > 0 ? [`\`\`\`sh\n${examples.map((line) => `memspike ${line}`).join('\n')}\n\`\`\``] : []),
  ].join('\n\n');
}

export async function renderCommandLinePage(): Promise<string> {
  const contents = COMMANDS.map(({ name, summary }) => [`[${name}](#${name.replace(' ', '-')})`, capitalise(summary)]);
  const sections: string[] = [];
  // Commands are loaded in sequence: Node 20 fails if two import an ES module while a CommonJS module requires it.
  for (const command of COMMANDS) sections.push(await formatCommand(command));
  return joinPageParts('the schemas of the commands (experiments/cli)', [
    INTRODUCTION,
    formatTable(['Command', 'Task'], contents),
    ...sections,
  ]);
}
