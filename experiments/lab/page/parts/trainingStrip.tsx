import { openView } from '../state.ts';
import { type Trainer, trainers } from '../trainer.ts';
import { Button, formatProgress, Progress } from './form.tsx';

function StripLine({ trainer }: { readonly trainer: Trainer }) {
  const { deviceName, stage, progress, result, errorMessage } = trainer;
  if (trainer.isBusy)
    return (
      <Progress label={`Training of ${deviceName}`} state={progress.value}>
        {deviceName}: {stage.value === 'paused' ? 'paused' : formatProgress(progress.value)}
      </Progress>
    );
  const outcome = result.value ? `${result.value.accuracy.toFixed(1)} % correct` : (errorMessage.value ?? 'stopped');
  return (
    <span role="status">
      {deviceName}: {outcome}
    </span>
  );
}

/** Strip with running and ended trainings, shown above each view except Learn. */
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
