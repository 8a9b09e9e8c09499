import { signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Looked } from '../../../worker/look.ts';
import { FaultBox } from '../../parts/fault.tsx';
import { Fields } from '../../parts/fields.tsx';
import { Fault, Remote } from '../../remote.ts';
import { Outcome } from './outcome.tsx';
import { type Dropped, Report, readReport } from './report.tsx';

const LARGEST = 256 * 2 ** 20;
const looked = signal<Looked | undefined>(undefined);
const report = signal<Dropped | undefined>(undefined);
const fault = signal<string | undefined>(undefined);
const working = signal(false);

/** All files of what was dropped, those in directories too. */
async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile)
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  // Browsers hand out a directory in parts.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return found;
    found.push(...(await Promise.all(entries.map(filesOf))).flat());
  }
}

function dropped({ files, items }: DataTransfer): Promise<File[]> {
  const entries = [...(items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.every(({ isFile }) => isFile)) return Promise.resolve([...files]);
  return Promise.all(entries.map(filesOf)).then((found) => found.flat());
}

async function take(list: Promise<File[]>): Promise<void> {
  looked.value = undefined;
  report.value = undefined;
  fault.value = undefined;
  working.value = true;
  const remote = new Remote();
  try {
    const files = await list;
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (size > LARGEST)
      throw new Fault(
        `What was dropped has ${Math.round(size / 2 ** 20).toLocaleString('en')} MB, but 256 MB is the most that is read.`,
      );
    const [first] = files;
    if (first === undefined) return;
    if (files.length === 1 && /\.html?$/i.test(first.name)) {
      report.value = await readReport(first);
      return;
    }
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
        if (event.dataTransfer) void take(dropped(event.dataTransfer));
      }}
    >
      <p>Drop the directory of a run of memspike mnist here, its files or its .zip, or a report.html, to look at it.</p>
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
          onChange={({ currentTarget }) => void take(Promise.resolve([...(currentTarget.files ?? [])]))}
        />
        {working.value && <span role="status">Reading.</span>}
      </p>
      <FaultBox text={fault.value} />
      {report.value && <Report of={report.value} />}
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
