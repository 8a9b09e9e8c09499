import { signal } from '@preact/signals';
import type { WorkerCalls } from '../worker/worker.ts';
import { type DeviceChoice, type DeviceIndex, labState } from './state.ts';
import { WorkerClient } from './workerClient.ts';

/** Worker of device plots. It never runs a training, so that plots follow sliders immediately. */
export const deviceWorker = new WorkerClient();

export const formatDeviceFile = (choice: DeviceChoice): Promise<string> =>
  deviceWorker.call('formatDeviceFile', choice).result;

export const deviceList = signal<ReturnType<WorkerCalls['listDevices']> | undefined>(undefined);

export async function loadDeviceList() {
  deviceList.value ??= await deviceWorker.call('listDevices', undefined).result;
}

/** Name of a device as the lab shows it; undefined: the ideal device. */
export function formatDeviceName(choice: DeviceChoice | undefined): string {
  if (choice === undefined) return 'ideal device';
  const { own, preset, model, set } = choice;
  const about = own?.about as { readonly name?: string; readonly structure?: string } | undefined;
  const published = deviceList.value?.presets.find(({ name }) => name === preset)?.description || preset;
  const name = published ?? (own ? (about?.name ?? about?.structure ?? 'your device') : `${model} model`);
  return Object.keys(set).length > 0 ? `${name} (changed)` : name;
}

/** Name of a chosen or trained device; of two devices with equal names, the second name gets a number. */
export function getDeviceName(
  index: DeviceIndex,
  choices: readonly (DeviceChoice | undefined)[] = labState.value.devices,
): string {
  const name = formatDeviceName(choices[index]);
  return index === 1 && name === formatDeviceName(choices[0]) ? `${name} (2)` : name;
}

/** Names of the devices that a training uses, as the end of a button text. */
export const formatTrainedDeviceNames = (): string =>
  labState.value.devices.length === 2 ? `${getDeviceName(0)} and ${getDeviceName(1)}` : getDeviceName(0);
