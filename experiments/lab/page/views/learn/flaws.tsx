import { signal } from '@preact/signals';
import { DEFAULT_SEED_COUNT } from '../../../../compare/deviceVariants.ts';
import { describeCosts, listCostRows, renderAccuracies } from '../../../../compare/passportCosts.ts';
import type { ProgressState } from '../../../../run/progressText.ts';
import type { NonIdealityUpdate } from '../../../worker/flaws.ts';
import { getDeviceName } from '../../devices.ts';
import { Figure } from '../../parts/figure.tsx';
import { Button, ErrorBox, Field, NumberInput, Progress } from '../../parts/form.tsx';
import { Table } from '../../parts/table.tsx';
import { getChosenDevice } from '../../state.ts';
import { type CallHandle, showUserErrors, WorkerClient } from '../../workerClient.ts';

type CostUpdate = Extract<NonIdealityUpdate, { costs: unknown }>;

/** Settings of short trainings, so that a comparison takes minutes. */
const SHORT_TRAINING = { neurons: 50, train: 3000, test: 2000, epochs: 1 };
const MAX_SEED_COUNT = 30;

const latestCosts = signal<CostUpdate | undefined>(undefined);
const errorMessage = signal<string | undefined>(undefined);
const running = signal<CallHandle<void> | undefined>(undefined);
const progress = signal<ProgressState | undefined>(undefined);
const seedCount = signal<number>(DEFAULT_SEED_COUNT);
/** Accuracies, %, of the trainings since the page was loaded, by configuration; a stopped comparison resumes with them. */
const knownAccuracies: Record<string, number> = {};

function showUpdate(update: NonIdealityUpdate) {
  if ('costs' in update) latestCosts.value = update;
  else if ('progress' in update) progress.value = update.progress;
  else Object.assign(knownAccuracies, update.accuracyByConfig);
}

async function compareFlaws() {
  const choice = getChosenDevice(0);
  for (const shown of [latestCosts, errorMessage, progress]) shown.value = undefined;
  if (choice === undefined) {
    errorMessage.value = 'Choose a device in the view Device first.';
    return;
  }
  const worker = new WorkerClient();
  const request = { choice, settings: SHORT_TRAINING, seeds: seedCount.value, knownAccuracies };
  running.value = worker.call('compareFlaws', request, showUpdate);
  await showUserErrors(running.value.result, errorMessage);
  running.value = undefined;
  worker.terminate();
}

function Costs({ costs, deviceName }: CostUpdate) {
  const { ideal, all, flaws, protocol } = costs;
  // Accuracies are in the figure; without their column, the table fits a narrow screen.
  const [columns, ...rows] = listCostRows(costs).map((row) => row.toSpliced(2, 1));
  const variants = [
    { name: 'ideal', ...ideal },
    ...flaws.flatMap(({ without, ...only }) => [only, { ...without, name: `without ${only.name}` }]),
    { name: 'all', ...all },
  ];
  const csv = () =>
    [
      'variant,seed,accuracy (%)',
      ...variants.flatMap(({ name, accuracy }) => accuracy.map((value, i) => [name, i + 1, value].join())),
    ].join('\n');
  return (
    <div class="result">
      <p data-flaws={protocol.seeds}>
        <strong>
          {deviceName}, {protocol.seeds} seeds: {describeCosts(costs)}.
        </strong>
      </p>
      <Figure
        name="flaws"
        title={`Cost of non-idealities of ${deviceName}`}
        svg={renderAccuracies(costs, deviceName)}
        csv={csv}
      />
      <Table
        caption={`Cost of non-idealities; ideal device: ${ideal.mean.toFixed(1)} %`}
        columns={columns!}
        rows={rows}
      />
    </div>
  );
}

export function Flaws() {
  return (
    <section aria-labelledby="flaws-title">
      <h3 id="flaws-title">Which flaw hurts most?</h3>
      <p class="hint">
        Trains {getDeviceName(0)} without non-idealities, with each alone, with all but one and with all, in short
        trainings with the same seeds: {SHORT_TRAINING.neurons} neurons, {SHORT_TRAINING.train.toLocaleString('en')}{' '}
        images, {SHORT_TRAINING.test.toLocaleString('en')} test images. More seeds give narrower intervals; finished
        trainings are kept.
      </p>
      <Field label="Seeds of the comparison">
        <NumberInput
          value={seedCount.value}
          min={1}
          max={MAX_SEED_COUNT}
          disabled={running.value !== undefined}
          requirement={`an integer from 1 to ${MAX_SEED_COUNT}`}
          onChange={(value) => {
            seedCount.value = value;
          }}
        />
      </Field>
      <p class="actions">
        <Button text="Compare non-idealities" disabled={running.value !== undefined} onClick={compareFlaws} />
        {running.value && <Button text="Stop comparison" onClick={() => running.value?.control('stop')} />}
      </p>
      {running.value && <Progress label="Compare non-idealities" state={progress.value} />}
      <ErrorBox text={errorMessage.value} />
      {latestCosts.value && <Costs {...latestCosts.value} />}
    </section>
  );
}
