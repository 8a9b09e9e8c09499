import { signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Looked } from '../../../worker/look.ts';
import { FaultBox } from '../../parts/fault.tsx';
import { Fields } from '../../parts/fields.tsx';
import { Fault, Remote } from '../../remote.ts';
import { Outcome } from './outcome.tsx';

const LARGEST = 256 * 2 ** 20;
const looked = signal<Looked | undefined>(undefined);
const fault = signal<string | undefined>(undefined);
const working = signal(false);

async function take(list: FileList | null | undefined): Promise<void> {
  const files = [...(list ?? [])];
  if (files.length === 0) return;
  looked.value = undefined;
  fault.value = undefined;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size > LARGEST) {
    fault.value = `What was dropped has ${Math.round(size / 2 ** 20).toLocaleString('en')} MB, but 256 MB is the most that is read.`;
    return;
  }
  const remote = new Remote();
  working.value = true;
  try {
    const read = await Promise.all(files.map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())]));
    looked.value = await remote.call('look', { files: Object.fromEntries(read) }).done;
  } catch (error) {
    fault.value = error instanceof Fault ? error.message : `The files cannot be read: ${(error as Error).message}.`;
  } finally {
    working.value = false;
    remote.end();
  }
}

/** A run made on the command line, dropped and looked at. */
export function Look() {
  const input = useRef<HTMLInputElement>(null);
  const found = looked.value;
  return (
    <section
      class="drop look"
      aria-label="A run made elsewhere"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files);
      }}
    >
      <p>Drop the files of a run of memspike mnist here, or its .zip, to look at it.</p>
      <p class="actions">
        <button type="button" disabled={working.value} onClick={() => input.current!.click()}>
          Choose the files of a run
        </button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Files of a run"
          onChange={({ currentTarget }) => void take(currentTarget.files)}
        />
        {working.value && <span role="status">Reading.</span>}
      </p>
      <FaultBox text={fault.value} />
      {found && (
        <>
          <Outcome name="dropped" result={found.trained} />
          <Fields
            levels={found.levels}
            rows={found.rows}
            columns={found.columns}
            neurons={found.neurons}
            labels={found.labels}
            thresholds={found.thresholds}
          />
        </>
      )}
    </section>
  );
}
