import { prefixErrors } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { LoadedDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { createModel } from '../../network/models.ts';
import { type NetConfig, netSchema, withNetRecipe } from './config.ts';
import { CrossbarNet } from './crossbarNet.ts';
import type { Model } from './model.ts';

/** Settings of a net with labels, those left out as in its recipe. @throws UserError */
export const netConfig = (given: Mapping, device: Pick<LoadedDevice, 'device'> | null = null): NetConfig =>
  validate(netSchema, withNetRecipe(given, device), 'learn');

/** A model on the crossbars that a configuration describes. `fresh`: devices have its weights from the start; else they are to be programmed. */
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
