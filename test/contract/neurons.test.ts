/** Every neuron model, with every choice it offers: winner-take-all, rest, reading, and stretches of arrivals in one go. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Neurons } from '../../core/graph/population.ts';
import type { NeuronFactory } from '../../core/model.ts';
import { Network } from '../../core/network.ts';
import { poisson, spikeTrains } from '../../neurons/index.ts';
import { Rows } from '../support.ts';
import { NEURONS } from './models.ts';
import { variantsOf } from './variants.ts';

const HOLD = 1.5;

interface Options {
  readonly winnerTakeAll?: boolean;
  /** Arrivals one by one, because each is recorded. */
  readonly single?: boolean;
  readonly read?: boolean;
}

/** Neurons under noise and ties, strong in whatever unit their weights have. */
function driven(factory: NeuronFactory, { winnerTakeAll, single, read }: Options = {}) {
  const net = new Network({ seed: 5 });
  const cells = net.population('cells', factory, winnerTakeAll ? { winnerTakeAll: { hold: HOLD } } : {});
  const noise = net.population('noise', poisson({ size: 10, rate: 400 }));
  const ties = net.population('ties', spikeTrains({ trains: [Array.from({ length: 50 }, (_, k) => 2 * k)] }));
  const projection = net.projection(noise, cells, { connect: { all: { weight: { uniform: [-1, 5] } } } });
  net.projection(ties, cells, { connect: { all: { weight: 12 } } });
  const spikes = new Rows();
  net.recordSpikes([cells], spikes);
  if (single) net.recordWeights(projection, { on: 'pre' }, new Rows());
  if (read) net.recordPotential(cells, [0, 1, 2, 3], { every: 0.31 }, new Rows());
  return { net, cells: cells as Neurons, spikes };
}

function run(factory: NeuronFactory, options?: Options) {
  const made = driven(factory, options);
  made.net.run(100);
  made.net.flush();
  return made.spikes.rows;
}

for (const [key, model] of Object.entries(NEURONS)) {
  for (const [variant, params] of variantsOf(model)) {
    const { shape } = model.declaration.params;
    const factory = model({
      ...params,
      ...('current' in shape && { current: 400 }),
      ...(key === 'glauber' && { slope: 1000 }), // else it changes once, as this noise leads upwards only
    });
    if (factory.kind === 'stimulus') continue;

    test(`${key}${variant}: one fires at an instant under winner-take-all, and then none for the time it holds`, () => {
      const rows = run(factory, { winnerTakeAll: true });
      assert.ok(rows.length > 2, `${rows.length} spikes`);
      rows.slice(1).forEach((row, i) => {
        assert.ok(row.time! >= rows[i]!.time! + HOLD, `${rows[i]!.time} and ${row.time}`);
      });
    });

    test(`${key}${variant}: reading potentials, and taking arrivals one by one, changes no spike`, () => {
      const rows = run(factory);
      assert.ok(rows.length > 4, `${rows.length} spikes`);
      assert.equal(run(factory, { read: true }), rows);
      assert.equal(run(factory, { single: true }), rows);
    });

    test(`${key}${variant}: rest puts every potential at rest, and it goes on from there`, () => {
      const { net, cells, spikes } = driven(factory);
      net.run(41.3);
      net.rest();
      for (let j = 0; j < cells.size; j++) assert.is(Math.abs(cells.model.potential(j, net.now)), 0);
      net.flush();
      const before = spikes.rows.length;
      net.run(60);
      net.flush();
      assert.ok(spikes.rows.length > before);
    });
  }
}

test.run();
