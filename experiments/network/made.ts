import type { Factories } from '../../core/factories.ts';
import { indexOf } from './models.ts';
import type { ModelChoice } from './schema.ts';

/** Calls the model of this kind that `choice` names with its parameters. */
export function made<K extends keyof Factories>(kind: K, choice: unknown): Factories[K] {
  const { model, winnerTakeAll: _, positions: __, record: ___, ...params } = choice as ModelChoice;
  return indexOf(kind)[model]!(params) as Factories[K];
}
