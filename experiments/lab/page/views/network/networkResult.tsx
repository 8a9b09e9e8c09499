import { useMemo } from 'preact/hooks';
import { addStripColours } from '../../../../report/colouredBand.ts';
import type { NetworkResult } from '../../../worker/network.ts';
import { Curves } from '../../parts/figure.tsx';
import { Raster } from '../../parts/raster.tsx';
import { Table } from '../../parts/table.tsx';

export function NetworkResultView({ result }: { readonly result: NetworkResult }) {
  const { facts, spikes, potentials, weights } = result;
  const raster = useMemo(
    () =>
      spikes && {
        data: {
          window: spikes.window,
          tick: spikes.tick,
          marks: [],
          populations: spikes.populations.map(addStripColours),
        },
        columns: { ticks: spikes.ticks, neurons: spikes.neurons, populations: spikes.population },
      },
    [spikes],
  );
  return (
    <div class="result">
      <Table
        caption="Populations"
        columns={['population', 'spikes', 'mean rate (Hz)']}
        rows={Object.entries(facts.populations).map(([name, { spikes: count, rate }]) => [
          name,
          count.toLocaleString('en'),
          rate.toPrecision(3),
        ])}
      />
      {facts.warnings.map((warning) => (
        <p key={warning} class="hint">
          {warning}
        </p>
      ))}
      <p class="hint">
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
          title="Weights: median and 5 to 95 % band over synapses"
          x={{ label: 'time (ms)' }}
          y={{ label: 'weight' }}
          series={weights}
        />
      )}
    </div>
  );
}
