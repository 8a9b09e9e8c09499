import { pow } from '../../../core/elementary.ts';
import type { NetworkKind } from './architecture.ts';

/**
 * What the recipe takes from the size of the training. All of it follows from `wins`, how often each neuron wins when all win
 * alike, since every win is one step of its weights and one of its threshold. Numbers were chosen on the validation split:
 * docs/mnist.md, "Any budget".
 *
 * - Homeostasis: a winner's threshold rises by `gain`, all others fall by `gain / neurons`. Over a training a threshold can fall
 *   by gain · wins · ln(1 + anneal) / anneal mV: by 140 where wins are many, and by as much as a neuron needs to get its
 *   turn where they are few.
 * - Few wins: `anneal` = wins, so that equal shares are asked for from first to last; longer steps of the weights; a higher
 *   first threshold, so that a win sees more spikes of its image.
 *
 * Powers are the engine's own, so that a browser comes to the same numbers.
 *
 * @param neurons of the layer, or of each group
 * @param presentations epochs × training images
 */
export function scaleRecipe(neurons: number, presentations: number, network: NetworkKind = 'layer') {
  const wins = Math.max(1, presentations / neurons);
  const budget = neurons > 3200 ? scaleLargeLayer(wins) : scaleSmallLayer(wins);
  if (network === 'layer') return budget;
  // A window sees a part of the spikes of an image.
  const readThreshold = network === 'features' ? 0.65 : budget.neuron.readThreshold;
  return { ...budget, neuron: { threshold: budget.neuron.threshold / 2, readThreshold } };
}

function scaleSmallLayer(wins: number) {
  const scarcity = Math.max(1, 100 / wins);
  const step = pow(scarcity, 0.25);
  return {
    testSpikes: 20,
    neuron: { threshold: 45 * pow(scarcity, 0.1), readThreshold: 0.5 },
    homeostasis: {
      gain: Math.min(3000 / wins, 30 + 30 / wins),
      anneal: Math.min(100, wins),
      increment: Math.min(0.3, 30 / wins),
    },
    device: { alphaUp: 0.12 * step, alphaDown: 0.009 * step, betaUp: 5 },
  };
}

function scaleLargeLayer(wins: number) {
  const step = pow(Math.max(1, 25 / wins), 0.25);
  return {
    testSpikes: 12,
    neuron: { threshold: 70, readThreshold: 0.6 },
    homeostasis: { gain: Math.min(2400 / wins, 64), anneal: Math.min(30, 1.2 * wins), increment: 0.05 },
    device: { alphaUp: 0.1 * step, alphaDown: 0.0131 * step, betaUp: 4 },
  };
}
