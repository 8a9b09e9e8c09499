import { manifest, megabytes, sizeOf } from '../images.ts';
import { ChoiceField, NumberField } from '../parts/number.tsx';
import { changeLearn, PREPROCESSING, RULES, setDevice, state } from '../state.ts';
import { trainers } from '../trainer.ts';
import { Flaws } from './learn/flaws.tsx';
import { Look } from './learn/look.tsx';
import { Training } from './learn/training.tsx';

const NETWORK_CHOICES = [
  ['layer', 'layer: all see the whole image'],
  ['windows', 'windows: nine groups on parts of it, which vote'],
  ['features', 'features: nine groups on local features, which are learned first'],
] as const;

function Settings() {
  const { learn, devices } = state.value;
  const busy = trainers.some(({ stage }) => ['loading', 'running', 'held'].includes(stage.value));
  const sets = manifest.value && !('missing' in manifest.value) ? manifest.value : undefined;
  const sizes =
    sets && [sets.first, sets.all].map((set) => `${set.images.toLocaleString('en')} images: ${megabytes(sizeOf(set))}`);
  return (
    <form class="settings" onSubmit={(event) => event.preventDefault()}>
      <ChoiceField
        label="Network"
        value={learn.network}
        options={NETWORK_CHOICES}
        disabled={busy}
        onChange={(network) => changeLearn({ network })}
      />
      <NumberField
        label={learn.network === 'layer' ? 'Neurons' : 'Neurons of each group'}
        value={learn.neurons}
        min={1}
        max={6400}
        disabled={busy}
        onChange={(neurons) => changeLearn({ neurons })}
      />
      <NumberField
        label="Training images"
        value={learn.train}
        min={1}
        max={60_000}
        disabled={busy}
        onChange={(train) => changeLearn({ train })}
      />
      <NumberField
        label="Epochs"
        value={learn.epochs}
        min={1}
        max={20}
        disabled={busy}
        onChange={(epochs) => changeLearn({ epochs })}
      />
      <NumberField
        label="Test images"
        value={learn.test}
        min={1}
        max={10_000}
        disabled={busy}
        onChange={(test) => changeLearn({ test })}
      />
      <NumberField
        label="Seed"
        value={learn.seed}
        min={0}
        max={2 ** 31}
        disabled={busy}
        onChange={(seed) => changeLearn({ seed })}
      />
      <ChoiceField
        label="Rule"
        value={learn.rule}
        options={RULES}
        disabled={busy}
        onChange={(rule) => changeLearn({ rule })}
      />
      <ChoiceField
        label="Preprocessing"
        value={learn.preprocessing}
        options={PREPROCESSING}
        disabled={busy}
        onChange={(preprocessing) => changeLearn({ preprocessing })}
      />
      <p class="hint">
        {sizes
          ? `${sizes.join('; ')}; loaded once, when training begins.`
          : 'Images are loaded once, when training begins.'}
        {devices.length === 2 && (
          <>
            {' '}
            <button type="button" class="small" disabled={busy} onClick={() => setDevice(1, undefined)}>
              Without device B
            </button>
          </>
        )}
      </p>
    </form>
  );
}

/** Training, live; of device A alone, or of A and B side by side. */
export default function Learn() {
  const { devices, learn } = state.value;
  const sides = devices.length === 2 ? trainers : trainers.slice(0, 1);
  const busy = trainers.some(({ stage }) => ['loading', 'running', 'held'].includes(stage.value));
  return (
    <section aria-labelledby="learn-title">
      <h2 id="learn-title">Learn</h2>
      <p class="lead">
        A network of spiking neurons sees handwritten digits and learns them without labels; every synapse is the device
        of the room before. Nothing leaves your browser.
      </p>
      <Settings />
      <p class="actions">
        <button
          type="button"
          class="main"
          disabled={busy}
          onClick={() => sides.forEach((trainer) => void trainer.start(learn))}
        >
          {sides.length === 2 ? 'Train A and B' : 'Train'}
        </button>
      </p>
      <div class={sides.length === 2 ? 'pair' : ''}>
        {sides.map((trainer) => (
          <Training key={trainer.side} trainer={trainer} several={sides.length === 2} />
        ))}
      </div>
      <Flaws />
      <Look />
    </section>
  );
}
