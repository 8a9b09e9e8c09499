import { mean } from 'simple-statistics';
import type { DeviceFactory } from '../../../core/factories.ts';
import { createModel, type ModelChoice } from '../../network/models.ts';
import { PulseBench } from '../pulseBench.ts';

export const DIRECTIONS = ['up', 'down'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Names of parameters that do not affect a programming step: variability, retention, failures, reading, network. */
const NOT_OF_STEPS =
  'deviceToDevice rangeSpread gMinSpread stepSpread stepSpreadDown stepCorrelation retention endurance stuck readNoise telegraph readErrors selector stash reading oneSided devicesPerSynapse programming selection';
/** Names of the parameters of programming noise and number of levels. */
const STEP_NOISE = 'cycleToCycle cycleToCycleDown cycleCorrelation writeNoise apparentNoise levels';

function without(device: ModelChoice, names: string): ModelChoice {
  const removed = names.split(' ');
  const kept = Object.entries(device).filter(([name]) => !removed.includes(name));
  return { ...Object.fromEntries(kept), model: device.model };
}

/** Removes device-to-device variability, retention, failures and read noise from a device. */
export const typical = (device: ModelChoice): ModelChoice => without(device, NOT_OF_STEPS);

/** Removes variability, retention, failures, read noise, programming noise and levels from a device. */
export const exact = (device: ModelChoice): ModelChoice => without(typical(device), STEP_NOISE);

/** Number of sampled steps per mean step, for models whose steps are random. */
const DRAW_COUNT = 400;
export const drawCountOf = ({ model }: ModelChoice): number =>
  model === 'table' || model === 'quantised' ? DRAW_COUNT : 1;

const factory = (device: ModelChoice): DeviceFactory => createModel('device', device);

/** Lowest and highest weight and conductance (S) of a device. */
export function rangeEndsOf(device: ModelChoice) {
  const at = (far: number) => {
    const bench = new PulseBench({ device: factory(device), seed: 1, up: [[]], weight: { uniform: [far, far] } });
    return { weight: bench.weights()[0]!, conductance: bench.conductances()[0]! };
  };
  return { low: at(-1e9), high: at(1e9) };
}

/** Conductance changes by a full pulse, S, of `draws` devices per state. @param states initial states, range 0 to 1 */
export function sampleSteps(
  device: ModelChoice,
  states: readonly number[],
  draws = 1,
): Readonly<Record<Direction, readonly (readonly number[])[]>> {
  const { low, high } = rangeEndsOf(device);
  const weights = states.flatMap((g) =>
    Array<number>(draws).fill(g === 1 ? high.weight : low.weight + g * (high.weight - low.weight)),
  );
  const pulsed = (direction: Direction) => {
    const trains = weights.map(() => [1]);
    const none = weights.map(() => []);
    const [up, down] = direction === 'up' ? [trains, none] : [none, trains];
    const bench = new PulseBench({ device: factory(device), seed: direction, up, down, weights });
    const before = bench.conductances();
    bench.runTo(1);
    const steps = bench.conductances().map((after, k) => after - before[k]!);
    return states.map((_, i) => steps.slice(i * draws, (i + 1) * draws));
  };
  return { up: pulsed('up'), down: pulsed('down') };
}

/** Mean conductance after 0, 1, … pulses from one end of the range towards the other, S. */
export function simulateMeanTrain(device: ModelChoice, direction: Direction, pulses: number): number[] {
  const times = Array.from({ length: pulses }, (_, i) => i + 1);
  const { low, high } = rangeEndsOf(device);
  const devices = Array.from({ length: drawCountOf(device) });
  const [trains, none] = [devices.map(() => times), devices.map(() => [])];
  const [up, down] = direction === 'up' ? [trains, none] : [none, trains];
  const weights = devices.map(() => (direction === 'up' ? low.weight : high.weight));
  const bench = new PulseBench({ device: factory(device), seed: 1, up, down, weights });
  return [0, ...times].map((t) => {
    if (t > 0) bench.runTo(t);
    return mean(bench.conductances());
  });
}

/** Exported file contents by file name, and sentences on the device properties that these files do not contain. */
export interface ExportResult {
  readonly files: Readonly<Record<string, string>>;
  readonly lost: readonly string[];
}

/** Properties of a device that a simulator may not support, by parameter. */
const EFFECTS: Readonly<Record<string, string>> = {
  levels: 'conductance levels',
  retention: 'retention',
  endurance: 'endurance',
  stuck: 'stuck devices',
  telegraph: 'telegraph noise',
  readErrors: 'read and write errors',
  selector: 'selector failures',
  stash: 'stashed synapses',
  writeOnChange: 'pulses skipped at a bound',
  cycleCorrelation: 'correlation of the noise of successive steps',
  readNoise: 'read noise',
  writeNoise: 'write noise',
  apparentNoise: 'apparent noise',
  cycleToCycle: 'cycle-to-cycle variability',
  stepSpread: 'device-to-device variability of steps',
  rangeSpread: 'device-to-device variability of gMax',
  gMinSpread: 'device-to-device variability of gMin',
  voltageStepUp: 'growing pulses up',
  voltageStepDown: 'growing pulses down',
  reading: 'differential pairs of devices',
  devicesPerSynapse: 'several devices per synapse',
  pulse: 'voltage and width of pulses',
};

/** Models with state variables other than the conductance. */
const MEMORY = ['secondOrder', 'stmLtm', 'reconfigurable'];

export type Values = Readonly<Record<string, unknown>>;

/** Value of a numeric device parameter; `otherwise` if it is absent. */
export const numericParameter = (device: Values, key: string, otherwise = 0): number =>
  typeof device[key] === 'number' ? device[key] : otherwise;

/** Relative standard deviations between devices; a missing one takes its default, often that of another parameter. */
export function spreadsOf(device: Values) {
  const all = numericParameter(device, 'deviceToDevice');
  const step = numericParameter(device, 'stepSpread', all);
  return {
    range: numericParameter(device, 'rangeSpread', all),
    gMin: numericParameter(device, 'gMinSpread', all),
    step,
    stepDown: numericParameter(device, 'stepSpreadDown', step),
    correlation: numericParameter(device, 'stepCorrelation', 1),
  };
}

function has(device: Values, effect: string): boolean {
  const spreads = spreadsOf(device);
  if (effect === 'stepSpread') return spreads.step + spreads.stepDown > 0;
  if (effect === 'rangeSpread') return spreads.range > 0;
  if (effect === 'gMinSpread') return spreads.gMin > 0;
  if (effect === 'pulse') return true;
  if (effect === 'reading') return device.reading === 'differential';
  if (effect === 'devicesPerSynapse') return numericParameter(device, 'devicesPerSynapse', 1) > 1;
  const value = device[effect];
  return value !== undefined && value !== 0 && value !== false;
}

/** Sentences on device properties that exported files lack. @param supported parameters that the files contain */
export function describeLostProperties(tool: string, device: ModelChoice, supported: readonly string[]): string[] {
  const effects = Object.entries(EFFECTS).filter(([effect]) => !supported.includes(effect) && has(device, effect));
  return [
    ...effects.map(([effect, what]) => `${effect === 'pulse' ? '' : `${effect}: `}${tool} does not support ${what}.`),
    ...(MEMORY.includes(device.model)
      ? [`${device.model} has more state variables than its conductance; the files have the step of a device at rest.`]
      : []),
  ];
}
