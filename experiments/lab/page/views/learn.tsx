import { formatTrainedDeviceNames } from '../devices.ts';
import { Button, ChoiceField, Field, NumberInput } from '../parts/form.tsx';
import {
  changeTrainingSettings,
  LEARNING_RULE_NAMES,
  labState,
  MAX_SEED,
  openView,
  PREPROCESSING_METHODS,
} from '../state.ts';
import { listShownTrainers, startTrainings, trainers } from '../trainer.ts';
import { Flaws } from './learn/flaws.tsx';
import { Training } from './learn/training.tsx';
import { YinYang } from './learn/yinYang.tsx';

const NETWORK_CHOICES = [
  ['layer', 'layer: each neuron sees the whole image'],
  ['windows', 'windows: nine groups on parts of the image, which vote'],
  ['features', 'features: nine groups on local features, which are learned first'],
] as const;

const CHOICE_FIELDS = [
  ['network', 'Network', NETWORK_CHOICES],
  ['rule', 'Rule', LEARNING_RULE_NAMES],
  ['preprocessing', 'Preprocessing', PREPROCESSING_METHODS],
] as const;

const NUMBER_FIELDS = [
  ['neurons', 'Neurons', 1, 6400],
  ['train', 'Training images', 1, 60_000],
  ['epochs', 'Epochs', 1, 20],
  ['test', 'Test images', 1, 10_000],
  ['seed', 'Seed', 0, MAX_SEED],
] as const;

export default function Learn() {
  const { learn, devices } = labState.value;
  const shownTrainers = listShownTrainers();
  const isBusy = trainers.some((trainer) => trainer.isBusy);
  return (
    <>
      <form class="settings" onSubmit={(event) => event.preventDefault()}>
        {CHOICE_FIELDS.map(([key, label, options]) => (
          <ChoiceField
            key={key}
            label={label}
            value={learn[key]}
            options={options as readonly (string | readonly [string, string])[]}
            disabled={isBusy}
            onChange={(value) => changeTrainingSettings({ [key]: value })}
          />
        ))}
        {NUMBER_FIELDS.map(([key, label, min, max]) => (
          <Field key={key} label={key === 'neurons' && learn.network !== 'layer' ? 'Neurons per group' : label}>
            <NumberInput
              value={learn[key]}
              min={min}
              max={max}
              disabled={isBusy}
              requirement={`an integer from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}`}
              onChange={(value) => changeTrainingSettings({ [key]: value }, key)}
            />
          </Field>
        ))}
        <p class="hint">Images are loaded at the start of a training.</p>
      </form>
      <p class="actions">
        <Button
          text={`Train ${formatTrainedDeviceNames()}`}
          class="main"
          disabled={isBusy}
          onClick={() => startTrainings()}
        />
        <Button
          text={devices.length === 0 ? 'Choose a device' : 'Change the device'}
          onClick={() => openView('device')}
        />
      </p>
      <div class={shownTrainers.length === 2 ? 'pair' : ''}>
        {shownTrainers.map((trainer) => (
          <Training key={trainer.deviceIndex} trainer={trainer} />
        ))}
      </div>
      <Flaws />
      <YinYang />
    </>
  );
}
