import * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { POLARITY_COUNT, POLARITY_LAYOUT_TEXT } from '../../data/recordings.ts';
import { createMappingSchema, readJson, readRunJson } from '../../logs/runJson.ts';
import { findFileIn } from '../../output/file.ts';

const configSchema = z.looseObject({
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
  populations: z.optional(createMappingSchema(z.looseObject({ synapse: z.optional(z.string()) }))),
  preprocessing: z.optional(z.string()),
});

const WEIGHT_UNITS: Readonly<Record<string, string>> = { delta: 'mV', exponential: 'pA', conductance: 'nS' };

const readConfig = (path: string) =>
  findFileIn(path, 'config.json') === null ? undefined : readJson(path, 'config.json', configSchema);

export const findProjectionConfig = (path: string, projection: string) =>
  readConfig(path)?.projections?.find((p) => (p.name ?? `${p.from}->${p.to}`) === projection);

/** Axis label such as `weight (mV)`; without unit if the run does not state the synapse model of the target population. */
export function createWeightAxisLabel(path: string, projection: string): string {
  const config = readConfig(path);
  const target = findProjectionConfig(path, projection)?.to;
  // The configuration of an MNIST run does not state the synapse type, which is always delta, with weights in mV.
  const synapse = config?.preprocessing === undefined ? config?.populations?.[target ?? '']?.synapse : 'delta';
  const unit = synapse && WEIGHT_UNITS[synapse];
  return unit ? `weight (${unit})` : 'weight';
}

/** Shape of the input image whose pixels are the presynaptic neurons, row by row. */
export interface ImageShape {
  /** Number of pixel rows, summed over all planes. */
  readonly rows: number;
  readonly columns: number;
  /** Number of image planes, stacked vertically: neurons per pixel, such as 2 for event polarities. */
  readonly planes: number;
}

export const describePolarityPlanes = (image: ImageShape | null): string[] =>
  (image?.planes ?? 1) > 1 ? [POLARITY_LAYOUT_TEXT] : [];

export const computePixelIndex = ({ rows, columns, planes }: ImageShape, neuron: number): number =>
  ((neuron % planes) * rows * columns + neuron - (neuron % planes)) / planes;

/** True if `pre` neurons fill all rows of the image, except unconnected pixels at the end of the last row. */
const isFilled = ({ rows, columns }: Omit<ImageShape, 'planes'>, pre: number): boolean =>
  Number.isInteger(rows) && Number.isInteger(columns) && Math.ceil(pre / columns) === rows;

/** Image shape from the options or, without them, from a finished run; null if neither states it. */
export function findImageShape(
  path: string,
  { rows, columns }: Partial<Record<'rows' | 'columns', number | undefined>>,
  pre: number,
): ImageShape | null {
  if (rows !== undefined || columns !== undefined) {
    const shape = { rows: rows ?? pre / columns!, columns: columns ?? pre / rows!, planes: 1 };
    if (isFilled(shape, pre)) return shape;
    const given = [rows !== undefined && `--rows ${rows}`, columns !== undefined && `--columns ${columns}`];
    throw new UserError(
      `${given.filter(Boolean).join(' ')}: the ${pre} presynaptic neurons of ${path} do not form such an image.`,
    );
  }
  if (findFileIn(path, 'run.json') === null) return null;
  const { imageRows, imageColumns } = readRunJson(path);
  if (imageRows === undefined || imageColumns === undefined) return null;
  const planes = pre === imageRows * imageColumns * POLARITY_COUNT ? POLARITY_COUNT : 1;
  const shape = { rows: planes * imageRows, columns: imageColumns, planes };
  return isFilled(shape, pre) ? shape : null;
}
