import { pow } from '../../../core/elementary.ts';
import type { NetworkKind } from './architecture.ts';

/**
 * Parameters that depend on the training budget. All follow from `wins`, the mean number of wins per neuron, because each win is one step
 * of weights and threshold. Values were chosen on the validation split: docs/mnist.md, "Any budget".
 *
 * - Homeostasis: the threshold of a winner rises by `gain`, all others fall by `gain / neurons`. A threshold can fall by
 *   gain · wins · ln(1 + anneal) / anneal mV during training: 140 mV with many wins, with few wins enough for each neuron to win.
 * - Few wins: `anneal` = wins keeps homeostasis active until the end; weight steps are larger; the initial threshold is higher, so
 *   that a neuron integrates more spikes before it wins.
 *
 * The power function of the engine gives equal bits in Node and in browsers.
 *
 * @param neurons number of neurons of the layer, or of each group
 * @param presentations epochs × training images
 */
export function scaleRecipe(neurons: number, presentations: number, network: NetworkKind = 'layer') {
  const wins = Math.max(1, presentations / neurons);
  const budget = neurons > 3200 ? scaleLargeLayer(wins) : scaleSmallLayer(wins);
  if (network === 'layer') return budget;
  // A window receives only part of the input spikes of an image, so thresholds are halved.
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
