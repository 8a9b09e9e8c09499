import type { Factories } from '../../core/factories.ts';
import { modelsOfKind } from './models.ts';
import type { ModelChoice } from './schema.ts';

/** Calls the model of this kind that `choice` names with its parameters. */
export function createModel<K extends keyof Factories>(kind: K, choice: unknown): Factories[K] {
  const { model, winnerTakeAll: _, positions: __, record: ___, ...params } = choice as ModelChoice;
  return modelsOfKind(kind)[model]!(params) as Factories[K];
}
