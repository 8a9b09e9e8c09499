import { signal } from '@preact/signals';
import { responses } from '../../../../look/plots/rows.ts';
import type { VariantResult } from '../../../worker/nonIdealities.ts';
import { putTrainingFiles } from '../../devices.ts';
import { Figure } from '../../parts/figure.tsx';
import { Button, ErrorBox, Hints } from '../../parts/form.tsx';
import { getChosenDevice, labState, toMnistSettings } from '../../state.ts';
import { type CallHandle, reportErrors, WorkerClient } from '../../workerClient.ts';

/** Settings of a short training, so that all variants take a few minutes. */
const SHORT_TRAINING = { neurons: 50, train: 3000, test: 2000, epochs: 1 };
const SEEDS = [1, 2, 3, 4, 5];

type ComparedVariant = VariantResult & { readonly variantCount: number };

const results = signal<readonly ComparedVariant[]>([]);
const errorMessage = signal<string | undefined>(undefined);
const running = signal<CallHandle<void> | undefined>(undefined);
const isBusy = signal(false);

async function compareVariants() {
  const choice = getChosenDevice(0);
  results.value = [];
  errorMessage.value = undefined;
  if (choice === undefined) {
    errorMessage.value = 'Choose a device in the view Device first.';
    return;
  }
  const worker = new WorkerClient();
  const compare = async () => {
    await putTrainingFiles(worker, 'firstTrainingImages');
    const trainingSettings = toMnistSettings({ ...labState.value.learn, ...SHORT_TRAINING });
    const request = { choice, trainingSettings, seeds: SEEDS };
    running.value = worker.call('compareNonIdealities', request, (result: ComparedVariant) => {
      results.value = [...results.value, result];
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

export function NonIdealities() {
  const all = results.value;
  const trained = all
    .flatMap((one) => (one.accuracyDifference === undefined ? [] : [{ ...one, ...one.accuracyDifference }]))
    .sort((a, b) => a.mean - b.mean);
  const failed = all.filter(({ accuracy }) => accuracy === undefined);
  const variantCount = all[0]?.variantCount;
  return (
    <section aria-labelledby="non-idealities-title">
      <h3 id="non-idealities-title">Which non-ideality costs most accuracy?</h3>
      <p class="hint">
        Device A is trained with each of its non-idealities removed and doubled, in short trainings:{' '}
        {SHORT_TRAINING.neurons} neurons, {SHORT_TRAINING.train.toLocaleString('en')} images,{' '}
        {SHORT_TRAINING.test.toLocaleString('en')} test images. All trainings use the same {SEEDS.length} seeds. A
        non-ideality has no significant effect if the 95 % interval of its paired differences includes 0.
      </p>
      <p class="actions">
        <Button text="Compare non-idealities" disabled={isBusy.value} onClick={compareVariants} />
        {running.value && <Button text="Stop comparison" onClick={() => running.value?.stop()} />}
        {isBusy.value && (
          <span role="status">{variantCount ? `${all.length} of ${variantCount} variants trained` : 'Loading'}</span>
        )}
      </p>
      <ErrorBox text={errorMessage.value} />
      {trained.length > 0 && (
        <Figure
          name="non-idealities"
          title="Effect of non-idealities"
          svg={responses({
            title: 'Effect of non-idealities',
            subtitle: `mean of ${SEEDS.length} seeds and its 95 % interval, ${SHORT_TRAINING.neurons} neurons, ${SHORT_TRAINING.train.toLocaleString('en')} images`,
            label: `accuracy minus accuracy of the unchanged device, ${all[0]!.accuracy!.toFixed(1)} % (points)`,
            reference: 0,
            rows: trained,
          })}
          csv={() =>
            [
              'variant,accuracy (%),difference (points),low,high',
              ...trained.map(({ name, accuracy, mean, low, high }) => [name, accuracy, mean, low, high].join()),
            ].join('\n')
          }
        />
      )}
      <Hints lines={[...trained, ...failed].map(({ name, resultText: text }) => `${name}: ${text}`)} />
    </section>
  );
}
