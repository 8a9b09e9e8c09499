import { useEffect, useRef, useState } from 'preact/hooks';
import { UserError } from '../../../../../core/declare/errors.ts';
import { createFitReport } from '../../../../devices/fit/report.ts';
import { renderTemplate, TEMPLATE_NAMES } from '../../../../devices/fit/templates.ts';
import { fetchJson } from '../../../browser/fetch.ts';
import { IMPORT_CHOICE_FIELDS, IMPORT_TEXT_FIELDS, replaceOptionsByFieldLabels } from '../../../importFields.ts';
import type { FitRequest, FitResult } from '../../../worker/fit.ts';
import { Figure, saveFile } from '../../parts/figure.tsx';
import { Button, CheckField, ChoiceField, ErrorBox, Field, Hints } from '../../parts/form.tsx';
import { Table } from '../../parts/table.tsx';
import { type DeviceChoice, type DeviceIndex, setDevice } from '../../state.ts';
import { WorkerClient } from '../../workerClient.ts';

const MAX_DROPPED_BYTES = 64 * 2 ** 20;
const EXAMPLE = 'experiments/examples/pulses.csv';
const fitWorker = new WorkerClient();

interface DroppedFiles {
  readonly files: FitRequest['files'];
  readonly onto: DeviceChoice;
}

/** State of reading dropped files: names of the files that are being read, or the outcome. */
interface Reading {
  readonly workingOn?: string;
  readonly dropped?: DroppedFiles | undefined;
  readonly result?: FitResult;
  readonly errorMessage?: string;
}

export interface DropAreaProps {
  readonly side: DeviceIndex;
  readonly choice: DeviceChoice;
  readonly hidden: boolean;
}

export function DropArea({ side, choice, hidden }: DropAreaProps) {
  const [isOver, setIsOver] = useState(false);
  const [{ workingOn, dropped, result, errorMessage }, setReading] = useState<Reading>({});
  const [options, setOptions] = useState<ReadingOptions>({ keepsDevice: false, texts: {} });
  const input = useRef<HTMLInputElement>(null);
  const { preset, model, own } = choice;
  useEffect(() => setReading(({ errorMessage: _, ...others }) => others), [preset, model, own]);

  async function fitDroppedFiles(names: string, read: () => Promise<DroppedFiles>) {
    setReading({ workingOn: names });
    let readFiles: DroppedFiles | undefined;
    try {
      readFiles = await read();
      const { kind, ...texts } = options.texts as FitRequest['options'] & Pick<FitRequest, 'kind'>;
      const { files, onto } = readFiles;
      const request = { files, baseDevice: onto, keepsDevice: options.keepsDevice, options: texts, kind };
      const fit = await fitWorker.call('fitFiles', request).result;
      setReading({ dropped: readFiles, result: fit });
      setDevice(side, { own: fit.deviceFile, set: {} });
    } catch (error) {
      const isUnreadable = error instanceof DOMException;
      if (!isUnreadable && !(error instanceof UserError)) throw error;
      const message = isUnreadable ? `${names} cannot be read: ${error.message}` : error.message;
      setReading({ dropped: readFiles, errorMessage: message });
    }
  }
  const readList = (list: FileList | undefined | null) => {
    const all = [...(list ?? [])];
    if (all.length === 0) return;
    const names = all.map(({ name }) => name).join(', ');
    const size = all.reduce((sum, file) => sum + file.size, 0);
    if (size > MAX_DROPPED_BYTES) {
      const megabytes = Math.round(size / 2 ** 20).toLocaleString('en');
      return setReading({
        errorMessage: `${names} ${all.length === 1 ? 'has' : 'have'} ${megabytes} MB, but at most 64 MB are read.`,
      });
    }
    const readFile = async (file: File) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    void fitDroppedFiles(names, async () => ({ files: await Promise.all(all.map(readFile)), onto: choice }));
  };
  const fitExample = () =>
    fitDroppedFiles('pulses.csv', async () => {
      const bytes = new TextEncoder().encode((await fetchJson<Record<string, string>>('examples.json'))[EXAMPLE]!);
      return { files: [{ name: 'pulses.csv', bytes }], onto: choice };
    });
  return (
    <section
      class="drop"
      hidden={hidden}
      aria-label="Your measurement"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        readList(event.dataTransfer?.files);
      }}
    >
      <p>
        Drop a measurement here (CSV, text or .xlsx): conductance or current against pulses, an I-V loop, retention,
        endurance, paired pulses, spike trains, or change against spike timing; or a device file (YAML, JSON). Each of
        several files is one device.
      </p>
      <p class="actions">
        <Button text="Choose a file" onClick={() => input.current!.click()} />
        <Button text="Use an example measurement" disabled={workingOn !== undefined} onClick={fitExample} />
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Measurement or device file"
          onChange={({ currentTarget }) => readList(currentTarget.files)}
        />
        {dropped && (
          <Button
            text="Read again"
            disabled={workingOn !== undefined}
            onClick={() => fitDroppedFiles(dropped.files.map(({ name }) => name).join(', '), async () => dropped)}
          />
        )}
      </p>
      <details>
        <summary>Templates to fill in</summary>
        <p class="actions">
          {TEMPLATE_NAMES.map((kind) => (
            <Button
              key={kind}
              text={`${kind}.csv`}
              onClick={() => saveFile(`${kind}.csv`, renderTemplate(kind), 'text/csv')}
            />
          ))}
        </p>
      </details>
      <ImportFields options={options} onChange={setOptions} />
      {workingOn && (
        <p class="actions">
          <span role="status">Reading and fitting {workingOn}.</span>
          <Button text="Stop reading" onClick={() => fitWorker.terminate(`Reading ${workingOn} was stopped.`)} />
        </p>
      )}
      <ErrorBox text={errorMessage} />
      {result && own === result.deviceFile && <FitView {...result} />}
    </section>
  );
}

