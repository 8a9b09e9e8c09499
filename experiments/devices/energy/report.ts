import { basename } from 'node:path';
import { describeAssumedPulses } from '../../look/energyText.ts';
import { type EnergyAccount, listEventEnergies, sumDeviceEnergy } from './account.ts';

/** Draws `energy-scale.svg` and `.png` of a run. Returns the name of the SVG file, or an empty list if no energy is known. */
export async function drawEnergyScale(
  directory: { getFilePath(name: string): string },
  energy: EnergyAccount,
): Promise<string[]> {
  if (!(sumDeviceEnergy(energy)! > 0)) return [];
  const [{ renderEnergyScale: energyScale }, { writePicture }] = await Promise.all([
    import('../../look/plots/categoryPlots.ts'),
    import('../../look/plots/write.ts'),
  ]);
  const title = ['Energy of one event', describeAssumedPulses(energy)].filter((text) => text !== '').join(', ');
  const [first] = writePicture(directory.getFilePath('energy-scale'), energyScale(listEventEnergies(energy), title));
  return [basename(first!)];
}
