import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { choice, flag, integer, nonNegative, number, object } from '../../../core/declare/params.ts';
import { relativeSdParam } from '../../variability.ts';

export const disturbParams = object(
  {
    threshold: number({
      min: 0,
      exclusiveMin: true,
      unit: 'V',
      help: 'mean over devices of the threshold voltage: a partial pulse (half or a third of the write voltage) above it moves an unselected device',
    }),
    thresholdSpread: relativeSdParam(0, 'device-to-device variability of threshold: relative sd (log-normal)'),
    share: number({
      min: 0,
      max: 1,
      unit: '1',
      help: 'size of the step by a partial pulse, as a fraction of the step by a full pulse',
    }),
  },
  'steps of unselected devices by a part of the write voltage (selection half or third); needed by models without a voltage',
);

export const arrayParams = object(
  {
    writes: choice(['parallel', 'serial'], {
      default: 'parallel',
      help: 'writes to several devices of a row or column: parallel: two phases, first all upward, then all downward pulses; serial: device by device',
    }),
    lineResistance: nonNegative(
      0,
      'Ω',
      'resistance of a segment of a row or column between two devices; writes and reads then see the voltage that arrives',
    ),
    driver: nonNegative(0, 'Ω', 'resistance between a line and its voltage source; needs lineResistance > 0'),
    load: nonNegative(
      0,
      'Ω',
      'resistance between a column and 0 V during reads, while all rows but the read one float, so that sneak currents flow; 0: columns at virtual ground, without sneak currents',
    ),
    refresh: integer({
      default: 1000,
      min: 1,
      help: 'number of writes to lines of the array after which the voltages at devices are computed again (with lineResistance or load)',
    }),
    readDisturb: flag({
      help: 'true: a read moves devices as a pulse of readVoltage and readTime does (models with a voltage); default false',
    }),
  },
  'how pulses reach the devices of a passive array (selection half or third)',
);

export type ArrayParameters = z.output<typeof arrayParams>;
export type DisturbParameters = z.output<typeof disturbParams>;

/** Fractions of the write voltage across partially selected devices. */
export const PARTIAL_VOLTAGE = { half: 1 / 2, third: 1 / 3 } as const;

/** Checks the parameters of devices on a passive array. @throws UserError */
export function checkPartialPulses(
  name: string,
  isVoltageDriven: boolean,
  {
    selection,
    disturb,
    array,
    reading,
    schemePulses = 0,
    voltageStepUp = 0,
    voltageStepDown = 0,
  }: {
    readonly selection: string;
    readonly disturb?: DisturbParameters | undefined;
    readonly array: ArrayParameters;
    readonly reading: string;
    readonly schemePulses?: number;
    readonly voltageStepUp?: number;
    readonly voltageStepDown?: number;
  },
) {
  if (isVoltageDriven && disturb)
    throw new UserError(
      `device.disturb is for models without a voltage: ${name} computes its steps at a part of the write voltage; remove device.disturb.`,
    );
  const { lineResistance, driver, load, readDisturb } = array;
  const own = lineResistance > 0 ? 'lineResistance' : driver > 0 ? 'driver' : load > 0 ? 'load' : null;
  if (selection === 'transistor' && own)
    throw new UserError(
      `device.array.${own} is for passive arrays; set selection: half or third, or use lines of a crossbar layer.`,
    );
  if (readDisturb && !isVoltageDriven)
    throw new UserError(
      `device.array.readDisturb needs a model with a voltage (vteam, yakopcic or linearDrift), not ${name}.`,
    );
  if (driver > 0 && lineResistance === 0)
    throw new UserError('device.array.driver needs lineResistance > 0 (got 0 Ω); set it, or driver to 0.');
  if (own && (reading === 'differential' || (disturb && disturb.share === 0)))
    throw new UserError(
      reading === 'differential'
        ? `device.array.${own} cannot be used with reading "differential"; use another reading.`
        : `device.array.${own} needs disturb.share > 0 (got 0), which gives the step at a lower voltage.`,
    );
  if (selection === 'transistor') return;
  if (!isVoltageDriven && !disturb)
    throw new UserError(
      `device.disturb is missing: ${name} with selection "${selection}" needs disturb: { threshold, thresholdSpread, share }, the step of unselected devices; or set selection: transistor.`,
    );
  const scheme =
    schemePulses > 0 ? 'schemePulses' : voltageStepUp !== 0 || voltageStepDown !== 0 ? 'voltageStep' : null;
  if (scheme)
    throw new UserError(
      `device.${scheme}: selection "${selection}" needs identical pulses, because unselected devices see a part of one write voltage; set ${scheme} to 0 or set selection: transistor.`,
    );
}
