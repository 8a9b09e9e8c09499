import { signal } from '@preact/signals';
import { responses } from '../../../../look/plots/responses.ts';
import type { Compared } from '../../../worker/compare.ts';
import { presets } from '../../devices.ts';
import { images } from '../../images.ts';
import { FaultBox } from '../../parts/fault.tsx';
import { Figure } from '../../parts/figure.tsx';
import { Fault, Remote, type Running } from '../../remote.ts';
import { deviceOf, settingsOf, state } from '../../state.ts';

/** Small, so that many devices are trained in some minutes. */
const SMALL = { neurons: 50, train: 3000, test: 2000, epochs: 1 };
/** Each variant is trained with the same seeds, so that differences are paired. */
const SEEDS = [1, 2, 3, 4, 5];

const found = signal<readonly Compared[]>([]);
const fault = signal<string | undefined>(undefined);
const running = signal<Running<void> | undefined>(undefined);
const beginning = signal(false);

async function compare(): Promise<void> {
  const choice = deviceOf(0);
  found.value = [];
  fault.value = undefined;
  if (choice === undefined) {
    fault.value = 'No device is chosen: take one in the room Device first.';
    return;
  }
  const remote = new Remote();
  beginning.value = true;
  try {
    await remote.put(await presets());
    await remote.put(await images('first'));
    await remote.put(await images('test'));
    const given = settingsOf({ ...state.value.learn, ...SMALL });
    running.value = remote.call('flaws', { choice, given, seeds: SEEDS }, (news: Compared) => {
      found.value = [...found.value, news];
    });
    await running.value.done;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    fault.value = error.message;
  } finally {
    running.value = undefined;
    beginning.value = false;
    remote.end();
  }
}

/** Which flaw hurts most: the device with each of its flaws taken away or doubled, trained small. */
export function Flaws() {
  const all = found.value;
  const trained = all
    .flatMap((one) => (one.difference === undefined ? [] : [{ ...one, ...one.difference }]))
    .sort((a, b) => a.mean - b.mean);
  const failed = all.filter(({ accuracy }) => accuracy === undefined);
  const of = all[0]?.of;
  return (
    <section aria-labelledby="flaws-title">
      <h3 id="flaws-title">Which flaw hurts most?</h3>
      <p class="hint">
        Device A is trained with each of its flaws taken away and doubled, small: {SMALL.neurons} neurons,{' '}
        {SMALL.train.toLocaleString('en')} images, {SMALL.test.toLocaleString('en')} test images. All are trained with
        the same {SEEDS.length} seeds; a flaw whose 95 % interval of the paired differences includes 0 has no
        significant effect.
      </p>
      <p class="actions">
        <button type="button" disabled={beginning.value} onClick={() => void compare()}>
          Which flaw hurts most
        </button>
        {running.value && (
          <button type="button" onClick={() => running.value?.stop()}>
            Stop comparing
          </button>
        )}
        {beginning.value && <span role="status">{of ? `${all.length} of ${of} devices trained` : 'Beginning'}</span>}
      </p>
      <FaultBox text={fault.value} />
      {trained.length > 0 && (
        <Figure
          name="flaws"
          title="Which flaw hurts most"
          svg={responses({
            title: 'Which flaw hurts most',
            subtitle: `mean of ${SEEDS.length} seeds and its 95 % interval, ${SMALL.neurons} neurons, ${SMALL.train.toLocaleString('en')} images`,
            label: `accuracy - accuracy of the device as it is, ${all[0]!.accuracy!.toFixed(1)} % (points)`,
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
      {[...trained, ...failed].map(({ name, text }) => (
        <p key={name} class="hint">
          {name}: {text}
        </p>
      ))}
    </section>
  );
}
