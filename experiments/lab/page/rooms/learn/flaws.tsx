import { signal } from '@preact/signals';
import { bars } from '../../../../look/plots/bars.ts';
import type { Compared } from '../../../worker/compare.ts';
import { presets } from '../../devices.ts';
import { images } from '../../images.ts';
import { FaultBox } from '../../parts/fault.tsx';
import { Figure } from '../../parts/figure.tsx';
import { Fault, Remote, type Running } from '../../remote.ts';
import { deviceOf, settingsOf, state } from '../../state.ts';

/** Small, so that many devices are trained in a minute. */
const SMALL = { neurons: 50, train: 3000, test: 2000, epochs: 1 };

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
    running.value = remote.call('flaws', { choice, given }, (news: Compared) => {
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
  const shown = all.flatMap(({ name, accuracy, low, high }) =>
    accuracy === undefined ? [] : [{ name, value: accuracy, low: low!, high: high! }],
  );
  const failed = all.filter(({ why }) => why !== undefined);
  const of = all[0]?.of;
  return (
    <section aria-labelledby="flaws-title">
      <h3 id="flaws-title">Which flaw hurts most?</h3>
      <p class="hint">
        Device A is trained with each of its flaws taken away and doubled, small: {SMALL.neurons} neurons,{' '}
        {SMALL.train.toLocaleString('en')} images, {SMALL.test.toLocaleString('en')} test images, one seed. Bars whose
        intervals overlap may differ by chance.
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
      {shown.length > 0 && (
        <Figure
          name="flaws"
          title="Which flaw hurts most"
          svg={bars({
            title: 'Which flaw hurts most',
            subtitle: `test accuracy with 95 % interval, ${SMALL.neurons} neurons, ${SMALL.train.toLocaleString('en')} images`,
            bars: shown,
            label: 'accuracy (%)',
            reference: 'as it is',
          })}
          csv={() =>
            [
              'device,accuracy (%),low,high',
              ...shown.map(({ name, value, low, high }) => [name, value, low, high].join()),
            ].join('\n')
          }
        />
      )}
      {failed.map(({ name, why }) => (
        <p key={name} class="hint">
          {name}: {why}
        </p>
      ))}
    </section>
  );
}
