/** After `rest` a rule and a modulator remember nothing: what follows is as in a network that has been silent. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModulatorFactory, RuleFactory } from '../../../core/factories.ts';
import { Network } from '../../../core/network.ts';
import { buildRuleTrialParameters, buildTrialParameters } from '../../../experiments/contract/trialParameters.ts';
import { spikeTrains } from '../../../neurons/index.ts';
import { ideal } from '../../../synapses/devices/index.ts';
import { pairStdp } from '../../../synapses/rules/index.ts';
import { MODULATORS, RULES } from '../../contract/models.ts';
import { TEXTBOOK } from '../fixedTrains.ts';

const REST = 20;
const PRE = [
  [1, 4, 9, 14, 19.5, 21, 26, 30],
  [2, 4, 19, 25, 26, 33],
];
const POST = [
  [3, 4, 12, 19, 22, 23, 31],
  [8, 20, 21, 26, 34],
];
const REWARD = [[10, 18, 24, 32]];

function weights(rule: RuleFactory, modulator: ModulatorFactory | undefined, start: Float64Array, from: number) {
  const net = new Network({ seed: 1 });
  const population = (name: string, trains: number[][]) =>
    net.population(name, spikeTrains({ trains: trains.map((train) => train.filter((t) => t >= from)) }));
  const [pre, post, reward] = [population('pre', PRE), population('post', POST), population('reward', REWARD)];
  const third = modulator && { modulator: { from: reward, model: modulator, delay: 0.5 } };
  const { edges } = net.projection(pre, post, {
    connect: { matrix: { weights: start } },
    delay: 0.5,
    dendriticDelay: 0.25,
    device: ideal(TEXTBOOK),
    rule,
    ...third,
  });
  net.run(REST);
  const atRest = Float64Array.from(edges.weights!);
  net.resetDynamicState();
  net.run(50);
  return { atRest, end: Float64Array.from(edges.weights!) };
}

function forgets(rule: RuleFactory, modulator?: ModulatorFactory): void {
  const start = Float64Array.of(0.1, 0.2, -0.1, 0.3);
  const lived = weights(rule, modulator, start, 0);
  assert.not.equal(lived.atRest, start);
  assert.not.equal(lived.end, lived.atRest);
  assert.equal(lived.end, weights(rule, modulator, lived.atRest, REST + 0.01).end);
}

for (const [key, rule] of Object.entries(RULES)) {
  if (key === 'spikeDriven') continue; // reads potentials, which stimuli do not have; see spikeDriven.test.ts
  test(key, () => {
    const certain = key === 'stochasticBinary' ? { pSet: 1, pReset: 1 } : {}; // draws go on after a rest
    forgets(rule({ ...buildRuleTrialParameters(rule), ...certain }));
  });
}

for (const pairing of ['allToAll', 'nearest', 'presynapticCentred'] as const) {
  test(`pairStdp, ${pairing}`, () => forgets(pairStdp({ pairing })));
}

for (const [key, modulator] of Object.entries(MODULATORS)) {
  test(key, () => forgets(pairStdp({}), modulator(buildTrialParameters(modulator))));
}

test.run();
