import { openView } from '../state.ts';
import { type Trainer, trainers } from '../trainer.ts';
import { Button, Progress } from './form.tsx';

const formatCount = (n: number): string => Math.round(n).toLocaleString('en');

export function formatDuration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

/** Progress of a training as short texts: counts, rate and remaining time. */
export function describeProgress({ progress }: Trainer): string[] {
  const state = progress.value;
  if (state === undefined) return ['loading'];
  return [
    `${state.label}: ${formatCount(state.done)} of ${formatCount(state.total)} ${state.unit}`,
    `${formatCount(state.perSecond)} ${state.unit}/s`,
    ...(state.secondsLeft !== null && !state.final ? [`${formatDuration(state.secondsLeft)} left`] : []),
  ];
}

function StripLine({ trainer }: { readonly trainer: Trainer }) {
  const { latestStart, stage, progress, result, errorMessage } = trainer;
  const name = latestStart.value?.deviceName ?? 'training';
  const state = progress.value;
  const outcome = result.value ? `${result.value.accuracy.toFixed(1)} % correct` : (errorMessage.value ?? 'stopped');
  if (!trainer.isBusy)
    return (
      <span role="status">
        {name}: {outcome}
      </span>
    );
  return (
    <Progress label={`Training of ${name}`} total={state?.total} done={state?.done}>
      {name}: {stage.value === 'paused' ? 'paused' : describeProgress(trainer).join(', ')}
    </Progress>
  );
}

/** Trainings that run or have ended, shown above all views but Learn. */
export function TrainingStrip() {
  const shown = trainers.filter(({ stage }) => stage.value !== 'idle');
  if (shown.length === 0) return null;
  return (
    <div class="strip">
      {shown.map((trainer) => (
        <StripLine key={trainer.deviceIndex} trainer={trainer} />
      ))}
      <Button text="Show training" class="small" onClick={() => openView('learn')} />
    </div>
  );
}
