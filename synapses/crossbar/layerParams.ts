import type * as z from 'zod/mini';
import { choice, flag, fromZero, integer, number, object, optional } from '../../core/declare/params.ts';
import { nonlinearityParam } from './cellCurrent.ts';
import { updateParams } from './updates.ts';

const inputParams = object(
  {
    coding: choice(['pulses', 'width', 'amplitude'], {
      default: 'width',
      help: 'an input is so many read pulses, the length of one, or its voltage; only the last one meets the non-linearity of cells',
    }),
    bits: optional(integer({ min: 1, max: 12, help: 'of the magnitude; any, if left out' })),
    range: optional(
      number({
        min: 0,
        exclusiveMin: true,
        help: 'input of a full pulse, at which larger ones are clipped; left out: 1 without clipping, with bits the largest of calibrate',
      }),
    ),
  },
  'how inputs become read pulses',
);

const outputParams = object(
  {
    bits: optional(integer({ min: 2, max: 16, help: 'of the converter, sign included; any, if left out' })),
    range: optional(
      number({
        min: 0,
        exclusiveMin: true,
        help: 'largest output of the converter, in units of weight × input; left out: the largest of calibrate',
      }),
    ),
    calibrated: flag({ help: 'calibrate gives each column the gain that makes up best for what lines and cells take' }),
    energy: fromZero(0, 'J', 'of one conversion'),
  },
  'how currents become outputs',
);

const lineParams = object(
  {
    word: fromZero(0, 'Ω', 'one segment of a word line'),
    bit: fromZero(0, 'Ω', 'one segment of a bit line'),
    tile: optional(
      object({
        rows: integer({ min: 1, help: 'of an array' }),
        columns: integer({ min: 1, help: 'of an array' }),
      }),
    ),
    every: integer({ default: 1, min: 1, help: 'lines are solved for anew after so many updates' }),
  },
  'lines with resistance',
);

/** What surrounds the devices of a layer. */
export const peripheryParams = object({
  input: optional(inputParams),
  output: optional(outputParams),
  lines: optional(lineParams),
  nonlinearity: nonlinearityParam,
  update: optional(updateParams),
});

export type Periphery = z.input<typeof peripheryParams>;
export type SettledPeriphery = z.output<typeof peripheryParams>;
