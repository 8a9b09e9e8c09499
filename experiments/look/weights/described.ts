import * as z from 'zod/mini';
import { fileIn } from '../../output/file.ts';
import { mappingSchema, readJson } from '../../run/runJson.ts';

/** Part of `config.json` that describes projections. */
const describedSchema = z.looseObject({
  projections: z.optional(
    z.array(
      z.looseObject({
        name: z.optional(z.string()),
        from: z.string(),
        to: z.string(),
        delay: z.optional(z.unknown()),
        dendriticDelay: z.optional(z.number()),
        connect: z.optional(z.looseObject({ list: z.optional(z.array(z.array(z.number()))) })),
        record: z.optional(
          z.looseObject({ weights: z.optional(z.looseObject({ on: z.optional(z.literal(['pre', 'post'])) })) }),
        ),
      }),
    ),
  ),
  populations: z.optional(mappingSchema(z.looseObject({ synapse: z.optional(z.string()) }))),
  preprocessing: z.optional(z.string()),
});
type Config = z.output<typeof describedSchema>;

const UNITS: Readonly<Record<string, string>> = { delta: 'mV', exponential: 'pA', conductance: 'nS' };

const configOf = (path: string): Config | null =>
  fileIn(path, 'config.json') === null ? null : readJson(path, 'config.json', describedSchema);

/** The projection of this name in the network of a run directory; undefined where there is no such description. */
export function describedIn(path: string, projection: string): NonNullable<Config['projections']>[number] | undefined {
  return configOf(path)?.projections?.find((p) => (p.name ?? `${p.from}->${p.to}`) === projection);
}

/** `weight (mV)`; without a unit where the run does not tell what its target takes. */
export function weightLabel(path: string, projection: string): string {
  const config = configOf(path);
  const target = describedIn(path, projection)?.to;
  // The MNIST job has no description of its network; its neurons take mV.
  const synapse = config?.preprocessing === undefined ? config?.populations?.[target ?? '']?.synapse : 'delta';
  const unit = synapse && UNITS[synapse];
  return unit ? `weight (${unit})` : 'weight';
}
