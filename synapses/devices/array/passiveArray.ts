import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { choice, number, object } from '../../../core/declare/params.ts';
import { relativeSdParam } from '../../variability.ts';

export const disturbParams = object(
  {
    threshold: number({
      min: 0,
      exclusiveMin: true,
      unit: 'V',
      help: 'mean voltage above which a partial pulse moves an unselected device; compared with a half or a third of the write voltage',
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
  },
  'how pulses reach the devices (selection half or third)',
);

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
    schemePulses = 0,
    voltageStepUp = 0,
    voltageStepDown = 0,
  }: {
    readonly selection: string;
    readonly disturb?: DisturbParameters | undefined;
    readonly schemePulses?: number;
    readonly voltageStepUp?: number;
    readonly voltageStepDown?: number;
  },
) {
  if (isVoltageDriven && disturb)
    throw new UserError(
      `device.disturb is for models without a voltage: ${name} computes its steps at a part of the write voltage; remove device.disturb.`,
    );
  if (selection === 'transistor') return;
  if (!isVoltageDriven && !disturb)
    throw new UserError(
      `device.disturb is missing: with selection "${selection}", ${name} needs disturb: { threshold, thresholdSpread, share }, the step of unselected devices; or set selection: transistor.`,
    );
  const scheme =
    schemePulses > 0 ? 'schemePulses' : voltageStepUp !== 0 || voltageStepDown !== 0 ? 'voltageStep' : null;
  if (scheme)
    throw new UserError(
      `device.${scheme}: selection "${selection}" needs identical pulses, because unselected devices see a part of one write voltage; set it to 0 or set selection: transistor.`,
    );
}
