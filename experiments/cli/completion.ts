import yargs from 'yargs';
import type { JsonSchema } from '../../core/declare/jsonSchema.ts';
import { choice, object, optional } from '../../core/declare/params.ts';
import { command, flagOf, type Listing, listParameters } from './command.ts';

const SHELLS = ['bash', 'zsh'] as const;

/** Words that a schema takes. */
function choices(s: JsonSchema): string[] {
  const inner = [s.items, ...(s.anyOf ?? [])].filter((one): one is JsonSchema => typeof one === 'object');
  return [...(s.enum ?? []).filter((v): v is string => typeof v === 'string'), ...inner.flatMap(choices)];
}

/** Names that come with memspike, by the argument that takes them. */
const NAMED: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  'demo run': async () => Object.keys((await import('../demonstrations/index.ts')).DEMONSTRATIONS),
  'demo show': async () => Object.keys((await import('../demonstrations/index.ts')).DEMONSTRATIONS),
  'device characterise': async () => (await import('../devices/load.ts')).presetNames(),
  'device export': async () => (await import('../devices/load.ts')).presetNames(),
  'device show': async () => (await import('../devices/load.ts')).presetNames(),
  'study run': async () => (await import('../sweep/studies/shipped.ts')).listStudies(),
};

/** What may stand in place of the last of `words`, which begin with `memspike`. Nothing: the shell completes names of files. */
export async function completions(words: readonly string[], listings: readonly Listing[]): Promise<string[]> {
  const [, ...typed] = words;
  const last = typed.at(-1) ?? '';
  const before = typed.slice(0, -1).filter((word, i, all) => i > 0 || word !== 'help' || all.length === 0);
  const beginning = (all: Iterable<string>): string[] => [...new Set(all)].filter((word) => word.startsWith(last));
  if (before.length === 0) return beginning(['help', ...listings.map(({ name }) => name.split(' ')[0]!)]);
  const own = listings.find(({ name }) => name === before[0] || name === `${before[0]} ${before[1]}`);
  if (own === undefined) {
    const group = listings.filter(({ name }) => name.startsWith(`${before[0]} `));
    return beginning(group.map(({ name }) => name.split(' ')[1]!));
  }
  const { options } = (await own.load()).default;
  const given = listParameters(options);
  const asked = given.find(([key]) => before.at(-1) === `--${flagOf(key)}`);
  if (asked !== undefined && asked[1].type !== 'boolean') return beginning(choices(asked[1]));
  if (last.startsWith('-')) return beginning(['--help', ...given.map(([key]) => `--${flagOf(key)}`)]);
  return beginning((await NAMED[own.name]?.()) ?? []);
}

/** The script of yargs, which asks `memspike --get-yargs-completions`. */
function script(shell: (typeof SHELLS)[number]): string {
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

export default command({
  positionals: object({
    shell: optional(choice(SHELLS, { help: 'shell to complete in; default: the one that SHELL names, else bash' })),
  }),
  options: object({}),
  examples: ['completion bash >> ~/.bashrc', 'completion zsh >> ~/.zshrc'],
  handler: ({ shell }) => {
    console.log(script(shell ?? (process.env.SHELL?.endsWith('zsh') ? 'zsh' : 'bash')).trimEnd());
  },
});
