import { formatWithPrefix } from '../../../../look/plots/prefix.ts';
import { addStripColours } from '../../../../report/colouredBand.ts';
import { downloadProgress, formatMegabytes } from '../../devices.ts';
import { Curves } from '../../parts/figure.tsx';
import { ErrorBox } from '../../parts/form.tsx';
import { Raster, ReceptiveFields } from '../../parts/raster.tsx';
import type { Trainer } from '../../trainer.ts';
import { TrainingResultView } from './trainingResult.tsx';

const formatCount = (n: number): string => Math.round(n).toLocaleString('en');

function formatDuration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

function TrainingProgress({ trainer }: { readonly trainer: Trainer }) {
  const { stage, progress, frame } = trainer;
  const state = progress.value;
  const loading = downloadProgress.value;
  if (stage.value === 'loading')
    return (
      <div role="status">
        <progress aria-label="Loading" max={loading?.totalBytes ?? 1} value={loading?.bytes ?? 0} />{' '}
        {loading
          ? `Loading ${loading.what}: ${formatMegabytes(loading.bytes)} of ${formatMegabytes(loading.totalBytes)}`
          : 'Loading the simulator'}
      </div>
    );
  if (state === undefined) return stage.value === 'running' ? <p role="status">Building the network.</p> : null;
  const usage = frame.value?.usage;
  const facts = [
    `${state.label}: ${formatCount(state.done)} of ${formatCount(state.total)} ${state.unit}`,
    `${formatCount(state.perSecond)} ${state.unit}/s`,
    ...(state.secondsLeft !== null && !state.final ? [`${formatDuration(state.secondsLeft)} left`] : []),
    ...(usage?.energy
      ? [`${formatWithPrefix(usage.energy, 'J')} so far${usage.assumed ? `, ${usage.assumed}` : ''}`]
      : []),
    ...(usage ? [`${formatCount(usage.wornOut)} of ${formatCount(usage.devices)} devices worn out`] : []),
  ];
  return (
    <div role="status">
      <progress aria-label={state.label} max={Math.max(1, state.total)} value={state.done} />
      <ul class="facts">
        {facts.map((fact) => (
          <li key={fact.replace(/\d[\d.,]*/g, '')}>{fact}</li>
        ))}
      </ul>
    </div>
  );
}

/** Accuracy, receptive fields and spikes of a running training. */
function LiveFrame({ trainer }: { readonly trainer: Trainer }) {
  const frame = trainer.frame.value;
  if (frame === undefined) return null;
  const { accuracy = [], levels, fields, raster, shape } = frame;
  return (
    <>
      {accuracy.length > 0 && (
        <Curves
          name={`accuracy-${trainer.name}`}
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
            rows={shape.rows}
            columns={shape.columns}
            neurons={shape.outputs}
            {...fields}
          />
        </div>
      )}
      {raster && shape && (
        <div>
          <h4>Spikes of the latest images</h4>
          <Raster
            label="Raster of the latest images"
            data={{
              window: raster.window,
              tick: raster.tick,
              marks: raster.marks,
              populations: [
                { name: 'input', size: shape.inputs },
                { name: 'output', size: shape.outputs },
              ].map(addStripColours),
            }}
            spikes={{
              ticks: Uint32Array.from(raster.ticks),
              neurons: Uint32Array.from(raster.neurons),
              populations: Uint8Array.from(raster.populationOf),
            }}
          />
        </div>
      )}
    </>
  );
}

/** One training: controls, progress, result and live plots. */
export function Training({ trainer, hasOther }: { readonly trainer: Trainer; readonly hasOther: boolean }) {
  const { stage, errorMessage, result } = trainer;
  const name = `Device ${trainer.name.toUpperCase()}`;
  const isPaused = stage.value === 'paused';
  return (
    <article class="training" aria-label={hasOther ? name : 'Training'} data-stage={stage.value}>
      {hasOther && <h3>{name}</h3>}
      {stage.value === 'idle' && <p class="hint">Not started.</p>}
      {(stage.value === 'running' || isPaused) && (
        <p class="actions">
          <button type="button" onClick={() => (isPaused ? trainer.resume() : trainer.pause())}>
            {isPaused ? 'Resume' : 'Pause'}
          </button>
          <button type="button" onClick={() => trainer.stop()}>
            Stop
          </button>
          {isPaused && <span class="hint">Paused.</span>}
        </p>
      )}
      {stage.value === 'stopped' && errorMessage.value === undefined && <p class="hint">Stopped.</p>}
      <ErrorBox text={errorMessage.value} />
      <TrainingProgress trainer={trainer} />
      {result.value && <TrainingResultView name={trainer.name} result={result.value} />}
      <LiveFrame trainer={trainer} />
    </article>
  );
}
