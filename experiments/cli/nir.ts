import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { object, text } from '../../core/declare/params.ts';
import { formatCount, formatKey } from '../../core/declare/show.ts';
import { loadHdf5Library } from '../logs/hdf5.ts';
import { overwriteOption, resolveOutputFile } from '../output/file.ts';
import { ResultDirectory } from '../output/results.ts';
import { defineCommand } from './command.ts';
import { jsonOption } from './options.ts';
import { printJson, printNextStep } from './terminal.ts';

const file = text({ help: 'network file in the format NIR (.nir)' });

export const checkCommand = defineCommand({
  positionals: object({ file }),
  options: object({ json: jsonOption }),
  handler: async ({ file, json }) => {
    const { checkNirFile } = await import('../network/nir/check.ts');
    await loadHdf5Library(file);
    const { nodes, findings, stepCandidates } = checkNirFile(file);
    const refused = findings.filter(({ isRefused }) => isRefused);
    if (json) printJson({ nodes, findings, stepCandidates });
    else {
      for (const { name, type } of nodes) {
        console.log(`${name} (${type})`);
        for (const { node, isRefused, text } of findings)
          if (node === name) console.log(`  ${isRefused ? 'refused' : 'open'}: ${text}.`);
      }
      for (const { node, isRefused, text } of findings)
        if (node === null) console.log(`${isRefused ? 'refused' : 'open'}: ${text}.`);
      for (const { step, relation } of stepCandidates)
        console.log(`candidate: a time step of ${step} (in the unit of the file), by ${relation}.`);
      if (stepCandidates.length === 0) console.log('The numbers suggest no time step: ask who wrote the file.');
    }
    if (refused.length > 0)
      throw new UserError(`${file} cannot be simulated exactly: ${formatCount(refused.length, 'reason')}.`);
  },
});

export const repairCommand = defineCommand({
  positionals: object({ file }),
  options: object({ out: text({ help: 'file to write (.nir)' }), overwrite: overwriteOption }),
  handler: async ({ file, out, overwrite }) => {
    const { checkNirFile } = await import('../network/nir/check.ts');
    const { repairNirFile } = await import('../network/nir/repair.ts');
    const { writeNirGraph } = await import('../network/nir/write.ts');
    const target = resolveOutputFile(out, out, overwrite);
    await loadHdf5Library(file);
    const { graph, assumptions } = repairNirFile(file);
    await writeNirGraph(graph, target, 'nir repair');
    for (const sentence of assumptions) console.log(sentence);
    console.log(`Wrote ${out} with ${formatCount(assumptions.length, 'assumption')}.`);
    const left = checkNirFile(target.path).findings.find(({ node, isRefused }) => node !== null && isRefused);
    if (left !== undefined)
      throw new UserError(`${out} still cannot be simulated: ${formatKey(left.node!)}: ${left.text}.`);
    printNextStep('nir', 'check', out);
  },
});

export const referenceCommand = defineCommand({
  options: object({ out: text({ help: 'directory for the reference files and reference.json' }) }),
  handler: async ({ out }) => {
    const { createReferenceFiles } = await import('../network/nir/reference/reference.ts');
    const directory = new ResultDirectory(out, { command: 'nir reference', markFile: 'reference.json' });
    directory.prepareDirectory();
    for (const [name, content] of createReferenceFiles()) directory.writeFile(name, content);
    const { length } = directory.writeMarkFile({});
    console.log(`Wrote ${length} files. Next step: python3 ${join(out, 'compare.py')} --help`);
  },
});
