/** How far what the review claims shows here. `construction`: the model was made so; its page says so in its first line, and what is found beyond it. */
export type Standing = 'works' | 'part' | 'construction';

export interface Exhibit {
  readonly name: string;
  readonly standing: Standing;
  /** One line. */
  readonly shows: string;
  /** What came out, in numbers of its page. */
  readonly figure: string;
  /** What could have failed. */
  readonly control: string;
  /** Of the claim what does not hold, and why; where something holds in part. */
  readonly missed?: string;
}

export interface Section {
  readonly title: string;
  /** Where in the review. */
  readonly of: string;
  readonly exhibits: readonly Exhibit[];
}
