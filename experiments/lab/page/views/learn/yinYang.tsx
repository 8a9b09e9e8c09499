import { signal } from '@preact/signals';
import type { ProgressState } from '../../../../run/progressText.ts';
import type { YinYangResult } from '../../../worker/yinYang.ts';
import { Curves } from '../../parts/figure.tsx';
import { Button, ErrorBox, Progress } from '../../parts/form.tsx';
import { labState } from '../../state.ts';
import { type CallHandle, showUserErrors, WorkerClient } from '../../workerClient.ts';

const CLASSES = ['yin', 'yang', 'dot'];

const latest = signal<YinYangResult | undefined>(undefined);
const errorMessage = signal<string | undefined>(undefined);
const running = signal<CallHandle<YinYangResult | null> | undefined>(undefined);
const progress = signal<ProgressState | undefined>(undefined);

async function learnYinYang() {
  for (const shown of [latest, errorMessage, progress]) shown.value = undefined;
  const worker = new WorkerClient();
  const { seed } = labState.value.learn;
  running.value = worker.call('learnYinYang', { seed }, (update: { progress: ProgressState }) => {
    progress.value = update.progress;
  });
  latest.value = (await showUserErrors(running.value.result, errorMessage)) ?? undefined;
  running.value = undefined;
  worker.terminate();
}

function Result({ accuracy, interval, seed, points, weightsSha256 }: YinYangResult) {
  return (
    <div class="result">
      <p data-yin-yang={weightsSha256}>
        <strong>{accuracy.toFixed(1)} %</strong> of {points.length.toLocaleString('en')} test points correct (95 %
        interval {interval.low.toFixed(1)} to {interval.high.toFixed(1)}); chance is 33.3 %.
      </p>
      <Curves
        name="yin-yang"
        title="Classes of the test points"
        x={{ label: 'x', domain: [0, 1] }}
        y={{ label: 'y', domain: [0, 1] }}
        series={CLASSES.map((name, k) => ({
          ...{ name, isScatter: true },
          points: points.filter(({ prediction }) => prediction === k),
        }))}
      />
      <pre>{`memspike learn --network eventprop --data yin-yang --seed ${seed}`}</pre>
      <p class="hint">
        weightsSha256 <code>{weightsSha256}</code>
      </p>
    </div>
  );
}

/** Section that trains a network by exact gradients through spike times on the Yin-Yang data set. */
export function YinYang() {
  return (
    <section aria-labelledby="yin-yang-title">
      <h3 id="yin-yang-title">Learn Yin-Yang by exact gradients</h3>
      <p class="hint">
        200 hidden neurons learn the classes of points of the yin-yang sign by exact gradients through spike times
        (EventProp), with the seed above. Each coordinate is the time of one input spike.
      </p>
      <p class="actions">
        <Button text="Learn Yin-Yang" disabled={running.value !== undefined} onClick={learnYinYang} />
        {running.value && <Button text="Stop Yin-Yang" onClick={() => running.value?.control('stop')} />}
      </p>
      {running.value && <Progress label="Learn Yin-Yang" state={progress.value} />}
      <ErrorBox text={errorMessage.value} />
      {latest.value && <Result {...latest.value} />}
    </section>
  );
}
