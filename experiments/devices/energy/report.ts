import { basename } from 'node:path';
import { drawSystemCost } from '../../cost/picture.ts';
import type { SystemCost } from '../../cost/systemCost.ts';
import { describeAssumedPulses } from '../../look/energyText.ts';
import { type EnergyAccount, listEventEnergies, sumDeviceEnergy } from './account.ts';

/**
 * Draws `energy-scale.svg` and `.png` of a run if its energy is known, and `system-cost.svg` and `.png` if its cost is. Returns the
 * names of the SVG files.
 */
export async function drawEnergyScale(
  directory: { getFilePath(name: string): string },
  energy: EnergyAccount,
  cost: SystemCost | null = null,
): Promise<string[]> {
  const isKnown = sumDeviceEnergy(energy)! > 0;
  if (!isKnown && cost === null) return [];
  const [{ renderEnergyScale: energyScale }, { writePicture }] = await Promise.all([
    import('../../look/plots/categoryPlots.ts'),
    import('../../look/plots/write.ts'),
  ]);
  const title = ['Energy of one event', describeAssumedPulses(energy)].filter((text) => text !== '').join(', ');
  const pictures = {
    ...(isKnown && { 'energy-scale': energyScale(listEventEnergies(energy), title) }),
    ...(cost !== null && { 'system-cost': drawSystemCost(cost) }),
  };
  return Object.entries(pictures).map(([name, svg]) => basename(writePicture(directory.getFilePath(name), svg)[0]!));
}
