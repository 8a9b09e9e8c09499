import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { CurveSeries } from '../../../look/plots/chart.ts';
import type { DeviceDescription, MeasurementResult } from '../../worker/device.ts';
import { deviceList, deviceWorker, formatDeviceName, formatTrainedDeviceNames, getDeviceName } from '../devices.ts';
import { Curves } from '../parts/figure.tsx';
import { Button, ErrorBox, Field } from '../parts/form.tsx';
import { changeState, type DeviceChoice, type DeviceIndex, getChosenDevice, labState, setDevice } from '../state.ts';
import { startTrainings, trainers } from '../trainer.ts';
import { type CallHandle, runSerially, showUserErrors } from '../workerClient.ts';
import { DropArea } from './device/drop.tsx';
import { League } from './device/league.tsx';
import { Parameters } from './device/parameters.tsx';

const SHOWN_MEASUREMENTS = [
  'pulses',
  'writeEnergy',
  'stdp',
  'currentVoltage',
  'pairedPulse',
  'retention',
  'endurance',
] as const;

class DeviceCurves {
  readonly description = signal<DeviceDescription | undefined>(undefined);
  readonly measured = signal<Readonly<Record<string, MeasurementResult>>>({});
  readonly errorMessage = signal<string | undefined>(undefined);
  readonly isWorking = signal(false);
  #requestedDevice: DeviceChoice | undefined;
  #running: CallHandle<void> | undefined;

  /**
   * Measures a device; stops the previous measurement. While a measurement runs, only the latest request is kept.
   * Curves stay until the new ones arrive only if the device is the same with changed values.
   */
  measure(choice: DeviceChoice) {
    if (JSON.stringify(choice) === JSON.stringify(this.#requestedDevice)) return;
    if (formatBase(choice) !== (this.#requestedDevice && formatBase(this.#requestedDevice)))
      this.description.value = undefined;
    if (this.description.value === undefined) this.measured.value = {};
    this.errorMessage.value = undefined;
    this.#requestedDevice = choice;
    this.#running?.control('stop');
    void this.#measureLatest();
  }

  readonly #measureLatest = runSerially(async () => {
    this.isWorking.value = true;
    await showUserErrors(this.#measureOnce(this.#requestedDevice!), this.errorMessage);
    if (this.errorMessage.value !== undefined) this.measured.value = {};
    this.isWorking.value = false;
  });

  async #measureOnce(choice: DeviceChoice) {
    this.description.value = await deviceWorker.call('describeDevice', choice).result;
    const request = { choice, devices: 20, parts: SHOWN_MEASUREMENTS };
    this.#running = deviceWorker.call('measureDevice', request, (part: MeasurementResult) => {
      this.measured.value = { ...this.measured.value, [part.part]: part };
    });
    await this.#running.result;
  }
}

const formatBase = ({ set: _, ...base }: DeviceChoice): string => JSON.stringify(base);

const deviceCurves: readonly [DeviceCurves, DeviceCurves] = [new DeviceCurves(), new DeviceCurves()];
const FIRST_DEVICE: DeviceChoice = { model: 'exponential', set: {} };

const chosenDevice = (side: DeviceIndex): DeviceChoice | undefined =>
  getChosenDevice(side) ?? (side === 0 ? FIRST_DEVICE : undefined);

