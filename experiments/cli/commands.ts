import type { Listing } from './command.ts';

/** Every command, one entry each. */
export const COMMANDS: readonly Listing[] = [
  {
    name: 'analyse',
    summary: 'Measure the spikes of a run: rates, regularity, correlations, spectrum',
    load: async () => (await import('./analyse.ts')).default,
  },
  {
    name: 'demo',
    summary: 'Run a demonstration of the review, or list them: demo list',
    long: true,
    load: async () => (await import('./demo.ts')).default,
  },
  {
    name: 'device characterise',
    summary: 'Measure what a device does: a page of pictures and a table for each',
    load: async () => (await import('./characterise.ts')).default,
  },
  {
    name: 'device compare',
    summary: 'MNIST on many devices: accuracy, energy per image, worn-out cells',
    long: true,
    load: async () => (await import('./deviceCompare.ts')).default,
  },
  {
    name: 'device export',
    summary: 'Write a device for aihwkit, NeuroSim or CrossSim, and say what they cannot have of it',
    load: async () => (await import('./deviceExport.ts')).default,
  },
  {
    name: 'device fit',
    summary: 'Fit device models to measured pulses',
    load: async () => (await import('./deviceFit.ts')).default,
  },
  {
    name: 'device list',
    summary: 'List the device presets',
    load: async () => (await import('./device.ts')).list,
  },
  {
    name: 'device show',
    summary: 'Show the parameters of a device and where each comes from',
    load: async () => (await import('./device.ts')).show,
  },
  {
    name: 'log',
    summary: 'Show, print, repair or export logs',
    load: async () => (await import('./log.ts')).default,
  },
  {
    name: 'mnist',
    summary: 'Train, label and test on MNIST',
    long: true,
    load: async () => (await import('./mnist.ts')).default,
  },
  {
    name: 'raster',
    summary: 'Draw the spikes of a run or log',
    load: async () => (await import('./raster.ts')).default,
  },
  {
    name: 'report',
    summary: 'Write a page (HTML) that shows a run',
    load: async () => (await import('./report.ts')).default,
  },
  {
    name: 'run',
    summary: 'Run a network file',
    long: true,
    load: async () => (await import('./run.ts')).default,
  },
  {
    name: 'schema',
    summary: 'Print the JSON Schema of network files',
    load: async () => (await import('./schema.ts')).default,
  },
  {
    name: 'study list',
    summary: 'List the studies that come with memspike',
    load: async () => (await import('./studyList.ts')).default,
  },
  {
    name: 'study run',
    summary: 'Run a study: plan, compute, collect and draw a sweep',
    long: true,
    load: async () => (await import('./study.ts')).default,
  },
  {
    name: 'sweep collect',
    summary: 'Write the results of a sweep as tables (Arrow, CSV)',
    load: async () => (await import('./sweepCollect.ts')).default,
  },
  {
    name: 'sweep plan',
    summary: 'Plan a parameter sweep into a directory',
    long: true,
    load: async () => (await import('./sweepPlan.ts')).default,
  },
  {
    name: 'sweep plot',
    summary: 'Draw the results of a sweep and tell its best points',
    load: async () => (await import('./sweepPlot.ts')).default,
  },
  {
    name: 'sweep retry',
    summary: 'Compute the failed runs of a sweep again',
    long: true,
    load: async () => (await import('./sweepRun.ts')).retry,
  },
  {
    name: 'sweep run',
    summary: 'Compute the runs of a sweep, as many at a time as there are cores',
    long: true,
    load: async () => (await import('./sweepRun.ts')).run,
  },
  {
    name: 'sweep status',
    summary: 'Show which runs of a sweep are done, running, failed, missing',
    load: async () => (await import('./sweepStatus.ts')).default,
  },
  {
    name: 'sweep submit',
    summary: 'Submit what a sweep lacks to Slurm, as a job array',
    load: async () => (await import('./sweepSubmit.ts')).default,
  },
  {
    name: 'version',
    summary: 'Print the version',
    load: async () => (await import('./version.ts')).default,
  },
  {
    name: 'weights',
    summary: 'Draw the weights and devices of a run: fields, histograms, wear, STDP pairs',
    load: async () => (await import('./weights.ts')).default,
  },
];
