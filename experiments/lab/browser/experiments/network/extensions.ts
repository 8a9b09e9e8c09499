import { UserError } from '../../../../../core/declare/errors.ts';
import type { Mapping } from '../../../../network/config/override.ts';

/** Models of the user's own are code that is run: a page runs none but its own. */
export function knowModels({ models }: Mapping, file: string): void {
  if (Array.isArray(models) && models.length > 0)
    throw new UserError(`${file}: models names code of your own, which runs on the command line only.`);
}
