import { mean, standardDeviation } from 'simple-statistics';
import { UserError } from '../../../core/declare/errors.ts';
import type { ModelChoice } from '../../network/models.ts';
import { mapDirections } from '../fit/import/trains.ts';
import type { LoadedDevice } from '../load.ts';
import {
  describeLostProperties,
  type ExportResult,
  getDeviceToDeviceVariability,
  getNumericParameter,
  getSampleCountPerStep,
  measureRangeEnds,
  removeNoise,
  sampleConductanceSteps,
} from './steps.ts';

/** Parameter A of ExpStep, so large that 1 - A e^(γz) ≈ -A e^(γz), the step of the `exponential` model. */
const LARGE_A = 1e9;
const NODE_COUNT = 33;

interface StepModel {
  readonly className: string;
  /** Largest weight step up; `upStep` and `downStep` determine `dw_min` and `up_down` of aihwkit. */
  readonly upStep: number;
  readonly downStep: number;
  /** Upper bound of the weight; the lower bound is 2 less. Default: 1. */
  readonly maxWeight?: number;
  readonly parameters: Readonly<Record<string, number | readonly number[] | boolean>>;
  /** True if the aihwkit class has step noise relative to the step even without its parameter `mult_noise`. */
  readonly isNoiseProportional: boolean;
  /** Relative standard deviation of the steps, for models whose steps are random by definition. */
  readonly stepSd?: number;
  /** Noise and spreads as aihwkit parameters, for a model with the same noise laws as aihwkit. */
  readonly exactParameters?: Readonly<Record<string, number | boolean>>;
  /** Range of weights that the conductance range of the device represents. Default: 2. */
  readonly weightRange?: number;
}

/** aihwkit step models. w = 2g - 1, so a weight step is twice the step of state g. */
const STEP_MODELS: Readonly<Record<string, (d: ModelChoice) => StepModel>> = {
  linear: (d) => ({
    className: 'ConstantStepDevice',
    upStep: 2 * getNumericParameter(d, 'etaUp'),
    downStep: 2 * getNumericParameter(d, 'etaDown'),
    parameters: {},
    isNoiseProportional: true,
  }),
  softBound(d) {
    const [up, down] = [getNumericParameter(d, 'etaUp'), getNumericParameter(d, 'etaDown')];
    const law = { className: 'SoftBoundsDevice', parameters: {}, isNoiseProportional: false };
    if (up === 0 || down === 0) return { ...law, upStep: up, downStep: down };
    const step = (2 * up * down) / (up + down); // step at weight 0, the same in both directions
    return { ...law, upStep: step, downStep: step, maxWeight: step / up };
  },
  power(d) {
    const [up, down] = [getNumericParameter(d, 'bUp'), getNumericParameter(d, 'bDown')];
    // Exponents as in the code of aihwkit 1.1.0: γ+ = γ (1 + min(β, 0)), γ- = γ (1 - max(β, 0)). Its documentation,
    // γ± = γ (1 ± β), is off by several percent of the range.
    const exponents = { pow_gamma: Math.max(up, down), pow_gamma_dtod: 0, pow_up_down: computeAsymmetry(up, down) };
    return {
      className: 'PowStepDevice',
      upStep: 2 * getNumericParameter(d, 'aUp'),
      downStep: 2 * getNumericParameter(d, 'aDown'),
      parameters: { ...exponents, pow_up_down_dtod: 0 },
      isNoiseProportional: true,
    };
  },
  exponential: (d) => ({
    className: 'ExpStepDevice',
    upStep: (2 * getNumericParameter(d, 'alphaUp')) / LARGE_A,
    downStep: (2 * getNumericParameter(d, 'alphaUp')) / LARGE_A,
    parameters: {
      A_up: -LARGE_A,
      A_down:
        (-LARGE_A * getNumericParameter(d, 'alphaDown') * Math.exp(-getNumericParameter(d, 'betaDown'))) /
        getNumericParameter(d, 'alphaUp'),
      gamma_up: getNumericParameter(d, 'betaUp'),
      gamma_down: getNumericParameter(d, 'betaDown'),
      a: -0.5,
      b: -0.5,
    },
    isNoiseProportional: true,
  }),
  neuroSim: createLinearStep,
  asymmetricStep: createAsymmetricStep,
};

