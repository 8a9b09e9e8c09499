import type { Column, RowSink } from '../../core/log/tables.ts';
import type { ShortTermFactory } from '../../core/model.ts';
import { Network } from '../../core/network.ts';
import type { Seed } from '../../core/random.ts';
import { spikeTrains } from '../../neurons/index.ts';
import { made } from '../network/build.ts';
import type { ModelChoice } from '../network/schema.ts';
import { MODELS } from '../network/schema.ts';

/** What a target receives at each spike of a train (ms) through a synapse of weight 1 with these short-term dynamics. */
export function responses(shortTerm: ShortTermFactory, train: readonly number[], seed: Seed = 1): number[] {
  const net = new Network({ seed, kernels: 'plain' });
  const pre = net.population('pre', spikeTrains({ trains: [[...train]] }));
  const post = net.population('post', spikeTrains({ trains: [[]] }));
  const efficacies: number[] = [];
  const sink: RowSink = {
    write: (columns: Readonly<Record<string, Column>>, rows) => {
      for (let i = 0; i < rows; i++) efficacies.push(columns.efficacy![i]!);
    },
  };
  net.recordWeights(net.projection(pre, post, { connect: { list: [[0, 0, 1]] }, shortTerm }), { on: 'pre' }, sink);
  net.run(Math.max(...train));
  net.flush();
  return efficacies;
}

export const shortTermOf = (choice: ModelChoice): ShortTermFactory => made<ShortTermFactory>(MODELS.shortTerms, choice);
