import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ESTree, parseSync, Visitor } from 'rolldown/utils';
import { UserError } from '../../core/declare/errors.ts';
import { validate } from '../../core/declare/validate.ts';
import { FAILURE_STATUS, USAGE_STATUS } from '../cli/main.ts';
import { readConfig } from '../network/config/load.ts';
import { networkSchema } from '../network/schema.ts';
import { SIGNALS } from '../run/supervise.ts';
import { packagePath } from '../shipped.ts';
import { formatTable, joinPage } from './page.ts';

const INTRODUCTION = `# Errors

An error of input is one sentence on standard error: location, value, allowed values, suggestion. In TypeScript it is a \`UserError\`
with the same sentence as \`message\`. Any other error is a fault of memspike; \`MEMSPIKE_DEBUG=1\` prints its stack trace.`;

const STATUSES: readonly (readonly [status: number, meaning: string])[] = [
  [0, 'The command succeeded.'],
  [FAILURE_STATUS, 'The input is wrong, or the command failed.'],
  [USAGE_STATUS, 'The command line is wrong: unknown command or option, missing or invalid argument.'],
  [SIGNALS.SIGINT, 'Ctrl-C interrupted the command, which saved its checkpoint.'],
  [
    SIGNALS.SIGTERM,
    'SIGTERM, SIGHUP or SIGUSR1 interrupted the command, which saved its checkpoint; the run can be resumed.',
  ],
];

/** Headings of the message lists, by folder of the source. */
const AREAS: Readonly<Record<string, string>> = {
  'core/checkpoint': 'Checkpoints',
  'core/declare': 'Parameters',
  'core/engine': 'Simulation',
  'core/graph': 'Populations and projections',
  'core/log': 'Logs',
  'core/random': 'Random numbers',
  'core/recorders': 'Recorders',
  core: 'Networks in TypeScript',
  neurons: 'Neurons and stimuli',
  'synapses/crossbar': 'Crossbars',
  synapses: 'Synapses, devices and rules',
  'experiments/cli': 'Command line',
  'experiments/compare': 'Comparison of devices',
  'experiments/contract': 'Contract of models',
  'experiments/data': 'Data sets and tables',
  'experiments/demonstrations': 'Demonstrations',
  'experiments/devices': 'Device files and fits',
  'experiments/lab': 'Lab',
  'experiments/logs': 'Reading and exporting logs',
  'experiments/look': 'Analyses and pictures',
  'experiments/network': 'Network files',
  'experiments/output': 'Result directories',
  'experiments/run': 'Runs',
  'experiments/sweep': 'Sweeps',
  'experiments/training': 'Training',
  experiments: 'Other commands',
};

const EXAMPLE = 'experiments/examples/winnerTakeAll.yaml';
/** Changes of the example network, each with one mistake. */
const MISTAKES: readonly ((network: {
  duration: unknown;
  populations: Record<string, Record<string, unknown>>;
}) => void)[] = [
  (network) => Object.assign(network.populations.output!, { tau: -3 }),
  (network) => Object.assign(network.populations.output!, { taus: 20 }),
  (network) => Object.assign(network.populations.output!, { model: 'liff' }),
  (network) => Object.assign(network, { duration: '1 s' }),
  (network) => Object.assign(network, { duration: undefined }),
];

function findMessage(spoil: (typeof MISTAKES)[number]): string {
  const network = readConfig(packagePath(EXAMPLE)) as Parameters<typeof spoil>[0];
  spoil(network);
  try {
    validate(networkSchema, network, 'network.yaml');
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error(`a mistake in ${EXAMPLE} is not refused`);
}

/** Minimum length of a message without its values, characters. */
const MIN_TEXT_LENGTH = 12;

const [OPEN, CLOSE] = ['\u0002', '\u0003'];

/** Formats a message for Markdown; values that the message quotes are in italics. */
function formatMessage(message: string): string {
  const withoutMarks = (text: string) => text.replaceAll(OPEN, '').replaceAll(CLOSE, '');
  return message
    .split(/(`[^`]+`)/)
    .map((part, i) => {
      if (i % 2 === 1) return withoutMarks(part); // code
      const escaped = part.replaceAll(/[*_[\]\\]/g, String.raw`\$&`).replaceAll('<', '&lt;');
      return escaped.replaceAll(OPEN, '*').replaceAll(CLOSE, '*');
    })
    .join('')
    .replaceAll(/\s+/g, ' ');
}

/** Name of a value in a message, from the expression that computes it. */
function nameValue(node: ESTree.Node): string {
  switch (node.type) {
    case 'Identifier':
    case 'PrivateIdentifier':
      return node.name;
    case 'MemberExpression': {
      const name = nameValue(node.property);
      return name === 'length' ? `number of ${nameValue(node.object)}` : name;
    }
    case 'CallExpression': {
      const argument = node.arguments.find(({ type }) =>
        ['Identifier', 'MemberExpression', 'CallExpression'].includes(type),
      );
      const { callee } = node;
      return nameValue(argument ?? (callee.type === 'MemberExpression' ? callee.object : callee));
    }
    case 'BinaryExpression':
      return nameValue(node.left);
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      return nameValue(node.expression);
    default:
      return 'value';
  }
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
      const names = message.expressions.map((expression) => `${OPEN}${nameValue(expression)}${CLOSE}`);
      const texts = message.quasis.map(({ value }) => value.cooked ?? '');
      if (texts.join('').length >= MIN_TEXT_LENGTH)
        messages.push(texts.map((text, i) => text + (names[i] ?? '')).join(''));
    },
  }).visit(parseSync(path, source).program);
  return messages;
}

function listMessagesByArea(): Map<string, string[]> {
  const files = ['core', 'neurons', 'synapses', 'experiments'].flatMap((folder) =>
    readdirSync(packagePath(folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => join(folder, file)),
  );
  const found = new Map(Object.values(AREAS).map((area) => [area, [] as string[]]));
  for (const file of files.sort()) {
    const folder = Object.keys(AREAS).find((prefix) => file.startsWith(`${prefix}/`))!;
    found.get(AREAS[folder]!)!.push(...listMessages(packagePath(file)).map(formatMessage));
  }
  return found;
}

export function renderErrorsPage(): string {
  const areas = [...listMessagesByArea()].flatMap(([area, messages]) =>
    messages.length === 0
      ? []
      : [
          `### ${area}`,
          [...new Set(messages)]
            .sort()
            .map((text) => `- ${text}`)
            .join('\n'),
        ],
  );
  return joinPage('the sources that throw the errors', [
    INTRODUCTION,
    '## Exit statuses',
    formatTable(
      ['Status', 'Meaning'],
      STATUSES.map(([status, meaning]) => [String(status), meaning]),
    ),
    '## Values in files and options',
    'The schemas of files and commands check every key and value, and all mistakes are reported together. Five examples:',
    MISTAKES.map((spoil) => `- ${formatMessage(findMessage(spoil))}`).join('\n'),
    '## Messages',
    'Words in italics stand for a value of your input.',
    ...areas,
  ]);
}
