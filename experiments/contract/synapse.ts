import type { DeviceFactory, ModulatorFactory, RuleFactory } from '../../core/factories.ts';
import { Network } from '../../core/network.ts';
import { lif, poisson } from '../../neurons/index.ts';
import { ideal } from '../../synapses/devices/index.ts';
import { eachSpike } from '../../synapses/rules/index.ts';
import { createTestNetwork, readPlasticWeights, runToEnd } from './network.ts';
import { checkModelRequirements, collectCheckErrors } from './requirements.ts';
import type { CheckedModel, TrialParameters } from './trialParameters.ts';
import { buildRuleTrialParameters, buildTrialParameters } from './trialParameters.ts';

type CheckedDevice = CheckedModel<DeviceFactory>;
type CheckedRule = CheckedModel<RuleFactory>;
interface TestedSynapse {
  readonly device: CheckedDevice;
  readonly rule: CheckedRule;
  readonly parameters?: { readonly device?: TrialParameters; readonly rule?: TrialParameters };
}

/** Device parameters with all non-idealities, strong enough to have an effect within 40 ms. */
const buildNonIdealities = (retention: object) => ({
  deviceToDevice: 0.3,
  cycleToCycle: 0.5,
  cycleToCycleDown: 0.3,
  cycleCorrelation: 0.4,
  writeNoise: 0.05,
  apparentNoise: 0.05,
  writeOnChange: true,
  levels: { count: 50 },
  retention,
  endurance: { cycles: 60, spread: 0.5, failure: 'last' },
  stuck: { low: 0.1, high: 0.1 },
  readNoise: { sd: 0.1 },
  telegraph: { amplitude: 0.2, tauHigh: 10, tauLow: 5 },
  readErrors: { rate: 0.02, writeRate: 0.02 },
  selector: { voltage: 1.1, time: 10 },
});
const NON_IDEALITIES = [
  buildNonIdealities({ model: 'powerLaw', t0: 5, nu: 0.1 }),
  buildNonIdealities({ tau: 0.5, rest: 0.6 }),
  buildNonIdealities({ tau: 0.5, rest: 0.6, spread: 0.5 }),
];

const describeSynapse = ({ device, rule }: TestedSynapse) => `${device.declaration.name} with ${rule.declaration.name}`;

/** Checks a device with a rule: plain, with variability, and with all non-idealities. */
export function checkSynapse(synapse: TestedSynapse): readonly string[] {
  const { device, rule, parameters: given = {} } = synapse;
  const floors = 'gMinSpread' in device.declaration.params.shape ? { gMinSpread: 0.4 } : {};
  const all = NON_IDEALITIES.map((every) => ({ ...every, ...floors }));
  for (const [i, flaws] of [{}, { deviceToDevice: 0.3, cycleToCycle: 0.5 }, ...all].entries()) {
    const label = `${describeSynapse(synapse)}${['', ' and spread'][i] ?? ' and every non-ideality'}`;
    const faults = collectCheckErrors(label, () => {
      const parameters = { ...buildTrialParameters(device, given.device), ...flaws };
      const parts = { device: device(parameters), rule: rule(buildRuleTrialParameters(rule, given.rule)) };
      return checkModelRequirements(parts, label);
    });
    if (faults.length > 0) return faults; // later variants would find the same error
  }
  return [];
}

/** Device parameters for a weight range from `low` to `high`; null if the device cannot have this range. */
function findRangeParameters({ declaration }: CheckedDevice, low: number, high: number) {
  const { shape } = declaration.params;
  if ('gMax' in shape) return { gMin: low / high, gMax: 1, weightAtGMax: high };
  if ('wMax' in shape) return { wMin: low, wMax: high };
  if ('rOff' in shape) return low === 0 ? null : { rOn: 1, rOff: high / low, weightAtGMax: high };
  if ('quantaMin' in shape) return low === 0 ? { quantaMin: 0, weightAtGMax: high } : null;
  return low === 0 ? { weightAtGMax: high } : null;
}

const STRENGTH_PARAMETERS = /^(a[23]?(Plus|Minus)|up|down|rate|gain(Up|Down))$/;
const EXPONENT = /^mu(Plus|Minus)$/;

/** Test cases of the weight bounds: every fourth combination of precision, pulse strength, exponent, variability and range. */
const TRIALS = (['f32', 'f64'] as const)
  .flatMap((precision) => [0.1, 1, 30].map((strength) => ({ precision, strength })))
  .flatMap((t) => [0, 0.4, 1].map((exponent) => ({ ...t, exponent })))
  .flatMap((t) => [0, 0.6].map((cycleToCycle) => ({ ...t, cycleToCycle })))
  .flatMap((t) => [0.1, 0.7, 0].map((low, i) => ({ ...t, low, high: [0.3, 1.1, 1][i]! })))
  .filter((_, i) => i % 4 === 0);

