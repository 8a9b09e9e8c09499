import { UserError } from '../../../core/declare/errors.ts';
import { choice, fromZero, number, object, optional, positive } from '../../../core/declare/params.ts';
import type { Floats } from '../../../core/kernels/arena.ts';
import type { AssumedPulse } from '../../../core/usage.ts';
import { ownDeviation } from '../../logNormal.ts';
import { type OneSided, oneSidedParams } from './oneSided.ts';

/** J; booked apart from what the devices themselves take. */
const peripheralParams = object(
  {
    rowRead: fromZero(0, 'J', 'driver of a row, for each read of it'),
    columnRead: fromZero(0, 'J', 'converter of a column (ADC), for each read of a row'),
    writePulse: fromZero(0, 'J', 'write driver, for each pulse'),
  },
  'what the circuits around the crossbar take, booked apart',
);

/** What weight a conductance stands for, and what reading costs. */
export const readParams = {
  weightAtGMax: positive(1, '1', "weight of a device at gMax, in the target's unit"),
  reading: choice(['single', 'pair', 'referenceColumn', 'differential'], {
    default: 'single',
    help: 'weight is proportional to G, or to G - gMin: less the current of a second device at gMin in each synapse, or of one column of such devices; or to G+ - G-, from -weightAtGMax to weightAtGMax, of two devices that both learn',
  }),
  oneSided: optional(oneSidedParams),
  gMinSpread: ownDeviation(
    'relative sd (log-normal) between devices of the smallest conductance, drawn once; left out: deviceToDevice',
  ),
  readVoltage: fromZero(0.1, 'V', 'of a read pulse (one an arrival) (assumed)'),
  readTime: fromZero(1e-8, 's', 'length of a read pulse (assumed)'),
  selection: choice(['transistor', 'half', 'third'], {
    default: 'transistor',
    help: 'what other devices of the crossbar see of a write: nothing; half the voltage on its row and column; a third on all; its energy is booked, their states stay',
  }),
  peripherals: optional(peripheralParams),
  assumed: optional(
    choice(['writeVoltage', 'writeTime', 'writePulse'], {
      help: 'what of the write pulse nobody measured (writePulse: both), though a number is given: energies are marked with it',
    }),
  ),
};

/** What stands for a pulse that nobody told, whatever the model. */
const ASSUMED = { voltage: 1, time: 1e-7 };

/** What a write pulse is. */
export const writeParams = {
  writeVoltage: optional(
    number({
      min: 0,
      unit: 'V',
      help: `of a write pulse; left out: that of either direction, or ${ASSUMED.voltage} V, assumed`,
    }),
  ),
  writeVoltageUp: optional(number({ min: 0, unit: 'V', help: 'of an upward pulse; left out: writeVoltage' })),
  writeVoltageDown: optional(
    number({ min: 0, unit: 'V', help: 'of a downward pulse; left out: writeVoltage, or as upwards' }),
  ),
  writeTime: optional(number({ min: 0, unit: 's', help: 'length of a write pulse; left out: 100 ns, assumed' })),
  writeTimeDown: optional(number({ min: 0, unit: 's', help: 'length of a downward pulse; left out: writeTime' })),
};

export interface WriteParams {
  readonly writeVoltage?: number;
  readonly writeVoltageUp?: number;
  readonly writeVoltageDown?: number;
  readonly writeTime?: number;
  readonly writeTimeDown?: number;
  readonly assumed?: 'writeVoltage' | 'writeTime' | 'writePulse';
}

/** A write pulse, V and s, upwards and downwards. */
export interface WritePulse {
  readonly up: number;
  readonly down: number;
  readonly time: number;
  readonly timeDown: number;
  /** What of it nobody told. */
  readonly assumed: AssumedPulse | null;
}

/** The pulse that parameters tell, with what stands for the rest. */
export function writePulse(
  p: WriteParams,
  otherwise: { readonly voltage: number; readonly time: number } = ASSUMED,
): WritePulse {
  const up = p.writeVoltageUp ?? p.writeVoltage ?? p.writeVoltageDown ?? otherwise.voltage;
  const down = p.writeVoltageDown ?? p.writeVoltage ?? up;
  const time = p.writeTime ?? otherwise.time;
  const told = p.writeVoltageUp ?? p.writeVoltage ?? p.writeVoltageDown;
  const voltage = told === undefined || p.assumed === 'writeVoltage' || p.assumed === 'writePulse';
  const length = p.writeTime === undefined || p.assumed === 'writeTime' || p.assumed === 'writePulse';
  const assumed = { ...(voltage && { voltage: up }), ...(length && { time }) };
  const timeDown = p.writeTimeDown ?? time;
  return { up, down, time, timeDown, assumed: voltage || length ? assumed : null };
}

/** Parameters of devices that have a conductance: its range, what weight it stands for, and what pulses cost. */
export const conductanceParams = {
  gMin: fromZero(1e-6, 'S', 'smallest conductance (assumed)'),
  gMax: positive(1e-4, 'S', 'largest conductance (assumed)'),
  ...readParams,
  ...writeParams,
};

/** The same by name: declarations then say the name, and not all that is in it. */
export type ReadShape = { [K in keyof typeof readParams]: (typeof readParams)[K] };
export type ConductanceShape = { [K in keyof typeof conductanceParams]: (typeof conductanceParams)[K] };

export interface Peripherals {
  readonly rowRead: number;
  readonly columnRead: number;
  readonly writePulse: number;
}

export interface ReadParams {
  readonly weightAtGMax: number;
  readonly reading: 'single' | 'pair' | 'referenceColumn' | 'differential';
  readonly oneSided?: OneSided;
  readonly readVoltage: number;
  readonly readTime: number;
  readonly selection: 'transistor' | 'half' | 'third';
  readonly peripherals?: Peripherals;
}

export interface ConductanceParams extends ReadParams {
  readonly gMin: number;
  readonly gMax: number;
  readonly pulse: WritePulse;
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
  throw notBelow(low, least, high, most);
}

export const notBelow = (low: string, least: number, high: string, most: number): UserError =>
  new UserError(`a device's ${low} is ${least}, but it must lie below its ${high}, which is ${most}.`);

/** @throws UserError for a weight that devices cannot have; bounds are rounded as the weights are */
export function requireWithin(
  weights: Floats,
  { low, high }: { readonly low: number; readonly high: number },
  name: string,
): void {
  const [least, most] = weights instanceof Float32Array ? [Math.fround(low), Math.fround(high)] : [low, high];
  const wrong = weights.find((w) => !(w >= least && w <= most));
  if (wrong !== undefined)
    throw new UserError(`${name}.connect gives a weight of ${wrong}, but its device reaches from ${low} to ${high}.`);
}
