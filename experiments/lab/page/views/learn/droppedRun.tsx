import { signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { DroppedRun } from '../../../worker/droppedRun.ts';
import { ReceptiveFields } from '../../parts/fields.tsx';
import { ErrorBox } from '../../parts/form.tsx';
import { LabError, WorkerClient } from '../../workerClient.ts';
import { type DroppedReport, DroppedReportView, readReport } from './droppedReport.tsx';
import { TrainingResultView } from './trainingResult.tsx';

/** Largest size of dropped files, bytes. */
const MAX_BYTES = 256 * 2 ** 20;
const droppedRun = signal<DroppedRun | undefined>(undefined);
const droppedReport = signal<DroppedReport | undefined>(undefined);
const errorMessage = signal<string | undefined>(undefined);
const isReading = signal(false);

/** Lists the files of a dropped file or directory. */
async function listFiles(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile)
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: File[] = [];
  // Browsers return the entries of a directory in several parts.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return files;
    files.push(...(await Promise.all(entries.map(listFiles))).flat());
  }
}

/** Lists dropped files, including those in directories. */
function listDroppedFiles({ files, items }: DataTransfer): Promise<File[]> {
  const entries = [...(items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.every(({ isFile }) => isFile)) return Promise.resolve([...files]);
  return Promise.all(entries.map(listFiles)).then((lists) => lists.flat());
}

/** Reads a dropped report or run directory. */
async function readFiles(list: Promise<File[]>): Promise<void> {
  droppedRun.value = undefined;
  droppedReport.value = undefined;
  errorMessage.value = undefined;
  isReading.value = true;
  const worker = new WorkerClient();
  try {
    const files = await list;
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (size > MAX_BYTES)
      throw new LabError(
        `The dropped files have ${Math.round(size / 2 ** 20).toLocaleString('en')} MB, but at most 256 MB are read.`,
      );
    const [first] = files;
    if (first === undefined) return;
    if (files.length === 1 && /\.html?$/i.test(first.name)) {
      droppedReport.value = await readReport(first);
      return;
    }
    const read = await Promise.all(files.map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())]));
    droppedRun.value = await worker.call('readDroppedRun', { files: Object.fromEntries(read) }).done;
  } catch (error) {
    errorMessage.value =
      error instanceof LabError ? error.message : `The files cannot be read: ${(error as Error).message}.`;
  } finally {
    isReading.value = false;
    worker.terminate();
  }
}

/** Place to drop a run of the command line or a report, and its results. */
export function DroppedRunView() {
  const input = useRef<HTMLInputElement>(null);
  const run = droppedRun.value;
  return (
    <section
      class="drop look"
      aria-label="A run of the command line"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        if (event.dataTransfer) void readFiles(listDroppedFiles(event.dataTransfer));
      }}
    >
      <p>Drop a run directory of memspike mnist here, as files or as .zip, or a report.html, to see its results.</p>
      <p class="actions">
        <button type="button" disabled={isReading.value} onClick={() => input.current!.click()}>
          Choose the files of a run
        </button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Files of a run"
          onChange={({ currentTarget }) => void readFiles(Promise.resolve([...(currentTarget.files ?? [])]))}
        />
        {isReading.value && <span role="status">Reading.</span>}
      </p>
      <ErrorBox text={errorMessage.value} />
      {droppedReport.value && <DroppedReportView report={droppedReport.value} />}
      {run && (
        <>
          <TrainingResultView name="dropped" result={run.trained} />
          <ReceptiveFields {...run} />
        </>
      )}
    </section>
  );
}
