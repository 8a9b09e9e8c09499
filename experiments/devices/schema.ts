import * as z from 'zod/mini';
import { described, number, object, optional, text } from '../../core/declare/params.ts';
import { MODELS, type ModelChoice } from '../network/models.ts';
import { modelSchema, models } from '../network/schema.ts';

const parameter = text({
  help: 'path of a value in this file, such as device.gMax, or the name of a fact that stands here only',
});
const value = optional(
  described(
    z.union([z.number(), z.literal(Infinity), z.string().check(z.minLength(1)), z.boolean(), z.array(z.number())]),
    { description: 'a number, a text, true or false, or a list of numbers' },
  ),
);
const unit = optional(text({ help: 'unit of the value; that of the parameter if left out' }));

const table = object({
  thickness: optional(number({ min: 0, unit: 'nm', help: 'thickness of the switching layer' })),
  onOffRatio: optional(number({ min: 1, help: 'largest over smallest conductance' })),
  retention: optional(number({ min: 0, unit: 's', help: 'how long a state was seen to last' })),
  endurance: optional(number({ min: 0, unit: 'cycles', help: 'how many switching cycles were shown' })),
});

/**
 * A device file: what a network file takes under `device`, `shortTerm` and `rule`, what the device is, and where each number
 * comes from. `value` may be left out where `parameter` is a path in the file.
 */
export const deviceFileSchema = object({
  memspike: described(z.literal(1), { description: 'version of this format' }),
  models,
  device: modelSchema(MODELS.devices),
  shortTerm: optional(modelSchema(MODELS.shortTerms)),
  rule: optional(modelSchema(MODELS.rules)),
  about: z._default(
    object({
      name: optional(text({ help: 'what the device is called' })),
      structure: optional(text({ help: 'layers from top to bottom, such as Ag/HfOx/Pt' })),
      summary: optional(text({ help: 'one or two sentences' })),
      table: z._default(table, {}),
      lost: optional(
        described(z.array(z.string().check(z.minLength(1))), {
          description: 'what of the published device this file does not have: a sentence each',
        }),
      ),
    }),
    { table: {} },
  ),
  quoted: described(
    z._default(
      z.array(object({ parameter, value, unit, reference: text({ help: 'where the value was published' }) })),
      [],
    ),
    { description: 'values taken from a publication' },
  ),
  derived: described(
    z._default(
      z.array(object({ parameter, value, unit, formula: text({ help: 'how it follows from quoted values' }) })),
      [],
    ),
    { description: 'values that follow from quoted ones' },
  ),
  assumed: described(
    z._default(z.array(object({ parameter, value, unit, why: text({ help: 'why this value' }) })), []),
    { description: 'values that nobody published for this device' },
  ),
});

export type DeviceFile = Omit<z.output<typeof deviceFileSchema>, 'device' | 'shortTerm' | 'rule'> & {
  readonly device: ModelChoice;
  readonly shortTerm?: ModelChoice;
  readonly rule?: ModelChoice;
};
