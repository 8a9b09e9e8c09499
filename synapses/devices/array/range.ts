import { UserError } from '../../../core/declare/errors.ts';
import { choice, number, optional } from '../../../core/declare/params.ts';
import { WIDEST } from '../../logNormal.ts';
import { type OneSided, oneSidedParams } from './oneSided.ts';

/** What weight a conductance stands for, and what reading costs. */
export const readParams = {
  weightAtGMax: number({
    default: 1,
    min: 0,
    exclusiveMin: true,
    unit: '1',
    help: "weight of a device at gMax in the target's unit; weight is proportional to conductance",
  }),
  reading: choice(['single', 'pair', 'referenceColumn', 'differential'], {
    default: 'single',
    help: 'weight is proportional to G, or to G - gMin: less the current of a second device at gMin in each synapse, or of one column of such devices; or to G+ - G-, from -weightAtGMax to weightAtGMax, of two devices that both learn',
  }),
  oneSided: optional(oneSidedParams),
  gMinSpread: optional(
    number({
      min: 0,
      max: WIDEST,
      unit: '1',
      help: 'relative sd (log-normal) between devices of the smallest conductance, drawn once; left out: deviceToDevice',
    }),
  ),
  readVoltage: number({ default: 0.1, min: 0, unit: 'V', help: 'of a read pulse (one an arrival) (assumed)' }),
  readTime: number({ default: 1e-8, min: 0, unit: 's', help: 'length of a read pulse (assumed)' }),
  selection: choice(['transistor', 'half', 'third'], {
    default: 'transistor',
    help: 'what a write does to other devices of its crossbar: nothing; half the voltage on its row and column; a third on all',
  }),
};

/** What a write pulse is. */
export const writeParams = {
  writeVoltage: number({ default: 1, min: 0, unit: 'V', help: 'of a write pulse (assumed)' }),
  writeTime: number({ default: 1e-7, min: 0, unit: 's', help: 'length of a write pulse (assumed)' }),
};

/** Parameters of devices that have a conductance: its range, what weight it stands for, and what pulses cost. */
export const conductanceParams = {
  gMin: number({ default: 1e-6, min: 0, unit: 'S', help: 'smallest conductance (assumed)' }),
  gMax: number({ default: 1e-4, min: 0, exclusiveMin: true, unit: 'S', help: 'largest conductance (assumed)' }),
  ...readParams,
  ...writeParams,
};

export interface ReadParams {
  readonly weightAtGMax: number;
  readonly reading: 'single' | 'pair' | 'referenceColumn' | 'differential';
  readonly oneSided?: OneSided;
  readonly readVoltage: number;
  readonly readTime: number;
  readonly selection: 'transistor' | 'half' | 'third';
}

export interface ConductanceParams extends ReadParams {
  readonly gMin: number;
  readonly gMax: number;
  readonly writeVoltage: number;
  readonly writeTime: number;
}

/** Range of the weight of a device that is read alone, and of the conductance behind it where there is one. */
export interface CellRange {
  readonly wMin: number;
  readonly wMax: number;
  readonly electrical: ConductanceParams | null;
}

export function checkRange({ wMin, wMax, electrical: e }: CellRange): void {
  if (wMin < wMax) return;
  const [low, high] = e ? ['gMin', 'gMax'] : ['wMin', 'wMax'];
  const [least, most] = e ? [e.gMin, e.gMax] : [wMin, wMax];
  throw new UserError(`a device's ${low} is ${least}, but it must lie below its ${high}, which is ${most}.`);
}

export const outOfRange = (weight: number, low: number, high: number, name: string): UserError =>
  new UserError(`${name}.connect gives a weight of ${weight}, but its device reaches from ${low} to ${high}.`);
