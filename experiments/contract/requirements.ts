import { decodeCheckpoint, encodeCheckpoint } from '../../core/checkpoint/codec.ts';
import { load, save } from '../../core/checkpoint/state.ts';
import { createTestNetwork, describeDifference, readPlasticWeights, runToEnd, type TestedModels } from './network.ts';

/** Returns the errors that `check` returns or, if `check` throws, its error message after `label`. */
export function collectCheckErrors(label: string, check: () => readonly string[]): readonly string[] {
  try {
    return check();
  } catch (error) {
    return [`${label}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

const PAUSE_TIMES = [0, 7.5, 13.3, 20, 39];
/** Number of spikes that a test network must exceed for a meaningful test. */
const MIN_SPIKES = 50;

/** Checks models in a network: complete state in typed arrays, no effect of pauses or of event order at a tick, numeric weights. */
export const checkModelRequirements = (parts: TestedModels, label: string): readonly string[] =>
  collectCheckErrors(label, () => findRequirementErrors(parts, label));

function findRequirementErrors(parts: TestedModels, label: string) {
  const faults: string[] = [];
  const first = createTestNetwork(parts);
  const whole = runToEnd(first);
  if (whole.spikeRows.length <= MIN_SPIKES)
    return [`${label}: a network with it has only ${whole.spikeRows.length} spikes in 40 ms, too few for a test.`];
  if (readPlasticWeights(first).some(Number.isNaN)) return [`${label}: weights became NaN.`];

  const backwards = describeDifference(runToEnd(createTestNetwork(parts, true)), whole);
  if (backwards !== undefined)
    faults.push(
      `${label}: a network declared in another order ends differently, first ${backwards}; results must not depend on the order of calls at one tick, so random draws must depend only on (synapse or neuron, number of draws so far).`,
    );
  for (const pauseTime of PAUSE_TIMES) {
    const run = createTestNetwork(parts);
    run.net.run(pauseTime);
    run.net.flush();
    const at = run.net.now;
    const { snapshot } = decodeCheckpoint(encodeCheckpoint(save(run.net), {}), 'test');
    const paused = describeDifference(runToEnd(run), whole);
    if (paused !== undefined) faults.push(`${label}: a run that pauses at ${at} ms ends differently, first ${paused}.`);
    const second = createTestNetwork(parts);
    load(second.net, snapshot);
    const later = whole.spikeRows.filter((row) => Number.parseFloat(row) > at);
    const resumed = describeDifference(runToEnd(second), { spikeRows: later, endState: whole.endState });
    if (resumed !== undefined)
      faults.push(
        `${label}: a run resumed from its checkpoint at ${at} ms ends differently, first ${resumed}; its state is not complete.`,
      );
    if (faults.length > 0) return faults; // later pauses would find the same error
  }
  return faults;
}
