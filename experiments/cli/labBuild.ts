import { object, text } from '../../core/declare/params.ts';
import { plural } from '../../core/declare/show.ts';
import { listLabFiles } from '../lab/files.ts';
import { writeSite } from '../lab/site.ts';
import { command } from './command.ts';
import { data, progress } from './options.ts';

export default command({
  positionals: object({ directory: text({ help: 'directory to write: new, empty, or with an earlier lab' }) }),
  options: object({ data, progress }),
  examples: ['lab build site', 'lab build public/lab --data fashion-mnist'],
  handler: ({ directory, data: images, progress: mode }) => {
    const { files, bytes } = writeSite(directory, listLabFiles(images), mode);
    console.log(
      `${directory} holds the lab: ${plural(files, 'file')}, ${(bytes / 1e6).toFixed(1)} MB. Any host that serves files will do, also under a path.`,
    );
  },
});
