import { readFileSync } from 'node:fs';
import { resolvePackagePath } from '../shipped.ts';
import type { CommandListing, LoadedCommand } from './command.ts';

/** Module of commands. `short`: commands that end immediately at a signal; `long`: commands that first save results, in their thread. */
interface CommandModule {
  readonly load: () => Promise<object>;
  readonly short?: readonly string[];
  readonly long?: readonly string[];
}

/** Summary and examples of each command, without the leading `memspike`. */
const COMMAND_TEXTS = JSON.parse(readFileSync(resolvePackagePath('experiments/cli/commands.json'), 'utf8')) as Readonly<
  Record<string, Pick<CommandListing, 'summary' | 'examples'>>
>;

const COMMAND_MODULES: readonly CommandModule[] = [
  { load: () => import('./analyse.ts'), short: ['analyse'] },
  { load: () => import('./characterise.ts'), short: ['device characterise'] },
  { load: () => import('./completion.ts'), short: ['completion'] },
  { load: () => import('./demo.ts'), short: ['demo list', 'demo show'], long: ['demo run'] },
  { load: () => import('./device.ts'), short: ['device list', 'device show'] },
  { load: () => import('./deviceFiles.ts'), short: ['device export', 'device template'] },
  { load: () => import('./deviceFit.ts'), short: ['device fit'] },
  { load: () => import('./devicePassport.ts'), short: ['device league'], long: ['device passport'] },
  { load: () => import('./lab.ts'), short: ['lab build'], long: ['docs', 'lab'] },
  { load: () => import('./learn.ts'), long: ['learn'] },
  { load: () => import('./log.ts'), short: ['log cat', 'log export', 'log info', 'log repair'] },
  { load: () => import('./mnist.ts'), long: ['mnist'] },
  { load: () => import('./nir.ts'), short: ['nir check', 'nir reference', 'nir repair'] },
  { load: () => import('./raster.ts'), short: ['raster'] },
  { load: () => import('./report.ts'), short: ['report'] },
  { load: () => import('./run.ts'), long: ['run'] },
  { load: () => import('./schema.ts'), short: ['schema'] },
  { load: () => import('./study.ts'), short: ['study list'], long: ['study run'] },
  { load: () => import('./sweepResults.ts'), short: ['sweep collect', 'sweep plot', 'sweep status'] },
  { load: () => import('./sweepRun.ts'), short: ['sweep submit'], long: ['sweep plan', 'sweep retry', 'sweep run'] },
  { load: () => import('./version.ts'), short: ['version'] },
  { load: () => import('./weights.ts'), short: ['weights'] },
];

/** Command of a module: its export `listCommand` for `device list`, or the default export. */
const toCommand = (name: string, { load }: CommandModule, runsInThread: boolean): CommandListing => ({
  name,
  ...COMMAND_TEXTS[name]!,
  runsInThread,
  load: async () => {
    const commands = (await load()) as Readonly<Record<string, LoadedCommand>>;
    return commands[`${name.split(' ').at(-1)}Command`] ?? commands.default!;
  },
});

export const COMMANDS: readonly CommandListing[] = COMMAND_MODULES.flatMap((module) => [
  ...(module.short ?? []).map((name) => toCommand(name, module, false)),
  ...(module.long ?? []).map((name) => toCommand(name, module, true)),
]).sort((a, b) => (a.name < b.name ? -1 : 1));
