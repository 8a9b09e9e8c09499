import type { Listing } from './command.ts';

const quick = (name: string, summary: string, load: Listing['load']): Listing => ({ name, summary, load });
const long = (name: string, summary: string, load: Listing['load']): Listing => ({ name, summary, load, long: true });

/** Every command, one call each. */
export const COMMANDS: readonly Listing[] = [
  quick(
    'analyse',
    'Measure the spikes of a run: rates, regularity, correlations, spectrum',
    () => import('./analyse.ts'),
  ),
  quick('completion', 'Print a script that completes commands in your shell', () => import('./completion.ts')),
  quick('demo list', 'List the demonstrations: claims of a review, each as a study', async () => ({
    default: (await import('./demo.ts')).list,
  })),
  long('demo run', 'Run a demonstration; demo NAME is the same', async () => ({
    default: (await import('./demo.ts')).run,
  })),
  quick('demo show', 'Show what a demonstration claims, and its parameters', async () => ({
    default: (await import('./demo.ts')).show,
  })),
  quick(
    'device characterise',
    'Measure what a device does: a page of pictures and a table for each',
    () => import('./characterise.ts'),
  ),
  long(
    'device compare',
    'MNIST on many devices: accuracy, energy per image, worn-out cells',
    () => import('./deviceCompare.ts'),
  ),
  quick(
    'device export',
    'Write a device for aihwkit, NeuroSim or CrossSim, and say what they cannot have of it',
    () => import('./deviceExport.ts'),
  ),
  quick('device fit', 'Fit device models to measured pulses', () => import('./deviceFit.ts')),
  quick('device list', 'List the device presets', async () => ({ default: (await import('./device.ts')).list })),
  quick('device show', 'Show the parameters of a device and where each comes from', async () => ({
    default: (await import('./device.ts')).show,
  })),
  long(
    'device tune',
    'Search the recipe by which a device learns best, on the validation split',
    () => import('./deviceTune.ts'),
  ),
  quick('doctor', 'Look whether this machine has what memspike needs', () => import('./doctor.ts')),
  long(
    'lab',
    'Serve the lab, a page to describe devices and watch them learn, on this machine',
    () => import('./lab.ts'),
  ),
  quick('lab build', 'Write the lab as a site for any host, with its images', () => import('./labBuild.ts')),
  long('learn', 'Train, label and test on images of your own (IDX)', () => import('./learn.ts')),
  quick('log cat', 'Print the rows of a log', async () => ({ default: (await import('./log.ts')).cat })),
  quick('log export', 'Write a log in another format', async () => ({ default: (await import('./log.ts')).exported })),
  quick('log info', 'Show what a log holds', async () => ({ default: (await import('./log.ts')).info })),
  quick('log repair', 'Copy what is whole of a damaged log', async () => ({
    default: (await import('./log.ts')).repair,
  })),
  long('mnist', 'Train, label and test on MNIST', () => import('./mnist.ts')),
  quick('raster', 'Draw the spikes of a run or log', () => import('./raster.ts')),
  quick('report', 'Write a page (HTML) that shows a run', () => import('./report.ts')),
  long('run', 'Run a network file', () => import('./run.ts')),
  quick('schema', 'Print the JSON Schema of network files', () => import('./schema.ts')),
  quick('study list', 'List the studies that come with memspike', () => import('./studyList.ts')),
  long('study run', 'Run a study: plan, compute, collect and draw a sweep', () => import('./study.ts')),
  quick('sweep collect', 'Write the results of a sweep as tables (Arrow, CSV)', () => import('./sweepCollect.ts')),
  long('sweep plan', 'Plan a parameter sweep into a directory', () => import('./sweepPlan.ts')),
  quick('sweep plot', 'Draw the results of a sweep and tell its best points', () => import('./sweepPlot.ts')),
  long('sweep retry', 'Compute the failed runs of a sweep again', async () => ({
    default: (await import('./sweepRun.ts')).retry,
  })),
  long('sweep run', 'Compute the runs of a sweep, as many at a time as there are cores', async () => ({
    default: (await import('./sweepRun.ts')).run,
  })),
  quick(
    'sweep status',
    'Show which runs of a sweep are done, running, failed, missing',
    () => import('./sweepStatus.ts'),
  ),
  quick('sweep submit', 'Submit what a sweep lacks to Slurm, as a job array', () => import('./sweepSubmit.ts')),
  quick('version', 'Print the version', () => import('./version.ts')),
  quick(
    'weights',
    'Draw the weights and devices of a run: fields, histograms, wear, STDP pairs',
    () => import('./weights.ts'),
  ),
];
