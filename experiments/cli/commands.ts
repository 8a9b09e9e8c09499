import type { CommandListing, LoadedCommand } from './command.ts';

type CommandTable = Readonly<Record<string, readonly [summary: string, load: () => Promise<object>]>>;

/** Commands that Ctrl-C and other signals end immediately. */
const SHORT_COMMANDS: CommandTable = {
  analyse: ['Measure the spikes of a run: rates, regularity, correlations, spectrum', () => import('./analyse.ts')],
  completion: ['Print a script that completes commands in your shell', () => import('./completion.ts')],
  'demo list': ['List the demonstrations: studies of published claims', () => import('./demo.ts')],
  'demo show': ['Show the claim of a demonstration, and its parameters', () => import('./demo.ts')],
  'device characterise': [
    'Measure a device model: page of pictures, and a table for each picture',
    () => import('./characterise.ts'),
  ],
  'device export': [
    'Write a device for aihwkit, NeuroSim or CrossSim, and list what these cannot represent',
    () => import('./deviceExport.ts'),
  ],
  'device fit': ['Fit device models to measured pulses', () => import('./deviceFit.ts')],
  'device league': ['Write a sortable table (HTML) of device passports', () => import('./devicePassport.ts')],
  'device list': ['List the device presets', () => import('./device.ts')],
  'device show': ['Show the parameters of a device and their sources', () => import('./device.ts')],
  'device template': ['Print a CSV file for a measurement, to fill in', () => import('./deviceTemplate.ts')],
  'lab build': ['Write the lab as a static web site, with its images', () => import('./lab.ts')],
  'log cat': ['Print the rows of a log', () => import('./log.ts')],
  'log export': ['Write a log in another format', () => import('./log.ts')],
  'log info': ['Show the contents and the integrity of a log', () => import('./log.ts')],
  'log repair': ['Copy the undamaged rows of a damaged log', () => import('./log.ts')],
  raster: ['Draw the spikes of a run or log', () => import('./raster.ts')],
  report: ['Write a page (HTML) with the results of a run', () => import('./report.ts')],
  schema: ['Print the JSON Schema of network files', () => import('./schema.ts')],
  'study list': ['List the studies that come with memspike', () => import('./study.ts')],
  'sweep collect': ['Write the results of a sweep as tables (Arrow, CSV)', () => import('./sweepResults.ts')],
  'sweep plot': ['Draw the results of a sweep and print its best points', () => import('./sweepResults.ts')],
  'sweep status': ['Count the done, running, failed and missing runs of a sweep', () => import('./sweepResults.ts')],
  'sweep submit': ['Submit the missing runs of a sweep to Slurm, as a job array', () => import('./sweepRun.ts')],
  version: ['Print the version', () => import('./version.ts')],
  weights: [
    'Draw weights and devices of a run: receptive fields, histograms, wear, STDP pairs',
    () => import('./weights.ts'),
  ],
};

/** Commands that save their results before they end at a signal; each runs in its own thread. */
const LONG_COMMANDS: CommandTable = {
  'demo run': ['Run a demonstration; demo NAME does the same', () => import('./demo.ts')],
  'device compare': [
    'Compare devices on MNIST: accuracy, energy per image, worn-out cells',
    () => import('./deviceComparison.ts'),
  ],
  'device flaws': [
    'Rank the non-idealities of a device by the accuracy that they cost',
    () => import('./deviceComparison.ts'),
  ],
  'device passport': [
    'Measure a device by a fixed protocol: one page on accuracy, energy, lifetime and what is missing',
    () => import('./devicePassport.ts'),
  ],
  docs: ['Open the manual in the browser', () => import('./lab.ts')],
  lab: ['Serve the lab, a web page to describe and train devices, on this machine', () => import('./lab.ts')],
  learn: ['Train, label and test on your own images (IDX)', () => import('./learn.ts')],
  mnist: ['Train, label and test on MNIST', () => import('./mnist.ts')],
  run: ['Run a network file', () => import('./run.ts')],
  'study run': ['Run a study: plan, compute, collect and draw a sweep', () => import('./study.ts')],
  'sweep plan': ['Plan a parameter sweep into a directory', () => import('./sweepRun.ts')],
  'sweep retry': ['Compute the failed runs of a sweep again', () => import('./sweepRun.ts')],
  'sweep run': ['Compute the runs of a sweep, one per core at a time', () => import('./sweepRun.ts')],
};

/** Adds to each command of a table the function that loads it: `listCommand` of a module for `device list`, or the default export. */
const toCommands = (table: CommandTable, runsInThread: boolean): CommandListing[] =>
  Object.entries(table).map(([name, [summary, loadModule]]) => ({
    name,
    summary,
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
