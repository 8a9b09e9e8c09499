import { mean } from 'simple-statistics';
import type { Seed } from '../../../core/random/random.ts';
import { createModel, type ModelChoice } from '../../network/models.ts';
import { type Direction, mapDirections } from '../fit/import/trains.ts';
import { splitIntoChunks } from '../fit/lists.ts';
import { OUT_OF_RANGE_WEIGHT, PulseBench } from '../pulseBench.ts';

const STEP_INDEPENDENT_PARAMS =
  'deviceToDevice rangeSpread gMinSpread stepSpread stepSpreadDown stepCorrelation retention endurance stuck readNoise telegraph readErrors selector stash reading oneSided devicesPerSynapse programming selection disturb array';
const STEP_NOISE = 'cycleToCycle cycleToCycleDown cycleCorrelation writeNoise apparentNoise levels';

const omitParameters = (device: ModelChoice, names: string): ModelChoice => ({
  ...Object.fromEntries(Object.entries(device).filter(([name]) => !names.split(' ').includes(name))),
  model: device.model,
});

export const removeVariability = (device: ModelChoice): ModelChoice => omitParameters(device, STEP_INDEPENDENT_PARAMS);

export const removeNoise = (device: ModelChoice): ModelChoice => omitParameters(removeVariability(device), STEP_NOISE);

/** Number of samples per mean step, for models with random steps. */
const DRAW_COUNT = 400;
export const getSampleCountPerStep = ({ model }: ModelChoice): number =>
  ['table', 'quantised'].includes(model) ? DRAW_COUNT : 1;

export function measureRangeEnds(device: ModelChoice) {
  const factory = createModel('device', device);
  const at = (far: number) => {
    const bench = new PulseBench({ device: factory, seed: 1, up: [[]], weight: { uniform: [far, far] } });
    return { weight: bench.weights()[0]!, conductance: bench.conductances()[0]! };
  };
  return { low: at(-OUT_OF_RANGE_WEIGHT), high: at(OUT_OF_RANGE_WEIGHT) };
}

/** Conductance changes by a full pulse, S, of `draws` devices per state. @param states from 0 to 1 */
export function sampleConductanceSteps(
  device: ModelChoice,
  states: readonly number[],
  draws = 1,
): Readonly<Record<Direction, readonly (readonly number[])[]>> {
  const { low, high } = measureRangeEnds(device);
  const weights = states.flatMap((g) =>
    Array<number>(draws).fill(g === 1 ? high.weight : low.weight + g * (high.weight - low.weight)),
  );
  return mapDirections((direction) => {
    const bench = createBench(device, direction, weights, [1], direction);
    const before = bench.conductances();
    bench.runTo(1);
    const steps = bench.conductances().map((after, k) => after - before[k]!);
    return splitIntoChunks(steps, draws);
  });
}

function createBench(
  device: ModelChoice,
  direction: Direction,
  weights: readonly number[],
  pulseTimes: number[],
  seed: Seed,
) {
  const trains = { up: weights.map(() => []), down: weights.map(() => []), [direction]: weights.map(() => pulseTimes) };
  return new PulseBench({ device: createModel('device', device), seed, ...trains, weights });
}

export function simulateMeanPulseTrain(device: ModelChoice, direction: Direction, pulses: number): number[] {
  const times = Array.from({ length: pulses }, (_, i) => i + 1);
  const { low, high } = measureRangeEnds(device);
  const weights = Array<number>(getSampleCountPerStep(device)).fill(direction === 'up' ? low.weight : high.weight);
  const bench = createBench(device, direction, weights, times, 1);
  return [0, ...times].map((t) => {
    if (t > 0) bench.runTo(t);
    return mean(bench.conductances());
  });
}

export interface ExportResult {
  readonly fileContents: Readonly<Record<string, string>>;
  readonly lostProperties: readonly string[];
}

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

const MEMORY = ['secondOrder', 'stmLtm', 'reconfigurable'];

type DeviceParameters = Readonly<Record<string, unknown>>;

export const getNumericParameter = (device: DeviceParameters, key: string, otherwise = 0): number =>
  typeof device[key] === 'number' ? device[key] : otherwise;

/** Device-to-device variability of each quantity, relative sd; missing parameters take their defaults. */
export function getDeviceToDeviceVariability(device: DeviceParameters) {
  const all = getNumericParameter(device, 'deviceToDevice');
  const step = getNumericParameter(device, 'stepSpread', all);
  return {
    range: getNumericParameter(device, 'rangeSpread', all),
    gMin: getNumericParameter(device, 'gMinSpread', all),
    step,
    stepDown: getNumericParameter(device, 'stepSpreadDown', step),
    correlation: getNumericParameter(device, 'stepCorrelation', 1),
  };
}

/** Sentences on device properties that files for another simulator do not contain. @param supported properties that they contain: keys of `EFFECTS` */
export function describeLostProperties(tool: string, device: ModelChoice, supported: readonly string[]): string[] {
  const { step, stepDown, range, gMin } = getDeviceToDeviceVariability(device);
  const special: Readonly<Record<string, boolean>> = {
    stepSpread: step + stepDown > 0,
    rangeSpread: range > 0,
    gMinSpread: gMin > 0,
    pulse: true,
    reading: device.reading === 'differential',
    devicesPerSynapse: getNumericParameter(device, 'devicesPerSynapse', 1) > 1,
  };
  const effects = Object.entries(EFFECTS).filter(
    ([key]) => !supported.includes(key) && (special[key] ?? ![undefined, 0, false].includes(device[key] as 0)),
  );
  const sentences = effects.map(
    ([key, what]) => `${key === 'pulse' ? '' : `${key}: `}${tool} does not support ${what}.`,
  );
  if (!MEMORY.includes(device.model)) return sentences;
  const memory = `${device.model} has more state variables than its conductance; the files have the step of a device at rest.`;
  return [...sentences, memory];
}
