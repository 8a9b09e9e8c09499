/** Public API functions that read files, fit, sweep and analyse; loaded at the first call (see lazy.ts). */

export { type Measurement, readMeasurement, readPulses } from './devices/fit/import/measurement.ts';
export type { Train } from './devices/fit/import/trains.ts';
export { fitPulses, type PulseFit } from './devices/fit/statistics/fitPulses.ts';
export type { ModelFit } from './devices/fit/statistics/modelFit.ts';
export { type LoadedDevice, loadDevice, presetNames } from './devices/load.ts';
export { analyseSpikes as analyse, type SpikeAnalysis as Analysis } from './look/analyse/analyseSpikes.ts';
export type { AnalysisOptions } from './look/analyse/options.ts';
export { analyseWeights, type WeightsAnalysis, type WeightsOptions } from './look/weights/weights.ts';
export { attachRecorders, buildNetwork, type StimulusReaders, type TableOpener as OpenTable } from './network/build.ts';
export { loadConfig } from './network/config/load.ts';
export { loadModels } from './network/extensions.ts';
export { readRecording } from './network/stimuli/recording.ts';
export { loadNetwork } from './run/loadNetwork.ts';
export { createLogMetadata as logMetadata, type RunOptions, runNetwork } from './run/run.ts';
export { summariseNetwork } from './run/summary.ts';
export { type Plan, type RunState, readPlan, readRunStates } from './sweep/directory.ts';
export { planSweep } from './sweep/planSweep.ts';
export type { SweepResults } from './sweep/results.ts';
export { writeSweepTables as collectSweep } from './sweep/resultTables.ts';
export { type RunSweepOptions, runSweep, type SweepOutcome } from './sweep/run.ts';
export { type SearchOptions, searchSweep } from './sweep/search.ts';
