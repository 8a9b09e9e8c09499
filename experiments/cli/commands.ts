import { readFileSync } from 'node:fs';
import { resolvePackagePath } from '../shipped.ts';
import type { CommandListing, LoadedCommand } from './command.ts';

/** Modules of commands by command name. */
type CommandTable = Readonly<Record<string, () => Promise<object>>>;

/** Summary and examples of each command, without the leading `memspike`. */
const COMMAND_TEXTS = JSON.parse(readFileSync(resolvePackagePath('experiments/cli/commands.json'), 'utf8')) as Readonly<
  Record<string, Pick<CommandListing, 'summary' | 'examples'>>
>;

/** Commands that Ctrl-C and other signals end immediately. */
const SHORT_COMMANDS: CommandTable = {
  analyse: () => import('./analyse.ts'),
  completion: () => import('./completion.ts'),
  'demo list': () => import('./demo.ts'),
  'demo show': () => import('./demo.ts'),
  'device characterise': () => import('./characterise.ts'),
  'device export': () => import('./deviceExport.ts'),
  'device fit': () => import('./deviceFit.ts'),
  'device league': () => import('./devicePassport.ts'),
  'device list': () => import('./device.ts'),
  'device show': () => import('./device.ts'),
  'device template': () => import('./deviceTemplate.ts'),
  'lab build': () => import('./lab.ts'),
  'log cat': () => import('./log.ts'),
  'log export': () => import('./log.ts'),
  'log info': () => import('./log.ts'),
  'log repair': () => import('./log.ts'),
  'nir check': () => import('./nir.ts'),
  'nir repair': () => import('./nir.ts'),
  raster: () => import('./raster.ts'),
  report: () => import('./report.ts'),
  schema: () => import('./schema.ts'),
  'study list': () => import('./study.ts'),
  'sweep collect': () => import('./sweepResults.ts'),
  'sweep plot': () => import('./sweepResults.ts'),
  'sweep status': () => import('./sweepResults.ts'),
  'sweep submit': () => import('./sweepRun.ts'),
  version: () => import('./version.ts'),
  weights: () => import('./weights.ts'),
};

/** Commands that save their results before they end at a signal; each runs in its own thread. */
const LONG_COMMANDS: CommandTable = {
  'demo run': () => import('./demo.ts'),
  'device passport': () => import('./devicePassport.ts'),
  docs: () => import('./lab.ts'),
  lab: () => import('./lab.ts'),
  learn: () => import('./learn.ts'),
  mnist: () => import('./mnist.ts'),
  run: () => import('./run.ts'),
  'study run': () => import('./study.ts'),
  'sweep plan': () => import('./sweepRun.ts'),
  'sweep retry': () => import('./sweepRun.ts'),
  'sweep run': () => import('./sweepRun.ts'),
};

/** Adds to each command of a table its texts and the function that loads it: `listCommand` of a module for `device list`, or the default export. */
const toCommands = (table: CommandTable, runsInThread: boolean): CommandListing[] =>
  Object.entries(table).map(([name, loadModule]) => ({
    name,
    ...COMMAND_TEXTS[name]!,
    runsInThread,
    load: async () => {
      const commands = (await loadModule()) as Readonly<Record<string, LoadedCommand>>;
      return commands[`${name.split(' ').at(-1)}Command`] ?? commands.default!;
    },
  }));

export const COMMANDS: readonly CommandListing[] = [
  ...toCommands(SHORT_COMMANDS, false),
  ...toCommands(LONG_COMMANDS, true),
].sort((a, b) => (a.name < b.name ? -1 : 1));
