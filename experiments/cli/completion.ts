import type { JsonSchema } from '../../core/declare/jsonSchema.ts';
import { object } from '../../core/declare/params.ts';
import { type CommandListing, defineCommand, listParameters, toKebabCase } from './command.ts';
import { defineChoiceOption } from './options.ts';

/** Completion scripts by shell. A script calls memspike with the typed words; if memspike lists no words, the shell completes files. */
const COMPLETION_SCRIPTS = {
  bash: `_memspike() {
  local IFS=$'\\n'
  COMPREPLY=($(memspike --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD+1}"))
}
complete -o default -F _memspike memspike`,
  zsh: `_memspike() {
  local answer=$(memspike --get-yargs-completions "\${words[@]:0:CURRENT}")
  if [[ -n $answer ]]; then compadd -- "\${(@f)answer}"; else _files; fi
}
compdef _memspike memspike`,
  fish: `function _memspike
  set -l answer (memspike --get-yargs-completions (commandline -opc) (commandline -ct))
  test (count $answer) -gt 0; and string join \\n -- $answer; or __fish_complete_path (commandline -ct)
end
complete -c memspike -f -a '(_memspike)'`,
};
const SHELLS = Object.keys(COMPLETION_SCRIPTS) as (keyof typeof COMPLETION_SCRIPTS)[];

function listChoices(s: JsonSchema): string[] {
  const inner = [s.items, ...(s.anyOf ?? [])].filter((one): one is JsonSchema => typeof one === 'object');
  return [...(s.enum ?? []).filter((v): v is string => typeof v === 'string'), ...inner.flatMap(listChoices)];
}

type NameLister = () => Promise<readonly string[]>;
const listDemonstrations: NameLister = async () =>
  Object.keys((await import('../demonstrations/index.ts')).DEMONSTRATION_LOADERS);
const listPresets: NameLister = async () => (await import('../devices/load.ts')).presetNames();

/** Functions that list names for completion, by command (`device show`) or option (`--device`). */
const NAME_LISTERS: Readonly<Record<string, NameLister>> = {
  'demo run': listDemonstrations,
  'demo show': listDemonstrations,
  'device characterise': listPresets,
  'device export': listPresets,
  'device passport': listPresets,
  'device show': listPresets,
  'study run': async () => (await import('../sweep/studies/shipped.ts')).listStudies(),
  '--device': listPresets,
};

export async function completeWords(words: readonly string[], listings: readonly CommandListing[]): Promise<string[]> {
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
  const { options } = await own.load();
  const parameters = listParameters(options);
  const currentOption = parameters.find(([key]) => before.at(-1) === `--${toKebabCase(key)}`);
  if (currentOption !== undefined && currentOption[1].type !== 'boolean')
    return filterByPrefix((await NAME_LISTERS[`--${currentOption[0]}`]?.()) ?? listChoices(currentOption[1]));
  if (last.startsWith('-')) return filterByPrefix(['--help', ...parameters.map(([key]) => `--${toKebabCase(key)}`)]);
  return filterByPrefix((await NAME_LISTERS[own.name]?.()) ?? []);
}

export default defineCommand({
  positionals: object({
    shell: defineChoiceOption(
      SHELLS,
      'shell for which the script is printed; default: the shell in the environment variable SHELL, else bash',
    ),
  }),
  handler: ({ shell }) => {
    console.log(COMPLETION_SCRIPTS[shell ?? SHELLS.find((name) => process.env.SHELL?.endsWith(name)) ?? 'bash']);
  },
});
