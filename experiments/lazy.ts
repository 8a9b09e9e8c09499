/**
 * Lazy versions of the functions in onDemand.ts, which is loaded at the first call, so that `import 'memspike'` takes
 * half the time. The package bundle uses this module instead of onDemand.ts.
 */
import { createRequire } from 'node:module';

type OnDemand = typeof import('./onDemand.ts');
const require = createRequire(import.meta.url);

const lazyFunctions = new Proxy({} as OnDemand, {
  get:
    (_, name: keyof OnDemand) =>
    (...parameters: unknown[]) =>
      require('./onDemand.js')[name](...parameters),
});

export const {
  fitPulses,
  readMeasurement,
  readPulses,
  loadDevice,
  presetNames,
  analyse,
  analyseWeights,
  attachRecorders,
  buildNetwork,
  loadConfig,
  loadModels,
  readRecording,
  loadNetwork,
  logMetadata,
  runNetwork,
  summariseNetwork,
  collectSweep,
  readPlan,
  planSweep,
  runSweep,
  searchSweep,
  readRunStates,
} = lazyFunctions;