/** Options of a fit: facts that the measurement files do not state. */
interface ReadingOptions {
  readonly keepsDevice: boolean;
  /** Texts of the fields by option of `memspike device fit`. */
  readonly texts: Readonly<Record<string, string>>;
}

interface ImportFieldsProps {
  readonly options: ReadingOptions;
  readonly onChange: (options: ReadingOptions) => void;
}

function ImportFields({ options, onChange }: ImportFieldsProps) {
  const set = (key: string, value: string) => {
    const { [key]: _, ...others } = options.texts;
    onChange({ ...options, texts: value.trim() === '' ? others : { ...others, [key]: value } });
  };
  return (
    <details class="reading-options">
      <summary>Facts that the file does not state</summary>
      <div class="settings">
        {IMPORT_CHOICE_FIELDS.map(([key, label, choices]) => (
          <ChoiceField
            key={key}
            label={label}
            value={options.texts[key] ?? ''}
            options={choices as readonly (string | readonly [string, string])[]}
            onChange={(value) => set(key, value)}
          />
        ))}
        {IMPORT_TEXT_FIELDS.map(([key, label, example]) => (
          <Field key={key} label={label}>
            <input
              type="text"
              placeholder={example}
              value={options.texts[key] ?? ''}
              onInput={({ currentTarget }) => set(key, currentTarget.value)}
            />
          </Field>
        ))}
      </div>
      <CheckField
        label="Add pulses to the present device too"
        hint="Other measurements are always added to the present device; pulses otherwise make a new device."
        checked={options.keepsDevice}
        onChange={(keep) => onChange({ ...options, keepsDevice: keep })}
      />
    </details>
  );
}

function FitView({ sourceName, measured }: FitResult) {
  if (measured === undefined) return <p role="status">{sourceName} is used unchanged.</p>;
  const { importSummary, fitted } = measured;
  const sourceFiles = replaceOptionsByFieldLabels(sourceName);
  const { report, drawPicture } = createFitReport({ sourceFiles, importSummary }, fitted);
  const [verdict, ...parts] = report;
  return (
    <div class="fit">
      <p role="status" data-kind={fitted.fitResult.kind}>
        <strong>{verdict}</strong>
      </p>
      <Hints lines={importSummary.map(replaceOptionsByFieldLabels)} />
      <Figure name="fit" title={`Fit of ${sourceFiles}`} svg={drawPicture()} />
      {parts.map((part, i) => {
        if (typeof part === 'string') return <Hints key={i} lines={[replaceOptionsByFieldLabels(part)]} />;
        const [columns, ...rows] = part;
        return <Table key={i} caption="" columns={columns!} rows={rows} />;
      })}
    </div>
  );
}
