import { basename } from 'node:path';
import { describeAssumedPulses } from '../../look/energyText.ts';
import { type EnergyAccount, listEventEnergies, sumEnergy } from './account.ts';

/** Draws `energy-scale.svg` and `.png` of a run. Returns the name of the SVG file, or an empty list if no energy is known. */
export async function drawEnergy(
  directory: { getPath(name: string): string },
  energy: EnergyAccount,
): Promise<string[]> {
  if (!(sumEnergy(energy)! > 0)) return [];
  const [{ energyScale }, { writePicture }] = await Promise.all([
    import('../../look/plots/rows.ts'),
    import('../../look/plots/write.ts'),
  ]);
  const title = ['Energy of one event', describeAssumedPulses(energy)].filter((text) => text !== '').join(', ');
  const [first] = writePicture(directory.getPath('energy-scale'), energyScale(listEventEnergies(energy), title));
  return [basename(first!)];
}
