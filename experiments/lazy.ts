/**
 * Lazy versions of the functions in onDemand.ts, which is loaded at the first call, so that `import 'memspike'` takes
 * half the time. The package bundle uses this module instead of onDemand.ts.
 */
import { createRequire } from 'node:module';

type OnDemand = typeof import('./onDemand.ts');
const require = createRequire(import.meta.url);

const loadAtCall = <K extends keyof OnDemand>(name: K): OnDemand[K] =>
  ((...parameters: unknown[]) => require('./onDemand.js')[name](...parameters)) as OnDemand[K];

export const fitPulses = loadAtCall('fitPulses');
export const readMeasurement = loadAtCall('readMeasurement');
export const readPulses = loadAtCall('readPulses');
export const loadDevice = loadAtCall('loadDevice');
export const presetNames = loadAtCall('presetNames');
export const analyse = loadAtCall('analyse');
export const analyseWeights = loadAtCall('analyseWeights');
export const attachRecorders = loadAtCall('attachRecorders');
export const buildNetwork = loadAtCall('buildNetwork');
export const loadConfig = loadAtCall('loadConfig');
export const loadModels = loadAtCall('loadModels');
export const readRecording = loadAtCall('readRecording');
export const loadNetwork = loadAtCall('loadNetwork');
export const logMetadata = loadAtCall('logMetadata');
export const runNetwork = loadAtCall('runNetwork');
export const summariseNetwork = loadAtCall('summariseNetwork');
export const collectSweep = loadAtCall('collectSweep');
export const readPlan = loadAtCall('readPlan');
export const planSweep = loadAtCall('planSweep');
export const runSweep = loadAtCall('runSweep');
export const searchSweep = loadAtCall('searchSweep');
export const readRunStates = loadAtCall('readRunStates');
