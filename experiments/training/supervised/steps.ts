import { prefixErrors } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { LoadedDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { createModel } from '../../network/models.ts';
import { applyNetRecipe, type NetConfig, netSchema } from './config.ts';
import { CrossbarNet } from './crossbarNet.ts';
import type { Model } from './model.ts';

/** Validates the settings of a net and completes them with its recipe. @throws UserError */
export const netConfig = (given: Mapping, device: Pick<LoadedDevice, 'device'> | null = null): NetConfig =>
  validate(netSchema, applyNetRecipe(given, device), 'learn');

/** Creates a net on crossbars. `fresh`: true if devices start with the weights of the model; otherwise `program` sets them. */
export function crossbarNet(c: NetConfig, model: Model, fresh = true): CrossbarNet {
  const { input, output, lines, nonlinearity, update, centred, interval, seed, weightRange: range } = c;
  return new CrossbarNet({
    input,
    output,
    lines,
    nonlinearity,
    update,
    centred,
    interval,
    seed,
    range,
    fresh,
    model,
    device: prefixErrors('learn.device', () => createModel('device', c.device)),
  });
}