function DevicePicker({ side }: { readonly side: DeviceIndex }) {
  const choice = chosenDevice(side)!;
  const available = deviceList.value;
  const value = choice.own ? 'own' : choice.preset ? `preset ${choice.preset}` : `model ${choice.model}`;
  const pick = (next: string) => {
    const [kind, name] = next.split(' ') as [string, string];
    if (kind === 'preset') setDevice(side, { preset: name, set: {} });
    else if (kind === 'model') setDevice(side, { model: name, set: {} });
  };
  return (
    <Field label={side === 0 ? 'Device' : 'Second device'}>
      <select value={value} onChange={({ currentTarget }) => pick(currentTarget.value)}>
        {choice.own && <option value="own">{formatDeviceName({ ...choice, set: {} })}</option>}
        {(['preset', 'model'] as const).map((kind) => (
          <optgroup key={kind} label={kind === 'preset' ? 'Presets from publications' : 'Models with their defaults'}>
            {(available?.[`${kind}s`] ?? []).map(({ name, description }) => (
              <option key={name} value={`${kind} ${name}`} selected={value === `${kind} ${name}`}>
                {description ? `${name}: ${description}` : name}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </Field>
  );
}

function CommonCurves({ part }: { readonly part: string }) {
  const results = deviceCurves.flatMap(({ measured }, i) => {
    const result = chosenDevice(i as DeviceIndex) && measured.value[part];
    return result ? [{ i: i as DeviceIndex, ...result }] : [];
  });
  const charts = results.filter((one) => 'chart' in one);
  const first = charts[0];
  if (first === undefined) {
    const omitted = results.find((one) => 'reason' in one);
    return (
      omitted && (
        <p class="hint" data-part={part}>
          {part}: {omitted.reason}.
        </p>
      )
    );
  }
  const hasTwo = chosenDevice(1) !== undefined;
  const series = charts.flatMap(({ i, chart }): CurveSeries[] =>
    chart.series.map((one) => ({ ...one, name: hasTwo ? `${getDeviceName(i)}: ${one.name}` : one.name })),
  );
  const isLog = charts.every(({ chart }) => chart.y.log);
  return (
    <div data-part={part}>
      <Curves
        name={part}
        title={hasTwo ? first.title.split(':')[0]! : first.title}
        x={first.chart.x}
        y={{ ...first.chart.y, log: isLog }}
        series={series}
      />
    </div>
  );
}

export default function Device() {
  const [side, setSide] = useState<DeviceIndex>(0);
  const hasTwo = getChosenDevice(1) !== undefined;
  const shownSide = hasTwo ? side : 0;
  const choices = [chosenDevice(0), chosenDevice(1)] as const;
  useEffect(() => {
    for (const [i, choice] of choices.entries()) if (choice) deviceCurves[i]!.measure(choice);
  }, [labState.value.devices]);
  const curves = deviceCurves[shownSide]!;
  const description = curves.description.value;
  const set = (path: string, value: unknown) => {
    const choice = choices[shownSide]!;
    setDevice(shownSide, { ...choice, set: { ...choice.set, [path]: value } }, `${shownSide} ${path}`);
  };
  const about = description?.device.about;
  return (
    <>
      <div class="device">
        <div>
          <div class="settings">
            <DevicePicker side={0} />
            {hasTwo && <DevicePicker side={1} />}
          </div>
          <p class="actions">
            {hasTwo ? (
              <>
                {([0, 1] as const).map((index) => (
                  <Button
                    key={index}
                    text={`Change ${getDeviceName(index)}`}
                    aria-pressed={shownSide === index}
                    onClick={() => setSide(index)}
                  />
                ))}
                <Button
                  text={`Remove ${getDeviceName(1)}`}
                  onClick={() => {
                    setSide(0);
                    setDevice(1, undefined);
                  }}
                />
              </>
            ) : (
              <Button
                text="Compare with another device"
                onClick={() => {
                  changeState({ devices: [choices[0]!, choices[0]!] });
                  setSide(1);
                }}
              />
            )}
            <Button
              text={
                getChosenDevice(0) ? `Train ${formatTrainedDeviceNames()}` : `Train ${formatDeviceName(FIRST_DEVICE)}`
              }
              class="main"
              disabled={trainers.some((trainer) => trainer.isBusy)}
              onClick={() => startTrainings(getChosenDevice(0) ? {} : { devices: [FIRST_DEVICE] })}
            />
          </p>
          {choices.map(
            (choice, i) =>
              choice && <DropArea key={i} side={i as DeviceIndex} choice={choice} hidden={i !== shownSide} />,
          )}
          <ErrorBox text={curves.errorMessage.value} />
          {about?.summary && <p class="hint">{about.summary}</p>}
        </div>
        <div class="curves" aria-busy={curves.isWorking.value}>
          {SHOWN_MEASUREMENTS.map((part) => (
            <CommonCurves key={part} part={part} />
          ))}
          {curves.isWorking.value && <p class="hint">Measuring.</p>}
        </div>
        <div>
          {description && (
            <Parameters
              key={`${shownSide}${description.device.device.model}${choices[shownSide]?.preset}`}
              description={description}
              changedValues={choices[shownSide]!.set}
              onSet={set}
            />
          )}
        </div>
      </div>
      <League />
    </>
  );
}
