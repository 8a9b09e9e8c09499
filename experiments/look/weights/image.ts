import { UserError } from '../../../core/declare/errors.ts';
import { POLARITIES, POLARITIES_TOLD } from '../../data/recordings.ts';
import { fileIn } from '../../output/file.ts';
import { readRunJson } from '../../run/runJson.ts';
import type { WeightsOptions } from './options.ts';

/** The image that presynaptic neurons form, row by row. */
export interface ImageShape {
  /** Of all planes together. */
  readonly rows: number;
  readonly columns: number;
  /** Several neurons of a place, such as the two polarities of a recording, lie on planes one below the other. */
  readonly planes: number;
}

/** What has to be told of its planes. */
export const planesTold = (image: ImageShape | null): string[] => ((image?.planes ?? 1) > 1 ? [POLARITIES_TOLD] : []);

/** Where on it a presynaptic neuron lies. */
export const placeOf = ({ rows, columns, planes }: ImageShape, neuron: number): number =>
  ((neuron % planes) * rows * columns + neuron - (neuron % planes)) / planes;

/**
 * What was asked for, else what a finished run tells of its images, else null. UserError where the neurons do not fill it:
 * all but the last row, in which some may be unconnected.
 */
export function imageOf(path: string, { rows, columns }: WeightsOptions, pre: number): ImageShape | null {
  if (rows === undefined && columns === undefined) return imageOfRun(path, pre);
  const shape = { rows: rows ?? pre / columns!, columns: columns ?? pre / rows!, planes: 1 };
  if (!isFilled(shape, pre)) {
    const asked = [rows !== undefined && `--rows ${rows}`, columns !== undefined && `--columns ${columns}`];
    const given = asked.filter(Boolean).join(' ');
    throw new UserError(`${given}: the ${pre} presynaptic neurons of ${path} form no such image.`);
  }
  return shape;
}

function isFilled({ rows, columns }: Omit<ImageShape, 'planes'>, pre: number): boolean {
  return Number.isInteger(rows) && Number.isInteger(columns) && Math.ceil(pre / columns) === rows;
}

function imageOfRun(path: string, pre: number): ImageShape | null {
  if (fileIn(path, 'run.json') === null) return null;
  const { imageRows, imageColumns } = readRunJson(path);
  if (imageRows === undefined || imageColumns === undefined) return null;
  const planes = pre === imageRows * imageColumns * POLARITIES ? POLARITIES : 1;
  const shape = { rows: planes * imageRows, columns: imageColumns, planes };
  return isFilled(shape, pre) ? shape : null;
}
