import { signal } from '@preact/signals';
import { LOOK_SEED_COUNTS, SHORT_TRAINING } from '../../../../compare/rankFlaws.ts';
import { responses } from '../../../../look/plots/rows.ts';
import type { FlawUpdate } from '../../../worker/flaws.ts';
import { getDeviceName, putTrainingFiles } from '../../devices.ts';
import { Figure } from '../../parts/figure.tsx';
import { Button, CheckField, ErrorBox, Hints, Progress } from '../../parts/form.tsx';
import { Table } from '../../parts/table.tsx';
import { getChosenDevice, labState, toMnistSettings } from '../../state.ts';
import { type CallHandle, reportErrors, WorkerClient } from '../../workerClient.ts';

type Look = Extract<FlawUpdate, { ranking: unknown }>;

const latestLook = signal<Look | undefined>(undefined);
const errorMessage = signal<string | undefined>(undefined);
const running = signal<CallHandle<void> | undefined>(undefined);
const isBusy = signal(false);
const withDoubled = signal(false);
const progress = signal<{ done: number; total: number; secondsLeft: number } | undefined>(undefined);
/** Accuracies of this visit, %, by configuration; a comparison that was stopped continues with them. */
const knownAccuracies: Record<string, number> = {};

function showUpdate(update: FlawUpdate, started: number) {
  if ('ranking' in update) {
    latestLook.value = update;
    progress.value = undefined;
    return;
  }
  Object.assign(knownAccuracies, update.accuracyByConfig);
  const { done, total } = update;
  progress.value = { done, total, secondsLeft: ((total - done) * (performance.now() - started)) / (1000 * done) };
}

async function compareFlaws() {
  const choice = getChosenDevice(0);
  for (const shown of [latestLook, errorMessage, progress]) shown.value = undefined;
  if (choice === undefined) {
    errorMessage.value = 'Choose a device in the view Device first.';
    return;
  }
  const worker = new WorkerClient();
  const compare = async () => {
    await putTrainingFiles(worker, 'firstTrainingImages');
    const trainingSettings = toMnistSettings({ ...labState.value.learn, ...SHORT_TRAINING });
    const request = { choice, trainingSettings, withDoubled: withDoubled.value, knownAccuracies };
    let started = performance.now();
    running.value = worker.call('compareFlaws', request, (update: FlawUpdate) => {
      showUpdate(update, started);
      if ('ranking' in update) started = performance.now();
    });
    await running.value.result;
  };
  isBusy.value = true;
  try {
    await reportErrors(compare(), errorMessage);
  } finally {
    running.value = undefined;
    isBusy.value = false;
    worker.terminate();
  }
}

function Ranking({ ranking, deviceName, sentence, chart, costRows, remarks }: Look) {
  const { seedCount, accuracy, variants } = ranking;
  const [columns, ...rows] = costRows;
  const csv = () =>
    [
      'variant,seed,accuracy (%)',
      ...variants.flatMap(({ name, accuracy }) => accuracy.map((value, i) => [name, i + 1, value].join())),
    ].join('\n');
  return (
    <div class="result">
      <p data-flaws={seedCount}>
        <strong>
          {deviceName}, {seedCount} seeds: {sentence}.
        </strong>
      </p>
      <Figure name="flaws" title={`Cost of non-idealities of ${deviceName}`} svg={responses(chart)} csv={csv} />
      <Table
        caption={`Cost of non-idealities; accuracy of the device: ${accuracy.toFixed(1)} %`}
        columns={columns!}
        rows={rows}
      />
      {!isBusy.value && <Hints lines={remarks} />}
    </div>
  );
}

export function Flaws() {
  const state = progress.value;
  const nextLook = LOOK_SEED_COUNTS.find((count) => count > (latestLook.value?.ranking.seedCount ?? 0));
  return (
    <section aria-labelledby="flaws-title">
      <h3 id="flaws-title">Which flaw hurts most?</h3>
      <p class="hint">
        Trains {getDeviceName(0)} as it is and without each of its non-idealities, in short trainings with the same
        seeds: {SHORT_TRAINING.neurons} neurons, {SHORT_TRAINING.train.toLocaleString('en')} images,{' '}
        {SHORT_TRAINING.test.toLocaleString('en')} test images. Compares costs after {LOOK_SEED_COUNTS.join(', ')} seeds
        and stops when one non-ideality costs significantly more than all others.
      </p>
      <CheckField
        label="also double each non-ideality"
        hint="twice the noise, half the levels or lifetime"
        checked={withDoubled.value}
        onChange={(checked) => {
          withDoubled.value = checked;
        }}
      />
      <p class="actions">
        <Button text="Compare non-idealities" disabled={isBusy.value} onClick={compareFlaws} />
        {running.value && <Button text="Stop comparison" onClick={() => running.value?.stop()} />}
      </p>
      {isBusy.value && (
        <Progress label="Compare non-idealities" total={state?.total} done={state?.done}>
          {state
            ? `${state.done} of ${state.total} trainings up to seed ${nextLook}, ${Math.ceil(state.secondsLeft)} s left`
            : 'Loading'}
        </Progress>
      )}
      <ErrorBox text={errorMessage.value} />
      {latestLook.value && <Ranking {...latestLook.value} />}
    </section>
  );
}
