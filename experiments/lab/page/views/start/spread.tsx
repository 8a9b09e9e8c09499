import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { fetchJson } from '../../../browser/fetch.ts';
import type { VariabilityTable } from '../../../spread.ts';
import { Button, ErrorBox } from '../../parts/form.tsx';
import { showUserErrors, WorkerClient } from '../../workerClient.ts';

const table = signal<VariabilityTable | undefined>(undefined);
const errorMessage = signal<string | undefined>(undefined);
/** Results of the runs in this tab: row of the table that they repeat, and accuracies per seed, %. */
const ownRuns = signal<{ readonly row: number; readonly accuracies: readonly number[] } | undefined>(undefined);
const running = signal<WorkerClient | undefined>(undefined);

async function loadTable() {
  table.value ??= await fetchJson<VariabilityTable>('spread.json');
}

/** Repeats the runs of a row of the table in this tab. */
async function repeatRuns(row: number) {
  const { spread, accuracies } = table.value!.rows[row]!;
  const worker = new WorkerClient();
  running.value = worker;
  errorMessage.value = undefined;
  ownRuns.value = { row, accuracies: [] };
  const request = { spread, seeds: accuracies.map((_, i) => i + 1), dataDirectory: '/mnist' };
  const { result } = worker.call('trainSeeds', request, (accuracy: number) => {
    ownRuns.value = { row, accuracies: [...ownRuns.value!.accuracies, accuracy] };
  });
  await showUserErrors(result, errorMessage);
  worker.terminate();
  running.value = undefined;
}

function OwnRuns({ expected }: { readonly expected: readonly number[] }) {
  const { accuracies } = ownRuns.value!;
  if (accuracies.length === 0) return <p role="status">Loading images and training seed 1.</p>;
  const sameCount = accuracies.filter((accuracy, i) => accuracy === expected[i]).length;
  const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length;
  return (
    <p role="status" data-same={sameCount}>
      In this tab: {accuracies.length} of {expected.length} seeds, mean {mean.toFixed(1)} %; {sameCount} of{' '}
      {accuracies.length} runs are identical to the table.
    </p>
  );
}

/** Slider of device-to-device variability, with the accuracy that this variability costs. */
export function SpreadSlider() {
  const [row, setRow] = useState(0);
  useEffect(() => void showUserErrors(loadTable(), errorMessage), []);
  const { rows, neurons = 0, train = 0, test = 0 } = table.value ?? {};
  if (rows === undefined) return <ErrorBox text={errorMessage.value} />;
  const { spread, accuracies, accuracy, cost } = rows[row]!;
  return (
    <section class="card" aria-labelledby="spread-title">
      <h3 id="spread-title">What does device spread cost?</h3>
      <label>
        Device-to-device variability: <strong>{spread} %</strong>
        <input
          type="range"
          max={rows.length - 1}
          value={row}
          aria-label="Device-to-device variability"
          aria-valuetext={`${spread} %`}
          onInput={({ currentTarget }) => setRow(Number(currentTarget.value))}
        />
      </label>
      <p class="score" data-spread={spread}>
        <strong>{accuracy.mean.toFixed(1)} %</strong> ({accuracy.low.toFixed(1)} to {accuracy.high.toFixed(1)}) of test
        digits correct
        {row > 0 &&
          `: variability costs ${cost.mean.toFixed(1)} points (${cost.low.toFixed(1)} to ${cost.high.toFixed(1)})`}
      </p>
      <p class="hint">
        Mean and 95 % interval of {accuracies.length} seeds; {neurons} neurons, {train.toLocaleString('en')} training
        images, {test.toLocaleString('en')} test images. Conductance range and step size vary between devices
        (log-normal).
      </p>
      <p class="actions">
        <Button text="Run it in this tab" disabled={running.value !== undefined} onClick={() => void repeatRuns(row)} />
        {running.value && (
          <Button text="Stop runs" onClick={() => running.value?.terminate('The runs were stopped.')} />
        )}
      </p>
      {ownRuns.value?.row === row && <OwnRuns expected={accuracies} />}
      <ErrorBox text={errorMessage.value} />
    </section>
  );
}
