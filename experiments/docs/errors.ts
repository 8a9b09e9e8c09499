import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';
import { UserError } from '../../core/declare/errors.ts';
import { validate } from '../../core/declare/validate.ts';
import { FAILURE_EXIT_STATUS, USAGE_ERROR_EXIT_STATUS } from '../cli/main.ts';
import { readConfig } from '../network/config/load.ts';
import { setConfigValue } from '../network/config/override.ts';
import { networkSchema } from '../network/schema.ts';
import { EXIT_STATUS_BY_SIGNAL } from '../run/supervise.ts';
import { resolvePackagePath } from '../shipped.ts';
import { capitalise, formatTable, joinPageParts } from './page.ts';

const INTRODUCTION = `# Errors

An error of input is one sentence on standard error: location, value, allowed values, suggestion. In TypeScript it is a \`UserError\`
with the same sentence as \`message\`. Any other error is a fault of memspike; \`MEMSPIKE_DEBUG=1\` prints its stack trace.`;

const EXIT_STATUSES: readonly (readonly [status: number, meaning: string])[] = [
  [0, 'The command succeeded.'],
  [FAILURE_EXIT_STATUS, 'The input is wrong, or the command failed.'],
  [USAGE_ERROR_EXIT_STATUS, 'The command line is wrong: unknown command or option, missing or invalid argument.'],
  [EXIT_STATUS_BY_SIGNAL.SIGINT, 'Ctrl-C interrupted the command, which saved its checkpoint.'],
  [
    EXIT_STATUS_BY_SIGNAL.SIGTERM,
    'SIGTERM, SIGHUP or SIGUSR1 interrupted the command, which saved its checkpoint; the run can be resumed.',
  ],
];

/** Headings of the message lists by source folder, for folders whose name is not the heading. */
const HEADINGS: Readonly<Record<string, string>> = {
  cli: 'Command line',
  core: 'Networks in TypeScript',
  data: 'Data sets and tables',
  declare: 'Parameters',
  devices: 'Device files and fits',
  engine: 'Simulation',
  graph: 'Populations and projections',
  liveExamples: 'Live examples of the manual',
  look: 'Analyses and pictures',
  network: 'Network files',
  output: 'Result directories',
};

const EXAMPLE = 'experiments/examples/winnerTakeAll.yaml';
/** Wrong values in the example network, by path; undefined removes the key. */
const WRONG_VALUES: readonly (readonly [path: string, value: unknown])[] = [
  ['populations.output.tau', -3],
  ['populations.output.taus', 20],
  ['populations.output.model', 'liff'],
  ['duration', '1 s'],
  ['duration', undefined],
];

function findMessage([path, value]: (typeof WRONG_VALUES)[number]): string {
  const network = setConfigValue(readConfig(resolvePackagePath(EXAMPLE)), path.split('.'), value, EXAMPLE);
  try {
    validate(networkSchema, network, 'network.yaml');
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error(`The wrong value at ${path} in ${EXAMPLE} is not refused.`);
}

/** Minimum length of a message without its values, characters. */
const MIN_TEXT_LENGTH = 12;

/** Characters before and after the name of a value that a message quotes. */
const [OPEN, CLOSE] = ['⟦', '⟧'];

/** Formats a message for Markdown; values that the message quotes are in italics, except in code. */
const formatMessage = (message: string): string =>
  message
    .split(/(`[^`]+`)/)
    .map((part, i) => {
      const isCode = i % 2 === 1;
      const text = isCode ? part : part.replaceAll(/[*_[\]\\]/g, String.raw`\$&`).replaceAll('<', '&lt;');
      return text.replaceAll(/[⟦⟧]/g, isCode ? '' : '*');
    })
    .join('')
    .replaceAll(/\s+/g, ' ');

/** Name of a value in a message. @param expression code that computes the value */
function nameValue(expression: string): string {
  const names = expression.replaceAll(/'[^']*'/g, '').match(/[a-z]\w*\b(?!\()/gi) ?? [];
  const name = names.filter((one) => one !== 'length').at(-1) ?? 'value';
  return expression.endsWith('.length') ? `number of ${name}` : name;
}

/** Messages of the user errors that a source file throws, with names of the quoted values. */
function listMessages(path: string): string[] {
  const messages: string[] = [];
  const source = readFileSync(path, 'utf8');
  if (!/new (?:User|Usage)Error\(/.test(source)) return messages; // parsing is slow
  new Visitor({
    NewExpression({ callee, arguments: [message] }) {
      if (callee.type !== 'Identifier' || !['UserError', 'UsageError'].includes(callee.name)) return;
      if (message?.type === 'Literal') messages.push(String(message.value));
      if (message?.type !== 'TemplateLiteral') return;
      const names = message.expressions.map(
        ({ start, end }) => `${OPEN}${nameValue(source.slice(start, end))}${CLOSE}`,
      );
      const texts = message.quasis.map(({ value }) => value.cooked ?? '');
      if (texts.join('').length >= MIN_TEXT_LENGTH)
        messages.push(texts.map((text, i) => text + (names[i] ?? '')).join(''));
    },
  }).visit(parseSync(path, source).program);
  return messages;
}

/** Lists the messages of all sources by heading. */
function listMessagesByHeading(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const top of ['core', 'neurons', 'synapses', 'experiments'])
    for (const file of readdirSync(resolvePackagePath(top), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!/\.tsx?$/.test(file)) continue;
      const [folder] = ['neurons', 'synapses'].includes(top) || !file.includes('/') ? [top] : file.split('/');
      const heading = HEADINGS[folder!] ?? capitalise(folder!);
      const messages = listMessages(resolvePackagePath(join(top, file))).map(formatMessage);
      if (messages.length > 0) found.set(heading, new Set([...(found.get(heading) ?? []), ...messages]));
    }
  return found;
}

export function renderErrorsPage(): string {
  const lists = [...listMessagesByHeading()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([heading, messages]) => [`### ${heading}`, `- ${[...messages].sort().join('\n- ')}`]);
  return joinPageParts('the sources that throw the errors', [
    INTRODUCTION,
    '## Exit statuses',
    formatTable(
      ['Status', 'Meaning'],
      EXIT_STATUSES.map(([status, meaning]) => [String(status), meaning]),
    ),
    '## Values in files and options',
    'The schemas of files and commands check every key and value, and all mistakes are reported together. Five examples:',
    WRONG_VALUES.map((mistake) => `- ${formatMessage(findMessage(mistake))}`).join('\n'),
    '## Messages',
    'Words in italics stand for a value of your input.',
    ...lists,
  ]);
}
