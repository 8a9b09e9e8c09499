import type { Command } from './command.ts';

/** Loads a command that is exported as NAMECommand, not as the default of its module. */
const createLoader =
  <Name extends string>(
    module: () => Promise<{ readonly [K in `${Name}Command`]: Awaited<ReturnType<Command['load']>>['default'] }>,
    name: Name,
  ): Command['load'] =>
  async () => ({ default: (await module())[`${name}Command`] });

const demo = (name: 'list' | 'run' | 'show') => createLoader(() => import('./demo.ts'), name);
const device = (name: 'list' | 'show') => createLoader(() => import('./device.ts'), name);
const lab = (name: 'build' | 'docs') => createLoader(() => import('./lab.ts'), name);
const log = (name: 'cat' | 'export' | 'info' | 'repair') => createLoader(() => import('./log.ts'), name);
const study = (name: 'list' | 'run') => createLoader(() => import('./study.ts'), name);
const sweepResults = (name: 'collect' | 'plot' | 'status') => createLoader(() => import('./sweepResults.ts'), name);

/** Commands that a signal, such as that of Ctrl-C, ends immediately. */
const SHORT_COMMANDS: Readonly<Record<string, readonly [summary: string, load: Command['load']]>> = {
  analyse: ['Measure the spikes of a run: rates, regularity, correlations, spectrum', () => import('./analyse.ts')],
  completion: ['Print a script that completes commands in your shell', () => import('./completion.ts')],
  'demo list': ['List the demonstrations: studies of published claims', demo('list')],
  'demo show': ['Show the claim of a demonstration, and its parameters', demo('show')],
  'device characterise': [
    'Measure a device model: a page of pictures and a table for each',
    () => import('./characterise.ts'),
  ],
  'device export': [
    'Write a device for aihwkit, NeuroSim or CrossSim, and list what these cannot represent',
    () => import('./deviceExport.ts'),
  ],
  'device fit': ['Fit device models to measured pulses', () => import('./deviceFit.ts')],
  'device list': ['List the device presets', device('list')],
  'device show': ['Show the parameters of a device and their sources', device('show')],
  'lab build': ['Write the lab as a static web site, with its images', lab('build')],
  'log cat': ['Print the rows of a log', log('cat')],
  'log export': ['Write a log in another format', log('export')],
  'log info': ['Show the contents and the integrity of a log', log('info')],
  'log repair': ['Copy the undamaged rows of a damaged log', log('repair')],
  raster: ['Draw the spikes of a run or log', () => import('./raster.ts')],
  report: ['Write a page (HTML) with the results of a run', () => import('./report.ts')],
  schema: ['Print the JSON Schema of network files', () => import('./schema.ts')],
  'study list': ['List the studies that come with memspike', study('list')],
  'sweep collect': ['Write the results of a sweep as tables (Arrow, CSV)', sweepResults('collect')],
  'sweep plot': ['Draw the results of a sweep and print its best points', sweepResults('plot')],
  'sweep status': ['Count the done, running, failed and missing runs of a sweep', sweepResults('status')],
  'sweep submit': ['Submit the missing runs of a sweep to Slurm, as a job array', () => import('./sweepSubmit.ts')],
  version: ['Print the version', () => import('./version.ts')],
  weights: [
    'Draw the weights and devices of a run: fields, histograms, wear, STDP pairs',
    () => import('./weights.ts'),
  ],
};

/** Commands that save their results before they end at a signal; each runs in its own thread. */
const LONG_COMMANDS: typeof SHORT_COMMANDS = {
  'demo run': ['Run a demonstration; demo NAME does the same', demo('run')],
  'device compare': [
    'Compare devices on MNIST: accuracy, energy per image, worn-out cells',
    () => import('./deviceCompare.ts'),
  ],
  'device flaws': [
    'Rank the non-idealities of a device by the accuracy that they cost',
    () => import('./deviceFlaws.ts'),
  ],
  docs: ['Open the manual in the browser', lab('docs')],
  lab: ['Serve the lab, a web page to describe and train devices, on this machine', () => import('./lab.ts')],
  learn: ['Train, label and test on your own images (IDX)', () => import('./learn.ts')],
  mnist: ['Train, label and test on MNIST', () => import('./mnist.ts')],
  run: ['Run a network file', () => import('./run.ts')],
  'study run': ['Run a study: plan, compute, collect and draw a sweep', study('run')],
  'sweep plan': ['Plan a parameter sweep into a directory', () => import('./sweepPlan.ts')],
  'sweep retry': ['Compute the failed runs of a sweep again', createLoader(() => import('./sweepRun.ts'), 'retry')],
  'sweep run': [
    'Compute the runs of a sweep, one per core at a time',
    createLoader(() => import('./sweepRun.ts'), 'run'),
  ],
};

const toListings = (commands: typeof SHORT_COMMANDS, runsInThread: boolean): Command[] =>
  Object.entries(commands).map(([name, [summary, load]]) => ({ name, summary, load, runsInThread }));

export const COMMANDS: readonly Command[] = [
  ...toListings(SHORT_COMMANDS, false),
  ...toListings(LONG_COMMANDS, true),
].sort((a, b) => (a.name < b.name ? -1 : 1));
