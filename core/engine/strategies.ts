import { BatchedDelivery } from './batchedDelivery.ts';
import type { EngineState } from './engineState.ts';
import { MergedDelivery } from './mergedDelivery.ts';
import { RecurrentDelivery } from './recurrentDelivery.ts';
import { ReferenceDelivery } from './referenceDelivery.ts';
import { SingleQueueDelivery } from './singleQueueDelivery.ts';
import type { DeliveryStrategy, TargetState } from './targetState.ts';

type StrategyFactory = (target: TargetState, engine: EngineState) => DeliveryStrategy | null;

/** Factories of the fast delivery strategies, the fastest first. A factory returns null if its strategy never applies. */
const STRATEGIES = {
  merged: (target, engine) => MergedDelivery.create(target, engine),
  recurrent: (target, engine) => RecurrentDelivery.create(target, engine),
  batched: (target, engine) => BatchedDelivery.create(target, engine),
  singleQueue: (target, engine) => new SingleQueueDelivery(target, engine),
} satisfies Record<string, StrategyFactory>;

export type StrategyName = keyof typeof STRATEGIES;
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as readonly StrategyName[];

/** Creates the strategies of a population: the fast ones in `names` that can apply, then `ReferenceDelivery`. */
export function createStrategies(
  target: TargetState,
  engine: EngineState,
  names: readonly StrategyName[] = STRATEGY_NAMES,
): readonly DeliveryStrategy[] {
  const fast = names.map((name) => STRATEGIES[name](target, engine)).filter((strategy) => strategy !== null);
  return [...fast, new ReferenceDelivery(target, engine)];
}
