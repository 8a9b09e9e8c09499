import { signal } from '@preact/signals';
import { createNonIdealityChart } from '../../../../compare/nonIdealityChart.ts';
import {
  describeAccuracyCosts,
  INTERIM_ANALYSIS_SEED_COUNTS,
  listAccuracyCostRows,
  listRankingRemarks,
  SHORT_TRAINING_SETTINGS,
} from '../../../../compare/rankNonIdealities.ts';
import { renderCategoryMeans } from '../../../../look/plots/categoryPlots.ts';
import type { FlawRankingUpdate } from '../../../worker/flaws.ts';
import { getDeviceName } from '../../devices.ts';
import { Figure } from '../../parts/figure.tsx';
import { Button, ErrorBox, Hints, Progress } from '../../parts/form.tsx';
import { Table } from '../../parts/table.tsx';
import { getChosenDevice, labState, toMnistSettings } from '../../state.ts';
import { type CallHandle, type ProgressUpdate, showUserErrors, WorkerClient } from '../../workerClient.ts';

type Look = Extract<FlawRankingUpdate, { ranking: unknown }>;

const latestLook = signal<Look | undefined>(undefined);
const errorMessage = signal<string | undefined>(undefined);
const running = signal<CallHandle<void> | undefined>(undefined);
const progress = signal<ProgressUpdate | undefined>(undefined);
/** Accuracies, %, of the trainings since the page was loaded, by configuration; a stopped comparison resumes with them. */
const knownAccuracies: Record<string, number> = {};

function showUpdate(update: FlawRankingUpdate) {
  if ('ranking' in update) latestLook.value = update;
  else if ('progress' in update) progress.value = update.progress;
  else Object.assign(knownAccuracies, update.accuracyByConfig);
}

async function compareFlaws() {
  const choice = getChosenDevice(0);
  for (const shown of [latestLook, errorMessage, progress]) shown.value = undefined;
  if (choice === undefined) {
    errorMessage.value = 'Choose a device in the view Device first.';
    return;
  }
  const worker = new WorkerClient();
  const trainingSettings = toMnistSettings({ ...labState.value.learn, ...SHORT_TRAINING_SETTINGS });
  const request = { choice, trainingSettings, knownAccuracies };
  running.value = worker.call('compareFlaws', request, showUpdate);
  await showUserErrors(running.value.result, errorMessage);
  running.value = undefined;
  worker.terminate();
}

function Ranking({ ranking, deviceName }: Look) {
  const { seedCount, accuracy, variants } = ranking;
  const [columns, ...rows] = listAccuracyCostRows(ranking);
  const chart = createNonIdealityChart(ranking, { device: deviceName, ...SHORT_TRAINING_SETTINGS });
  const csv = () =>
    [
      'variant,seed,accuracy (%)',
      ...variants.flatMap(({ name, accuracy }) => accuracy.map((value, i) => [name, i + 1, value].join())),
    ].join('\n');
  return (
    <div class="result">
      <p data-flaws={seedCount}>
        <strong>
          {deviceName}, {seedCount} seeds: {describeAccuracyCosts(ranking)}.
        </strong>
      </p>
      <Figure
        name="flaws"
        title={`Cost of non-idealities of ${deviceName}`}
        svg={renderCategoryMeans(chart)}
        csv={csv}
      />
      <Table
        caption={`Cost of non-idealities; accuracy of the device: ${accuracy.toFixed(1)} %`}
        columns={columns!}
        rows={rows}
      />
      {!running.value && <Hints lines={listRankingRemarks(ranking)} />}
    </div>
  );
}

export function Flaws() {
  return (
    <section aria-labelledby="flaws-title">
      <h3 id="flaws-title">Which flaw hurts most?</h3>
      <p class="hint">
        Trains {getDeviceName(0)} as it is and without each of its non-idealities, in short trainings with the same
        seeds: {SHORT_TRAINING_SETTINGS.neurons} neurons, {SHORT_TRAINING_SETTINGS.train.toLocaleString('en')} images,{' '}
        {SHORT_TRAINING_SETTINGS.test.toLocaleString('en')} test images. Compares costs after{' '}
        {INTERIM_ANALYSIS_SEED_COUNTS.join(', ')} seeds and stops when one non-ideality costs significantly more than
        all others.
      </p>
      <p class="actions">
        <Button text="Compare non-idealities" disabled={running.value !== undefined} onClick={compareFlaws} />
        {running.value && <Button text="Stop comparison" onClick={() => running.value?.control('stop')} />}
      </p>
      {running.value && <Progress label="Compare non-idealities" state={progress.value} />}
      <ErrorBox text={errorMessage.value} />
      {latestLook.value && <Ranking {...latestLook.value} />}
    </section>
  );
}