function createAsymmetricStep(d: ModelChoice): StepModel {
  const get = (key: string, otherwise = 0) => getNumericParameter(d, key, otherwise);
  const [step, r, high, low] = [get('step', 0.01), get('asymmetry'), get('high', 1), get('low', -1)];
  const unit = 1 / (1 + Math.abs(r)); // aihwkit states spreads in units of the larger step
  const isExponential = d.law === 'exponential';
  const gammas = { gamma_up: get('gammaUp', 1), gamma_down: get('gammaDown', 1) };
  const ceiling = Math.max(high * (1 + 2 * get('highSpread')), -low * (1 + 2 * get('lowSpread')));
  return {
    className: isExponential ? 'ExpStepDevice' : 'LinearStepDevice',
    upStep: step * (1 + r),
    downStep: step * (1 - r),
    maxWeight: high,
    parameters: isExponential
      ? { ...gammas, A_up: get('aUp', -1), A_down: get('aDown', -1), a: get('a', -0.5), b: get('b', -0.5) }
      : { ...gammas, gamma_up_dtod: get('gammaSpread'), gamma_down_dtod: get('gammaSpread'), allow_increasing: true },
    isNoiseProportional: isExponential || d.proportionalNoise === true,
    weightRange: low < 0 ? 2 * ceiling : ceiling,
    exactParameters: {
      w_min: low,
      dw_min_std: get('stepNoise'),
      ...(!isExponential && { mult_noise: d.proportionalNoise === true }),
      w_max_dtod: get('highSpread'),
      w_min_dtod: get('lowSpread'),
      dw_min_dtod: get('gainSpread') * (d.logNormalGain === true ? 1 : unit),
      ...(d.logNormalGain === true && { dw_min_dtod_log_normal: true }),
      up_down_dtod: get('asymmetrySpread') * unit,
    },
  };
}

/** Creates the step model of `neuroSim` from the steps at two states; steps decrease linearly with the state. */
function createLinearStep(d: ModelChoice): StepModel {
  const device = removeNoise(d);
  const { low, high } = measureRangeEnds(device);
  const share = 2 / (high.conductance - low.conductance); // weight per siemens
  const steps = sampleConductanceSteps(device, [0.4, 0.6]); // bounds clip no step from these states
  const { up, down } = mapDirections((direction) => {
    const [first, second] = steps[direction].map(([step]) => Math.abs(step! * share));
    return { middle: (first! + second!) / 2, slope: (second! - first!) / 0.4 }; // between weights -0.2 and 0.2
  });
  return {
    className: 'LinearStepDevice',
    upStep: up.middle,
    downStep: down.middle,
    parameters: {
      gamma_up: -up.slope / up.middle,
      gamma_down: down.slope / down.middle,
      gamma_up_dtod: 0,
      gamma_down_dtod: 0,
      allow_increasing: true,
    },
    isNoiseProportional: false,
  };
}

function createPiecewiseStep(d: ModelChoice): StepModel {
  const device = removeNoise(d);
  const { low, high } = measureRangeEnds(device);
  const states = Array.from({ length: NODE_COUNT }, (_, i) => i / (NODE_COUNT - 1));
  const { up, down } = sampleConductanceSteps(device, states, getSampleCountPerStep(device));
  const weights = (steps: readonly (readonly number[])[]) =>
    steps.map((drawn) => Math.abs((2 * mean([...drawn])) / (high.conductance - low.conductance)));
  const [upward, downward] = [weights(up), weights(down)];
  const largest = Math.max(...upward, ...downward);
  const all = [...up, ...down];
  const rms = (of: (drawn: number[]) => number) => Math.sqrt(mean(all.map((drawn) => of([...drawn]) ** 2)));
  return {
    className: 'PiecewiseStepDevice',
    upStep: largest,
    downStep: largest,
    parameters: { piecewise_up: upward.map((s) => s / largest), piecewise_down: downward.map((s) => s / largest) },
    isNoiseProportional: true,
    ...(getSampleCountPerStep(device) > 1 && { stepSd: rms(standardDeviation) / rms(mean) }),
  };
}

function formatPython(value: number | readonly number[] | boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(Number(value.toPrecision(12))) : `[${value.map(formatPython).join(', ')}]`;
}

/** Cycle-to-cycle noise of a step for aihwkit, relative to the step, or to dw_min if the noise is additive. */
function createNoiseParams(
  device: ModelChoice,
  { className, isNoiseProportional, stepSd = 0 }: StepModel,
  dwMin: number,
  lost: string[],
) {
  const up = getNumericParameter(device, 'cycleToCycle');
  const [cycle, write] = [Math.hypot(up, stepSd), 2 * getNumericParameter(device, 'writeNoise')];
  if (stepSd > 0)
    lost.push(`${device.model}: the noise of its steps depends on the state; the file has the root mean square.`);
  if (getNumericParameter(device, 'cycleToCycleDown', up) !== up)
    lost.push(`cycleToCycleDown: aihwkit has one noise for both directions; the file has that of steps up.`);
  if (write === 0) return { dw_min_std: cycle, ...(!isNoiseProportional && { mult_noise: true }) };
  if (className === 'ConstantStepDevice') return { dw_min_std: Math.sqrt(cycle ** 2 + (write / dwMin) ** 2) };
  if (!isNoiseProportional) {
    if (cycle > 0) lost.push('cycleToCycle: aihwkit has proportional or additive noise; the file has writeNoise.');
    return { dw_min_std: write / dwMin, mult_noise: false };
  }
  lost.push(`writeNoise: the noise of ${className} is proportional to its steps.`);
  return { dw_min_std: cycle };
}

