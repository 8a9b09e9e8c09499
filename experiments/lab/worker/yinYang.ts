import { validate } from '../../../core/declare/validate.ts';
import { openLog } from '../../../core/log/file.ts';
import { IMAGES } from '../../../core/log/tables.ts';
import { createYinYang, YIN_YANG } from '../../data/yinYang.ts';
import { readJson } from '../../logs/runJson.ts';
import { addEventPropDefaults, eventPropSchema } from '../../training/eventprop/config.ts';
import { trainAndTestEventProp } from '../../training/eventprop/experiment.ts';
import { rmSync } from '../browser/fs.ts';
import { progressReceiver } from '../browser/replacements.ts';
import type { CallChannel } from './callChannel.ts';

const RUN_DIRECTORY = '/yin-yang';

export type YinYangResult = NonNullable<Awaited<ReturnType<typeof learnYinYang>>>;

/** Trains and tests like `memspike learn --network eventprop --data yin-yang`. Returns null if stopped. */
export async function learnYinYang({ seed }: { readonly seed: number }, session: CallChannel) {
  const settings = addEventPropDefaults({ network: 'eventprop', seed }, null, YIN_YANG);
  const config = validate(eventPropSchema, settings, 'learn');
  rmSync(RUN_DIRECTORY, { recursive: true, force: true });
  progressReceiver.send = (progress) => session.send({ progress });
  const { signal } = session;
  const result = await trainAndTestEventProp({
    ...{ config, dataDirectory: YIN_YANG, out: RUN_DIRECTORY, resume: false, progress: 'auto', signal },
  });
  if (result === null) return null;
  const { coordinates } = createYinYang(result.testImageCount, config.dataSeed);
  const points = [...openLog(`${RUN_DIRECTORY}/images.arrows`, { spec: IMAGES })].flatMap(({ columns, rows }) =>
    Array.from({ length: rows }, (_, i) => {
      const image = columns.image![i]!;
      return { x: coordinates[4 * image]!, y: coordinates[4 * image + 1]!, prediction: columns.prediction![i]! };
    }),
  );
  const { weightsSha256 } = readJson(RUN_DIRECTORY, 'run.json') as { readonly weightsSha256: string };
  return { accuracy: result.accuracy, interval: result.accuracyInterval, seed, points, weightsSha256 };
}
