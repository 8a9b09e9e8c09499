import { once } from 'node:events';
import { integer, object, optional } from '../../core/declare/params.ts';
import { listLabFiles } from '../lab/files.ts';
import { LabServer } from '../lab/server.ts';
import { command } from './command.ts';
import { data } from './options.ts';

export default command({
  positionals: object({}),
  options: object({
    port: optional(integer({ min: 1, max: 65535, help: 'port of the page; default: any that is free' })),
    data,
  }),
  examples: ['lab', 'lab --port 8080', 'lab --data fashion-mnist'],
  handler: async ({ port = 0, data: directory }, { signal }) => {
    const server = await LabServer.start(listLabFiles(directory), port);
    console.log(`The lab is at ${server.url} until Ctrl-C.`);
    if (!signal.aborted) await once(signal, 'abort');
    await server.stop();
  },
});