export function checkWeightBounds(synapse: TestedSynapse): readonly string[] {
  const label = describeSynapse(synapse);
  const faults = TRIALS.flatMap((trial) => collectCheckErrors(label, () => findWeightOutside(synapse, trial)));
  return faults.slice(0, 1); // the other trials would find the same error
}

function findWeightOutside({ device, rule, parameters: given = {} }: TestedSynapse, trial: (typeof TRIALS)[number]) {
  const { precision, strength, exponent, cycleToCycle, low, high } = trial;
  const range = findRangeParameters(device, low, high);
  if (range === null) return [];
  const wild: Record<string, number> = {};
  for (const key of Object.keys(rule.declaration.params.shape))
    if (STRENGTH_PARAMETERS.test(key)) wild[key] = strength;
    else if (EXPONENT.test(key)) wild[key] = exponent;
  const net = new Network({ seed: 2 });
  const noise = net.population('noise', poisson({ size: 10, rate: 300 }));
  const out = net.population('out', lif({ size: 3, threshold: 2, precision }));
  const projection = net.projection(noise, out, {
    connect: { list: Array.from({ length: 30 }, (_, k) => [k % 10, k % 3, k % 2 ? low : high]) },
    delay: 0.5,
    device: device({ ...buildTrialParameters(device, given.device), ...range, cycleToCycle }),
    rule: rule({ ...buildRuleTrialParameters(rule, given.rule), ...wild }),
  });
  const drive = net.population('drive', poisson({ size: 3, rate: 150 }));
  net.projection(drive, out, { connect: { oneToOne: { weight: 3 } } });
  const round = precision === 'f32' ? Math.fround : (w: number) => w;
  const wMin = round('wMin' in range ? low : (high * (low / high)) / 1) * ('rOff' in range ? 1 - 1e-15 : 1);
  let fault: string | undefined;
  net.at('look', { every: 1 }, (t) => {
    const w = [...projection.edges.weights!].find((weight) => !(weight >= wMin && weight <= round(high)));
    if (w !== undefined) fault ??= `a weight of ${w} at ${t} ms is not between ${low} and ${high}`;
  });
  net.run(50);
  const label = describeSynapse({ device, rule });
  if (fault !== undefined) return [`${label}: ${fault}.`];
  return projection.devices!.writes > 0 ? [] : [`${label}: the devices got no pulse.`];
}

export const checkDendriticDelay = (rule: CheckedRule, own?: TrialParameters): readonly string[] =>
  [0.5, 13].flatMap((dendriticDelay) =>
    checkModelRequirements(
      { rule: rule(buildRuleTrialParameters(rule, own)), dendriticDelay },
      `${rule.declaration.name} with a dendritic delay of ${dendriticDelay} ms`,
    ),
  );

/** Checks that a modulator of a learning rule affects pulses or transmission. */
export function checkModulation(
  modulator: CheckedModel<ModulatorFactory>,
  rule: CheckedRule,
  own?: TrialParameters,
): readonly string[] {
  const label = `${modulator.declaration.name} with ${rule.declaration.name}`;
  const parts = {
    modulator: modulator(buildTrialParameters(modulator, own)),
    rule: rule(buildRuleTrialParameters(rule)),
  };
  const faults = [0, 1.25].flatMap((dendriticDelay) => checkModelRequirements({ ...parts, dendriticDelay }, label));
  if (faults.length > 0) return faults;
  const learned = (with_: object) => {
    const made = createTestNetwork({ rule: parts.rule, ...with_ });
    const before = readPlasticWeights(made).join();
    runToEnd(made);
    return { before, after: readPlasticWeights(made).join() };
  };
  const [plain, modulated] = [learned({}), learned({ modulator: parts.modulator })];
  return [
    ...(modulated.after === modulated.before ? [`${label}: the rule changes no weight.`] : []),
    ...(modulated.after === plain.after && simulatePotential(parts.modulator) === simulatePotential()
      ? [`${label}: modulation changes neither the learned nor the transmitted weights.`]
      : []),
  ];
}

/** Final potential, mV, of a neuron that never fires, after arrivals that the modulator may gate. */
function simulatePotential(model?: ModulatorFactory) {
  const net = new Network({ seed: 3 });
  const spikes = (rate: number) => poisson({ size: 4, rate });
  const [from, cell] = [net.population('third', spikes(300)), net.population('cell', lif({ size: 1, threshold: 1e9 }))];
  net.projection(net.population('input', spikes(300)), cell, {
    connect: { all: { weight: 1 } },
    device: ideal({ wMax: 2 }),
    rule: eachSpike({ up: 0, down: 0 }),
    ...(model && { modulator: { from, model } }),
  });
  net.run(40);
  return cell.model.potential(0, net.now);
}