function createVariabilityParams(device: ModelChoice, top: number, lost: string[]) {
  const { range, gMin, step, stepDown, correlation } = getDeviceToDeviceVariability(device);
  const { low, high } = measureRangeEnds(removeNoise(device));
  const half = (high.conductance - low.conductance) / 2;
  if (step !== stepDown) lost.push('stepSpreadDown: aihwkit has one spread of steps; the file has that of steps up.');
  if (range + gMin + step > 0) lost.push('Spreads are normal in aihwkit and log-normal here, with the same sd.');
  return {
    w_max_dtod: (range * high.conductance) / half / top,
    w_min_dtod: (gMin * low.conductance) / half / (2 - top),
    dw_min_dtod: step * Math.sqrt((1 + correlation) / 2),
    up_down_dtod: step * Math.sqrt((1 - correlation) / 2),
  };
}

/** Asymmetry β in aihwkit of the steps `up` and `down`: β > 0 reduces the step down, β < 0 the step up. */
function computeAsymmetry(up: number, down: number): number {
  if (up === down) return 0;
  return up > down ? 1 - down / up : up / down - 1;
}

/** Converts a device to aihwkit: ConstantStep, SoftBounds, PowStep, ExpStep, LinearStep or PiecewiseStep in Python. */
export function toAihwkit({ name, device }: LoadedDevice): ExportResult {
  if (device.model === 'binary')
    throw new UserError(
      `${name} is a binary device, whose pulses switch with a probability; aihwkit has no such device.`,
    );
  const law = (STEP_MODELS[device.model] ?? createPiecewiseStep)(device);
  const dwMin = Math.max(law.upStep, law.downStep);
  const { maxWeight = 1, weightRange = 2, exactParameters } = law;
  const lostNoise: string[] = [];
  const apparentNoise = getNumericParameter(device, 'apparentNoise');
  const hasWriteNoise = law.className !== 'ConstantStepDevice';
  const noise = createNoiseParams(device, law, dwMin, lostNoise);
  if (apparentNoise > 0 && !hasWriteNoise) lostNoise.push(`apparentNoise: ${law.className} has no write noise.`);
  const params = {
    w_max: maxWeight,
    w_min: maxWeight - 2,
    dw_min: dwMin,
    up_down: computeAsymmetry(law.upStep, law.downStep),
    ...law.parameters,
    ...noise,
    ...(apparentNoise > 0 && hasWriteNoise && { write_noise_std: (weightRange * apparentNoise) / dwMin }),
    ...(exactParameters ?? createVariabilityParams(device, maxWeight, lostNoise)),
  };
  const { low, high } = measureRangeEnds(removeNoise(device));
  const reading = device.readNoise as { sd: number; of?: string } | undefined;
  const lost = [
    `Weights from ${formatPython(params.w_min)} to ${formatPython(maxWeight)} correspond to ${low.conductance} to ${high.conductance} S.`,
    ...lostNoise,
    law.className === 'PiecewiseStepDevice' &&
      `Steps are the means at ${NODE_COUNT} states, with straight lines between.`,
    reading?.of === 'range' &&
      `readNoise is a property of the tile in aihwkit: rpu_config.forward.w_noise = ${2 * reading.sd}, with w_noise_type ADDITIVE_CONSTANT.`,
    ...describeLostProperties('aihwkit', device, [
      ...['writeNoise', 'apparentNoise', 'cycleToCycle', 'stepSpread', 'rangeSpread', 'gMinSpread'],
      ...(reading?.of === 'range' ? ['readNoise'] : []),
    ]),
  ].filter((sentence) => sentence !== false);
  const text = [
    `# ${name}, by memspike device export, for aihwkit 1.1.0.`,
    ...lost.map((sentence) => `# ${sentence}`),
    `from aihwkit.simulator.configs.devices import ${law.className}`,
    '',
    `DEVICE = ${law.className}(`,
    ...Object.entries(params).map(([key, value]) => `    ${key}=${formatPython(value)},`),
    ')',
    '',
  ].join('\n');
  return { fileContents: { 'device.py': text }, lostProperties: lost };
}
