import { useMemo } from 'preact/hooks';
import { pageBand } from '../../../../look/report/band.ts';
import type { NetworkTold } from '../../../worker/network.ts';
import { Curves } from '../../parts/curves.tsx';
import { Raster } from '../../parts/raster.tsx';

const percentile = 'median, and band from 5 to 95 % of synapses';

/** What a network did. */
export function Outcome({ told }: { readonly told: NetworkTold }) {
  const { facts, spikes, potentials, weights } = told;
  const raster = useMemo(
    () =>
      spikes && {
        data: { window: spikes.window, tick: spikes.tick, marks: [], populations: spikes.populations.map(pageBand) },
        columns: { ticks: spikes.ticks, neurons: spikes.neurons, populations: spikes.population },
      },
    [spikes],
  );
  return (
    <div class="outcome">
      <table>
        <caption>Populations</caption>
        <thead>
          <tr>
            <th scope="col">population</th>
            <th scope="col">spikes</th>
            <th scope="col">mean rate (Hz)</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(facts.populations).map(([name, { spikes: n, rate }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{n.toLocaleString('en')}</td>
              <td>{rate.toPrecision(3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {facts.warnings.map((warning) => (
        <p key={warning} class="hint">
          {warning}
        </p>
      ))}
      <p class="hash">
        spikesSha256 <code data-spikes={facts.spikesSha256}>{facts.spikesSha256}</code>
      </p>
      {raster ? (
        <Raster label="Raster of the run" data={raster.data} spikes={raster.columns} />
      ) : (
        <p class="hint">No spikes were recorded.</p>
      )}
      {potentials.length > 0 && (
        <Curves
          name="potentials"
          title="Potentials"
          x={{ label: 'time (ms)' }}
          y={{ label: 'potential (mV from rest)' }}
          series={potentials}
        />
      )}
      {weights.length > 0 && (
        <Curves
          name="weights"
          title={`Weights: ${percentile}`}
          x={{ label: 'time (ms)' }}
          y={{ label: 'weight' }}
          series={weights}
        />
      )}
    </div>
  );
}
