import { UserError } from '../../../../core/declare/errors.ts';

/** Combined result of several answers per image. */
export interface Votes {
  /** Share of the answers for each class, `images x classes`, row-major. */
  readonly shares: Float64Array;
  /** Class with the most answers; ties go to the lower class. */
  readonly predictions: Uint8Array;
  /** Share of the answers for the predicted class. */
  readonly confidence: Float64Array;
  /** H = -Σ_c p_c log2 p_c of the shares, bit: 0 if all answers agree, log2(classes) if all classes have equal shares. */
  readonly entropy: Float64Array;
}

/** Combines the predictions of several passes over the same images. */
export function votesOf(passes: readonly Uint8Array[], classes = 10): Votes {
  const images = passes[0]?.length ?? 0;
  if (images === 0 || passes.some((one) => one.length !== images))
    throw new UserError(
      `votes: passes over ${passes.map((one) => one.length).join(', ')} images, expected at least one, over the same images`,
    );
  const shares = new Float64Array(images * classes);
  for (const answers of passes)
    for (let i = 0; i < images; i++) {
      const answer = answers[i]!;
      if (answer >= classes)
        throw new UserError(`votes: image ${i} got the answer ${answer}, expected 0 to ${classes - 1}`);
      shares[i * classes + answer]! += 1 / passes.length;
    }
  const predictions = new Uint8Array(images);
  const confidence = new Float64Array(images);
  const entropy = new Float64Array(images);
  for (let i = 0; i < images; i++) {
    for (let c = 0; c < classes; c++) {
      const share = shares[i * classes + c]!;
      if (share === 0) continue;
      entropy[i]! -= share * Math.log2(share);
      if (share <= confidence[i]! + 1e-9) continue; // sums of equal shares may differ by rounding
      confidence[i] = share;
      predictions[i] = c;
    }
    entropy[i] = Math.max(0, entropy[i]!);
  }
  return { shares, predictions, confidence, entropy };
}
