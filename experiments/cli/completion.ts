import yargs from 'yargs';
import type { JsonSchema } from '../../core/declare/jsonSchema.ts';
import { choice, object, optional } from '../../core/declare/params.ts';
import { type Command, defineCommand, listParameters, toFlag } from './command.ts';

const SHELLS = ['bash', 'zsh'] as const;

function listChoices(s: JsonSchema): string[] {
  const inner = [s.items, ...(s.anyOf ?? [])].filter((one): one is JsonSchema => typeof one === 'object');
  return [...(s.enum ?? []).filter((v): v is string => typeof v === 'string'), ...inner.flatMap(listChoices)];
}

const SHIPPED_NAMES: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  'demo run': async () => Object.keys((await import('../demonstrations/index.ts')).DEMONSTRATIONS),
  'demo show': async () => Object.keys((await import('../demonstrations/index.ts')).DEMONSTRATIONS),
  'device characterise': async () => (await import('../devices/load.ts')).presetNames(),
  'device export': async () => (await import('../devices/load.ts')).presetNames(),
  'device show': async () => (await import('../devices/load.ts')).presetNames(),
  'study run': async () => (await import('../sweep/studies/shipped.ts')).listStudies(),
};

/** Completions of the last word of a command line after `memspike`. If empty, the shell completes file names. */
export async function completeWords(words: readonly string[], listings: readonly Command[]): Promise<string[]> {
  const [, ...typed] = words;
  const last = typed.at(-1) ?? '';
  const before = typed.slice(0, -1).filter((word, i, all) => i > 0 || word !== 'help' || all.length === 0);
  const filterByPrefix = (all: Iterable<string>): string[] => [...new Set(all)].filter((word) => word.startsWith(last));
  if (before.length === 0) return filterByPrefix(['help', ...listings.map(({ name }) => name.split(' ')[0]!)]);
  const own = listings.find(({ name }) => name === before[0] || name === `${before[0]} ${before[1]}`);
  if (own === undefined) {
    const group = listings.filter(({ name }) => name.startsWith(`${before[0]} `));
    return filterByPrefix(group.map(({ name }) => name.split(' ')[1]!));
  }
  const { options } = (await own.load()).default;
  const parameters = listParameters(options);
  const currentOption = parameters.find(([key]) => before.at(-1) === `--${toFlag(key)}`);
  if (currentOption !== undefined && currentOption[1].type !== 'boolean')
    return filterByPrefix(listChoices(currentOption[1]));
  if (last.startsWith('-')) return filterByPrefix(['--help', ...parameters.map(([key]) => `--${toFlag(key)}`)]);
  return filterByPrefix((await SHIPPED_NAMES[own.name]?.()) ?? []);
}

/** Creates the completion script of yargs, which calls `memspike --get-yargs-completions`. */
function createScript(shell: (typeof SHELLS)[number]): string {
  const [before, written] = [{ SHELL: process.env.SHELL, ZSH_NAME: process.env.ZSH_NAME }, [] as string[]];
  const print = console.log;
  Object.assign(process.env, { SHELL: `/bin/${shell}` });
  delete process.env.ZSH_NAME;
  console.log = (text: string) => written.push(text);
  try {
    yargs([]).scriptName('memspike').completion('completion', false).showCompletionScript();
  } finally {
    console.log = print;
    for (const [name, value] of Object.entries(before))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
  return written.join('\n');
}

export default defineCommand({
  positionals: object({
    shell: optional(
      choice(SHELLS, {
        help: 'shell that runs the completion script; default: the shell of the variable SHELL, else bash',
      }),
    ),
  }),
  examples: ['completion bash >> ~/.bashrc', 'completion zsh >> ~/.zshrc'],
  handler: ({ shell }) => {
    console.log(createScript(shell ?? (process.env.SHELL?.endsWith('zsh') ? 'zsh' : 'bash')).trimEnd());
  },
});
