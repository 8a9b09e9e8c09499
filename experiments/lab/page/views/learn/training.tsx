import { renderConfusionMatrix } from '../../../../look/plots/heatMaps.ts';
import { formatWithPrefix } from '../../../../look/plots/prefix.ts';
import type { TrainingResult } from '../../../worker/train.ts';
import { getDeviceName } from '../../devices.ts';
import { Curves, Figure } from '../../parts/figure.tsx';
import { Button, ErrorBox, formatProgress, Hints, Progress } from '../../parts/form.tsx';
import { PixelImage } from '../../parts/pixelImage.tsx';
import { Raster, ReceptiveFields } from '../../parts/raster.tsx';
import { idealDeviceTrainer, type Trainer } from '../../trainer.ts';
import { LeagueComparison } from '../device/league.tsx';

const formatCount = (n: number): string => n.toLocaleString('en');

function TrainingProgress({ trainer }: { readonly trainer: Trainer }) {
  const state = trainer.progress.value;
  if (state === undefined)
    return trainer.stage.value === 'running' ? <p role="status">Loading images and building the network.</p> : null;
  const usage = trainer.frame.value?.usage;
  const facts = [
    formatProgress(state),
    ...(usage?.energy
      ? [`${formatWithPrefix(usage.energy, 'J')} so far${usage.assumed ? `, ${usage.assumed}` : ''}`]
      : []),
    ...(usage ? [`${formatCount(usage.wornOut)} of ${formatCount(usage.devices)} devices worn out`] : []),
  ];
  return (
    <Progress label={state.label} state={state}>
      <ul class="facts">
        {facts.map((fact) => (
          <li key={fact.replace(/\d[\d.,]*/g, '')}>{fact}</li>
        ))}
      </ul>
    </Progress>
  );
}

function LiveFrame({ trainer }: { readonly trainer: Trainer }) {
  const frame = trainer.frame.value;
  if (frame === undefined) return null;
  const { accuracy = [], weightLevels: levels, fields, raster, layerShape: shape } = frame;
  return (
    <>
      {accuracy.length > 0 && (
        <Curves
          name={`accuracy-${trainer.deviceIndex}`}
          title="Running accuracy"
          x={{ label: 'training images seen', domain: [0, 0] }}
          y={{ label: 'accuracy of the last 1,000 (%)', domain: [0, 100] }}
          series={[{ name: 'running', points: accuracy.map(({ images, accuracy: y }) => ({ x: images, y })) }]}
          references={[{ name: 'chance', y: 10 }]}
        />
      )}
      {levels && fields && shape && (
        <div>
          <h4>Receptive fields</h4>
          <ReceptiveFields
            levels={levels}
            rowsPerField={shape.rows}
            columnsPerField={shape.columns}
            neuronCount={shape.outputs}
            {...fields}
          />
        </div>
      )}
      {raster && shape && (
        <div>
          <h4>Spikes of the latest images</h4>
          <Raster
            label="Raster of the latest images"
            populations={[
              { name: 'input', size: shape.inputs },
              { name: 'output', size: shape.outputs },
            ]}
            {...raster}
          />
        </div>
      )}
    </>
  );
}

/** Result of the ideal device with the settings of `trainer`, as the end of the headline. */
function describeIdealDevice({ latestStart }: Trainer): string {
  if (latestStart.value!.choice === undefined) return '';
  const { result, errorMessage, progress } = idealDeviceTrainer;
  const isSame =
    JSON.stringify(idealDeviceTrainer.latestStart.value?.learn) === JSON.stringify(latestStart.value!.learn);
  if (!isSame) return '';
  if (result.value) return `; ideal device ${result.value.accuracy.toFixed(1)} %`;
  if (errorMessage.value) return `; ideal device not trained: ${errorMessage.value}`;
  const { label = 'loading', done = 0, total = 1 } = progress.value ?? {};
  return `; ideal device: ${label} ${Math.floor((100 * done) / total)} %`;
}

function TrainingResultView({ trainer, result }: { readonly trainer: Trainer; readonly result: TrainingResult }) {
  const { confusion, wrong, rows, columns, facts, accuracy, interval } = result;
  const { perImage } = facts.energy as { readonly perImage: number | null };
  const matrix = renderConfusionMatrix({ matrix: confusion });
  const csv = () =>
    ['true,predicted,images', ...confusion.map((n, k) => `${Math.floor(k / 10)},${k % 10},${n}`)].join('\n');
  return (
    <div class="result" data-rate={String(facts.imagesPerSecond)}>
      <p class="score" aria-live="polite">
        {trainer.deviceName}: <strong>{accuracy.toFixed(1)} %</strong> ({interval.low.toFixed(1)} to{' '}
        {interval.high.toFixed(1)}),{' '}
        {perImage === null ? 'energy not known' : `${formatWithPrefix(perImage, 'J')} per image`}
        {describeIdealDevice(trainer)}
      </p>
      <p class="hint">
        {accuracy.toFixed(2)} % of {formatCount(Number(facts.testImages))} test images correct, with the 95 % interval
        of one run. Energy: mean of the training. The ideal device has no variability, noise or wear; its training has
        the same settings.
      </p>
      <Hints lines={facts.warnings} />
      <p class="hint">
        weightsSha256 <code data-hash={facts.weightsSha256}>{facts.weightsSha256}</code>
      </p>
      {trainer.latestStart.value && <LeagueComparison start={trainer.latestStart.value} hash={facts.weightsSha256} />}
      <Figure name={`confusion-matrix-${trainer.deviceIndex}`} title="Confusion matrix" svg={matrix} csv={csv} />
      {wrong.length > 0 && (
        <details>
          <summary>First {wrong.length} wrong answers</summary>
          <ul class="digits">
            {wrong.map((one) => (
              <li key={one.image}>
                <PixelImage pixels={one.pixels} rows={rows} columns={columns} label={`test image ${one.image}`} />
                {one.label} → {one.answer === 255 ? 'none' : one.answer}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

export function Training({ trainer }: { readonly trainer: Trainer }) {
  const { stage, errorMessage, storageError, result, latestStart } = trainer;
  const name = latestStart.value ? trainer.deviceName : getDeviceName(trainer.deviceIndex ?? 0);
  const isPaused = stage.value === 'paused';
  return (
    <article class="training" aria-label={name} data-stage={stage.value}>
      <h3>{name}</h3>
      {stage.value === 'idle' && <p class="hint">Not started.</p>}
      {(stage.value === 'running' || isPaused) && (
        <p class="actions">
          <Button
            text={isPaused ? 'Resume' : 'Pause'}
            onClick={() => trainer.controlTraining(isPaused ? 'resume' : 'pause')}
          />
          <Button text="Stop" onClick={() => trainer.controlTraining('stop')} />
          {isPaused && <span class="hint">Paused.</span>}
        </p>
      )}
      {stage.value === 'stopped' && errorMessage.value === undefined && <p class="hint">Stopped.</p>}
      <ErrorBox text={errorMessage.value} />
      {storageError.value && (
        <p class="hint">
          A reload of the page ends this training, because the browser does not store it: {storageError.value}
        </p>
      )}
      <TrainingProgress trainer={trainer} />
      {result.value && <TrainingResultView trainer={trainer} result={result.value} />}
      <LiveFrame trainer={trainer} />
    </article>
  );
}
