import type { ModelChoice } from '../../network/models.ts';

/** Files for another tool, by name, and what of the device they cannot say: a sentence each. */
export interface Exported {
  readonly files: Readonly<Record<string, string>>;
  readonly lost: readonly string[];
}

/** What a device may have that some tool has no word for. */
const EFFECTS: Readonly<Record<string, string>> = {
  levels: 'that the conductance has levels',
  retention: 'how a state fades',
  endurance: 'wear',
  stuck: 'stuck devices',
  telegraph: 'telegraph noise',
  readErrors: 'errors of reading and writing',
  selector: 'a selector that does not open',
  stash: 'hidden synapses',
  writeOnChange: 'pulses that are saved at a bound',
  cycleCorrelation: 'that the noise of following steps is correlated',
  readNoise: 'noise of reading',
  writeNoise: 'noise of the state after a pulse',
  apparentNoise: 'what is read beside the state since the last pulse',
  cycleToCycle: 'noise of steps from cycle to cycle',
  stepSpread: 'spread of steps between devices',
  rangeSpread: 'spread of the largest conductance',
  gMinSpread: 'spread of the smallest conductance',
  voltageStepUp: 'upward pulses that grow',
  voltageStepDown: 'downward pulses that grow',
  reading: 'that the weight is a difference of two devices',
  devicesPerSynapse: 'that a synapse has several devices',
  pulse: 'voltage and length of pulses',
};

/** Models with more state than the conductance. */
const MEMORY = ['secondOrder', 'stmLtm', 'reconfigurable'];

export type Values = Readonly<Record<string, unknown>>;

/** A number of a device; `otherwise` where its file leaves it out. */
export const numberOf = (device: Values, key: string, otherwise = 0): number =>
  typeof device[key] === 'number' ? device[key] : otherwise;

/** The spreads of a device, with what stands for those that are left out. */
export function spreadsOf(device: Values) {
  const all = numberOf(device, 'deviceToDevice');
  const step = numberOf(device, 'stepSpread', all);
  return {
    range: numberOf(device, 'rangeSpread', all),
    gMin: numberOf(device, 'gMinSpread', all),
    step,
    stepDown: numberOf(device, 'stepSpreadDown', step),
    correlation: numberOf(device, 'stepCorrelation', 1),
  };
}

function has(device: Values, effect: string): boolean {
  const spreads = spreadsOf(device);
  if (effect === 'stepSpread') return spreads.step + spreads.stepDown > 0;
  if (effect === 'rangeSpread') return spreads.range > 0;
  if (effect === 'gMinSpread') return spreads.gMin > 0;
  if (effect === 'pulse') return true;
  if (effect === 'reading') return device.reading === 'differential';
  if (effect === 'devicesPerSynapse') return numberOf(device, 'devicesPerSynapse', 1) > 1;
  const value = device[effect];
  return value !== undefined && value !== 0 && value !== false;
}

/** Sentences on what `tool` has no word for, of what the device has; `said`: effects that its files do say. */
export function lostOf(tool: string, device: ModelChoice, said: readonly string[]): string[] {
  const effects = Object.entries(EFFECTS).filter(([effect]) => !said.includes(effect) && has(device, effect));
  return [
    ...effects.map(([effect, what]) => `${effect === 'pulse' ? '' : `${effect}: `}${tool} is not told ${what}.`),
    ...(MEMORY.includes(device.model)
      ? [`${device.model} remembers more than its conductance; ${tool} gets the step of a rested device.`]
      : []),
  ];
}
