import type { DeviceFactory } from '../../../core/model.ts';
import { DeviceArray } from './array.ts';
import {
  type CellFactory,
  type CellRange,
  cellOf,
  checkRange,
  type SpreadParams,
  type StepFamily,
  spreadParams,
} from './cell.ts';
import { CellArray } from './cellArray.ts';
import { isIdeal, type NonIdealities, nonIdealities } from './nonidealities.ts';

/** Parameters that every device takes. */
export const commonParams = { ...spreadParams, ...nonIdealities };

/** The devices of a model, by the kernels where these know them and nothing more is asked for. */
export function devicesOf(
  kind: StepFamily | CellFactory,
  range: CellRange,
  p: SpreadParams & NonIdealities,
): DeviceFactory {
  checkRange(range);
  const { electrical: e } = range;
  const cell = typeof kind === 'function' ? kind : cellOf(kind);
  const simple = e === null || (e.reading === 'single' && e.selection === 'transistor' && e.gMinSpread === 0);
  const plain = isIdeal(p) && simple;
  return {
    create: (context) =>
      plain && typeof kind !== 'function'
        ? new DeviceArray(kind, range, p, context)
        : new CellArray(cell, range, p, context),
  };
}
