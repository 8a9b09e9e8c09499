import { BatchedDelivery } from './batchedDelivery.ts';
import type { DeliveryStrategy } from './deliveryStrategy.ts';
import type { EngineState } from './engineState.ts';
import { MergedDelivery } from './mergedDelivery.ts';
import { RecurrentDelivery } from './recurrentDelivery.ts';
import { ReferenceDelivery } from './referenceDelivery.ts';
import { SingleQueueDelivery } from './singleQueueDelivery.ts';
import type { TargetState } from './targetState.ts';

/** The faster ways of working off events, the fastest first; null where one never serves a population. */
const STRATEGIES = {
  merged: (place: TargetState, loop: EngineState): DeliveryStrategy | null => MergedDelivery.of(place, loop),
  recurrent: (place: TargetState, loop: EngineState): DeliveryStrategy | null => RecurrentDelivery.of(place, loop),
  batched: (place: TargetState, loop: EngineState): DeliveryStrategy | null => BatchedDelivery.of(place, loop),
  singleQueue: (place: TargetState, loop: EngineState): DeliveryStrategy | null => new SingleQueueDelivery(place, loop),
};

export type StrategyName = keyof typeof STRATEGIES;
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as readonly StrategyName[];

/** The strategies of a population: of the faster ones those that are wanted. */
export function createStrategies(
  place: TargetState,
  loop: EngineState,
  wanted: readonly StrategyName[] = STRATEGY_NAMES,
): readonly DeliveryStrategy[] {
  const faster = wanted.map((name) => STRATEGIES[name](place, loop)).filter((reception) => reception !== null);
  return [...faster, new ReferenceDelivery(place, loop)];
}
