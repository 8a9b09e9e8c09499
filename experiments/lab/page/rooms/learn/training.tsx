import { withPrefix } from '../../../../look/plots/prefix.ts';
import { pageBand } from '../../../../look/report/band.ts';
import { fetching, megabytes } from '../../images.ts';
import { Curves } from '../../parts/curves.tsx';
import { FaultBox } from '../../parts/fault.tsx';
import { Fields } from '../../parts/fields.tsx';
import { Raster } from '../../parts/raster.tsx';
import type { Trainer } from '../../trainer.ts';
import { Outcome } from './outcome.tsx';

const whole = (n: number): string => Math.round(n).toLocaleString('en');

function timeText(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

function Standing({ trainer }: { readonly trainer: Trainer }) {
  const { stage, progress, frame } = trainer;
  const told = progress.value;
  const loading = fetching.value;
  if (stage.value === 'loading')
    return (
      <div role="status">
        <progress aria-label="Loading" max={loading?.of ?? 1} value={loading?.bytes ?? 0} />{' '}
        {loading
          ? `Loading ${loading.what}: ${megabytes(loading.bytes)} of ${megabytes(loading.of)}`
          : 'Loading the simulator'}
      </div>
    );
  if (told === undefined) return stage.value === 'running' ? <p role="status">Building the network.</p> : null;
  const spent = frame.value?.spent;
  const facts = [
    `${told.label}: ${whole(told.done)} of ${whole(told.total)} ${told.unit}`,
    `${whole(told.perSecond)} ${told.unit}/s`,
    ...(told.secondsLeft !== null && !told.final ? [`${timeText(told.secondsLeft)} left`] : []),
    ...(spent?.joules ? [`${withPrefix(spent.joules, 'J')} so far${spent.assumed ? `, ${spent.assumed}` : ''}`] : []),
    ...(spent ? [`${whole(spent.wornOut)} of ${whole(spent.devices)} cells worn out`] : []),
  ];
  return (
    <div role="status" class="standing">
      <progress aria-label={told.label} max={Math.max(1, told.total)} value={told.done} />
      <ul class="facts">
        {facts.map((fact) => (
          <li key={fact.replace(/\d[\d.,]*/g, '')}>{fact}</li>
        ))}
      </ul>
    </div>
  );
}

function Live({ trainer }: { readonly trainer: Trainer }) {
  const frame = trainer.frame.value;
  if (frame === undefined) return null;
  const { accuracy = [], levels, fields, raster, shape } = frame;
  const side = trainer.side === 0 ? 'a' : 'b';
  return (
    <>
      {accuracy.length > 0 && (
        <Curves
          name={`accuracy-${side}`}
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
          <Fields levels={levels} rows={shape.rows} columns={shape.columns} neurons={shape.outputs} {...fields} />
        </div>
      )}
      {raster && shape && (
        <div>
          <h4>Spikes of the images at hand</h4>
          <Raster
            label="Raster of the latest images"
            data={{
              window: raster.window,
              tick: raster.tick,
              marks: raster.marks,
              populations: [
                { name: 'input', size: shape.inputs },
                { name: 'output', size: shape.outputs },
              ].map(pageBand),
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

/** One training: how it stands, what it learns, what came out. */
export function Training({ trainer, several }: { readonly trainer: Trainer; readonly several: boolean }) {
  const { stage, fault, result } = trainer;
  const name = `Device ${trainer.side === 0 ? 'A' : 'B'}`;
  const held = stage.value === 'held';
  return (
    <article class="training" aria-label={several ? name : 'Training'} data-stage={stage.value}>
      {several && <h3>{name}</h3>}
      {stage.value === 'idle' && <p class="hint">Not begun.</p>}
      {(stage.value === 'running' || held) && (
        <p class="actions">
          <button type="button" onClick={() => (held ? trainer.go() : trainer.hold())}>
            {held ? 'Go on' : 'Pause'}
          </button>
          <button type="button" onClick={() => trainer.stop()}>
            Stop
          </button>
          {held && <span class="hint">It waits.</span>}
        </p>
      )}
      {stage.value === 'stopped' && fault.value === undefined && <p class="hint">It was stopped.</p>}
      <FaultBox text={fault.value} />
      <Standing trainer={trainer} />
      {result.value && <Outcome name={trainer.side === 0 ? 'a' : 'b'} result={result.value} />}
      <Live trainer={trainer} />
    </article>
  );
}
